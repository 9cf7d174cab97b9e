"""Packed tensors: sizes, order and scale of coordinates, characters, what ρ keeps, and the number of invariants."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import GL, SO, SU, Cube, Lorentz, Matrices, O, O2eR3, S, SOp, Sp, U
from scalaremlp.reps import Alt, Scalar, Sym, Sym0, Symmetric, T, V

from .conftest import element

EXACT = 1e-12
ELASTIC = Symmetric(T(4), "ijkl=jikl=klij")


def symmetric(g):
    """tr of g in symmetric tensors of rank 2."""
    return (np.trace(g) ** 2 + np.trace(g @ g)) / 2


def powers(g):
    return np.trace(g), np.trace(g @ g), np.trace(g @ g @ g)


CHARACTERS = {
    Sym(2): symmetric,
    Alt(2): lambda g: (np.trace(g) ** 2 - np.trace(g @ g)) / 2,
    Sym(3): lambda g: (powers(g)[0] ** 3 + 3 * powers(g)[0] * powers(g)[1] + 2 * powers(g)[2]) / 6,
    Alt(3): lambda g: (powers(g)[0] ** 3 - 3 * powers(g)[0] * powers(g)[1] + 2 * powers(g)[2]) / 6,
    Sym0(2): lambda g: symmetric(g) - 1,
    Sym0(3): lambda g: CHARACTERS[Sym(3)](g) - np.trace(g),
    ELASTIC: lambda g: (symmetric(g) ** 2 + symmetric(g @ g)) / 2,
    Symmetric(T(3), "ijk=-jik"): lambda g: CHARACTERS[Alt(2)](g) * np.trace(g),
    Symmetric(T(2), "ij=ij"): lambda g: np.trace(g) ** 2,
}
GROUPS = (O(1), O(3), SO(2), Lorentz(), SOp(1, 3), Sp(1), GL(2), U(2), SU(3), S(4), O2eR3())
WITHOUT_METRIC = (Sp(1), GL(2), U(2), SU(3))
TABLE = [
    (rep, group) for rep in CHARACTERS for group in GROUPS if "Sym0" not in str(rep) or group not in WITHOUT_METRIC
]


@pytest.mark.parametrize(("rep", "group"), TABLE, ids=str)
def test_the_trace_of_rho_is_the_character(rep, group):
    g = element(group)
    expected = CHARACTERS[rep](g)
    assert abs(np.trace(rep(group).rho(g)) - expected) <= EXACT * (1 + abs(expected))
    inverse = np.linalg.inv(g)
    assert abs(np.trace(rep.T(group).rho(g)) - CHARACTERS[rep](inverse)) <= EXACT * (1 + abs(expected))


@pytest.mark.parametrize("dim", [1, 2, 3, 5])
@pytest.mark.parametrize("p", range(6))
def test_sizes(p, dim):
    assert Sym(p)(O(dim)).size == math.comb(dim + p - 1, p)
    assert Alt(p)(O(dim)).size == math.comb(dim, p)
    assert Sym0(p)(O(dim)).size == math.comb(dim + p - 1, p) - (math.comb(dim + p - 3, p - 2) if p > 1 else 0)


@pytest.mark.parametrize("rep", CHARACTERS, ids=str)
def test_rho_is_orthogonal_or_unitary_where_the_group_is(rep):
    for group in (O(3), SO(2), S(4), *((U(2),) if "Sym0" not in str(rep) else ())):
        rho = rep(group).rho(element(group, 1))
        assert np.allclose(rho @ rho.conj().T, np.eye(len(rho)), rtol=0, atol=EXACT)
        assert np.allclose(rep.T(group).rho(element(group, 1)), rho.conj(), rtol=0, atol=EXACT)


def test_the_coordinates_of_symmetric_tensors_are_those_of_mandel():
    full = np.array([[1.0, 6, 5], [6, 2, 4], [5, 4, 3]])
    assert np.allclose(Sym(2)(O(3)).merge([full[None]]), [1, 2, 3, *(2**0.5 * np.array([4, 5, 6]))], rtol=1e-15)
    in_plane = np.array([[1.0, 3], [3, 2]])
    assert np.allclose(Sym(2)(O(2)).merge([in_plane[None]]), [1, 2, 18**0.5], rtol=1e-15)


def test_the_coordinates_of_antisymmetric_tensors():
    yz, xz, xy = 1.0, 2.0, 3.0
    full = np.array([[0, xy, xz], [-xy, 0, yz], [-xz, -yz, 0]])
    assert np.allclose(Alt(2)(O(3)).merge([full[None]]), 2**0.5 * np.array([yz, xz, xy]), rtol=1e-15)


def test_the_coordinates_of_traceless_tensors():
    xx, yy, zz, yz, xz, xy = 1.0, 2.0, -3.0, 4.0, 5.0, 6.0
    full = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    expected = [(2 * xx - yy - zz) / 6**0.5, (yy - zz) / 2**0.5, *(2**0.5 * np.array([yz, xz, xy]))]
    assert np.allclose(Sym0(2)(O(3)).merge([full[None]]), expected, rtol=1e-15)


def test_traces_are_those_of_the_metric():
    (full,) = Sym0(3)(Lorentz()).split(np.random.default_rng(0).normal(size=Sym0(3)(Lorentz()).size))
    traces = np.einsum("ij,ijk->k", np.diag([1.0, -1, -1, -1]), full[0])
    assert abs(traces).max() < EXACT and abs(np.trace(full[0])).max() > 0.1


def test_permutations_act_by_exact_permutations():
    """So that the orbits of components are found by the fast and exact method for permutation groups."""
    for rep in (Sym(2), Alt(2), Sym(3), ELASTIC):
        rho = rep(Cube()).rho(Cube().generators[0])
        assert set(np.unique(rho)) <= {-1.0, 0.0, 1.0}


def test_low_ranks_are_plain_tensors():
    for build in (Sym, Alt, Sym0):
        assert build(0) == Scalar and build(1) == V
    assert Symmetric(T(1), "i=i") == V and Symmetric(T(3), "ijk=ijk") == T(3)


def test_antisymmetric_tensors_beyond_the_dimension_have_no_coordinates():
    rep = (Alt(4) + V * Alt(3) + T(1))(SO(2))
    parts = rep.split(np.array([1.0, 2.0]))
    assert rep.size == 2 and [part.shape for part in parts] == [(1, 2, 2, 2, 2), (1, 2, 2, 2, 2), (1, 2)]
    assert not parts[0].any() and not parts[1].any() and rep.merge(parts).tolist() == [1.0, 2.0]
    assert rep.rho(np.eye(2)).tolist() == np.eye(2).tolist() and not rep.drho(np.zeros((2, 2))).any()
    assert rep.equivariant_basis().shape == (2, 0) and (rep >> rep).equivariant_basis().shape == (4, 2)


@pytest.mark.parametrize(
    ("rep", "rank"), [(Sym(2) >> Sym(2), 2), (ELASTIC, 2), (Sym(4), 1), (Alt(2) >> V, 1), (Sym0(2) ** 3, 1)], ids=str
)
def test_isotropic_ranks_are_averages_of_characters(rep, rank):
    """Weyl's integral over SO(3): (1/π) ∫ (1 − cos θ) χ(θ) dθ, exact at equally spaced angles."""
    angles = 2 * np.pi * np.arange(64) / 64
    rows = [[[1.0, 0, 0], [0, math.cos(a), -math.sin(a)], [0, math.sin(a), math.cos(a)]] for a in angles]
    characters = [np.trace(rep(SO(3)).rho(np.array(each))) for each in rows]
    assert abs(np.mean((1 - np.cos(angles)) * characters) - rank) < 1e-9
    assert rep(SO(3)).equivariant_basis().shape[1] == rank


def test_elastic_constants_of_crystals():
    """3 of a cubic crystal, 9 of an orthorhombic one: Nye, Physical Properties of Crystals (1957), chapter VIII."""
    fourth, third = [[0.0, -1, 0], [1, 0, 0], [0, 0, 1]], [[0.0, 0, 1], [1, 0, 0], [0, 1, 0]]
    cubic = Matrices(generators=[fourth, third])
    orthorhombic = Matrices(generators=[np.diag([1.0, -1, -1]), np.diag([-1.0, -1, 1])])
    hexagonal = Matrices(lie_algebra=SO(3).lie_algebra[:1])
    assert [ELASTIC(G).equivariant_basis().shape[1] for G in (cubic, orthorhombic, hexagonal)] == [3, 9, 5]


def test_equal_by_value_with_any_letters():
    one, other = Symmetric(T(4), "ijkl=jikl=klij"), Symmetric(T(4), "abcd = cdab = abdc")
    assert one == other and hash(one) == hash(other) and one(O(3)) == other(O(3))
    assert Symmetric(T(3), "ijk=jik=ikj") == Sym(3) and Symmetric(T(2), "ij=-ji") == Alt(2) != Sym(2) != Sym0(2)
    assert Sym(2) == Sym(2).T.T and Sym(2).conj()(O(3)) == Sym(2)(O(3)) and Sym(2).conj()(U(2)) == Sym(2).T(U(2))


def test_rho_compiles_and_has_a_derivative():
    group, rep = O(3), (Sym(2) + Alt(2) + Sym0(3) + ELASTIC)(O(3))
    a = group.lie_algebra[0]
    moved = jax.jit(jax.jacfwd(lambda t: rep.rho(jax.scipy.linalg.expm(t * jnp.asarray(a)))))(0.0)
    assert np.allclose(moved, rep.drho(a), rtol=0, atol=EXACT)
    single = jnp.eye(3, dtype=jnp.float32)
    assert {term.rho(single).dtype for _, term in rep.blocks} == {term.drho(single).dtype for _, term in rep.blocks}
    assert {term.rho(single).dtype for _, term in rep.blocks} == {jnp.dtype("float32")}


@pytest.mark.parametrize("build", [Sym, Alt, Sym0])
@pytest.mark.parametrize("p", [-1, 1.5, "2", None])
def test_ranks_that_are_none(build, p, unchecked):
    with pytest.raises(
        ValueError, match=r"\(p\) needs an integer p of at least 0\. Got .* Write for example [A-z0]+\(2\)\.$"
    ):
        build(p)


@pytest.mark.parametrize("group", [Sp(1), GL(2), U(2), SU(2)], ids=str)
def test_groups_without_a_metric(group):
    message = (
        r"^Traceless tensors need a group with a symmetric form .* Got Sym0\(2\) for .*\. Use Sym\(2\), which keeps"
    )
    with pytest.raises(ValueError, match=message):
        (T(1) + Sym0(2))(group)


def test_legs_are_of_tensors_of_which_each_entry_is_kept():
    with pytest.raises(TypeError, match=r"Got Sym\(2\)\. Use `index_symmetry`"):
        _ = Sym(2).legs


def test_tensors_that_no_memory_holds():
    with pytest.raises(ValueError, match="A tensor of 3433683820292512484657849089281 components with an index"):
        _ = Sym(64)(O(3)).size
