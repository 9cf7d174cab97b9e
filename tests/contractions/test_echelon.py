"""Ranks modulo a prime are those of floating-point linear algebra, whatever comes in one block or in several."""

import numpy as np
import pytest

from scalaremlp.contractions.echelon import PRIME, Echelon, matmul, residue


def low_rank(rng, rows, columns, rank):
    return rng.integers(-3, 4, (rows, rank)) @ rng.integers(-3, 4, (rank, columns))


@pytest.mark.parametrize("block", [1, 3, 32])
@pytest.mark.parametrize("rows, columns, rank", [(1, 5, 1), (7, 12, 3), (40, 30, 30), (50, 60, 20), (5, 8, 0)])
def test_rank_and_mask(rows, columns, rank, block):
    matrix = low_rank(np.random.default_rng(rows), rows, columns, rank)
    echelon = Echelon(columns)
    mask = echelon.extend(residue(matrix.astype(float)), block)
    assert echelon.rank == np.linalg.matrix_rank(matrix) == mask.sum()
    greedy = [np.linalg.matrix_rank(matrix[: i + 1]) > np.linalg.matrix_rank(matrix[:i]) for i in range(rows)]
    assert mask.tolist() == greedy


def test_rows_are_reduced_and_span_the_same():
    matrix = low_rank(np.random.default_rng(1), 12, 20, 5)
    echelon = Echelon(20)
    echelon.extend(residue(matrix[:4].astype(float)))
    echelon.extend(residue(matrix[4:].astype(float)), 2)
    pivots = [int(np.argmax(row != 0)) for row in echelon.rows]
    assert np.array_equal(echelon.rows[:, pivots], np.eye(echelon.rank))
    assert not echelon.extend(residue(matrix.astype(float))).any()
    assert not echelon.extend(np.zeros((2, 20))).any() and echelon.extend(np.zeros((0, 20))).shape == (0,)


def test_products_are_exact():
    """Against Python integers, for the largest residues and more terms than are added up at once."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(PRIME - 5, PRIME, (2, 700)), rng.integers(PRIME - 5, PRIME, (700, 3))
    wanted = [[sum(int(x) * int(y) for x, y in zip(row, column, strict=True)) % PRIME for column in b.T] for row in a]
    assert matmul(a.astype(float), b.astype(float)).tolist() == wanted
    many = rng.integers(PRIME - 5, PRIME, 5001)  # a float has too few digits for their sum
    wanted = sum(int(x) ** 2 for x in many) % PRIME
    assert matmul(many[None].astype(float), many[:, None].astype(float)).item() == wanted
    assert residue(np.array([-1.0, 0.0, PRIME, PRIME**2 + 7.0])).tolist() == [PRIME - 1, 0, 0, 7]
