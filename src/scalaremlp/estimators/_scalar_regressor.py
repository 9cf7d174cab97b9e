"""A regressor of scikit-learn that is equivariant."""

from functools import cached_property
from typing import Any, Self

import jax.random as jr
import numpy as np

from .. import train
from .._model import as_model
from ..data import Dataset
from ._double import in_double
from ._models import NETWORK, in_closed_form, made
from ._samples import WeightedRegression, ordered
from ._sklearn import check_is_fitted, check_random_state, check_sample_weight
from ._typed_regressor import TypedRegressor


class ScalarRegressor(TypedRegressor):
    r"""An equivariant function, fitted by `scalaremlp.fit`, as a regressor of scikit-learn.

    $$f(x) = \sum_k c_k(s(x))\, t_k(x)$$

    Left alone every column of X and y is a scalar. With types and a group the columns of X are the components of
    `rep_in` in the order in which it is written, those of y of `rep_out`, and f(gx) = ρ(g) f(x) holds exactly. What is
    computed is float64, whether or not `scalaremlp.enable_x64()` has been called.

    Args:
        rep_in: the type of the inputs, such as `"2*T(1)"` or `2 * T(1)`; None: each column is a scalar.
        rep_out: the type of the outputs; None: each column is a scalar.
        group: the symmetry group, such as `"O(3)"` or `O(3)`; None where all are scalars.
        model: "network" (`scalaremlp.nn.ScalarMLP`), "process" (`ScalarGP`) or "polynomial" (`ScalarPolynomial`), which
            are fitted at once; None: the one that predicts other samples best, as `scalaremlp.fit` chooses.
        width: of the network's hidden layers.
        permutation: whether the particles of the input are identical, for a network.
        scalars: which scalars a network has, by name: see `scalaremlp.nn.ScalarMLP`.
        degree: the highest degree of a network's scalars and covariants in the inputs.
        random_state: of the initial weights and of what a fit holds back: a whole number, a `RandomState`, or None.

    Attributes:
        model_: the fitted model.
        history_: the history of the fit; `history_.verdict` says what to know of it.
        rep_in_, rep_out_, group_: the types.
        posterior_: `scalaremlp.train.posterior` of the model, computed when it is first asked for.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.estimators import ScalarRegressor
        >>> X = np.random.default_rng(0).normal(size=(60, 6))
        >>> y = np.sum(X[:, :3] * X[:, 3:], axis=1)
        >>> regressor = ScalarRegressor("2*T(1)", "T(0)", "O(3)", random_state=0).fit(X[:40], y[:40])
        >>> round(regressor.score(X[40:], y[40:]), 6)
        1.0
    """

    def __init__(
        self,
        rep_in: Any = None,
        rep_out: Any = None,
        group: Any = None,
        *,
        model: Any = None,
        width: Any = None,
        permutation: Any = False,
        scalars: Any = None,
        degree: Any = None,
        random_state: Any = None,
    ):
        self.rep_in = rep_in
        self.rep_out = rep_out
        self.group = group
        self.model = model
        self.width = width
        self.permutation = permutation
        self.scalars = scalars
        self.degree = degree
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the model to inputs X (n, size_in) and outputs y, (n,) or (n, size_out).

        Args:
            X: the inputs, one a row: an array or a table.
            y: the outputs.
            sample_weight: (n,), how much the square of each residual counts. Whole weights, of at most ten on average,
                stand for repeated samples; of others only the ratios count, and alternatives of the model are not
                compared.

        Raises:
            ValueError: if numbers are missing or not finite, weights are negative, types do not fit the columns, or
                are no types.
        """
        x, outputs = self._checked(X, y)
        if sample_weight is not None:
            sample_weight = check_sample_weight(sample_weight, x, dtype=np.float64, ensure_non_negative=True)
        random = check_random_state(self.random_state)
        self._samples = ordered(x, outputs, sample_weight, random)
        self.__dict__.pop("posterior_", None)
        with in_double():
            self.model_, self.history_ = self._fitted(jr.key(int(random.randint(2**31 - 1))))
        return self

    def _fitted(self, key: Any) -> tuple[Any, train.History]:
        keys, weights = jr.split(key), self._samples.weights
        types = self.rep_in_, self.rep_out_, self.group_
        options = {name: getattr(self, name) for name in ("width", "permutation", "scalars", "degree")}
        model, data = made(self.model, types, options, keys[0]), self._data()
        if weights is None:
            judged = None if self.model == NETWORK else "auto"
            return train.fit(model, data, validation=judged, key=keys[1], progress=False)
        if in_closed_form(self.model):
            raise ValueError(
                f"A {self.model} counts samples alike. Got `sample_weight` of other ratios than whole numbers. Take "
                'model="network", or leave the weights out.'
            )
        loss = WeightedRegression(train.Regression().for_targets(data.y, data))
        batch = data.x, data.y, np.sqrt(weights)
        return train.fit(as_model(model).calibrate(data.x, data.y), batch, loss=loss, key=keys[1], progress=False)

    def _data(self) -> Dataset:
        x, y, _ = self._samples
        return Dataset(x, y, self.rep_in_, self.rep_out_, self.group_, x_names=self._names)

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """The outputs for inputs X (n, size_in), in the shape of y; with `return_std` also their standard deviations.

        Args:
            X: the inputs, one a row.
            return_std: whether to give (mean, std), the standard deviation of the noise-free output about its
                prediction, as of `scalaremlp.train.posterior`.

        Raises:
            ValueError: if there are other columns than in `fit`, or numbers are missing or not finite; with
                `return_std` also if the fit has no posterior, as one with unequal weights.
            sklearn.exceptions.NotFittedError: before `fit`.
        """
        if not return_std:
            return super().predict(X)
        X = self._inputs(X)
        with in_double():
            return tuple(self._shaped(each) for each in self.posterior_(X))

    @cached_property
    def posterior_(self) -> Any:
        """What `scalaremlp.train.posterior` knows of the model."""
        check_is_fitted(self)
        if self._samples.weights is not None:
            raise ValueError(
                "Standard deviations are known of samples that count alike. Got unequal `sample_weight`. Fit without, "
                "or with whole weights, or repeat samples."
            )
        with in_double():
            return train.posterior(self.model_, self._data())

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__getstate__().items() if name != "posterior_"}
