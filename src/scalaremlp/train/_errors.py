"""How far predictions are from the truth, sample by sample and term by term."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Inexact


@dataclass(frozen=True)
class Errors:
    """Errors of a model on some samples, as root mean squares over components, in the units of the outputs.

    Args:
        samples: how many.
        error: of all components.
        spread: the same of the mean output.
        median: of the errors of single samples.
        percentile99: likewise, the 99th percentile.
        share: the part of the sum of squares that is of the largest error of a single sample.
        row: the number of that sample, counted from 0.
        terms: the relative squared error of each term of the output, by its name, where there are several.

    Example:
        >>> import numpy as np
        >>> truth = np.array([[0.0], [2.0], [4.0]])
        >>> found = Errors.of(truth, truth + [[0.0], [0.0], [1.0]])
        >>> round(found.relative, 3), found.median, found.share, found.row
        (0.125, 0.0, 1.0, 2)
    """

    samples: int
    error: float
    spread: float
    median: float
    percentile99: float
    share: float
    row: int
    terms: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        truth: Inexact[np.ndarray, "n m"],
        guess: Inexact[np.ndarray, "n m"],
        terms: Mapping[str, slice] | None = None,
    ) -> "Errors":
        """The errors of `guess`; `terms` are the columns of each term."""
        unit = float(np.max(np.abs(truth), initial=0.0)) or 1.0  # before anything is squared
        truth, wrong = truth / unit, (guess - truth) / unit
        single = unit * np.sqrt(_squares(wrong, 1))
        squares = (single / (np.max(single, initial=0.0) or 1.0)) ** 2
        row = int(np.argmax(np.where(np.isnan(single), np.inf, single)))
        columns = terms if terms is not None and len(terms) > 1 else {}
        return cls(
            samples=len(truth),
            error=unit * _root(wrong),
            spread=unit * _spread(truth),
            median=float(np.median(single)),
            percentile99=float(np.percentile(single, 99)),
            share=float(squares[row] / total) if (total := squares.sum()) > 0 else 0.0,
            row=row,
            terms={name: _relative(truth[:, part], wrong[:, part]) for name, part in columns.items()},
        )

    @property
    def relative(self) -> float:
        """Σ|y − ŷ|² / Σ|y − ȳ|², of all components together; NaN where all outputs are alike."""
        return (self.error / self.spread) ** 2 if self.spread > 0 else float("nan")

    @property
    def largest(self) -> float:
        """The error of the sample that is off the most."""
        return float((self.share * self.samples) ** 0.5 * self.error)

    def worst(self, but: Sequence[str] = ()) -> float:
        """The relative squared error of the term that is worst, but for some; the whole where there is one term."""
        known = [value for name, value in self.terms.items() if name not in but and np.isfinite(value)]
        if self.terms:
            return max(known, default=float("nan"))
        return float("nan") if but else self.relative

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> "Errors | None":
        """What `asdict` made, with NaN for numbers that are not known."""
        if values is None:
            return None
        known: dict[str, Any] = {name: float("nan") if value is None else value for name, value in values.items()}
        known["terms"] = {name: float("nan") if v is None else v for name, v in values["terms"].items()}
        return cls(**known)

    def as_dict(self) -> dict[str, Any]:
        """All numbers by name."""
        return asdict(self) | {"terms": dict(self.terms)}


def _squares(values: np.ndarray, axis: int | None = None) -> Any:
    return np.mean(np.abs(values) ** 2, axis=axis)


def _root(values: np.ndarray) -> float:
    return float(np.sqrt(_squares(values)))


def _relative(truth: np.ndarray, wrong: np.ndarray) -> float:
    unit = float(np.max(np.abs(truth), initial=0.0)) or 1.0
    spread = _spread(truth / unit)
    return float(_squares(wrong / unit)) / spread**2 if spread > 0 else float("nan")


def _spread(truth: np.ndarray) -> float:
    """The root mean square about the mean; 0 where that is no more than the rounding of the mean."""
    found = _root(truth - truth.mean(axis=0))
    return found if found > len(truth) * np.finfo(truth.dtype).eps * _root(truth) else 0.0
