"""Fits to streams: what a sample decides, what passes over all rows do, and what is said of either."""

import re
from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

import scalaremlp as se
from scalaremlp.data import Stream, read
from scalaremlp.groups import O
from scalaremlp.reps import T
from scalaremlp.train import Checkpoint, LevenbergMarquardt, Regression
from scalaremlp.train.second_order import plan
from scalaremlp.train.second_order.linearise import bend_of, linearise, squares_of
from scalaremlp.train.second_order.place import Place
from scalaremlp.train.second_order.problem import make_problem
from scalaremlp.train.second_order.streamed import StreamedChunks, streamed

TYPES = (T(1), T(0), O(3))
ROWS = 2000
SETTINGS = LevenbergMarquardt(steps=6, polish=4)


def write(file, change=None, noise=0.0):
    """Rows of (x, y) with y = exp(−|x|²/2), in seven groups."""
    random = np.random.default_rng(0)
    x = random.standard_normal((ROWS, 3))
    y = np.exp(-np.sum(x**2, axis=1) / 2) + noise * random.standard_normal(ROWS)
    values = np.column_stack([x, y])
    if change is not None:
        change(values)
    pyarrow.parquet.write_table(
        pyarrow.table(dict(zip("abcy", values.T, strict=True))), file, row_group_size=-(-ROWS // 7)
    )
    return file


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "mine.parquet", noise=0.01)


class Bell(eqx.Module):
    """a exp(−b |x|²) + c."""

    numbers: jax.Array = eqx.field(default_factory=lambda: jnp.array([0.5, 0.2, 0.1]))

    def __call__(self, x):
        a, b, c = self.numbers
        return (a * jnp.exp(-b * jnp.sum(x**2)) + c)[None]


def fitted_to(data, key, **options):
    return se.fit(Bell(), data, key=key, **{"optimizer": SETTINGS, "progress": False, **options})


def test_a_sample_of_everything_is_a_fit_in_memory(file, key):
    model, history = fitted_to(Stream(file, *TYPES, sampled=ROWS), key)
    known, _ = fitted_to(read(file, *TYPES), key)
    assert np.array_equal(model.numbers, known.numbers) and history.verdict.rows is None


def test_the_passes_end_where_a_fit_in_memory_ends(file, key):
    """Of 300 rows the model is another; the passes over all of them bring it to the same minimum."""
    stream, long = Stream(file, *TYPES, sampled=300), replace(SETTINGS, steps=30, polish=30, regularise=False)
    model, history = fitted_to(stream, key, optimizer=long)
    known, few = (fitted_to(data, key, optimizer=long)[0] for data in (read(file, *TYPES), stream.sample()))
    assert np.max(np.abs(model.numbers - known.numbers)) < 1e-8 < 1e-4 < np.max(np.abs(few.numbers - known.numbers))
    assert {record.details["samples"] for record in history} == {300.0, 2000.0}
    assert history.reason.endswith("given by the caller; the last ones see all 2000 rows")


def problems(file, key, chunk):
    """The last problem of a fit to a stream, and that of a fit to the same rows in memory."""
    settings, stream = LevenbergMarquardt(chunk=chunk, rows=float("inf")), Stream(file, *TYPES, sampled=300)
    for data, beyond in ((stream.sample(), stream), (read(file, *TYPES), None)):
        fitted = plan.Fitted.of(Regression(), Bell(), (data.x, data.y), key, beyond)
        yield plan.stages(fitted, settings)[-1].problem


@pytest.mark.parametrize("chunk", [64, 300, 5000])
def test_a_streamed_problem_is_that_in_memory(file, key, chunk):
    there, here = problems(file, key, chunk)
    theta, every, direction = jnp.array([0.8, 0.4, 0.05]), np.arange(3), np.array([1.0, -0.5, 0.2])
    assert there.samples == here.samples == ROWS and there.stands_for == here.stands_for
    assert squares_of(there, theta) == pytest.approx(squares_of(here, theta), rel=1e-13)
    parts = [linearise(problem, theta, every) for problem in (there, here)]
    assert np.allclose(parts[0].gradient, parts[1].gradient, rtol=1e-12)
    assert np.allclose(parts[0].diagonal, parts[1].diagonal, rtol=1e-12)
    bends = [bend_of(problem, theta, every, direction, None, parts[0]) for problem in (there, here)]
    assert np.allclose(*bends, rtol=1e-12)


class Scaled(eqx.Module):
    a: jax.Array

    def __call__(self, x):
        return self.a * x


def scaled():
    """The problem a x = −x of three samples."""
    x = np.arange(3.0)[:, None]
    return make_problem(Regression(), Scaled(jnp.ones(1)), (x, -x), parameters=1, key=jr.key(0))


class Counted:
    """Rows that count the passes over them, and the arrays of a chunk's length that there are beside them."""

    def __init__(self, rows):
        self.rows, self.passes, self.held = rows, 0, 0

    def __len__(self):
        return self.rows

    def pieces(self, size):
        self.passes += 1
        for start in range(0, self.rows, size):
            x = np.arange(start, min(start + size, self.rows), dtype=float)[:, None]
            self.held = max(self.held, sum(array.shape[:1] == (size,) for array in jax.live_arrays()))
            yield x, -x


def test_chunks_in_their_order_are_one_pass():
    rows = Counted(10)
    chunks = StreamedChunks(rows, 4, Place.of(()))
    assert len(chunks) == 3 and rows.passes == 0
    first = [np.asarray(chunk.samples[0]).ravel().tolist() for chunk in chunks]
    assert first == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 9, 9]] and rows.passes == 1
    assert chunks[2].weights.tolist() == [1, 1, 0, 0] and chunks[1].samples[1].ravel().tolist() == [-4, -5, -6, -7]
    part = scaled()
    problem, before = streamed(part, rows, 4), rows.passes
    squares, linear = squares_of(problem, jnp.ones(1)), linearise(problem, jnp.ones(1), np.arange(1))
    assert squares == linear.squares == 4 * 285 and rows.passes == before + 2
    two = replace(part, place=Place(part.place.devices, 0, 2))
    with pytest.raises(ValueError, match=r"A stream is read by one process. Got 2 processes of 1 cpu"):
        streamed(two, rows, 4)


@pytest.mark.parametrize("act", ["squares", "linearise", "bend"])
def test_few_chunks_are_held_however_many_there_are(act):
    theta, chosen = jnp.ones(1), np.arange(1)
    linear = linearise(streamed(scaled(), Counted(500), 17), theta, chosen)
    held = []
    for rows in (Counted(17 * 4), Counted(17 * 40)):
        problem = streamed(scaled(), rows, 17)
        if act == "bend":
            bend_of(problem, theta, chosen, np.ones(1), None, linear)
        else:
            squares_of(problem, theta) if act == "squares" else linearise(problem, theta, chosen)
        held.append(rows.held)
    assert held[1] == held[0] < 17


def test_the_verdict_says_what_is_of_the_sample(file, key):
    stream = Stream(file, *TYPES, sampled=300)
    model, history = fitted_to(stream, key)
    x, y = (np.asarray(each) for each in (read(file, *TYPES).x, read(file, *TYPES).y))
    wrong = np.sum((np.asarray(jax.vmap(model)(x)) - y) ** 2, axis=1)
    rows = history.verdict.rows
    assert rows["relative"] == pytest.approx(wrong.sum() / np.sum((y - y.mean()) ** 2), rel=1e-10)
    assert (rows["row"], rows["rows"], rows["of"], rows["fitted"]) == (int(wrong.argmax()), 2000, 300, 2000)
    assert history.verdict.training.samples == 300 and history.verdict.residuals == 2000
    told = str(history.verdict)
    assert told.startswith("All 2000 rows of the file: squared error ") and "which alone were fitted" not in told
    assert f"largest in row {wrong.argmax()} (counted from 0). What follows is of 300 rows drawn from them." in told
    assert type(history.verdict).from_dict(history.verdict.as_dict()).rows == rows


def test_of_several_terms_each_is_told(tmp_path, key):
    x = np.random.default_rng(0).standard_normal((ROWS, 3))
    values = np.column_stack([x, x**2 @ np.ones(3), 1e-3 * x])
    pyarrow.parquet.write_table(pyarrow.table(dict(zip("abcyuvw", values.T, strict=True))), tmp_path / "two.parquet")
    stream = Stream(tmp_path / "two.parquet", T(1), T(0) + T(1), O(3), sampled=300)
    model = se.nn.ScalarMLP(T(1), T(0) + T(1), O(3), width=4, depth=1, key=key)
    _, history = se.fit(model, stream, key=key, progress=False, optimizer=SETTINGS)
    assert set(history.verdict.rows["terms"]) == {"T(0)", "T(1)"}
    assert history.ending is se.train.Ending.LINEAR and max(history.verdict.rows["terms"].values()) < 1e-20
    assert history.records[-1].details["samples"] == 2000


def test_a_model_that_fits_itself_is_fitted_to_the_sample_and_measured_on_all(file, key):
    stream = Stream(file, *TYPES, sampled=60)
    model, history = se.fit(se.nn.ScalarGP(*TYPES, key=key), stream, key=key)
    known, _ = se.fit(se.nn.ScalarGP(*TYPES, key=key), stream.sample(), key=key)
    x = stream.sample(5, seed=1).x
    assert np.array_equal(jax.vmap(model)(x), jax.vmap(known)(x))
    assert history.verdict.rows["fitted"] == 60 and 0 < history.verdict.rows["relative"] < 0.1
    assert "drawn from them, which alone were fitted." in str(history.verdict)


def test_an_open_fit_chooses_by_the_sample(file, key):
    stream = Stream(file, *TYPES, sampled=60)
    model, history = se.fit(se.nn.ScalarMLP(*TYPES, key=key), stream, key=key, progress=False)
    known, other = se.fit(se.nn.ScalarMLP(*TYPES, key=key), stream.sample(), key=key, progress=False)
    assert type(model) is type(known) and (history.how, history.optimizer) == (other.how, other.optimizer)


def test_first_order_training_is_refused(file, key):
    stream = Stream(file, *TYPES, sampled=300)
    for options, told in (({"steps": 5}, "Adam: steps given"), ({"optimizer": "first-order"}, "given by the caller")):
        with pytest.raises(ValueError, match=rf"Models are fitted to a stream by Levenberg-Marquardt.*{told}.*sample"):
            fitted_to(stream, key, **{"optimizer": None, **options})
    assert len(fitted_to(Stream(file, *TYPES), key, optimizer="first-order", steps=2)[1])  # which the sample holds


def test_validation_is_in_memory(file, key):
    held_out, rest = Stream(file, *TYPES, sampled=300).split(100)
    _, history = fitted_to(rest, key, validation=held_out)
    assert history.verdict.held_out.samples == 100 and history.verdict.rows["rows"] == 1900
    with pytest.raises(ValueError, match=r"Arrays in memory are needed here. Got Stream"):
        fitted_to(rest, key, validation=rest)


def late(value, column):
    def change(values):
        values[1900, column] = value

    return change


def test_numbers_of_late_rows_are_looked_at(tmp_path, key):
    stream = Stream(write(tmp_path / "nan.parquet", late(np.nan, 1)), *TYPES, sampled=100)
    with pytest.raises(ValueError, match=r"Got nan in row 1900 \(counted from 0\), column b"):
        fitted_to(stream, key)
    stream = Stream(write(tmp_path / "zero.parquet", late(0.0, 3)), *TYPES, sampled=100)
    with pytest.raises(ValueError, match=r"must not be zero. Got 1 zeros in the rows of the file"):
        fitted_to(stream, key, loss="relative")
    stream = Stream(write(tmp_path / "huge.parquet", late(1e200, 3)), *TYPES, sampled=100)
    with pytest.raises(ValueError, match=r"must be finite on all 2000 samples, as it is on a part of them. Got inf"):
        fitted_to(stream, key)


class Stopped(Exception):
    pass


def stopping(step):
    def callback(record):
        if record.step == step:
            raise Stopped

    return callback


@pytest.mark.parametrize("step", [3, 8])
def test_a_fit_that_goes_on_ends_in_the_same_bits(file, key, tmp_path, step):
    stream = Stream(file, *TYPES, sampled=300)
    whole, history = fitted_to(stream, key)
    assert history.records[3].details["samples"] == 300 and history.records[8].details["samples"] == 2000
    with pytest.raises(Stopped):
        fitted_to(stream, key, checkpoint=tmp_path / "kept", callbacks=[stopping(step)])
    model, again = fitted_to(Stream(file, *TYPES, sampled=300), key, checkpoint=tmp_path / "kept")
    assert np.array_equal(model.numbers, whole.numbers) and again["loss"] == history["loss"]


def test_a_checkpoint_says_if_the_file_is_another(file, key, tmp_path):
    fitted_to(Stream(file, *TYPES, sampled=300), key, checkpoint=tmp_path / "kept")
    other = Stream(write(tmp_path / "other.parquet"), *TYPES, sampled=300)
    rule = r"A checkpoint must be of a fit to the same rows. Got one of \d+ bytes of \d+ ns, 2000 rows, a, b, c, y"
    with pytest.raises(ValueError, match=rf"{rule} for \d+ bytes"):
        fitted_to(other, key, checkpoint=tmp_path / "kept")
    with pytest.raises(ValueError, match=rf"{rule} for samples in memory, in {re.escape(str(tmp_path))}"):
        fitted_to(other.sample(), key, checkpoint=Checkpoint(tmp_path / "kept"))
