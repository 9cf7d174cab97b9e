"""What of the outputs is weighed by itself: the terms of their type, and the size of each."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact

from .._model import Types
from ..reps.terms import Term, offset_and_size, terms

_MOST = 8  # terms, above which all copies of a tensor count as one for their noise


@dataclass(frozen=True)
class OutputTerms:
    """The terms of an output type, each copy of a tensor by itself."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, *typed: Any, rep: str = "rep_out") -> "OutputTerms | None":
        """Those of the first of some models and data sets that says its `rep_out` and `group`; None if none does.

        With `rep="rep_in"` those of its inputs.
        """
        every = (Types.of(each) for each in typed)
        found = next((types for types in every if types is not None and types.group is not None), None)
        return None if found is None else cls(terms(getattr(found, rep), found.group))

    @property
    def size(self) -> int:
        """Of the output."""
        return self.terms[-1].part.stop if self.terms else 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """For each component of the output the number of the term whose noise it shares."""
        single = len(self.terms) <= _MOST
        first = [term.number == 0 or single for term in self.terms]
        of_term = np.cumsum(first) - 1
        return tuple(np.repeat(of_term, [term.part.stop - term.part.start for term in self.terms]).tolist())

    def weights(self, y: Inexact[np.ndarray, "n size_out"]) -> Float[Array, " size_out"] | None:
        """The inverse of the root mean square of each component of a term, about what is invariant of its mean.

        None where residuals can be squared as they are: of one term, of no extreme size.
        """
        sizes = np.ones(y.shape[1])
        for term in self.terms:
            values = y[:, term.part]
            sizes[term.part] = offset_and_size(values, term.invariant)[1] / np.sqrt(values.shape[1])
        most = float(np.finfo(y.dtype).max) ** 0.2  # 1e61 in float64
        if len(self.terms) == 1 and sizes.min() > 1 / most and sizes.max() < most:
            return None
        return jnp.asarray(1 / sizes, np.real(y).dtype)
