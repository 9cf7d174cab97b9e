"""The library with the face of scikit-learn: estimators for its pipelines, searches and cross-validation."""

from ._invariant_features import InvariantFeatures as InvariantFeatures
from ._law_regressor import LawRegressor as LawRegressor
from ._scalar_regressor import ScalarRegressor as ScalarRegressor
