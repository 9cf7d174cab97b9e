"""A transformer of scikit-learn from typed columns to invariants."""

from typing import Any, Self

import numpy as np
from jaxtyping import Float

from ..measure import predict
from ..nn import named_features
from ..scalars import Scalars
from ._double import in_double
from ._sklearn import BaseEstimator, TransformerMixin, check_feature_names_in, check_is_fitted, validate_data
from ._types import types_of_columns


class InvariantFeatures(TransformerMixin, BaseEstimator):
    """The invariants of typed inputs, as a transformer of scikit-learn: features for any other regressor.

    Args:
        rep_in: the type of the inputs, such as `"2*T(1)"`; None: each column is a scalar, and stays as it is.
        group: the symmetry group, such as `"O(3)"`; None where all are scalars.
        scalars: which scalars, by name: "products", the polynomial invariants; "norms", with norms and cosines;
            "differences", also those of two vectors; "logs" or "decades": see `scalaremlp.nn.named_features`.
        degree: the highest degree of the invariants in the inputs; None for all.

    Attributes:
        scalars_: the map from one input to its scalars.
        rep_in_, group_: the types.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.estimators import InvariantFeatures
        >>> features = InvariantFeatures("2*T(1)", "O(2)")
        >>> features.fit_transform(np.array([[3.0, 4.0, 1.0, 0.0], [0.0, 1.0, 0.0, 2.0]]))
        array([[25.,  3.,  1.],
               [ 1.,  2.,  4.]])
        >>> features.get_feature_names_out().tolist()
        ['<x1,x1>', '<x1,x2>', '<x2,x2>']
    """

    def __init__(
        self,
        rep_in: Any = None,
        group: Any = None,
        *,
        scalars: Any = "products",
        degree: Any = None,
    ):
        self.rep_in = rep_in
        self.group = group
        self.scalars = scalars
        self.degree = degree

    def fit(self, X: Any, y: Any = None) -> Self:
        """Look at the columns of X (n, size_in); no number of theirs is kept.

        Raises:
            ValueError: if the type does not fit the columns, or is none; if numbers are missing or not finite.
        """
        X = validate_data(self, X, dtype=np.float64)
        self.rep_in_, _, self.group_ = types_of_columns(self.rep_in, None, self.group, X.shape[1], 1)
        with in_double():
            self.scalars_: Scalars = named_features(self.rep_in_, self.group_, self.scalars, self.degree)
        return self

    def transform(self, X: Any) -> Float[np.ndarray, "n scalars"]:
        """The scalars of inputs X (n, size_in), in float64.

        Raises:
            ValueError: if there are other columns than in `fit`, or numbers are missing or not finite.
            sklearn.exceptions.NotFittedError: before `fit`.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        with in_double():
            return np.asarray(predict(self.scalars_, X))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """What each scalar is, such as `"<x1,x2>"`; columns that stay as they are keep their names."""
        check_is_fitted(self)
        columns = check_feature_names_in(self, input_features)
        return np.asarray(columns if self.rep_in is None else self.scalars_.names, dtype=object)
