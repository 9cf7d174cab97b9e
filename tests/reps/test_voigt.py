"""Columns of other software's symmetric tensors."""

import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import SO, O
from scalaremlp.reps import Sym, Symmetric, T, voigt

STRESS = np.array([[1.0, 6, 5], [6, 2, 4], [5, 4, 3]])
COLUMNS = {"voigt": [1, 2, 3, 4, 5, 6], "vtk": [1, 2, 3, 6, 4, 5], "openfoam": [1, 6, 5, 2, 4, 3]}


@pytest.mark.parametrize("xp", [np, jnp], ids=["numpy", "jax"])
@pytest.mark.parametrize("order", voigt.ORDERS)
def test_the_columns_of_each_order(order, xp):
    columns = xp.array([COLUMNS[order]], float)
    assert np.array_equal(voigt.full(columns, order)[0], STRESS)
    assert np.allclose(voigt.columns(xp.array(STRESS)[None], order), columns, rtol=1e-15)
    assert np.allclose(voigt.pack(columns, order), Sym(2)(O(3)).merge([STRESS[None]]), rtol=1e-15)
    assert np.allclose(voigt.unpack(voigt.pack(columns, order), order), columns, rtol=1e-15)
    assert isinstance(voigt.pack(columns, order), type(columns))


@pytest.mark.parametrize("order", voigt.ORDERS)
def test_engineering_shears_are_twice_the_entries(order):
    strain = voigt.columns(STRESS, order, shear="engineering")
    factors = np.array([1 if name[0] == name[1] else 2 for name in voigt.ORDERS[order]])
    assert np.allclose(strain, factors * COLUMNS[order], rtol=1e-15)
    assert np.allclose(voigt.full(strain, order, shear="engineering"), STRESS, rtol=1e-15)


@pytest.mark.parametrize("order", voigt.ORDERS)
def test_stress_is_stiffness_times_engineering_strain(order):
    """σ_I = C_IJ γ_J is σ_ij = c_ijkl ε_kl, in packed coordinates a symmetric matrix times those of ε."""
    rng = np.random.default_rng(0)
    half = rng.normal(size=(6, 6))
    matrix, strain = half + half.T, rng.normal(size=6)
    stress = matrix @ voigt.unpack(strain, order, shear="engineering")
    c = voigt.full_stiffness(matrix, order)
    assert np.allclose(np.einsum("ijkl,kl->ij", c, voigt.full(voigt.unpack(strain))), voigt.full(stress, order))
    (full,) = Symmetric(T(4), "ijkl=jikl=klij")(SO(3)).split(voigt.pack_stiffness(matrix, order))
    assert np.allclose(full[0], c) and np.allclose(
        voigt.unpack_stiffness(voigt.pack_stiffness(matrix, order), order), matrix
    )
    assert np.allclose(voigt.stiffness(c, order), matrix)
    kelvin = (Sym(2) >> Sym(2))(O(3)).merge([c[None]]).reshape(6, 6)
    assert np.allclose(kelvin @ strain, voigt.pack(stress, order)) and np.allclose(kelvin, kelvin.T)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: voigt.pack(np.zeros((5, 9))),
            "A symmetric tensor has the columns xx, yy, zz, yz, xz, xy. Got shape (5, 9).",
        ),
        (lambda: voigt.full(np.zeros((5, 7)), "openfoam"), "has the columns xx, xy, xz, yy, yz, zz. Got shape (5, 7)."),
        (
            lambda: voigt.columns(np.zeros((5, 6))),
            "has 3 × 3 entries. Got shape (5, 6). Give an array of shape (…, 3, 3).",
        ),
        (
            lambda: voigt.unpack(np.zeros(5)),
            "Sym(2) has the coordinates xx, yy, zz, √2 yz, √2 xz, √2 xy. Got shape (5,).",
        ),
        (
            lambda: voigt.full_stiffness(np.zeros((6, 3))),
            "A stiffness has rows and columns xx, yy, zz, yz, xz, xy. Got",
        ),
        (lambda: voigt.stiffness(np.zeros((3, 3))), "has 3 × 3 × 3 × 3 entries. Got shape (3, 3)."),
        (lambda: voigt.unpack_stiffness(np.zeros(36)), "has 21 coordinates. Got shape (36,)."),
        (lambda: voigt.full(np.zeros(6), "abaqus"), "The orders of columns are voigt, vtk, openfoam. Got 'abaqus'."),
        (lambda: voigt.columns(np.triu(np.ones((2, 3, 3)))), "Got 1 at [0, 1] of sample 0, which is 0.5 off."),
        (lambda: voigt.pack_stiffness(np.triu(np.ones((6, 6)))), "has its symmetry. Got "),
    ],
)
def test_refusals(call, message, unchecked):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        call()
    assert message in str(error.value)


def test_an_unknown_shear(unchecked):
    with pytest.raises(ValueError, match=r"Shear columns are tensor or engineering ones\. Got 'gamma'\."):
        voigt.full(np.zeros(6), shear="gamma")


def test_symmetrise_mends():
    lopsided = np.array([[1.0, 4, 0], [2, 1, 0], [0, 0, 1]])
    assert np.allclose(voigt.columns(lopsided, symmetrise=True), [1, 1, 1, 0, 0, 3])
    matrix = np.triu(np.ones((6, 6)))
    mended = voigt.unpack_stiffness(voigt.pack_stiffness(matrix, symmetrise=True))
    assert np.allclose(mended, (matrix + matrix.T) / 2)
