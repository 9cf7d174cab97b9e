"""What a run on the pendulum leaves in its folder: a table, figures, an animation."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scalaremlp import plot
from scalaremlp._files import write_text
from scalaremlp.data import Trajectories
from scalaremlp.dynamics import SpringPendulum, angular_momentum, energy

from ._animate import animate
from ._phase_space import phase_space
from ._predict import Prediction

_DRAWN = 0  # which test system is drawn


def write_errors(folder: Path, prediction: Prediction, test: Trajectories) -> None:
    """Write errors.csv: time, geometric mean of the relative errors, standard deviation of their logarithm.

    Args:
        folder: made if it does not exist.
        prediction: of `predict`.
        test: what it was made for.
    """
    write_text(folder / "errors.csv", _table(_times(test), prediction))


def draw(
    folder: Path,
    prediction: Prediction,
    test: Trajectories,
    *,
    published_potential: bool = True,
    title: str = "",
    film: str = "gif",
) -> list[Path]:
    """Draw what was found; returns the paths of the pictures.

        figures/phase_space.png   position against momentum of both masses, of the first test system
        figures/errors.png        the error of the rollouts against time, with its spread
        figures/conserved.png     energy and angular momentum about gravity, of the first test system
        figures/pendulum.gif      truth beside prediction

    Args:
        folder: made if it does not exist.
        prediction: of `predict`.
        test: what it was made for.
        published_potential: as of the test systems; the energy is theirs, not the learned one.
        title: printed above the pictures.
        film: "gif", "mp4" where there is ffmpeg, or "" for none.
    """
    times = _times(test)
    true, found = (np.asarray(states)[_DRAWN] for states in (test.z, prediction.states))
    parameters = np.asarray(test.parameters)[_DRAWN]
    conserved = _conserved({"truth": true, "prediction": found}, parameters, published_potential)
    figures = {
        "phase_space": phase_space(true, found, title=title),
        "errors": plot.rollout_errors({"prediction": prediction.error}, times=times, title=title),
        "conserved": plot.conserved(conserved, times=times, title=title),
    }
    pictures = folder / "figures"
    made = [plot.save_figure(figure, pictures / f"{name}.png") for name, figure in figures.items()]
    if film:
        made.append(animate(true, found, times=times, path=pictures / f"pendulum.{film}", title=title))
    return made


def _times(test: Trajectories) -> np.ndarray:
    return np.asarray(test.t[_DRAWN] - test.t[_DRAWN, 0])


def _conserved(
    states: Mapping[str, np.ndarray], parameters: np.ndarray, published_potential: bool
) -> dict[str, dict[str, Any]]:
    """The true energy and the angular momentum about gravity, along each trajectory."""
    hamiltonian = SpringPendulum(published_potential=published_potential)
    down = parameters[6:] / np.linalg.norm(parameters[6:])
    return {
        "energy (mass · length² / s²)": {
            label: energy(hamiltonian, z[None], parameters[None])[0] for label, z in states.items()
        },
        "angular momentum about gravity (mass · length² / s)": {
            label: angular_momentum(z) @ down for label, z in states.items()
        },
    }


def _table(times: np.ndarray, prediction: Prediction) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["time_s", "relative_error", "log_spread"])
    columns = (times, prediction.error.by_time, prediction.error.log_spread)
    rows.writerows([f"{value:.9g}" for value in row] for row in zip(*columns, strict=True))
    return text.getvalue()
