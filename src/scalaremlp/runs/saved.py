"""Finished runs, whatever they learned: the model, what was asked, and how it is measured and used again."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from scalaremlp._model import Quantities
from scalaremlp.data import Dataset, Trajectories
from scalaremlp.data.orders import unpacked
from scalaremlp.groups import Group
from scalaremlp.measure import claimed, equivariance_error, predict
from scalaremlp.pendulum import INPUTS, OUTPUTS, Pendulum, first_inputs, roll_out, symmetry, symmetry_error
from scalaremlp.pendulum import predict as predict_motion
from scalaremlp.reps import Rep
from scalaremlp.train import load, load_history, read_config
from scalaremlp.units import Unit

from .folder import State, go_on, state_of
from .keys import FitKeys, Keys, PendulumKeys
from .numbers import measure, verdict_of
from .pendulum import drawn, measured, motion_of_tests
from .pictures import draw
from .samples import load_samples
from .settings import FileSamples, PendulumSettings, TrainSettings, settings_in

Names = tuple[str, ...] | None


@dataclass(frozen=True)
class Outputs:
    """What a model says of many inputs.

    Args:
        y: outputs, shape (n, size_out), or (n, times, size_out).
        names: of the last axis, if they are known.
        times: in seconds, shape (times,), of outputs that have them.
        caution: what a person should know of them, if anything.
        std: their standard deviations without the noise, of the shape of y, if these were asked for.
    """

    y: np.ndarray
    names: Names = None
    times: np.ndarray | None = None
    caution: str = ""
    std: np.ndarray | None = None


class SavedRun(ABC):
    """A finished run: its folder, its model and what was asked when it was made."""

    folder: Path
    model: Any
    settings: Any

    @property
    @abstractmethod
    def types(self) -> tuple[Rep, Rep, Group]:
        """The types of one input and one output in a file, and their group."""

    @property
    @abstractmethod
    def names(self) -> tuple[Names, Names]:
        """Of the components of inputs and outputs, where they are known."""

    @property
    def orders(self) -> tuple[str | None, str | None]:
        """In which order files have the columns of symmetric tensors, of inputs and outputs: see `data.read`."""
        asked = getattr(self.settings, "samples", None)
        return (asked.x_order, asked.y_order) if isinstance(asked, FileSamples) else (None, None)

    @property
    def units(self) -> tuple[tuple[Unit, ...] | None, tuple[Unit, ...] | None]:
        """Of inputs and outputs in a file; `None` of a model that knows none."""
        found = Quantities.of(self.model)
        return (None, None) if found is None else (found.units_in, found.units_out)

    @abstractmethod
    def tests(self, ntest: int | None = None) -> Any:
        """The run's own test samples, as many as it was made with or `ntest`."""

    @abstractmethod
    def measured(self, tests: Any) -> dict[str, Any]:
        """The numbers of the model on test samples."""

    @abstractmethod
    def drawn(self, tests: Any, *, name: str) -> list[Path]:
        """Pictures of the model's predictions for test samples, in the run's folder; `name` tells those of a file."""

    @abstractmethod
    def outputs(self, x: np.ndarray) -> Outputs:
        """What the model says of inputs, shape (n, size_in)."""

    @property
    def symmetries(self) -> tuple[str, ...]:
        """The names of what `equivariance_error` tries at once."""
        return tuple(each.name for each in claimed(self.model))

    @abstractmethod
    def equivariance_error(self, key: jax.Array, samples: int, elements: int, x: np.ndarray | None) -> float:
        """How far the model is from equivariance, over random group elements and inputs, or those that are given."""


@dataclass(frozen=True)
class SavedTraining(SavedRun):
    """A finished run on samples."""

    folder: Path
    model: Any
    settings: TrainSettings

    @property
    def types(self) -> tuple[Rep, Rep, Group]:
        """Those of the model."""
        return self.model.rep_in, self.model.rep_out, self.model.group

    @property
    def names(self) -> tuple[Names, Names]:
        """Those of the columns of the run's table, unless an old run did not keep them."""
        asked = self.settings.samples
        return (asked.x_names or None, asked.y_names or None) if isinstance(asked, FileSamples) else (None, None)

    def tests(self, ntest: int | None = None) -> Dataset:
        """The test samples; of a file, the first of them.

        Raises:
            ValueError: if the file has changed, or the types are not those of the model.
        """
        asked = self.settings.samples if ntest is None else replace(self.settings.samples, ntest=ntest)
        test = load_samples(replace(self.settings, samples=asked)).test
        if (test.rep_in, test.rep_out, test.group) != self.types:
            rep_in, rep_out, group = self.types
            raise ValueError(
                f"the model of a run must be of the types of its data, {test}. Got a model of {rep_in} -> {rep_out}, "
                f"{group}, in {self.folder}. Copy the whole run again"
            )
        return test

    def measured(self, tests: Dataset) -> dict[str, Any]:
        """Test error, equivariance error, and the verdict on the fit with these samples as the test."""
        numbers = measure(self.model, tests, key=FitKeys.of(Keys.of(self.settings.seed).run).measure)
        try:
            history = load_history(self.folder)
        except FileNotFoundError:
            if read_config(self.folder).get("fit") is not None:  # another process replaces the run
                raise
            return numbers  # a model that was saved alone
        if history.verdict is not None:
            history.verdict = history.verdict.with_test(self.model, tests)
        return numbers | verdict_of(history)

    def drawn(self, tests: Dataset, *, name: str) -> list[Path]:
        """Predicted against true."""
        title, named = f"{tests.name}, {len(tests)} test samples", f"predicted-{name}" if name else "predicted"
        return draw(self.folder, self.model, tests, None, title, predicted=named)

    def outputs(self, x: np.ndarray) -> Outputs:
        """The outputs of the model, as the file of the run has them."""
        y = np.asarray(predict(self.model, jnp.asarray(x)))
        return Outputs(unpacked(y, *self.types[1:], self.orders[1]))

    def equivariance_error(self, key: jax.Array, samples: int, elements: int, x: np.ndarray | None) -> float:
        """That of the model, at standard normal inputs if none are given."""
        return equivariance_error(self.model, *self.types, key=key, samples=samples, elements=elements, x=x)


@dataclass(frozen=True)
class SavedPendulum(SavedRun):
    """A finished run on the pendulum; an input of it is the constants, gravity and the state of one system."""

    folder: Path
    model: Pendulum
    settings: PendulumSettings

    STATE: ClassVar[tuple[str, ...]] = tuple(f"{vector}{axis}" for vector in ("q1", "q2", "p1", "p2") for axis in "xyz")
    CONSTANTS: ClassVar[tuple[str, ...]] = ("m1", "m2", "k1", "k2", "L1", "L2", "gx", "gy", "gz")

    @property
    def names(self) -> tuple[Names, Names]:
        """Constants, gravity and the state at the beginning; the state later."""
        return self.CONSTANTS + self.STATE, self.STATE

    @property
    def types(self) -> tuple[Rep, Rep, Group]:
        """m1, m2, k1, k2, L1, L2 and gravity, q1, q2, p1, p2; and the state at other times."""
        return INPUTS, OUTPUTS, symmetry(self.model)

    def tests(self, ntest: int | None = None) -> Trajectories:
        """The test systems, from the beginning to the end of the horizon."""
        return motion_of_tests(self.settings, ntest)

    def measured(self, tests: Trajectories) -> dict[str, Any]:
        """Rollout errors and the equivariance error."""
        key = FitKeys.of(PendulumKeys.of(self.settings.seed).run).measure
        return measured(self.model, predict_motion(self.model, tests), tests, self.settings, key)

    def drawn(self, tests: Trajectories, *, name: str) -> list[Path]:
        """The first system and the errors of all."""
        return drawn(self.folder, predict_motion(self.model, tests), tests, self.settings)

    def outputs(self, x: np.ndarray) -> Outputs:
        """The states over the horizon of the run, from states at t = 0."""
        self._check_inputs(x)
        times = np.arange(round(self.settings.horizon / self.settings.dt)) * self.settings.dt
        return Outputs(np.asarray(roll_out(self.model, x, times)), self.STATE, times, self._caution(times[-1]))

    def _caution(self, end: float) -> str:
        """That rollouts to a time go on for longer than any piece of motion that the model was fitted to."""
        fitted = (self.settings.chunk - 1) * self.settings.dt
        if round(end / self.settings.dt) < self.settings.chunk:
            return ""
        return f"rolled out to {end:g} s; the model was fitted to pieces of {fitted:g} s, and errors grow beyond"

    def _check_inputs(self, x: np.ndarray) -> None:
        """Raise `ValueError` for systems of constants that the model does not see and was not fitted to."""
        settings, columns = self.settings, dict(zip(self.CONSTANTS, x.T, strict=False))
        for name in self.CONSTANTS[:6]:
            if not (columns[name] > 0).all():
                raise ValueError(f"{name} must be above 0. Got {columns[name].min():g}. Leave these systems out")
        fixed = {} if self.model.constants else dict.fromkeys(self.CONSTANTS[:6], settings.constants[0])
        if settings.features in ("emlp", "mlp"):
            fixed |= {"gx": 0.0, "gy": 0.0, "gz": -settings.gravity[0]}
        for name, value in fixed.items():
            wrong = columns[name][~np.isclose(columns[name], value)]
            if len(wrong):
                raise ValueError(
                    f"this model was fitted to systems of {name} = {value:g} and does not see it. Got {wrong[0]:g}. "
                    "Leave these systems out, or learn from others: see `scalaremlp pendulum --help`"
                )

    def equivariance_error(self, key: jax.Array, samples: int, elements: int, x: np.ndarray | None) -> float:
        """That of the vector field, at first states of test systems if no inputs are given."""
        if x is None:
            x = np.asarray(first_inputs(motion_of_tests(self.settings, samples, states=1, start=0)))
        return symmetry_error(self.model, x, key=key, elements=elements)


def open_run(folder: str | Path) -> SavedRun:
    """The finished run in a folder.

    Raises:
        ValueError: if there is none, if its fit is not finished, or if its files are damaged.
    """
    folder = Path(folder)
    if state_of(folder) is State.UNFINISHED and not (folder / "config.json").is_file():
        raise ValueError(f"a run has a model when it is finished. Got {folder}, whose fit is not. {go_on(folder)}")
    read, config = None, read_config(folder)
    while read != config:  # a model and its own settings, where another process replaces both meanwhile
        read, model = config, load(folder)
        config = read_config(folder)
    settings = settings_in(config.get("settings"), folder / "config.json")
    if isinstance(settings, PendulumSettings):
        if not isinstance(model, Pendulum):
            found = type(model).__name__
            raise ValueError(f"a run on the pendulum has a model of it. Got {found} in {folder}. Copy it again")
        return SavedPendulum(folder, model, settings)
    return SavedTraining(folder, model, settings)
