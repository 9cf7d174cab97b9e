"""A model fitted to one data set, measured on another, and left in a folder."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

import jax
from jaxtyping import PyTree

from scalaremlp._files import write_json, write_text
from scalaremlp._run_files import drop
from scalaremlp.data import Dataset, Stream
from scalaremlp.data.conventions import warned
from scalaremlp.train import Checkpoint, History, Record, TensorBoard, fit, save

from .folder import Place
from .keys import FitKeys
from .numbers import dependencies_of, measure, of_fit
from .pictures import draw


class CannotFitError(ValueError):
    """The samples or the settings are such that no fit can begin or go on."""


@warned()  # whoever made the data sets has been told
def fit_and_measure(
    model: Callable[..., Any],
    train: Dataset | Stream,
    test: Dataset,
    place: Place | Path,
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
        place: where everything goes: a folder, made if it does not exist, or one in which no other process writes now.
        key: randomness of the fit and of the group elements of the equivariance error.
        settings: JSON values that say what was asked, for the model's `config.json`.
        title: printed above the pictures.
        tensorboard: whether to write events for TensorBoard as well.
        options: passed on to `scalaremlp.fit`.

    Returns:
        The numbers of `measure`, with the `seconds` of the fit (and of compilation, for sizes not met before), the
        `model_class` that was taken and the number of its `parameters`, the `optimizer`, why the fit `stopped`,
        the `dependencies` of the coefficients on scalars, if the model chose them (and `in the law` which columns the
        inputs are), and the `verdict` on the fit with
        the names of its `hints`.

    Raises:
        CannotFitError: if the fit refuses its samples or settings, a ValueError.

    Example:
        >>> import tempfile, jax.random as jr, scalaremlp as se
        >>> from pathlib import Path
        >>> from scalaremlp.runs.fit import fit_and_measure
        >>> se.enable_x64()
        >>> train, test = (se.data.o5(20, key=jr.key(seed)) for seed in (0, 1))
        >>> model = se.nn.MLP(train.rep_in, train.rep_out, train.group, width=4, depth=1, key=jr.key(2))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     numbers = fit_and_measure(
        ...         model, train, test, Path(folder), key=jr.key(3), settings={}, epochs=1, progress=False
        ...     )
        ...     sorted(path.name for path in Path(folder).iterdir() if path.suffix != ".npz")
        ['config.json', 'figures', 'metrics.jsonl', 'result.json', 'run.json']
        >>> numbers["ntest"], numbers["model_class"]
        (20, 'MLP')
    """
    place = _place(place, settings)
    folder, keys = place.folder, FitKeys.of(key)
    with Course(place, tensorboard=tensorboard) as course:
        model, history = course.fitted(fit, model, train, key=keys.fit, **options)
    if history.verdict is not None:
        history.verdict = history.verdict.with_test(model, test)
    save(folder, model, history=history, settings=settings)
    numbers = measure(model, test, key=keys.measure) | {"model_class": type(model).__name__}
    numbers |= of_fit(model, history, course.seconds) | dependencies_of(model, train.x_names)
    draw(folder, model, test, history, title)
    finish(folder, numbers)
    return numbers


def finish(folder: Path, numbers: Mapping[str, Any]) -> None:
    """Write the numbers, with which a run is finished, and take its checkpoint away."""
    write_json(folder / "result.json", numbers)
    drop(folder / "checkpoint")


class Course:
    """A callback of `fit` that begins a run with the first record, and writes each at once: what is stopped keeps it.

    Args:
        place: where the run is.
        tensorboard: whether to write events for TensorBoard as well, to its folder of that name.
    """

    def __init__(self, place: Place, *, tensorboard: bool = False) -> None:
        self.place, self.tensorboard = place, tensorboard
        self.checkpoint = _CheckpointOf(place)
        try:
            self.earlier = self.checkpoint.history() or History()
        except ValueError as error:
            raise CannotFitError(str(error)) from error
        self.seconds = self.earlier.records[-1].seconds if self.earlier.records else 0.0
        self._events: Callable[[Record], object] | None = None
        self._opened, self._written = ExitStack(), False

    def __enter__(self) -> "Course":
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def __call__(self, record: Record) -> None:
        """Write one record."""
        file = self.place.folder / "metrics.jsonl"
        if not self._written:
            self.place.begin()
            write_text(file, self.earlier.to_jsonl())
            if self.tensorboard:
                events = TensorBoard(self.place.folder / "tensorboard", self.earlier)
                self._events = self._opened.enter_context(events)
            self._written = True
        with file.open("a", encoding="utf-8") as out:
            out.write(History(records=[record]).to_jsonl())
        if self._events is not None:
            self._events(record)

    def fitted(self, learn: Callable[..., tuple[Any, History]], *given: Any, **options: Any) -> tuple[Any, History]:
        """What `learn`, which is `fit` or passes its options on to it, makes; the seconds it takes are added up.

        Raises:
            CannotFitError: if it refuses what it is given. Nothing is left of a run that had not begun.
        """
        start, callbacks = perf_counter(), (self, *options.pop("callbacks", ()))
        if not self.place.replaces:
            self.place.begin()
        try:
            model, history = learn(*given, callbacks=callbacks, checkpoint=self.checkpoint, **options)
        except ValueError as error:
            self.place.refused()
            raise CannotFitError(str(error)) from error
        jax.block_until_ready(jax.tree.leaves(model))
        self.seconds += perf_counter() - start
        self.place.begin()
        return model, history


class _CheckpointOf(Checkpoint):
    """The checkpoint of a run, which begins with it."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.folder / "checkpoint")
        self._place = place

    def write(self, state: PyTree, history: History, place: str = "") -> None:
        self._place.begin()
        super().write(state, history, place)


def _place(given: Place | Path, settings: Mapping[str, Any]) -> Place:
    """A place in which a run has begun, or will before anything else is written."""
    if isinstance(given, Place):
        return given
    place = Place(given, settings, resumed=(given / "run.json").is_file())
    place.begin()
    return place
