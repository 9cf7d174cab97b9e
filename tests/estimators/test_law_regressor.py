"""The regressor that gives a formula."""

import pickle

import jax
import numpy as np
import pytest

from scalaremlp.estimators import LawRegressor

RNG = np.random.default_rng(0)
K, R = RNG.uniform(1, 2, (60, 1)), RNG.normal(size=(60, 3))


def test_a_force_with_units_is_found_and_pickled_with_the_switch_off():
    options = {"units_in": ["N/m", "m"], "units_out": "N", "random_state": 0}
    with jax.enable_x64(False):
        regressor = LawRegressor("T(0) + T(1)", "T(1)", "O(3)", **options).fit(np.hstack([K, R]), -K * R)
        found = pickle.loads(pickle.dumps(regressor)).predict(np.hstack([K, R]))
    assert str(regressor.law_) == "y = -s1 x1^a"
    np.testing.assert_allclose(found, -K * R, rtol=1e-12)


def test_of_few_samples_little_is_looked_for():
    with pytest.warns(
        UserWarning, match=r"10 samples contradict few formulas: only .* sums of 4 terms, .*Fit at least 20"
    ):
        regressor = LawRegressor(random_state=0).fit(R[:10], R[:10, 0] / R[:10, 1])
    assert str(regressor.law_) == "y = s1 s2^-1"


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"`terms` must be fewer than the samples .*Got 9 and 7 samples"):
        LawRegressor(terms=9).fit(R[:9], K[:9, 0])
    with pytest.raises(ValueError, match="units_in"):
        LawRegressor("T(1)", "T(0)", "O(3)", units_in=["m", "s"]).fit(R, K[:, 0])
    with pytest.raises(AttributeError):
        LawRegressor().law_  # noqa: B018
