"""One run: a model fitted to one data set, measured on another, and left in a folder.

    run.json         what was asked: everything that is needed to make the run again
    metrics.jsonl    the course of the fit, written while it goes on
    checkpoint/      the state of the fit, from which it goes on if it is interrupted; gone when it is finished
    result.json      the numbers; the last to be written: with it the run is finished
    figures/         learning curve, predicted against true
    tensorboard/     the course of the fit as events, if that was asked

beside the files of the model, which `scalaremlp.load` reads.
"""

import os
import platform
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

import jax
import jax.random as jr

from scalaremlp import plot
from scalaremlp._files import write_json, write_text
from scalaremlp._model import Types, as_model
from scalaremlp._run_files import drop
from scalaremlp.data import Dataset
from scalaremlp.data.conventions import warned
from scalaremlp.measure import equivariance_error, evaluate, predict
from scalaremlp.train import (
    Checkpoint,
    History,
    Record,
    TensorBoard,
    count_parameters,
    fit,
    save,
)

FORMAT = 1  # of run.json; raised when an older version of the library could no longer go on with a run
_ALSO = ("median_relative_error", "p99_relative_error", "worst_relative_mse", "terms")  # where `evaluate` has them
_DRAWN = 2000  # test samples in the picture of predicted against true


@warned()  # whoever made the data sets has been told
def run(
    model: Callable[..., Any],
    train: Dataset,
    test: Dataset,
    folder: Path,
    *,
    key: jax.Array,
    settings: Mapping[str, Any],
    title: str = "",
    tensorboard: bool = False,
    **options: Any,
) -> dict[str, Any]:
    """Fit a model, measure it, and write everything to a folder.

    If the folder holds the checkpoint of a fit that was interrupted, that fit goes on, and ends in the bits it would
    have ended in.

    Args:
        model: an unbatched model.
        train: what it is fitted to.
        test: what it is measured on.
        folder: where everything goes; made if it does not exist.
        key: randomness of the fit and of the group elements of the equivariance error.
        settings: JSON values that say what was asked, for `run.json`.
        title: printed above the pictures.
        tensorboard: whether to write events for TensorBoard as well.
        options: passed on to `scalaremlp.fit`.

    Returns:
        The numbers of `measure`, with the `seconds` of the fit (and of compilation, for sizes not met before), the
        `model_class` that was taken and the number of its `parameters`, the `optimizer`, why the fit `stopped`,
        the `dependencies` of the coefficients on scalars, if the model chose them, and the `verdict` on the fit with
        the names of its `hints`.
    """
    if not (folder / "run.json").is_file():
        write_asked(folder / "run.json", settings)
    fit_key, measure_key = jr.split(key)
    checkpoint = Checkpoint(folder / "checkpoint")
    earlier = checkpoint.history() or History()
    callbacks: list[Callable[[Record], object]] = [_Log(folder / "metrics.jsonl", earlier)]
    start = perf_counter()
    with ExitStack() as opened:
        if tensorboard:
            callbacks.append(opened.enter_context(TensorBoard(folder / "tensorboard", earlier)))
        model, history = fit(model, train, key=fit_key, callbacks=callbacks, checkpoint=checkpoint, **options)
    jax.block_until_ready(jax.tree.leaves(model))
    seconds = perf_counter() - start + (earlier.records[-1].seconds if earlier.records else 0.0)
    if history.verdict is not None:
        history.verdict = history.verdict.with_test(model, test)
    save(folder, model, history=history, settings=settings)
    numbers = measure(model, test, key=measure_key)
    numbers |= {"seconds": seconds, "model_class": type(model).__name__, "parameters": count_parameters(model)}
    numbers |= {
        "optimizer": history.optimizer,
        "stopped": history.stopped,
        **dependencies_of(model),
        **verdict_of(history),
    }
    draw(folder, model, test, history, title)
    write_json(folder / "result.json", numbers)  # the run is finished
    drop(checkpoint.path)
    return numbers


def write_asked(
    file: Path, settings: Mapping[str, Any], *, replaces: bool = False, made_with: Mapping[str, str] | None = None
) -> None:
    """Write what was asked of a run, and with which versions it was begun.

    `replaces` says that the files of an earlier run are beside it, and yet to be cleared away.
    """
    told = {"replaces": True} if replaces else {}
    write_json(file, {"format": FORMAT, **told, "settings": dict(settings), "made_with": dict(made_with or versions())})


def measure(model: Callable[..., Any], test: Dataset, *, key: jax.Array) -> dict[str, Any]:
    """Test error and equivariance error: `test_mse`, `relative_mse`, `r2`, `ntest`, `equivariance_error`.

    Of outputs of several terms also `worst_relative_mse` and `terms`, and of one that spans decades
    `median_relative_error` and `p99_relative_error`, as of `evaluate`.
    """
    numbers = evaluate(model, test)
    error = equivariance_error(model, test.rep_in, test.rep_out, test.group, key=key, x=test.x[:100])
    names = {"test_mse": "mse", "relative_mse": "relative_mse", "r2": "r2", "ntest": "n"}
    every = {ours: numbers[theirs] for ours, theirs in names.items()} | {"equivariance_error": float(error)}
    return every | {name: numbers[name] for name in _ALSO if name in numbers}


def verdict_of(history: History) -> dict[str, Any]:
    """The verdict of a history as a paragraph, and the names of its hints; nothing if it has none."""
    return {} if history.verdict is None else {"verdict": str(history.verdict), "hints": [*history.verdict.hints]}


def dependencies_of(model: Any) -> dict[str, Any]:
    """For each covariant that counts the scalars that its coefficient depends on; nothing if the model chose none."""
    found = as_model(model).dependencies
    return {"dependencies": found} if found else {}


def draw(
    folder: Path,
    model: Callable[..., Any],
    test: Dataset,
    history: History | None,
    title: str,
    *,
    predicted: str = "predicted",
) -> list[Path]:
    """Write the pictures of a run: the learning curve, if there is a history, and predicted against true values.

    `predicted` is the name of the latter.
    """
    figures = {}
    if history is not None and len(history):
        columns = {"training": history["loss"], "validation": history["validation"]}
        shown = {name: values for name, values in columns.items() if any(value is not None for value in values)}
        several = sum(copies for copies, _ in test.rep_out.blocks) > 1
        unit = {"unit": "size of each term = 1"} if several else {}
        figures["learning"] = plot.learning_curves(shown, steps=history["step"], title=title, **unit)
    drawn, types = test[:_DRAWN], Types(test.rep_in, test.rep_out, test.group)
    figures[predicted] = plot.predicted_against_true(
        drawn.y, predict(model, drawn.x), title=title, terms=types.columns_out
    )
    return [plot.save_figure(figure, folder / "figures" / f"{name}.png") for name, figure in figures.items()]


def versions() -> dict[str, str]:
    """What a result was made with: versions and machine type."""
    import scalaremlp

    return {
        "scalaremlp": scalaremlp.__version__,
        "jax": jax.__version__,
        "python": platform.python_version(),
        "machine": f"{platform.machine()} with {os.cpu_count()} cores, {sys.platform}",
    }


class _Log:
    """A callback that writes each record at once, so that a stopped run keeps its course."""

    def __init__(self, path: Path, earlier: History) -> None:
        self.path = path
        write_text(path, earlier.to_jsonl())

    def __call__(self, record: Record) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(History(records=[record]).to_jsonl())
