"""How groups act on tensors and on their polynomials, by linear algebra alone: nothing here knows a contraction."""

from functools import cache, reduce
from typing import Any

import numpy as np

from scalaremlp.contractions.tensor import Tensor, symmetric, vector
from scalaremlp.groups import Group

from ..scalars.oracles import derivation, dual, monomials, substitution

T2, T3, MAP = Tensor(("V",) * 2), Tensor(("V",) * 3), Tensor(("V", "V*"))
S2, A2, X = symmetric(2), symmetric(2, -1), vector()
T02, W = Tensor(("V*",) * 2), Tensor(("V*",))
HARMONIC3 = symmetric(3, 1, True)
ELASTICITY = Tensor(("V",) * 4, (((1, 0, 2, 3), 1), ((2, 3, 0, 1), 1)))
NAMES = {
    **{T2: "T(2)", T3: "T(3)", MAP: "T(1,1)", T02: "T(0,2)", S2: "Sym(2)", A2: "Alt(2)", X: "T(1)", W: "T(0,1)"},
    **{HARMONIC3: "Sym0(3)", ELASTICITY: "elasticity"},
}

_SMALL = 1e-9  # of the squares of singular values, which are of order one


def named(value: Any) -> str:
    """What a parameter of a test is called."""
    if isinstance(value, Tensor):
        return NAMES[value]
    many = isinstance(value, tuple) and not hasattr(value, "_fields")
    return "+".join(map(named, value)) if many else str(value)


@cache
def basis(tensor: Tensor, dim: int) -> np.ndarray:
    """Orthonormal columns (dim^rank, size) that span the tensors of a kind; traces are taken with δ."""
    entries = np.eye(dim**tensor.rank).reshape(-1, *(dim,) * tensor.rank)
    conditions = [entries.transpose(0, *(1 + i for i in order)) - sign * entries for order, sign in tensor.symmetries]
    conditions = [each.reshape(len(entries), -1) for each in conditions]
    if tensor.traceless:
        conditions.append(np.trace(entries, axis1=1, axis2=2).reshape(len(entries), -1))
    if not conditions:
        return np.eye(len(entries))
    stacked = np.concatenate(conditions, axis=1)
    values, vectors = np.linalg.eigh(stacked @ stacked.T)
    return vectors[:, values < _SMALL]


def acts(tensor: Tensor, matrix: np.ndarray) -> np.ndarray:
    """A group element on the tensors of a kind."""
    factors = [matrix if leg == "V" else dual(matrix) for leg in tensor.legs]
    columns = basis(tensor, len(matrix))
    return columns.T @ reduce(np.kron, factors, np.eye(1)) @ columns


def derives(tensor: Tensor, matrix: np.ndarray) -> np.ndarray:
    """An element of the Lie algebra on the tensors of a kind."""
    dim, columns = len(matrix), basis(tensor, len(matrix))
    total = np.zeros((dim**tensor.rank,) * 2, matrix.dtype)
    for place, leg in enumerate(tensor.legs):
        factors = [np.eye(dim)] * tensor.rank
        factors[place] = matrix if leg == "V" else -matrix.T
        total = total + reduce(np.kron, factors, np.eye(1))
    return columns.T @ total @ columns


def polynomials(tensors: tuple[Tensor, ...], degrees: tuple[int, ...], dim: int) -> int:
    """How many monomials of a multidegree there are in the components of some tensors."""
    sizes = [basis(tensor, dim).shape[1] for tensor in tensors]
    return int(np.prod([len(monomials(size, degree)) for size, degree in zip(sizes, degrees, strict=True)]))


@cache
def dimension(group: Group, tensors: tuple[Tensor, ...], degrees: tuple[int, ...], output: Tensor | None = None) -> int:
    """The dimension of the equivariant polynomial maps of a multidegree to tensors of a kind, as a null space."""
    size = polynomials(tensors, degrees, group.dim) * (1 if output is None else basis(output, group.dim).shape[1])
    total = np.zeros((size, size))
    for a in group.lie_algebra:
        inputs = _sum([derivation(derives(tensor, a), k) for tensor, k in zip(tensors, degrees, strict=True)])
        total = total + _square(_sum([inputs, np.zeros((1, 1)) if output is None else -derives(output, a)]))
    for h in group.generators:
        inputs = _product([substitution(acts(tensor, h), k) for tensor, k in zip(tensors, degrees, strict=True)])
        outputs = np.eye(1) if output is None else acts(output, h)
        moved = np.kron(inputs, np.eye(len(outputs))) - np.kron(np.eye(len(inputs)), outputs)
        total = total + _square(moved)
    values = np.linalg.eigvalsh(total)
    small = values < 1e-6
    assert not small.any() or values[small].max() < _SMALL  # a clear gap
    return int(small.sum())


def _product(matrices: list[np.ndarray]) -> np.ndarray:
    return reduce(np.kron, matrices, np.eye(1))


def _sum(matrices: list[np.ndarray]) -> np.ndarray:
    """Σ 1 ⊗ … ⊗ A ⊗ … ⊗ 1."""
    eyes = [np.eye(len(matrix)) for matrix in matrices]
    return sum(_product([*eyes[:i], matrix, *eyes[i + 1 :]]) for i, matrix in enumerate(matrices))


def _square(matrix: np.ndarray) -> np.ndarray:
    return matrix.conj().T @ matrix
