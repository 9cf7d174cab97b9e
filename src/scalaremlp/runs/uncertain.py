"""How uncertain the model of a finished run is, by the samples that the run was made with."""

import re
from dataclasses import replace

import numpy as np

from scalaremlp import plot
from scalaremlp.data import Dataset
from scalaremlp.train import LOSSES, Posterior, calibration, load_posterior, posterior, read_config, save_posterior

from .samples import load_samples
from .saved import Outputs, SavedRun, SavedTraining

_METHOD = 2  # raised when posteriors are found in another way: those that were kept are not read then
_OF_ONE_MODEL = re.compile(r"posterior-(\d+-)?[0-9a-f]{12}\.npz")


def posterior_of(saved: SavedRun) -> Posterior:
    """The posterior of a run's model; found when it is asked for the first time, and kept in the run's folder.

    Raises:
        ValueError: if the model has none, or the samples are not there any more.
    """
    if not isinstance(saved, SavedTraining):
        raise ValueError(
            f"standard deviations are known of models that were fitted to samples. Got a run on trajectories, in "
            f"{saved.folder}. Leave `std` out"
        )
    digest = str(read_config(saved.folder)["arrays"]["sha256"])
    file = saved.folder / f"posterior-{_METHOD}-{digest[:12]}.npz"
    if file.is_file():
        return load_posterior(file, saved.model)
    found = posterior(saved.model, load_samples(saved.settings).seen, loss=LOSSES[saved.settings.fit.loss]())
    save_posterior(file, found)
    for old in saved.folder.iterdir():
        if _OF_ONE_MODEL.fullmatch(old.name) and old != file:
            old.unlink(missing_ok=True)
    return found


def with_std(saved: SavedRun, x: np.ndarray) -> Outputs:
    """What the model says of inputs, shape (n, size_in), with standard deviations of the outputs without their noise.

    Raises:
        ValueError: as of `posterior_of`; or if the outputs are written in the columns of other software.
    """
    found = posterior_of(saved)
    if saved.orders[1]:
        raise ValueError(
            f"standard deviations are of the components of packed tensors. Got outputs in the order {saved.orders[1]}. "
            "Leave `std` out, or take posterior.covariance from Python"
        )
    return replace(saved.outputs(x), std=found(x)[1])


def calibrated(saved: SavedRun, tests: Dataset, *, name: str) -> dict[str, float]:
    """Whether the standard deviations are honest: numbers of `Calibration`, and a figure in the run's folder.

    Args:
        saved: the run.
        tests: samples that it was not fitted to, with noise as those have that it was.
        name: tells the figure of a file from that of the run's own tests.
    """
    found = calibration(posterior_of(saved), tests)
    figure = plot.reliability(found.pulls, title=f"{tests.name}, {len(tests)} test samples")
    plot.save_figure(figure, saved.folder / "figures" / f"{'-'.join(filter(None, ('reliability', name)))}.png")
    return found.numbers
