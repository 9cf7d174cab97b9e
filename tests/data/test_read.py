"""A person's own samples are read alike from every kind of file."""

import jax.numpy as jnp
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from scalaremlp.data import ENDINGS, read, read_inputs
from scalaremlp.groups import O, U
from scalaremlp.reps import T

NAMES = ["E", "x1", "x2", "a", "b"]
TABLE = np.random.default_rng(0).normal(size=(7, 5))


def write(path, table=TABLE, names=NAMES):
    """The table in the format of the path's ending; the first two columns are the outputs' of `.npz`."""
    match path.suffix:
        case ".npz":
            np.savez(path, x=table[:, 1:], y=table[:, :1])
        case ".parquet":
            columns = dict(zip(names, table.T, strict=True))
            pyarrow.parquet.write_table(pyarrow.table(columns), path)
        case _:  # NumPy compresses what ends in .gz
            separator = "\t" if path.name.startswith("mine.tsv") else ","
            np.savetxt(path, table, delimiter=separator, header=separator.join(names), comments="", fmt="%.17g")
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_formats_give_the_same_samples(ending, tmp_path):
    columns = {} if ending == ".npz" else {"y_columns": "E"}
    data = read(write(tmp_path / f"mine{ending}"), 2 * T(1), T(0), O(2), **columns)
    np.testing.assert_array_equal(data.x, TABLE[:, 1:])
    np.testing.assert_array_equal(data.y, TABLE[:, :1])
    assert data.x.dtype == jnp.float64 and data.name == "mine" and str(data.group) == "O(2)"
    columns = {} if ending == ".npz" else {"x_columns": "2-5"}
    x = read_inputs(tmp_path / f"mine{ending}", 2 * T(1), O(2), **columns)
    np.testing.assert_array_equal(x, TABLE[:, 1:])


def test_standard_errors_of_an_archive(tmp_path):
    """They weigh the samples, as those of columns do; nothing that is there goes unread."""
    file, arrays = tmp_path / "mine.npz", {"x": TABLE[:, 1:], "y": TABLE[:, :1]}
    np.savez(file, **arrays, sigma=np.arange(1.0, 8.0))
    np.testing.assert_array_equal(read(file, 2 * T(1), T(0), O(2)).sigma, np.arange(1.0, 8.0))
    np.savez(file, **arrays, sigma=np.ones((7, 1)))
    assert read(file, 2 * T(1), T(0), O(2)).sigma.shape == (7, 1)
    for sigma, text in (
        (np.ones(6), "a row for each of the 7 samples"),
        (np.zeros(7), "`sigma` must be finite and above"),
    ):
        np.savez(file, **arrays, sigma=sigma)
        with pytest.raises(ValueError, match=text) as told:
            read(file, 2 * T(1), T(0), O(2))
        assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "x_columns, y_columns, x, y",
    [
        (None, None, [0, 1, 2, 3], [4]),
        ("1-4", None, [0, 1, 2, 3], [4]),
        ("b, a, 3, E", None, [4, 3, 2, 0], [1]),
        (["b", "a", 3, 1], ["x1"], [4, 3, 2, 0], [1]),
        (None, "3", [0, 1, 3, 4], [2]),
    ],
    ids=str,
)
def test_columns(x_columns, y_columns, x, y, tmp_path):
    file = write(tmp_path / "mine.csv")
    data = read(file, 2 * T(1), T(0), O(2), x_columns=x_columns, y_columns=y_columns)
    np.testing.assert_array_equal(data.x, TABLE[:, x])
    np.testing.assert_array_equal(data.y, TABLE[:, y])


def test_a_name_goes_before_a_number(tmp_path):
    file = write(tmp_path / "mine.csv", names=["E", "one", "d2", "a", "d3"])
    assert np.array_equal(read_inputs(file, T(1), O(2), x_columns="d3,2"), TABLE[:, [4, 1]])
    file = write(tmp_path / "mine.csv", names=["4", "3", "2", "1", "0"])
    for columns in ("1,4", ["1", "4"], [1, 4]):
        found = read_inputs(file, T(1), O(2), x_columns=columns, header=True)
        assert np.array_equal(found, TABLE[:, [3, 0]])
    assert np.array_equal(read_inputs(file, 3 * T(0), O(2), x_columns="0-2", header=True), TABLE[:, [4, 3, 2]])
    with pytest.raises(ValueError, match=r"must be names where names are numbers\. Got 5\. There are 4, 3, 2, 1, 0\."):
        read_inputs(file, T(1), O(2), x_columns="1,5", header=True)


@pytest.mark.parametrize("head", ["", "# E, x1, x2, a, b\n", "\ufeffE,x1,x2,a,b\n", '"E","x1","x2","a","b"\n', "\n\n"])
def test_heads_of_tables(head, tmp_path):
    body = "\n".join(",".join(map(repr, row)) for row in TABLE.tolist())
    (tmp_path / "mine.csv").write_text(head + body, encoding="utf-8")
    data = read(tmp_path / "mine.csv", 2 * T(1), T(0), O(2), y_columns="1" if len(head) < 3 else "E")
    np.testing.assert_array_equal(data.y, TABLE[:, :1])


def test_complex_numbers(tmp_path):
    (tmp_path / "mine.csv").write_text("1+2j,3\n-1j,1e-3-2.5e1j\n")
    data = read(tmp_path / "mine.csv", T(1), T(0), U(1))
    np.testing.assert_array_equal(data.x, [[1 + 2j], [-1j]])
    np.testing.assert_array_equal(data.y, [[3], [1e-3 - 25j]])
    with pytest.raises(ValueError, match=r"must hold numbers, in rows of one length\. Got '1\+2j' in line 1, column"):
        read(tmp_path / "mine.csv", T(1), T(0), O(1))


def test_integers_and_missing_values_of_a_parquet_file(tmp_path):
    file = tmp_path / "mine.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [1, 2], "b": [0.5, None]}), file)
    np.testing.assert_array_equal(read_inputs(file, T(1), O(1), x_columns="a"), [[1.0], [2.0]])
    with pytest.raises(ValueError, match=r"`y` must be finite\. Got nan in sample 1"):
        read(file, T(1), T(0), O(1))
    pyarrow.parquet.write_table(pyarrow.table({"a": ["one"], "b": [1.0]}), file)
    with pytest.raises(ValueError, match=r"^A \.parquet file must be a table of numbers\. Got .* Write it anew\.$"):
        read(file, T(1), T(0), O(1))


def test_without_pyarrow(tmp_path, monkeypatch):
    file = write(tmp_path / "mine.parquet")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ValueError, match=r"need the package pyarrow\. Got .* Run: pip install 'scalaremlp\[parquet\]'"):
        read(file, 2 * T(1), T(0), O(2))
