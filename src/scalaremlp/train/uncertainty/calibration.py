"""Whether standard deviations tell the truth of samples that were not fitted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ...data.batches import as_batch
from ...data.sigma import sigma_of
from ...measure.checks import check_finite, check_fits
from .posterior import Posterior

#: Shares of a normal distribution, and how many standard deviations to either side have them.
SHARES = {50: 0.6744897501960817, 90: 1.6448536269514722, 99: 2.5758293035489004}


@dataclass(frozen=True)
class Calibration:
    """How far outputs are from their predictions, in standard deviations.

    Attributes:
        pulls: (y − mean)/√(std² + noise²) of every component, of complex outputs of real and imaginary parts.
    """

    pulls: Float[np.ndarray, " pulls"]

    @property
    def numbers(self) -> dict[str, float]:
        """The shares inside the 50, 90 and 99 % intervals, and the mean and the standard deviation of the pulls."""
        sizes = np.abs(self.pulls)
        inside = {f"inside_{share}": float(np.mean(sizes <= width)) for share, width in SHARES.items()}
        return {**inside, "pull_mean": float(np.mean(self.pulls)), "pull_std": float(np.std(self.pulls))}


def calibration(posterior: Posterior, data: Any, *, noise: bool = True) -> Calibration:
    """How far the outputs of samples are from the predictions, in standard deviations.

    Args:
        posterior: of the fitted model.
        data: samples that were not fitted, a `Dataset` or arrays (x, y).
        noise: whether the outputs have the noise of those that were fitted; `False` if they are the truth.

    Returns:
        The pulls, with `numbers`: of an honest posterior 50, 90 and 99 % are inside the intervals.

    Example:
        >>> import equinox as eqx, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> x, noise = jr.normal(jr.key(0), (400, 1)), jr.normal(jr.key(1), (400, 1))
        >>> train, test = (x[:200], (x + noise)[:200]), (x[200:], (x + noise)[200:])
        >>> model, history = se.fit(eqx.nn.Linear(1, 1, key=jr.key(2)), train, key=jr.key(3))
        >>> found = se.train.calibration(se.train.posterior(model, train), test)
        >>> bool(0.85 < found.numbers["inside_90"] < 0.95), bool(0.8 < found.numbers["pull_std"] < 1.2)
        (True, True)
    """
    batch = as_batch(data)
    check_finite(batch, "samples")
    check_fits(posterior.model, batch, "samples")
    x, y = (np.asarray(array) for array in batch)
    mean, std = posterior(x)
    error, spread, size = y - mean, std, posterior.noise[posterior.terms] * _unit(posterior, data, y)
    if np.iscomplexobj(error):
        error, spread = (np.concatenate([v.real, v.imag], axis=1) for v in (error, spread + 0j))
        size = np.concatenate([size, size], axis=1)
    total = np.sqrt(spread**2 + (size**2 if noise else 0.0))
    return Calibration((error / np.maximum(total, np.finfo(float).tiny)).ravel())


def _unit(posterior: Posterior, data: Any, y: np.ndarray) -> Float[np.ndarray, "n size_out"]:
    """What the noise is measured in."""
    if not posterior.in_sigma:
        return np.ones(y.shape)
    sigma = sigma_of(data)
    if sigma is None:
        raise ValueError(
            "Samples need standard errors where those that were fitted had them. Got none: give `sigma` of the data."
        )
    return sigma
