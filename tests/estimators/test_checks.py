"""What scikit-learn asks of every estimator."""

import os
import subprocess
import sys
import warnings

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from scalaremlp.estimators import InvariantFeatures, LawRegressor, ScalarRegressor


def checks(estimator, **failing):
    """Each check of an estimator; that of other array libraries is skipped here, and made below.

    Args:
        estimator: to be checked.
        **failing: checks that cannot be met, with the reason.
    """
    found = []
    for own, check in estimator_checks_generator(estimator):
        name = getattr(check, "func", check).__name__
        marks = [pytest.mark.xfail(reason=failing[name], strict=True)] if name in failing else []
        found.append(pytest.param(own, check, id=f"{own}-{name}", marks=marks))
    return found


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


FEW = "the five shortest terms are not the column, of ten, that matters; LawRegressor() passes"


@pytest.mark.parametrize("estimator, check", checks(LawRegressor(terms=5), check_regressors_train=FEW))
def test_a_formula_of_few_terms_passes(estimator, check):
    run(estimator, check)


@pytest.mark.slow  # 3 CPU minutes: each search of what has no law takes seconds
@pytest.mark.parametrize("estimator, check", checks(LawRegressor()))
def test_a_formula_passes(estimator, check):
    run(estimator, check)


@pytest.mark.slow  # 2 CPU minutes: each fit compiles for seconds
@pytest.mark.parametrize("estimator, check", checks(ScalarRegressor()))
def test_a_regressor_that_chooses_passes(estimator, check):
    run(estimator, check)


def test_arrays_of_any_library():
    """The check that is skipped unless SciPy finds its switch when it is imported."""
    code = (
        "from sklearn.utils.estimator_checks import estimator_checks_generator\n"
        "from scalaremlp.estimators import InvariantFeatures, LawRegressor, ScalarRegressor\n"
        "for estimator in InvariantFeatures(), LawRegressor(terms=5), ScalarRegressor(model='process'):\n"
        "    for own, check in estimator_checks_generator(estimator):\n"
        "        if 'array_api' in str(check):\n"
        "            print(check(own))\n"
    )
    switch = {**os.environ, "SCIPY_ARRAY_API": "1"}
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=switch, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["None"] * 3
