"""Oracles for the contraction engine in NumPy: equivariant polynomials by linear algebra, contractions by the book."""

from functools import cache, reduce
from itertools import combinations_with_replacement, permutations

import numpy as np
from scipy.linalg import expm

from scalaremlp.contractions.family import family
from scalaremlp.groups import Group
from scalaremlp.scalars.bracket import Bracket, Contraction, Slot, down, fixed_down, fixed_up, up


def dual(matrix: np.ndarray) -> np.ndarray:
    """How a covector transforms."""
    return np.linalg.inv(matrix).T


@cache
def monomials(dim: int, degree: int) -> tuple[tuple[int, ...], ...]:
    return tuple(combinations_with_replacement(range(dim), degree))


def derivation(matrix: np.ndarray, degree: int) -> np.ndarray:
    """The Lie algebra on homogeneous polynomials p(x): p ↦ dp(x)·Ax, column by column, from Leibniz' rule."""
    rows = monomials(len(matrix), degree)
    position = {row: i for i, row in enumerate(rows)}
    found = np.zeros((len(rows), len(rows)), matrix.dtype)
    for column, row in enumerate(rows):
        for k, i in enumerate(row):
            for j, entry in enumerate(matrix[i]):
                found[position[tuple(sorted((*row[:k], j, *row[k + 1 :])))], column] += entry
    return found


def substitution(matrix: np.ndarray, degree: int) -> np.ndarray:
    """A group element on homogeneous polynomials: p ↦ p(hx), fitted at random points."""
    found = monomials(len(matrix), degree)
    rows = np.array(found, dtype=int).reshape(len(found), degree)
    points = np.random.default_rng(0).normal(size=(2 * len(rows) + 2, len(matrix)))
    before, after = points[:, rows].prod(axis=-1), (points @ matrix.T)[:, rows].prod(axis=-1)
    return np.linalg.lstsq(before, after, rcond=None)[0]


def kron(matrices: list[np.ndarray]) -> np.ndarray:
    return reduce(np.kron, matrices, np.eye(1))


def kron_sum(matrices: list[np.ndarray]) -> np.ndarray:
    """Σ 1 ⊗ … ⊗ A ⊗ … ⊗ 1."""
    eyes = [np.eye(len(m)) for m in matrices]
    terms = [kron([*eyes[:i], m, *eyes[i + 1 :]]) for i, m in enumerate(matrices)]
    return sum(terms, np.zeros_like(kron(eyes)))


@cache
def dimension(group: Group, ups: tuple[int, ...], downs: tuple[int, ...], legs: tuple[str, ...]) -> int:
    """The dimension of the space of equivariant polynomial maps of a multidegree, as a null space."""
    degrees = [*((False, k) for k in ups), *((True, k) for k in downs)]
    quadratic: np.ndarray | float = 0.0
    for a in group.lie_algebra:
        inputs = kron_sum([derivation(-a.T if lower else a, k) for lower, k in degrees])
        outputs = kron_sum([a if kind == "V" else -a.T for kind in legs])
        quadratic = quadratic + _square(kron_sum([inputs, -outputs]))
    for h in group.generators:
        inputs = kron([substitution(dual(h) if lower else h, k) for lower, k in degrees])
        outputs = kron([h if kind == "V" else dual(h) for kind in legs])
        quadratic = quadratic + _square(np.kron(inputs, np.eye(len(outputs))) - np.kron(np.eye(len(inputs)), outputs))
    if isinstance(quadratic, float):
        return int(np.prod([len(monomials(group.dim, k)) for _, k in degrees])) * group.dim ** len(legs)
    values = np.linalg.eigvalsh(quadratic)
    small = values < 1e-6
    assert not small.any() or values[small].max() < 1e-9  # a clear gap
    return int(small.sum())


def _square(matrix: np.ndarray) -> np.ndarray:
    return matrix.conj().T @ matrix


def rank(rows: np.ndarray, most: int) -> int:
    """Of rows that span at most about `most` dimensions, so that as many random combinations of columns do."""
    if not len(rows):
        return 0
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    columns = np.random.default_rng(2).normal(size=(rows.shape[1], most + 10))
    values = np.linalg.svd(rows @ columns, compute_uv=False)
    return int((values > 1e-8 * values[0]).sum())


def levi_civita(dim: int) -> np.ndarray:
    tensor = np.zeros((dim,) * dim)
    for order in permutations(range(dim)):
        tensor[order] = round(np.linalg.det(np.eye(dim)[list(order)]))
    return tensor


class Contracted:
    """Values of contractions at given upper (points, n_up, d) and lower (points, n_down, d) vectors."""

    def __init__(self, group: Group, ups: np.ndarray, downs: np.ndarray):
        known = family(group)
        self.dim, self.form, self.points = group.dim, known.form, len(ups)
        self.vectors: dict[Slot, np.ndarray] = {up(i): ups[:, i] for i in range(ups.shape[1])}
        self.vectors |= {down(i): downs[:, i] for i in range(downs.shape[1])}
        for make, fixed in ((fixed_up, known.fixed_up), (fixed_down, known.fixed_down)):
            self.vectors |= {make(i): np.tile(v, (self.points, 1)) for i, v in enumerate(fixed)}

    def value(self, contraction: Contraction, legs: tuple[str, ...] = ()) -> np.ndarray:
        """The tensor with its indices in the order of `legs`: (points, d, …, d)."""
        total, order = np.ones(self.points), []
        for bracket in contraction:
            factor = self._bracket(bracket, legs)
            own, new = list(range(1, total.ndim)), list(range(total.ndim, total.ndim + factor.ndim - 1))
            total = np.einsum(total, [0, *own], factor, [0, *new], [0, *own, *new])
            order += bracket.legs
        return np.transpose(total, [0, *(1 + np.argsort(order).astype(int))]) if order else total

    def _bracket(self, bracket: Bracket, legs: tuple[str, ...]) -> np.ndarray:
        """One bracket as the contraction of its fixed tensor, all slots lower (ε, form) or of its own kind."""
        kinds = [legs[number] for number in bracket.legs]
        if bracket.kind == "pair":
            tensor, raised = self._pair(bracket, kinds)
        else:
            tensor = levi_civita(self.dim)
            raised = [self.form is not None and kind == "V" for kind in kinds]
        operands: list = [tensor, list(range(1, tensor.ndim + 1))]
        for axis, slot in enumerate(bracket.slots, start=1):
            if not slot.is_leg:
                operands += [self.vectors[slot], [0, axis]]
        opened = [axis for axis, slot in enumerate(bracket.slots, start=1) if slot.is_leg]
        if len(opened) == len(bracket.slots):
            value = np.broadcast_to(tensor, (self.points, *tensor.shape))
        else:
            value = np.einsum(*operands, [0, *opened])
        for axis, up_again in enumerate(raised, start=1):
            if up_again:
                value = np.moveaxis(np.moveaxis(value, axis, -1) @ np.linalg.inv(self.form).T, -1, axis)
        return value

    def _pair(self, bracket: Bracket, kinds: list[str]) -> tuple[np.ndarray, list[bool]]:
        """δ; or the form, whose indices are raised again as the output wants them."""
        if self.form is None:
            return np.eye(self.dim), [False] * len(kinds)
        if len(kinds) == 2:
            tensors = {("V", "V"): np.linalg.inv(self.form), ("V*", "V*"): self.form}
            return tensors.get(tuple(kinds), np.eye(self.dim)), [False, False]
        if kinds == ["V"]:
            return np.eye(self.dim), [False]
        return self.form.T if kinds else self.form, [False]  # w_i = F_ij x^j


@cache
def element(group: Group, seed: int = 0) -> np.ndarray:
    """A random element, from the Lie algebra and the generators."""
    rng = np.random.default_rng(seed)
    g = np.eye(group.dim)
    for _ in range(2):
        g = g @ expm(np.tensordot(rng.uniform(-0.4, 0.4, len(group.lie_algebra)), group.lie_algebra, 1))
        for h in rng.permutation(group.generators)[: rng.integers(0, 3)]:
            g = g @ h
    return g


def draw(group: Group, *shape: int, seed: int = 0) -> np.ndarray:
    """Standard normal inputs."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape)
    return x if group.field == "real" else x + 1j * rng.standard_normal(shape)
