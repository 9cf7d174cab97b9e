"""The regressor: types, weights, precision, pickles, and what it refuses."""

import pickle
import subprocess
import sys

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from scalaremlp.estimators import InvariantFeatures, ScalarRegressor
from scalaremlp.estimators._samples import ordered
from scalaremlp.groups import O
from scalaremlp.reps import T

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6))
DOT = np.sum(X[:, :3] * X[:, 3:], axis=1)
TYPES = {"rep_in": "2*T(1)", "rep_out": "T(0)", "group": "O(3)"}


@pytest.fixture(scope="module")
def fitted():
    """A regressor that was fitted with the switch off."""
    with jax.enable_x64(False):
        return ScalarRegressor(**TYPES, model="process", random_state=0).fit(X, DOT)


def test_it_fits_and_predicts_in_float64_with_the_switch_off(fitted):
    with jax.enable_x64(False):
        found = fitted.predict(X)
        assert jax.numpy.ones(1).dtype == np.float32
        scalars = InvariantFeatures("2*T(1)", "O(3)").fit_transform(X)
    np.testing.assert_allclose(scalars[:, 1], DOT, rtol=1e-13)
    assert found.dtype == np.float64 and found.shape == DOT.shape
    np.testing.assert_allclose(found, DOT, atol=1e-9)


def test_a_pickle_has_all_digits_with_the_switch_off(fitted):
    with jax.enable_x64(False):
        again = pickle.loads(pickle.dumps(fitted))
        assert np.array_equal(again.predict(X), fitted.predict(X))
    numbers = [leaf.dtype for leaf in jax.tree.leaves(again.model_) if isinstance(leaf, jax.Array)]
    assert numbers and not {np.dtype(np.float32), np.dtype(np.int32)} & set(numbers)


def test_standard_deviations_tell_the_errors():
    noisy = DOT + RNG.normal(scale=0.3, size=40)
    regressor = ScalarRegressor(**TYPES, width=2, random_state=0).fit(X, noisy)
    with jax.enable_x64(False):
        mean, std = regressor.predict(X, return_std=True)
    assert mean.shape == std.shape == DOT.shape and std.dtype == np.float64
    np.testing.assert_allclose(mean, regressor.predict(X), rtol=1e-10)
    assert np.mean(np.abs(mean - DOT) < 3 * std) > 0.9 and std.max() < 1
    assert "posterior_" not in pickle.loads(pickle.dumps(regressor)).__dict__


def test_vectors_are_equivariant_and_types_may_be_objects():
    cross = np.cross(X[:, :3], X[:, 3:])
    target = DOT[:, None] * X[:, :3]
    given = 2 * T(1), T(1), O(3)
    regressor = ScalarRegressor(*given, model="process", random_state=0).fit(X, target)
    copy = clone(regressor)
    assert regressor.get_params()["rep_in"] is given[0] and copy.get_params()["rep_in"] == given[0]
    rotation = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
    turned = np.hstack([X[:, :3] @ rotation.T, X[:, 3:] @ rotation.T])
    np.testing.assert_allclose(regressor.predict(turned), regressor.predict(X) @ rotation.T, atol=1e-9)
    assert cross.shape == regressor.predict(X).shape


def test_whole_weights_repeat_samples_and_zero_removes_them():
    weights = np.array([0, 1, 3, 2] * 10)
    mixed = np.random.default_rng(1).permutation(40)
    x, y, left = ordered(X[mixed], DOT[mixed, None], weights[mixed].astype(float), np.random.RandomState(0))
    repeated = ordered(X.repeat(weights, axis=0), DOT.repeat(weights)[:, None], None, np.random.RandomState(0))
    assert left is None and len(x) == weights.sum()
    assert np.array_equal(x, repeated.x) and np.array_equal(y, repeated.y)


def test_other_weights_weigh_squares():
    """A sample of almost no weight is as good as none, though it is far off."""
    wrong = DOT.copy()
    wrong[::2] += 30.0
    weights = np.where(np.arange(40) % 2, 1.0, 1e-9)
    regressor = ScalarRegressor(**TYPES, width=2, random_state=0).fit(X, wrong, sample_weight=weights)
    np.testing.assert_allclose(regressor.predict(X), DOT, atol=1e-2)
    with pytest.raises(ValueError, match=r"Standard deviations are known of samples that count alike\. Got unequal"):
        regressor.predict(X, return_std=True)
    with pytest.raises(ValueError, match=r'A process counts samples alike\. Got .* Take model="network"'):
        ScalarRegressor(**TYPES, model="process").fit(X, DOT, sample_weight=weights)


def test_searches_and_pipelines():
    """The invariants make the law linear; a search finds the type under which it is."""
    line = make_pipeline(InvariantFeatures(), LinearRegression())
    types = {"invariantfeatures__rep_in": ["6*T(0)", "2*T(1)"], "invariantfeatures__group": ["O(3)"]}
    search = GridSearchCV(line, types, cv=3).fit(X, DOT)
    assert search.best_params_["invariantfeatures__rep_in"] == "2*T(1)" and search.best_score_ > 1 - 1e-9
    assert cross_val_score(ScalarRegressor(**TYPES, model="process"), X, DOT, cv=2).min() > 1 - 1e-9


@pytest.mark.parametrize(
    "options, error",
    [
        (
            {"rep_in": "T(1)", "group": "O(3)"},
            r"`rep_in` must have a component for each column of X\. Got T\(1\) under",
        ),
        ({"rep_in": "2*T(1)", "group": "Q(3)"}, r"`group`: A group must have a known name\. Got 'Q'"),
        ({"rep_in": "vector", "group": "O(3)"}, "`rep_in`: "),
        ({"rep_in": "2*T(1)"}, r"Vectors and tensors have a group\. Got 2\*T\(1\) and no `group`"),
        ({"group": "O(3)"}, r"A group acts on typed inputs\. Got group=O\(3\) and no `rep_in`"),
        ({"rep_in": "2*T(1)", "rep_out": "T(1)", "group": "O(3)"}, "for each column of y"),
        ({"model": "forest"}, r"`model` must be one of network, process, polynomial\. Got 'forest'"),
        ({"model": "process", "width": 3}, r"`width` belongs to networks\. Got model='process'"),
    ],
)
def test_wrong_types_are_refused_in_one_line(options, error):
    with pytest.raises(ValueError, match=error) as told:
        ScalarRegressor(**options).fit(X, DOT)
    assert "\n" not in str(told.value)


def test_a_vector_of_outputs_without_a_type_is_no_bunch_of_scalars():
    with pytest.raises(ValueError, match=r"3 outputs under O\(3\) have a type\. Got no `rep_out`"):
        ScalarRegressor("2*T(1)", None, "O(3)").fit(X, X[:, :3])


def test_wrong_numbers_are_refused():
    holes = np.where(X > 2, np.nan, X)
    with pytest.raises(ValueError, match="Input X contains NaN"):
        ScalarRegressor().fit(holes, DOT)
    with pytest.raises(ValueError, match="sample_weight"):
        ScalarRegressor().fit(X, DOT, sample_weight=-np.ones(40))
    with pytest.raises(ValueError, match=r"whose `sample_weight` is not zero\. Got 1"):
        ScalarRegressor().fit(X, DOT, sample_weight=np.eye(40)[0])
    with pytest.raises(NotFittedError):
        ScalarRegressor().predict(X)


def test_a_missing_package_is_told_with_its_extra():
    code = "import sys; sys.modules['sklearn'] = None; import scalaremlp.estimators"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: scalaremlp.estimators need scikit-learn") and "scalaremlp[sklearn]" in last
