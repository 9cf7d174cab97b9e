"""Invariants of a group of signed permutations: one for each orbit of the components of a tensor, exact and fast."""

import math

import numpy as np
from jaxtyping import Int

from ._budget import require
from ._columns import Orbits

SignedPermutation = tuple[np.ndarray, np.ndarray]  # e_j goes to sign[j] e_{to[j]}


def as_signed_permutation(matrix: np.ndarray) -> SignedPermutation | None:
    """The permutation and the signs of a matrix that has one ±1 in every row and column; None for others."""
    there = matrix != 0
    if np.iscomplexobj(matrix) or not (there.sum(0) == 1).all() or not (there.sum(1) == 1).all():
        return None
    to = there.argmax(0)
    signs = matrix[to, np.arange(len(to))]
    return (to, signs) if (abs(signs) == 1).all() else None


def columns(sizes: tuple[int, ...], generators: list[list[SignedPermutation]], max_bytes: int) -> Orbits:
    """The invariants of the tensor product of spaces of these sizes.

    Each generator is given as one signed permutation for each space. x is invariant iff x[to(j)] = sign(j) x[j]: it is
    constant up to signs on an orbit, and zero where an element leads from a component to itself with the sign -1.
    Components are taken with both signs, as nodes 2j and 2j + 1 of a graph whose connected parts are the orbits.
    """
    size = math.prod(sizes)
    require(150 * size, max_bytes, f"Orbits of {size} components", "Split the type")
    labels = np.arange(2 * size)
    edges = [_on_nodes(each) for each in generators]
    labels = _connected(labels, edges) if edges else labels
    plus, minus = labels[::2], labels[1::2]
    first, index, counts = np.unique(np.minimum(plus, minus)[plus != minus], return_inverse=True, return_counts=True)
    found, weights = np.zeros(size, int), np.zeros(size)
    found[plus != minus] = index
    weights[plus != minus] = 1 / np.sqrt(counts[index])
    weights[plus > minus] *= -1
    return Orbits(found, weights, len(first))


def _on_nodes(spaces: list[SignedPermutation]) -> Int[np.ndarray, " nodes"]:
    """Where a generator takes each component with either sign."""
    to, negative = np.zeros(1, int), np.zeros(1, int)
    for there, signs in spaces:
        to = (to[:, None] * len(there) + there).ravel()
        negative = (negative[:, None] ^ (signs < 0)).ravel()
    return (2 * to[:, None] + (negative[:, None] ^ np.arange(2))).ravel()


def _connected(labels: Int[np.ndarray, " nodes"], edges: list[Int[np.ndarray, " nodes"]]) -> Int[np.ndarray, " nodes"]:
    """The smallest node that each node is connected with.

    Labels only go down. Each round takes the smaller label over every edge, hands it to the node that the old label
    names as well, and follows labels to their own labels, so that the number of rounds grows like a logarithm.
    """
    while True:
        old = labels.copy()
        for to in edges:
            smaller = np.minimum(labels, labels[to])
            np.minimum.at(labels, labels[to], smaller)
            np.minimum.at(labels, labels, smaller)
            labels = np.minimum(labels, smaller)
            labels[to] = np.minimum(labels[to], smaller)
        while not np.array_equal(labels, labels[labels]):
            labels = labels[labels]
        if np.array_equal(labels, old):
            return labels
