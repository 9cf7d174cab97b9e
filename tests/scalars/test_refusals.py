"""What the engine refuses or warns of: in words, and before it has done the work."""

import time

import jax
import jax.numpy as jnp
import pytest

from scalaremlp._check import TooLargeError
from scalaremlp.groups import GL, SL, SO, SU, Lorentz, O, S, SOp, Trivial, Z
from scalaremlp.reps import T
from scalaremlp.scalars import Covariants, Invariants, RadialBasis


@pytest.mark.parametrize("group", [Z(3), Z(4), SO(2) * S(2)], ids=str)
def test_groups_without_a_fundamental_theorem(group):
    with pytest.raises(ValueError, match=r"known for the classical groups.*Got .*use a group that contains it"):
        Invariants(T(1), group)
    with pytest.raises(ValueError, match="known for the classical groups"):
        Covariants(T(1), T(1), group)


def test_permutations_of_many_components():
    with pytest.raises(ValueError, match=r"S\(n\) are known for n of at most 24\. Got S\(25\): use EMLP"):
        Invariants(T(1), S(25))


def test_tensors_of_many_indices_as_inputs():
    with pytest.raises(ValueError, match=r"tensors of at most 4 indices V or V\*\. Got T\(5\).*: take a tensor apart"):
        Invariants(T(5), O(3))
    with pytest.raises(ValueError, match=r"Got T\(1\)\+T\(3,2\)|Got T\(1\) \+ T\(3,2\)"):
        Covariants(T(1) + T(3, 2), T(0), O(3))


@pytest.mark.parametrize("make", [lambda g: Invariants(2 * T(1), g), lambda g: Covariants(2 * T(1), T(1), g)])
def test_inputs_of_another_shape(make, unchecked):
    call = make(O(3))
    with pytest.raises(ValueError, match=r"one input of size 6 = 2\*T\(1\) for O\(3\)\. Got shape \(5,\)\.$"):
        call(jnp.zeros(5))
    with pytest.raises(ValueError, match=r"Got shape \(7, 6\)\. For a batch use jax\.vmap\."):
        call(jnp.zeros((7, 6)))
    with pytest.raises(ValueError, match=r"must be real for the real group O\(3\)\. Got complex128"):
        call(jnp.zeros(6, complex))
    assert jax.eval_shape(make(SU(2)), jax.ShapeDtypeStruct((4,), complex)) is not None


def test_the_limit_is_met_before_the_work():
    """A thousand vectors at rank four would be about 1e12 covariants."""
    begin = time.perf_counter()
    with pytest.raises(ValueError, match=r"at most limit=100000 covariants\. Got \d+ or more with 4 indices of 1000"):
        Covariants(1000 * T(1), T(4), O(3))
    assert time.perf_counter() - begin < 60  # no benchmark: without the limit it would never end
    with pytest.raises(ValueError, match=r"limit=5 .*Got \d+ or more with 2.*raise limit=, or .*permutation=True"):
        Covariants(3 * T(1), T(2), O(3), limit=5)
    exact = Covariants(3 * T(1), T(2), O(3)).size
    assert exact == 10 and Covariants(3 * T(1), T(2), O(3), limit=exact).size == exact
    with pytest.raises(ValueError, match="limit=9"):
        Covariants(3 * T(1), T(2), O(3), limit=9)
    assert Covariants(3 * T(1), 2 * T(2) + T(1), O(3), limit=23).size == 23  # all copies and terms together
    with pytest.raises(ValueError, match=r"at most limit=22 covariants\. Got 23 of 2\*T\(2\) \+ T\(1\): raise limit="):
        Covariants(3 * T(1), 2 * T(2) + T(1), O(3), limit=22)


def test_contractions_are_counted_before_they_are_written_out():
    text = r"chosen from at most 1371 contractions where limit=100000\. Got 1518 with 6 indices of 3 vectors: raise l"
    with pytest.raises(TooLargeError, match=text):
        Covariants(3 * T(1), T(6), O(3))
    with pytest.raises(TooLargeError, match=r"at most 100 contractions where limit=10\. Got 116 with 5 indices of 2 "):
        Covariants(2 * T(1), T(5), O(3), limit=10)
    with pytest.raises(TooLargeError, match=r"at most 1371 contractions where limit=100000\. Got 4096 with 6 indices"):
        Covariants(T(1), T(6), Trivial(3))
    with pytest.raises(TooLargeError, match=r"^covariants have at most 10 indices\. Got 11: take a smaller tensor\.$"):
        Covariants(T(1), T(11), GL(2), limit=10**9)
    assert Covariants(2 * T(1), T(4), O(3), limit=43).size <= 43


@pytest.mark.parametrize(
    "group, degree, dropped, size",
    [
        (SO(3), 2, "determinants", 6),
        (SO(3), 3, "", 7),
        (SL(2), 1, "determinants", 0),
        (SOp(1, 3), 2, "orientations", 6),
        (SOp(1, 1), 1, "determinants and orientations", 0),
        (O(3), 1, "", 0),
        (GL(2), 2, "", 0),
        (Lorentz(), None, "", 6),
    ],
)
def test_a_cut_in_degree_that_changes_the_group_warns(group, degree, dropped, size, recwarn):
    assert Invariants(3 * T(1), group, degree=degree).size == size
    said = [str(warning.message) for warning in recwarn if "drops" in str(warning.message)]
    assert bool(said) == bool(dropped)
    assert all(f"degree={degree} drops {dropped}: " in text and f"than {group}. Leave" in text for text in said)


def test_a_radial_basis_needs_two_centres():
    text = r"`count` must be a whole number of at least 2\. Got 1\. Each scalar needs two centres"
    with pytest.raises(ValueError, match=text):
        RadialBasis(Invariants(T(1), O(2)), jnp.array(0.0), jnp.array(1.0), 1)
