"""What scikit-learn asks of every estimator."""

import warnings

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from scalaremlp.estimators import InvariantFeatures, LawRegressor, ScalarRegressor


def checks(estimator):
    """Each check of an estimator; the one that is left out, of other array libraries, says so by itself."""
    found = list(estimator_checks_generator(estimator))
    return [pytest.param(own, check, id=f"{own}-{getattr(check, 'func', check).__name__}") for own, check in found]


def run(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.parametrize("estimator, check", checks(InvariantFeatures()))
def test_features_pass(estimator, check):
    run(estimator, check)


@pytest.mark.parametrize("estimator, check", checks(ScalarRegressor(model="process")))
def test_a_regressor_passes(estimator, check):
    run(estimator, check)


@pytest.mark.parametrize("estimator, check", checks(LawRegressor(terms=5)))
def test_a_formula_of_few_terms_passes(estimator, check):
    run(estimator, check)


@pytest.mark.slow  # each search of what has no law takes seconds
@pytest.mark.parametrize("estimator, check", checks(LawRegressor()))
def test_a_formula_passes(estimator, check):
    run(estimator, check)


@pytest.mark.slow  # each fit compiles for seconds
@pytest.mark.parametrize("estimator, check", checks(ScalarRegressor()))
def test_a_regressor_that_chooses_passes(estimator, check):
    run(estimator, check)
