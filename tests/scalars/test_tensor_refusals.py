"""What is refused of tensors: in one line, with the rule, what was given and the remedy, and before the work."""

import time

import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp._check import TooLargeError
from scalaremlp.contractions import _multidegrees
from scalaremlp.groups import GL, SO, Cube, O, S, Sp, U, Z
from scalaremlp.nn import ScalarPolynomial
from scalaremlp.reps import Sym, Sym0, T
from scalaremlp.scalars import Covariants, Invariants


@pytest.mark.parametrize(
    "rep, group, degree, said",
    [
        (3 * T(2) + 2 * T(1), O(3), 12, r"at most effort=\d+ independent functions of one multidegree\. Got about 665"),
        (T(4), O(3), 3, r"independent functions of one multidegree\. Got about 727, 8 s or more at degree 3"),
        (T(3), SO(3), 9, r"at most effort=\d+ \w+.* of one multidegree\. Got about \d+"),
        (Sym(2), O(3), 10**9, ""),  # a theorem ends it
    ],
    ids=str,
)
def test_a_degree_that_explodes_is_refused_with_its_number_and_time(rep, group, degree, said):
    begin = time.perf_counter()
    if said:
        with pytest.raises(TooLargeError, match=said) as refused:
            Invariants(rep, group, degree)
        assert str(refused.value).endswith("lower `degree`, or raise `effort`.") and "\n" not in str(refused.value)
    else:
        assert Invariants(rep, group, degree).size == 3
    assert time.perf_counter() - begin < 60  # no benchmark: without the limit it would never end


def test_more_effort_finds_more():
    with pytest.raises(TooLargeError, match=r"at most effort=5 independent"):
        Invariants(2 * Sym(2), O(3), 4, effort=5)
    assert Invariants(2 * Sym(2), O(3), 4, effort=100).size == 10
    with pytest.warns(UserWarning, match=r"should be found\. Got all of degree at most 3; .*raise `effort`, or say"):
        assert Invariants(2 * Sym(2), O(3), effort=5).size == 9


def test_so_many_inputs_that_the_generators_are_too_many():
    """They are counted before they are written out."""
    text = r"^`degree` must leave at most 100000 generators\. Got 1[\d]{6} at degree 3: lower `degree`, or share "
    begin = time.perf_counter()
    with pytest.raises(TooLargeError, match=text):
        Invariants(200 * Sym(2), O(3), 3)
    assert time.perf_counter() - begin < 60


def test_how_many_generators_there_will_be_is_known_exactly(monkeypatch):
    kinds = 4 * Sym(2) + 3 * T(1)
    size = Invariants(kinds, O(3), 3).size
    degree_three = sum(symbol.degree == 3 for symbol in Invariants(kinds, O(3), 3).symbols)
    monkeypatch.setattr(_multidegrees, "MOST", degree_three - 1)
    with pytest.raises(TooLargeError, match=f"at most {degree_three - 1} generators. Got {degree_three} at degree 3"):
        Invariants(kinds, O(3), 3, effort=10**5)
    monkeypatch.setattr(_multidegrees, "MOST", degree_three)
    assert Invariants(kinds, O(3), 3, effort=10**5 + 1).size == size


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "3", np.nan], ids=repr)
def test_a_degree_or_effort_that_is_no_whole_number(value, unchecked):
    for rep in (Sym(2), 2 * T(1)):
        with pytest.raises(
            ValueError, match=rf"^`degree` must be a whole number of at least 1\. Got {value!r}\. Leave"
        ):
            Invariants(rep, O(3), value)
        with pytest.raises(ValueError, match=r"^`degree` must be a whole number of at least 1\. Got "):
            Covariants(rep, Sym(2), O(3), degree=value)
        with pytest.raises(ValueError, match=r"^`effort` must be a whole number of at least 1\. Got "):
            Invariants(rep, O(3), effort=value)
        with pytest.raises(ValueError, match=r"^`effort` must be a whole number of at least 1\. Got "):
            Covariants(rep, Sym(2), O(3), effort=value)
    with pytest.raises(ValueError, match=r"^`limit` must be a whole number of at least 1\. Got "):
        ScalarPolynomial(Sym(2), T(0), O(3), limit=value)


def test_numbers_of_numpy_are_numbers(unchecked):
    assert Invariants(Sym(2), O(3), np.int64(2)) == Invariants(Sym(2), O(3), 2)
    assert Covariants(Sym(2), Sym(2), O(3), degree=np.int32(1)).size == 2


def test_inputs_of_more_than_four_indices_and_outputs_of_more_than_ten():
    for rep in (T(5), Sym(5), T(1) + T(3, 2)):
        for make in (lambda rep: Invariants(rep, O(3)), lambda rep: Covariants(rep, T(1), O(3))):
            with pytest.raises(
                ValueError, match=r"at most 4 indices V or V\*\. Got .*: take a tensor apart, or use eq"
            ):
                make(rep)
    with pytest.raises(TooLargeError, match=r"^covariants have at most 10 indices\. Got 11: take a smaller tensor\.$"):
        Covariants(Sym(2), T(11), O(3))


@pytest.mark.parametrize("group", [Z(4), SO(2) * S(2), Cube()], ids=str)
def test_groups_without_fixed_tensors_name_who_takes_them(group):
    text = r"^scalars are known for .*Got .*: use a group that contains it, EMLP, or equivariant_basis for its linear"
    for make in (lambda: Invariants(T(2), group), lambda: Covariants(T(2), T(2), group)):
        with pytest.raises(ValueError, match=text):
            make()


def test_indices_that_a_group_cannot_raise():
    """Of both kinds there are scalars; of one kind none, and no covariants of the other."""
    both = Invariants(T(2) + T(0, 2), GL(2))
    assert both.size and both(jnp.ones(8)).shape == (both.size,)
    assert Invariants(T(0), GL(2)).names == ["s1"] and Invariants(T(2), GL(2)).names == []
    assert Covariants(T(2), T(0, 2), GL(2)).size == 0
    with pytest.raises(ValueError, match=r"need a group with a symmetric form.*Use Sym\(2\), which keeps the traces"):
        Invariants(Sym0(2), Sp(1))


def test_polynomials_say_what_they_need():
    with pytest.raises(ValueError, match=r"^ScalarPolynomial needs a real group\. Got U\(2\): take ScalarMLP\.$"):
        ScalarPolynomial(T(1, 1), T(0), U(2))
    with pytest.raises(ValueError, match=r"one for each term of the output, 1\. Got 2: leave them to `fit`"):
        ScalarPolynomial(Sym(2), T(0), O(3), degrees=(1, 2))
    with pytest.raises(ValueError, match=r"`degrees` must be a whole number of at least 0\. Got -1"):
        ScalarPolynomial(Sym(2), T(0), O(3), degrees=(-1,))
