"""What equations between indices mean, and what a term says of its indices."""

import numpy as np
import pytest

from scalaremlp.groups import GL, Lorentz, O, U
from scalaremlp.reps import Alt, Sym, Sym0, Symmetric, T, V, index_symmetry

TERMS = (
    Sym(2)(O(3)),
    Alt(3)(O(3)),
    Alt(4)(O(3)),
    Sym0(2)(Lorentz()),
    Symmetric(T(4), "ijkl=jikl=klij").T(GL(2)),
    Symmetric(T(3), "ijk=jki")(O(3)),
    Symmetric(T(4), "ijkl=-jikl=-ijlk=klij")(O(3)),
    T(2, 1)(GL(2)),
    T(0)(O(2)),
)


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_columns_are_orthonormal_and_have_the_symmetry(term):
    found = index_symmetry(term)
    assert found.unpack.shape == (found.dim,) * found.rank + (term.size,) and found.size == term.size
    matrix = found.unpack.reshape(found.dim**found.rank, term.size)
    assert np.allclose(matrix.T @ matrix, np.eye(term.size), rtol=0, atol=1e-14)
    for axes, sign in found.generators:
        assert np.allclose(found.unpack, sign * found.unpack.transpose(*axes, found.rank), rtol=0, atol=1e-15)


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_columns_are_what_split_gives(term):
    x = np.random.default_rng(0).normal(size=term.size)
    found = index_symmetry(term)
    (part,) = term.split(x)
    assert np.allclose(part.reshape(found.unpack.shape[:-1]), found.unpack @ x, rtol=0, atol=1e-14)


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_columns_are_all_tensors_of_the_symmetry(term):
    """The projection of a random tensor by the average over the group of permutations is in their span."""
    found = index_symmetry(term)
    tensor = np.random.default_rng(1).normal(size=(found.dim,) * found.rank)
    for _ in range(400):
        for axes, sign in found.generators:
            tensor = (tensor + sign * tensor.transpose(axes)) / 2
    matrix = found.unpack.reshape(found.dim**found.rank, term.size)
    if not found.traceless:
        assert np.allclose(matrix @ (matrix.T @ tensor.ravel()), tensor.ravel(), rtol=0, atol=1e-12)


def test_what_a_term_says():
    found = index_symmetry(Sym0(2).T(Lorentz()))
    assert (found.legs, found.generators, found.traceless, found.dim) == (("V*", "V*"), (((1, 0), 1),), True, 4)
    plain = index_symmetry((V * V.T)(GL(2)))
    assert (plain.legs, plain.generators, plain.traceless) == (("V", "V*"), (), False)
    assert index_symmetry(Alt(2).conj()(U(2))).legs == ("V*", "V*")
    assert index_symmetry(Sym(2)(O(3))) == index_symmetry(Symmetric(T(2), "ab=ba")(O(3)))


@pytest.mark.parametrize("rep", [Sym(2) + V, 2 * Sym(2), Sym(2) * V], ids=str)
def test_types_that_are_not_one_tensor(rep):
    with pytest.raises(TypeError, match=r"Indices belong to one tensor, .*Got .*\. Loop over `blocks`\.$"):
        index_symmetry(rep(O(3)))
    with pytest.raises(ValueError, match="`index_symmetry` needs a group"):
        index_symmetry(rep)


@pytest.mark.parametrize(
    ("rank", "equations", "message"),
    [
        (2, "ij=jk", "Every index word is a permutation of the first, 'ij', perhaps with a sign. Got 'jk' in 'ij=jk'."),
        (2, "ij=jij", "Got 'jij' in 'ij=jij'."),
        (2, "ij=", "Got '' in 'ij='."),
        (3, "ij=ji", "The first index word names each of the 3 indices of T(3) by a letter of its own. Got 'ij'"),
        (2, "ii=ii", "Got 'ii' in 'ii=ii'."),
        (2, "-ij=ji", "Got '-ij' in '-ij=ji'."),
        (2, "ij", "The symmetry of a tensor is an equation of index words. Got 'ij'. Write for example Symmetric(T(4)"),
        (2, "ij=-ij", "An index symmetry leaves more than zero. Got 'ij=-ij', by which all is minus itself."),
        (3, "ijk=jik=-ikj", "Got 'ijk=jik=-ikj', by which all is minus itself. Check signs."),
    ],
)
def test_equations_that_are_none(rank, equations, message):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        Symmetric(T(rank), equations)
    assert message in str(error.value)


@pytest.mark.parametrize("tensor", [T(0), T(0, 2), T(9), T(2)(O(3)), 2 * V, Sym(2)], ids=str)
def test_tensors_that_equations_are_not_of(tensor):
    with pytest.raises(ValueError, match=r"needs T\(p\) with p of 1 to 8, not bound to a group\. Got "):
        Symmetric(tensor, "ij=ji")


def test_a_symmetry_that_is_no_text(unchecked):
    with pytest.raises(TypeError, match=r"The symmetry of a tensor is a text of index words\. Got 3\."):
        Symmetric(T(2), 3)
