"""A regressor of scikit-learn that gives a formula."""

import warnings
from typing import Any, Self

import jax.random as jr

from ..data import Dataset
from ..laws import Law, discover
from ..laws.limits import FEWEST
from ._double import in_double
from ._sklearn import check_random_state
from ._typed_regressor import TypedRegressor

_SHARE = 0.4  # of few samples: half of those that are not held out


class LawRegressor(TypedRegressor):
    """The formula of the samples, found by `scalaremlp.laws.discover`, as a regressor of scikit-learn.

    Args:
        rep_in: the type of the inputs, such as `"2*T(1)"` or `2 * T(1)`; None: each column is a scalar.
        rep_out: the type of the outputs; None: each column is a scalar.
        group: the symmetry group, such as `"O(3)"` or `O(3)`; None where all are scalars.
        units_in: the unit of each scalar, vector or tensor of `rep_in`, such as `["kg", "m/s"]`; None: none are.
        units_out: the same of the outputs.
        permutation: whether the law is a sum over identical particles.
        constants: "dimensionless", or "any" if constants may have units.
        terms: among how many terms, the shortest, those of a sum are chosen: see `scalaremlp.laws.discover`; None: all,
            and of less than 20 samples 40 % of their number, with a warning.
        random_state: of the samples that are held out: a whole number, a `RandomState`, or None.

    Attributes:
        law_: the formula, a `scalaremlp.laws.Law`: `str(law_)`, `law_.latex()`, `law_.constants`, `law_.verdict`.
        rep_in_, rep_out_, group_: the types.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.estimators import LawRegressor
        >>> X = np.random.default_rng(0).normal(size=(60, 6))
        >>> y = 2 * np.linalg.norm(X[:, :3] - X[:, 3:], axis=1) ** -1
        >>> regressor = LawRegressor("2*T(1)", "T(0)", "O(3)", random_state=0).fit(X, y)
        >>> print(regressor.law_)
        y = 2 |x1-x2|^-1
    """

    def __init__(
        self,
        rep_in: Any = None,
        rep_out: Any = None,
        group: Any = None,
        *,
        units_in: Any = None,
        units_out: Any = None,
        permutation: Any = False,
        constants: Any = "dimensionless",
        terms: Any = None,
        random_state: Any = None,
    ):
        self.rep_in = rep_in
        self.rep_out = rep_out
        self.group = group
        self.units_in = units_in
        self.units_out = units_out
        self.permutation = permutation
        self.constants = constants
        self.terms = terms
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Find the formula of inputs X (n, size_in) and outputs y, (n,) or (n, size_out).

        Raises:
            ValueError: as of `scalaremlp.laws.discover`, such as for units that do not add up or two samples; if
                numbers are missing or not finite, or types do not fit the columns.
        """
        x, outputs = self._checked(X, y)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        units = {"units_in": self.units_in, "units_out": self.units_out}
        with in_double():
            data = Dataset(x, outputs, self.rep_in_, self.rep_out_, self.group_, x_names=self._names, **units)
            options = {"permutation": self.permutation, "constants": self.constants, "terms": self._terms(len(x))}
            self.model_ = discover(data, **options, key=jr.key(seed))
        return self

    def _terms(self, samples: int) -> Any:
        """As they were given; where samples are few, less than these."""
        if self.terms is not None or samples >= FEWEST:
            return self.terms
        terms = max(1, int(_SHARE * samples))
        warnings.warn(
            f"{samples} samples contradict few formulas: only products, and sums of {terms} terms, are looked for. "
            f"Fit at least {FEWEST} samples to have all looked for, or give `terms`.",
            stacklevel=3,
        )
        return terms

    @property
    def law_(self) -> Law:
        """The formula."""
        law: Law = self.model_
        return law
