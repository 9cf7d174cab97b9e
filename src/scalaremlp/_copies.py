"""Samples that are copies of each other, as a table has them twice and augmentation makes them: rotated ones too."""

import numpy as np
from jaxtyping import Array, Float, Inexact, Int, Shaped

_ALIKE = 1e-9  # of the size of the numbers


def alike(values: Inexact[np.ndarray, "n k"]) -> Int[np.ndarray, " n"]:
    """A number for each row, the same for rows that are equal to nine digits of the largest one in each column.

    >>> alike(np.array([[1.0, 2.0], [3.0, 4.0], [1.0 + 1e-13, 2.0]])).tolist()
    [0, 1, 0]
    """
    parts = np.concatenate([values.real, values.imag], axis=1) if np.iscomplexobj(values) else values
    labels = np.zeros(len(parts), dtype=int)
    for column in parts.T:
        runs = _runs(column)
        labels = np.unique(labels * (runs.max(initial=0) + 1) + runs, return_inverse=True)[1].ravel()
    first = np.unique(labels, return_index=True)[1]
    return np.argsort(np.argsort(first))[labels]


def by_norms(*arrays: Shaped[Array | np.ndarray, "n *_"]) -> Int[np.ndarray, " n"]:
    """A number for each sample, the same for those whose arrays have the same norms, as rotated copies have."""
    rows = [np.asarray(array).reshape(len(array), -1) for array in arrays]
    return alike(np.stack([_norms(each.astype(np.result_type(each, float))) for each in rows], axis=1))


def apart(labels: Int[np.ndarray, " n"], order: Int[np.ndarray, " n"], few: int) -> Int[np.ndarray, " k"]:
    """The first `few` samples in an order, or some more: with every sample its copies.

    Where most samples have one label, they are no copies but all of one kind, and labels say nothing.
    """
    sizes = np.bincount(labels)
    if sizes.max() > len(labels) / 2:
        return order[:few]
    groups = labels[order]
    first = np.sort(np.unique(groups, return_index=True)[1])  # where each group comes first
    before = np.append(0, np.cumsum(sizes[groups[first]]))
    wanted = groups[first[: int(np.searchsorted(before, few))]]
    return order[np.isin(groups, wanted)]


def _runs(column: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Equal numbers for values that lie close together."""
    order = np.argsort(column, kind="stable")
    steps = np.diff(column[order], prepend=column[order[0]]) > _ALIKE * np.abs(column).max()
    labels = np.empty(len(column), dtype=int)
    labels[order] = np.cumsum(steps)
    return labels


def _norms(rows: Inexact[np.ndarray, "n k"]) -> Float[np.ndarray, " n"]:
    largest = np.abs(rows).max(initial=0.0) or 1.0
    return np.linalg.norm(rows / largest, axis=1)
