"""What all regressors share: checked samples, outputs in the shape of y, pickles with all digits."""

from typing import Any

import numpy as np

from ..measure import predict
from ._double import in_double, kept, restored
from ._sklearn import (
    BaseEstimator,
    MultiOutputMixin,
    RegressorMixin,
    check_is_fitted,
    validate_data,
)
from ._types import types_of_columns


class TypedRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """A regressor whose `fit` leaves an unbatched model in `model_`."""

    model_: Any

    def _checked(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        """The samples, (n, size_in) and (n, size_out), after which the types are known.

        Raises:
            ValueError: if numbers are missing or not finite, or types do not fit the columns.
        """
        X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True, ensure_min_samples=2)
        self._vector = y.ndim == 1
        outputs = np.asarray(y, np.float64).reshape(len(y), -1)
        types = types_of_columns(self.rep_in, self.rep_out, self.group, X.shape[1], outputs.shape[1])
        self.rep_in_, self.rep_out_, self.group_ = types
        return X, outputs

    @property
    def _names(self) -> list[str] | None:
        """The names of the columns, if they have some."""
        names = getattr(self, "feature_names_in_", None)
        return None if names is None or len(set(names)) < len(names) else list(names)

    def _inputs(self, X: Any) -> np.ndarray:
        """New inputs; an error before `fit`, and for other columns than its."""
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, reset=False, dtype=np.float64))

    def _shaped(self, outputs: Any) -> np.ndarray:
        """Outputs in the shape in which they were given."""
        return np.asarray(outputs)[:, 0] if self._vector else np.asarray(outputs)

    def predict(self, X: Any) -> np.ndarray:
        """The outputs for inputs X (n, size_in), in the shape of y.

        Raises:
            ValueError: if there are other columns than in `fit`, or numbers are missing or not finite.
            sklearn.exceptions.NotFittedError: before `fit`.
        """
        X = self._inputs(X)
        with in_double():
            return self._shaped(predict(self.model_, X))

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {**state, "model_": kept(state["model_"])} if "model_" in state else state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({**state, "model_": restored(state["model_"])} if "model_" in state else state)
