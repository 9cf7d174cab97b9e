"""The transformer: names, tables, and what it refuses."""

import numpy as np
import pytest

from scalaremlp.estimators import InvariantFeatures

X = np.random.default_rng(0).normal(size=(5, 6))


def test_invariants_have_names_and_stay_when_axes_turn():
    features = InvariantFeatures("2*T(1)", "SO(3)", scalars="norms")
    found = features.fit_transform(X)
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    turned = features.transform(np.hstack([X[:, :3] @ rotation.T, X[:, 3:] @ rotation.T]))
    np.testing.assert_allclose(turned, found, rtol=1e-12)
    assert found.dtype == np.float64
    assert features.get_feature_names_out().tolist() == features.scalars_.names
    assert "|x1|" in features.scalars_.names and found.shape == (5, len(features.scalars_.names))


def test_without_a_type_columns_and_their_names_stay():
    features = InvariantFeatures().fit(X)
    assert np.array_equal(features.transform(X), X)
    assert features.get_feature_names_out().tolist() == [f"x{i}" for i in range(6)]


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"`rep_in` must have a component for each column of X"):
        InvariantFeatures("T(1)", "O(3)").fit(X)
    with pytest.raises(ValueError, match=r"`scalars` must be one of products, norms"):
        InvariantFeatures("2*T(1)", "O(3)", scalars="sines").fit(X)
