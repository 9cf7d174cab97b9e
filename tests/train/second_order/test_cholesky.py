"""What is made of a Cholesky factor is what the matrix itself gives."""

import numpy as np
import pytest

from scalaremlp.train.second_order._cholesky import _BLOCK, cholesky, inverse_diagonal


@pytest.mark.parametrize("size", [1, 7, _BLOCK, _BLOCK + 1, 2 * _BLOCK + 37])
def test_the_diagonal_of_an_inverse_by_blocks(size):
    rows = np.random.default_rng(size).standard_normal((size + 3, size))
    matrix = rows.T @ rows
    expected = np.diagonal(np.linalg.inv(matrix + 0.3 * np.eye(size)))
    np.testing.assert_allclose(inverse_diagonal(cholesky(matrix, 0.3)), expected, rtol=1e-10)


def test_what_has_no_factor_has_no_inverse():
    assert np.isnan(inverse_diagonal(cholesky(-np.eye(_BLOCK + 2), 0.0))).all()
