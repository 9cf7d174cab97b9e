"""Streams: files that are read piece by piece."""

import os
import tracemalloc

import jax.numpy as jnp
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

import scalaremlp as se
from scalaremlp.data import Stream, read
from scalaremlp.groups import Lorentz, O
from scalaremlp.reps import Sym, T

TYPES = (2 * T(1), T(0), O(3))
NAMES = ["a1", "a2", "a3", "b1", "b2", "b3", "y"]


def numbers(rows):
    x = np.random.default_rng(0).standard_normal((rows, 6))
    return np.column_stack([x, (x[:, :3] * x[:, 3:]).sum(axis=1)])


def write(file, values, groups=7):
    columns = dict(zip(NAMES, values.T, strict=True))
    pyarrow.parquet.write_table(pyarrow.table(columns), file, row_group_size=-(-len(values) // groups))
    return file


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "mine.parquet", numbers(2000))


def joined(stream, size):
    return [np.concatenate(parts) for parts in zip(*stream.pieces(size), strict=True)]


@pytest.mark.parametrize("size", [1, 300, 333, 2000, 5000])
def test_pieces_are_what_read_reads(file, size):
    stream, known = Stream(file, *TYPES), read(file, *TYPES)
    assert len(stream) == 2000 and pyarrow.parquet.ParquetFile(file).num_row_groups == 7
    lengths = [len(x) for x, _ in stream.pieces(size)]
    assert lengths == [size] * (2000 // size) + [2000 % size] * (2000 % size > 0)
    x, y = joined(stream, size)
    assert np.array_equal(x, known.x) and np.array_equal(y, known.y)
    assert (stream.x_names, stream.y_names) == (known.x_names, known.y_names)


@pytest.mark.parametrize(
    "separator, decimal, ending, header",
    [(",", ".", ".csv", True), (";", ",", ".csv", True), ("\t", ".", ".tsv", False)],
)
def test_text_is_streamed_as_it_is_read(tmp_path, separator, decimal, ending, header):
    file, values = tmp_path / f"mine{ending}", numbers(500)
    lines = [separator.join(f"{value:.15g}".replace(".", decimal) for value in row) for row in values]
    file.write_text("\n".join([*([separator.join(NAMES)] if header else []), *lines]) + "\n")
    stream, known = Stream(file, *TYPES), read(file, *TYPES)
    x, y = joined(stream, 64)
    assert len(stream) == 500 and np.array_equal(x, known.x) and np.array_equal(y, known.y)
    assert stream.x_names == known.x_names


def test_columns_of_text_that_are_not_chosen_may_hold_anything(tmp_path):
    file = tmp_path / "mine.csv"
    lines = [f"{number},{number / 4},day {number}" for number in range(40)]
    file.write_text("\n".join(["n,v,day", *lines]) + "\n")
    x, y = joined(Stream(file, T(0), T(0), O(2), x_columns="v", y_columns="n"), 7)
    assert np.array_equal(x[:, 0] * 4, range(40)) and np.array_equal(y[:, 0], range(40))


def test_columns_and_orders_are_those_of_read(tmp_path):
    rows = np.random.default_rng(1).standard_normal((50, 7))
    names = ["y", "sxx", "syy", "szz", "syz", "sxz", "sxy"]
    pyarrow.parquet.write_table(pyarrow.table(dict(zip(names, rows.T, strict=True))), tmp_path / "s.parquet")
    how = {"x_columns": [*names[1:6:2], *names[2:7:2]], "y_columns": "y", "x_order": "voigt"}  # not as in the file
    stream, known = (kind(tmp_path / "s.parquet", Sym(2), T(0), O(3), **how) for kind in (Stream, read))
    x, y = joined(stream, 7)
    assert np.array_equal(x, known.x) and np.array_equal(y, known.y)


def test_samples_are_drawn_once_each_in_the_order_of_the_file(file):
    stream, (x, _) = Stream(file, *TYPES, sampled=300), joined(Stream(file, *TYPES), 2000)
    found = stream.sample()
    rows = [int(np.flatnonzero((x == row).all(axis=1))[0]) for row in np.asarray(found.x)]
    assert len(found) == 300 and rows == sorted(set(rows)) and rows != [*range(300)]
    assert stream.sample() is found
    assert np.array_equal(found.x, Stream(file, *TYPES, sampled=300).sample().x)
    assert not np.array_equal(found.x, stream.sample(seed=1).x)
    assert np.array_equal(stream.sample(9999).x, x)


@pytest.mark.parametrize("few", [1, 2**20])
def test_a_split_takes_every_row_once(file, few, monkeypatch):
    monkeypatch.setattr("scalaremlp.data._stream._FEW", few)  # above it, numbers are drawn until they differ
    stream, (every, _) = Stream(file, *TYPES), joined(Stream(file, *TYPES), 2000)
    first, second, rest = stream.split(100, 50)
    third, last = rest.split(200)
    parts = [np.asarray(first.x), np.asarray(second.x), np.asarray(third.x), joined(last, 170)[0]]
    assert [*map(len, parts)] == [100, 50, 200, 1650] and len(last) == 1650
    assert np.array_equal(np.sort(np.concatenate(parts), axis=0), np.sort(every, axis=0))
    assert np.array_equal(every[last.rows(np.arange(1650))], parts[-1])
    assert np.isin(np.asarray(stream.split(60)[0].x), parts[0]).all()  # fewer are the first of these
    assert len({stream.fingerprint, rest.fingerprint, last.fingerprint}) == 3


def held(rows, folder):
    """The most bytes that are held while a file of many groups is read, by NumPy and by pyarrow."""
    file = write(folder / f"{rows}.parquet", numbers(rows), groups=rows // 5000)
    stream, most = Stream(file, *TYPES), 0
    tracemalloc.start()
    for _ in stream.pieces(1000):
        most = max(most, pyarrow.total_allocated_bytes())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, most


def test_memory_does_not_grow_with_the_rows(tmp_path):
    few, many = held(60_000, tmp_path), held(240_000, tmp_path)
    assert many[0] < 1.2 * few[0] < 240_000 * 7 * 8 / 3 and many[1] < 1.2 * few[1] < 3e6


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("column, name", [(4, "b2"), (6, "y")])
def test_a_number_that_is_not_finite_is_named_with_its_row(tmp_path, value, column, name):
    values = numbers(2000)
    values[1713, column] = value
    stream = Stream(write(tmp_path / "mine.parquet", values), *TYPES)
    with pytest.raises(ValueError, match=rf"must be finite. Got {value} in row 1713 \(counted from 0\), column {name}"):
        stream.sample(10)


def changed(file):
    write(file, numbers(1500))


def touched(file):
    os.utime(file, ns=(0, 0))


@pytest.mark.parametrize(
    "change, told", [(changed, "Got .* bytes instead of"), (touched, "Got another time"), (os.remove, "Got 0 bytes")]
)
@pytest.mark.parametrize("rows", [200, 5000])
def test_a_file_that_changes_is_refused(file, change, told, rows, monkeypatch):
    monkeypatch.setattr("scalaremlp.data._streamed_table._ROWS", rows)  # that are read at once: a part of it, or all
    stream = Stream(file, *TYPES)
    pieces, seen = stream.pieces(100), []
    next(pieces)
    change(file)
    for going in (pieces, stream.pieces(100)):
        with pytest.raises(ValueError, match=f"must stay as it is while it is streamed. {told}"):
            seen.extend(map(len, going))
    assert len(seen) == (1 if rows == 200 else 19)


def test_what_is_no_such_file_is_refused(tmp_path, file):
    np.savez(tmp_path / "mine.npz", x=np.ones((3, 6)), y=np.ones((3, 1)))
    (tmp_path / "mine.csv").write_text("1 2 3 4 5 6 7\n1 2 3 4 5 6 7\n2 3 4 5 6 7 8\n")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and nothing else")
    (tmp_path / "word.csv").write_text(",".join(NAMES) + "\n" + "1,2,3,4,5,6,7\n" * 300 + "1,2,3,4,five,6,7\n")
    with pytest.raises(ValueError, match=r"streamed from .parquet, .csv or .tsv. Got .*mine.npz"):
        Stream(tmp_path / "mine.npz", *TYPES)
    with pytest.raises(ValueError, match=r"one sign stands between its cells. Got white space"):
        Stream(tmp_path / "mine.csv", *TYPES, header=False)
    with pytest.raises(ValueError, match=r"A .parquet file must be a table of numbers. Got .*bad.parquet"):
        Stream(tmp_path / "bad.parquet", *TYPES)
    with pytest.raises(ValueError, match=r"A .csv file must be a table of numbers. Got .*five"):
        Stream(tmp_path / "word.csv", *TYPES).sample()
    with pytest.raises(ValueError, match=r"The types ask for 3 columns of inputs and 1 of outputs. Got 3 and 4"):
        Stream(file, T(1), T(0), O(3))
    with pytest.raises(FileNotFoundError, match="there is none"):
        Stream(tmp_path / "none.parquet", *TYPES)
    with pytest.raises(ValueError, match="`size` must be"):
        next(Stream(file, *TYPES).pieces(0))
    for sizes in ((), (0,), (2000,), (1500, 500)):
        with pytest.raises(ValueError, match=r"parts of a split must be at least 1 each and leave a rest"):
            Stream(file, *TYPES).split(*sizes)


def test_of_an_order_that_the_samples_speak_for_it_is_said_once(tmp_path):
    momenta = np.random.default_rng(0).standard_normal((400, 3))
    values = np.column_stack([momenta, np.linalg.norm(momenta, axis=1) + 1])  # energy last
    columns = dict(zip("abcdy", [*values.T, values[:, 3]], strict=True))
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "p.parquet")
    stream = Stream(tmp_path / "p.parquet", T(1), T(0), Lorentz(), sampled=20)
    with pytest.warns(se.data.ConventionWarning, match="Put the energy first") as told:
        stream.split(50, 50)[-1].sample()
    assert len(told) == 1


def test_where_arrays_are_needed_a_stream_is_refused(file):
    with pytest.raises(ValueError, match=r"Arrays in memory are needed here. Got Stream\(mine: 2000 rows"):
        se.evaluate(lambda x: jnp.zeros(1), Stream(file, *TYPES))
