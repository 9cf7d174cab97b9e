"""Which entries of an equivariant matrix share a weight."""

import numpy as np
import pytest

from scalaremlp import plot
from scalaremlp.groups import SO, S
from scalaremlp.groups._fixed import levi_civita
from scalaremlp.plot import _basis
from scalaremlp.reps import T, V


def test_entries_that_share_a_weight_have_one_colour():
    labels, negative = _basis._sharing((V >> V)(S(3)).equivariant_basis(), (3, 3))
    assert (labels == labels[0, 1]).sum() == 6 and (labels == labels[0, 0]).sum() == 3 and not negative.any()
    labels, negative = _basis._sharing((T(1) >> T(2))(SO(3)).equivariant_basis(), (9, 3))
    epsilon = levi_civita(3).reshape(9, 3)
    assert np.array_equal(labels > 0, epsilon != 0) and labels.max() == 1
    assert np.array_equal(negative, epsilon == -epsilon[epsilon != 0][0])


def test_a_basis_is_drawn(tmp_path):
    figure = plot.basis((T(1) + T(2))(SO(3)), (T(0) + T(1))(SO(3)))
    (axes,) = figure.axes
    assert axes.get_title() == "((T(1) + T(2)) >> (T(0) + T(1)))(SO(3)): 3 weights"
    assert "component of the input (index, 12 in all)" in axes.get_xlabel() and len(axes.lines) == 2
    assert sum(text.get_text() == "–" for text in axes.texts) == 3  # ε has three entries of either sign
    assert plot.save_figure(figure, tmp_path / "basis.png").stat().st_size > 1000
    assert plot.basis(T(1)(SO(3)), T(0)(SO(3))).axes[0].get_title() == "(T(1) >> T(0))(SO(3)): 0 weights"
    with pytest.raises(ValueError, match=r"at most 4000000 entries. Got 3000 x 3000"):
        plot.basis(1000 * T(1)(SO(3)), 1000 * T(1)(SO(3)))
