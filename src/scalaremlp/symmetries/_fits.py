"""A law under one group, fitted to some samples and judged by others."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Array, Float, Key

from ..data import Dataset
from ..data.sigma import sigma_of
from ..groups import Group
from ..measure import predict
from ..measure.terms import OutputTerms
from ..nn import Dimensionless, ScalarGP, ScalarMLP
from ..reps.measured import GivenUnits
from ..scalars.inputs import takes_tensors
from ..train import fit, posterior

_MOST_SAMPLES, _MOST_DEPENDENCIES = 3000, 600  # of a Gaussian process: beyond, a network takes less time


class Choice(NamedTuple):
    """What a law may be symmetric under.

    Attributes:
        group: the group.
        permutation: whether particles may be exchanged.
        units: whether units may be changed.
    """

    group: Group
    permutation: bool
    units: bool


class Law(NamedTuple):
    """A law that was fitted, and the logarithm of its evidence; NaN where that is not known."""

    model: Any
    kind: str
    log_evidence: float


def fitted(data: Dataset, choice: Choice, constants: GivenUnits, model_key: Key[Array, ""], key: Key[Array, ""]) -> Law:
    """A Gaussian process, by one search of its evidence, where that is possible and takes little time; else a network.

    Args:
        data: the samples to fit to.
        choice: what the law is symmetric under.
        constants: of `Dimensionless`.
        model_key: for the network.
        key: for its fit.
    """
    units: Any = {"units_in": data.units_in, "units_out": data.units_out} if choice.units else {}
    types = data.rep_in, data.rep_out, choice.group
    data = Dataset(data.x, data.y, *types, name=data.name, sigma=data.sigma, **units)
    process = None if choice.permutation else _process(data)
    options: Any = {"permutation": True} if choice.permutation else {}
    inner: Any = process or ScalarMLP(*types, **options, key=model_key)
    model: Any = Dimensionless(inner, **units, constants=constants) if choice.units else inner
    if process is not None:
        found = model.fitted(data.x, data.y)
        return Law(found.model, type(inner).__name__, found.log_evidence)
    model, _ = fit(model, data, key=key, progress=False)
    return Law(model, type(getattr(model, "model", model)).__name__, _log_evidence(model, data))


def _process(data: Dataset) -> ScalarGP | None:
    """A Gaussian process for samples that are few, and equally precise, of a law that is not of too many scalars."""
    assert data.group is not None  # as checked
    if data.sigma is not None or len(data) > _MOST_SAMPLES or takes_tensors(data.rep_in, data.rep_out, data.group):
        return None
    process = ScalarGP(data.rep_in, data.rep_out, data.group, searches=1)
    return process if process.features.size * process.covariants.size <= _MOST_DEPENDENCIES else None


def _log_evidence(model: Any, data: Dataset) -> float:
    try:
        return posterior(model, data).log_evidence
    except ValueError:
        return float("nan")


class Judge:
    """Samples that were held back, and how far laws are from them.

    Errors are beside the standard errors of the samples, if they have any, else beside the size of each term of the
    output, so that the unit of a term has no say.
    """

    def __init__(self, test: Dataset):
        self.test = test
        y, sigma = np.asarray(test.y), sigma_of(test)
        terms = OutputTerms.of(test)
        weights = None if terms is None else terms.weights(y)
        self.unit = (1.0 if weights is None else 1 / np.asarray(weights)) if sigma is None else sigma
        mean = np.average(y, axis=0, weights=None if sigma is None else sigma**-2.0)
        self.variance = float(np.mean(self._squares(y - mean))) or 1.0

    def lost(self, model: Any) -> Float[np.ndarray, " n"]:
        """The squared error of each sample."""
        return self._squares(np.asarray(predict(model, self.test.x)) - np.asarray(self.test.y))

    def worse(self, own: Float[np.ndarray, " n"], best: Float[np.ndarray, " n"]) -> float:
        """By how many standard errors, of logarithms that no single sample decides."""
        more = np.log1p(own / self.variance) - np.log1p(best / self.variance)
        error = float(np.std(more, ddof=1)) / len(more) ** 0.5
        return float(np.mean(more)) / error if error > 0 else 0.0

    def _squares(self, errors: np.ndarray) -> Float[np.ndarray, " n"]:
        return np.sum(np.abs(errors / self.unit) ** 2, axis=1)
