"""A run that learns the double pendulum with springs, from its settings to its folder."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax

from scalaremlp import groups
from scalaremlp.data import Trajectories
from scalaremlp.pendulum import (
    OPTIMIZERS,
    Pendulum,
    Prediction,
    Samples,
    adam,
    draw,
    first_inputs,
    learn,
    matching,
    predict,
    samples,
    second_order,
    symmetry_error,
    systems,
    write_errors,
)
from scalaremlp.train import save

from .fit import Course, finish
from .folder import Place, occupied
from .keys import FitKeys, PendulumKeys
from .numbers import of_fit
from .settings import PendulumSettings

_STATE = 12  # numbers of a state
_MEASURED = 100  # states that the equivariance error is measured at


@dataclass(frozen=True)
class PendulumRun:
    """A run on the pendulum before it is made: all that can be refused without fitting has been looked at.

    Args:
        settings: what was asked.
        data: pieces to learn from, and rollouts to test on.
        model: before it is fitted.
        optimizer: how it will be fitted.
    """

    settings: PendulumSettings
    data: Samples
    model: Pendulum
    optimizer: Any

    @classmethod
    def of(cls, settings: PendulumSettings) -> "PendulumRun":
        """The run that settings ask for.

        Raises:
            ValueError: if its samples, its model or its fit are refused.
        """
        model, optimizer = _model(settings), optimizer_of(settings)
        if hasattr(optimizer, "check"):
            residuals = settings.ntrain * (settings.chunk - 1) * _STATE
            optimizer.check(matching(settings.noise > 0), model, residuals)
        data = samples(**of_data(settings))
        model.calibrated_for(data.train)
        return cls(settings, data, model, optimizer)

    def made(self, folder: Path, *, fresh: bool = False, film: str = "gif", **shown: Any) -> dict[str, Any]:
        """Make the run in a folder; one that was begun there with the same settings goes on.

        Args:
            folder: where everything goes; made if it does not exist.
            fresh: whether a run that is there is replaced.
            film: "gif", "mp4" where there is ffmpeg, or "" for none.
            shown: `progress` and `callbacks` of `scalaremlp.fit`.

        Returns:
            The numbers of `measured`, with those of the fit.

        Raises:
            ValueError: if the folder holds something else, or the fit is refused.
            InUseError: if another process is at work there.
        """
        with occupied(folder, self.settings, fresh=fresh) as place:
            return self.made_at(place, film=film, **shown)

    def made_at(self, place: Place, *, film: str = "gif", **shown: Any) -> dict[str, Any]:
        """Make the run where it has a place: fit, save, predict, draw."""
        settings, keys = self.settings, FitKeys.of(PendulumKeys.of(self.settings.seed).run)
        with Course(place) as course:
            model, history = course.fitted(
                learn, self.model, self.data, noisy=settings.noise > 0, optimizer=self.optimizer, key=keys.fit,
                **shown,
            )  # fmt: skip
        save(place.folder, model, history=history, settings=settings.to_json())
        prediction = predict(model, self.data.test)
        numbers = measured(model, prediction, self.data.test, settings, keys.measure)
        numbers |= {**of_fit(model, history, course.seconds), "inputs": model.seen}
        write_errors(place.folder, prediction, self.data.test)
        drawn(place.folder, prediction, self.data.test, settings, film=film)
        finish(place.folder, numbers)
        return numbers


def measured(
    model: Pendulum, prediction: Prediction, test: Trajectories, settings: PendulumSettings, key: jax.Array
) -> dict[str, Any]:
    """Rollout errors, the mean squared error of the first states, and the equivariance error."""
    return {
        **prediction.numbers(),
        "test_mse": prediction.mse(test, settings.chunk),
        "equivariance_error": symmetry_error(model, first_inputs(test)[:_MEASURED], key=key),
    }


def drawn(
    folder: Path, prediction: Prediction, test: Trajectories, settings: PendulumSettings, *, film: str = ""
) -> list[Path]:
    """The pictures of a run, in its folder."""
    title = f"{settings.model}, {settings.features}, {settings.ntrain} systems, seed {settings.seed}"
    published = not settings.half_second_spring
    return draw(folder, prediction, test, published_potential=published, title=title, film=film)


def of_data(settings: PendulumSettings) -> dict[str, Any]:
    """The arguments of `scalaremlp.pendulum.samples`."""
    own = {name: getattr(settings, name) for name in ("ntest", "noise", "seed", "turned", "turned_test")}
    return {"n": settings.ntrain, **own, **_of_motion(settings)}


def motion_of_tests(settings: PendulumSettings, n: int | None = None, **options: Any) -> Trajectories:
    """The test systems, as many as were asked for or n, with further options of `scalaremlp.pendulum.systems`."""
    turned = settings.turned or settings.turned_test
    return systems(n or settings.ntest, turned=turned, **_of_motion(settings), **options)


def _of_motion(settings: PendulumSettings) -> dict[str, Any]:
    same = {name: getattr(settings, name) for name in ("gravity", "constants", "chunk", "dt", "horizon")}
    return {**same, "published_potential": not settings.half_second_spring}


def optimizer_of(settings: PendulumSettings) -> Any:
    """What was asked for, or what suits the model."""
    chosen = {"levenberg-marquardt": second_order, "adam": adam}.get(settings.optimizer, OPTIMIZERS[settings.features])
    steps = {"steps": settings.steps} if settings.steps else {}
    if chosen is second_order:
        return second_order(**steps, noisy=settings.noise > 0)
    return adam(**steps, learning_rate=settings.lr, batch_size=settings.batch)


def _model(settings: PendulumSettings) -> Pendulum:
    """The model before it is fitted."""
    sizes = ("width", "depth", "radial")
    options: dict[str, Any] = {name: getattr(settings, name) for name in sizes if getattr(settings, name)}
    options |= {"norms": False} if settings.no_norms else {}
    group = groups.parse(settings.group) if settings.group else None
    constants, key = len(set(settings.constants)) > 1, PendulumKeys.of(settings.seed).model
    return Pendulum(settings.model, settings.features, group=group, constants=constants, key=key, **options)


def folder_name(settings: PendulumSettings) -> str:
    """The name of a folder that tells which settings differ from the defaults.

    >>> folder_name(PendulumSettings(noise=0.01, no_norms=True, constants=(0.5, 1.5)))
    'pendulum-hnn-scalars-no_norms-noise0.01-constants0.5-1.5-seed0'
    """
    (asked,), (usual,) = settings.to_json().values(), PendulumSettings().to_json().values()
    words = ["pendulum", asked["model"], asked["features"]]
    for name, value in asked.items():
        if value != usual[name] and name not in ("model", "features", "seed"):
            shown = "-".join(map(str, value)) if isinstance(value, list) else str(value)
            words.append(name if value is True else f"{name}{shown}")
    return re.sub(r"[^\w.-]+", "", "-".join(words)) + f"-seed{asked['seed']}"
