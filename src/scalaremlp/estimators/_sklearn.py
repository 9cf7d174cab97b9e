"""What the estimators take from scikit-learn, or one line that says how to get it."""

try:
    from sklearn.base import BaseEstimator as BaseEstimator
    from sklearn.base import MultiOutputMixin as MultiOutputMixin
    from sklearn.base import RegressorMixin as RegressorMixin
    from sklearn.base import TransformerMixin as TransformerMixin
    from sklearn.utils import check_random_state as check_random_state
    from sklearn.utils import validation as _validation
    from sklearn.utils.validation import check_is_fitted as check_is_fitted
    from sklearn.utils.validation import validate_data as validate_data
except ImportError as error:
    raise ImportError(
        f"scalaremlp.estimators need scikit-learn 1.6 or newer. Got: {error}. Run: pip install 'scalaremlp[sklearn]'."
    ) from error

#: There are no public ones.
check_feature_names_in, check_sample_weight = _validation._check_feature_names_in, _validation._check_sample_weight
