"""Full arrays of packed tensors: what `merge` refuses and what it projects."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import O
from scalaremlp.reps import Alt, Sym, Sym0, Symmetric, T

REP = (2 * Sym(2) + T(1) + Alt(2))(O(3))


def parts(batch=(4,)):
    return [np.array(part) for part in REP.split(np.random.default_rng(0).normal(size=(*batch, REP.size)))]


def test_an_entry_off_its_symmetry_is_named():
    given = parts()
    given[0][3, 1, 0, 2] += 0.5
    with pytest.raises(ValueError, match=r"^An array for Sym\(2\)\(O\(3\)\) has its symmetry\. Got [^\n]+$") as error:
        REP.merge(given)
    assert "at [0, 2] of copy 1 of sample 3 of part 0 of (2*Sym(2)" in str(error.value)
    assert "which is 0.25 off. Correct it, or project it by symmetrise=True." in str(error.value)
    with pytest.raises(ValueError, match=r"Got 1 at \[0, 1\], which is 1 off\."):
        Alt(2)(O(2)).merge([np.array([[[0.0, 1.0], [1.0, 0.0]]])])
    with pytest.raises(ValueError, match=r"at \[0, 0\], which is 1 off"):
        Sym0(2)(O(2)).merge([np.eye(2)[None]])


def test_symmetrise_projects():
    given = parts()
    given[0][3, 1, 0, 2] += 0.25
    found = REP.split(REP.merge(given, symmetrise=True))
    assert np.allclose(found[0], (given[0] + given[0].mT) / 2, rtol=0, atol=1e-14)
    (traceless,) = Sym0(2)(O(2)).split(Sym0(2)(O(2)).merge([np.array([[[3.0, 1.0], [2.0, 1.0]]])], symmetrise=True))
    assert np.allclose(traceless[0], [[1.0, 1.5], [1.5, -1.0]], rtol=0, atol=1e-14)


def test_rounding_is_no_lack_of_symmetry():
    given = parts()
    given[0] = given[0] * (1 + 1e-12 * np.random.default_rng(1).normal(size=given[0].shape))
    assert REP.merge(given).shape == (4, REP.size)
    given[0] *= 1 + 1e-8 * np.random.default_rng(2).normal(size=given[0].shape)
    with pytest.raises(ValueError, match="off\\. Correct it"):
        REP.merge(given)
    assert REP.merge([part.astype(np.float32) for part in given]).dtype == np.float32


def test_each_tensor_is_measured_by_its_own_size():
    given = parts()
    given[0][0, 0] *= 1e12
    given[0][1, 0, 0, 1] += 1e-3
    with pytest.raises(ValueError, match=r"at \[0, 1\] of copy 0 of sample 1 of part 0"):
        REP.merge(given)


def test_traced_arrays_are_projected():
    lopsided = jnp.array([[[1.0, 2.0], [4.0, 5.0]]])
    rep = Sym(2)(O(2))
    assert np.allclose(jax.jit(lambda full: rep.merge([full]))(lopsided), [1, 5, 3 * 2**0.5], rtol=1e-14)
    gradient = jax.grad(lambda x: (rep.split(x)[0] ** 2).sum())(jnp.arange(3.0))
    assert np.allclose(gradient, 2 * np.arange(3.0), rtol=1e-14)


def test_whole_numbers_become_floats():
    (full,) = Sym(2)(O(2)).split(np.array([1, 2, 3]))
    assert full.dtype == float and np.isclose(full[0, 0, 1], 3 / 2**0.5)
    assert np.allclose(Sym(2)(O(2)).merge([np.array([[[1, 3], [3, 2]]])]), [1, 2, 18**0.5])


def test_products_are_full_in_each_factor():
    rep = (Sym(2) >> Symmetric(T(3), "ijk=-jik"))(O(3))
    x = np.random.default_rng(0).normal(size=rep.size)
    (full,) = rep.split(x)
    assert full.shape == (1, 3, 3, 3, 3, 3) and np.allclose(rep.merge([full]), x, rtol=0, atol=1e-14)
    assert np.allclose(full[0], -full[0].transpose(1, 0, 2, 3, 4)) and np.allclose(full[0], full[0].swapaxes(3, 4))
    with pytest.raises(ValueError, match=r"An array for \(.*\)\(O\(3\)\) has its symmetry"):
        rep.merge([full + np.random.default_rng(1).normal(size=full.shape)])


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"have shapes \(\*batch, 1, 3, 3\), with equal batch axes\. Got \(1, 6\)"):
        Sym(2)(O(3)).merge([np.zeros((1, 6))])
