"""Symmetric tensors in space as other software writes them: six columns in some order, and stiffness as a 6 × 6 matrix.

| order | columns |
|---|---|
| `"voigt"` | xx, yy, zz, yz, xz, xy |
| `"vtk"` | xx, yy, zz, xy, yz, xz: VTK, ParaView |
| `"openfoam"` | xx, xy, xz, yy, yz, zz: `symmTensor` |

Shear columns are entries of the tensor (`shear="tensor"`), or twice as much (`shear="engineering"`), as strains γ = 2ε
are written; stresses have no such form. `Sym(2)` has √2 times the entry in their place. Arrays are NumPy's or JAX's.
"""

from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from jaxtyping import Num

from scalaremlp._jax import Array
from scalaremlp.groups import O

from ._symmetric import Sym, Symmetric
from ._tensor import T

Shear = Literal["tensor", "engineering"]

ORDERS = MappingProxyType(
    {
        "voigt": ("xx", "yy", "zz", "yz", "xz", "xy"),
        "vtk": ("xx", "yy", "zz", "xy", "yz", "xz"),
        "openfoam": ("xx", "xy", "xz", "yy", "yz", "zz"),
    }
)

_TENSOR = Sym(2)(O(3))
_STIFFNESS = Symmetric(T(4), "ijkl=jikl=klij")(O(3))
_SHEARS = {"tensor": 1.0, "engineering": 2.0}


def full(
    columns: Num[Array | np.ndarray, "*batch 6"], order: str = "voigt", *, shear: Shear = "tensor"
) -> Num[Array | np.ndarray, "*batch 3 3"]:
    """The full arrays of tensors that are given by six columns.

    Raises:
        ValueError: if there are not six columns, or an order or a shear is unknown.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.reps import voigt
        >>> voigt.full(np.array([1.0, 2.0, 3.0, 0.0, 0.0, 8.0]), shear="engineering").tolist()
        [[1.0, 4.0, 0.0], [4.0, 2.0, 0.0], [0.0, 0.0, 3.0]]
    """
    positions, factors = _layout(order, shear)
    columns = _of_last(columns, (6,), f"A symmetric tensor has the columns {', '.join(ORDERS[order])}.")
    entries = columns / _as(factors, columns)
    index = np.empty((3, 3), int)
    for at, (i, j) in enumerate(positions):
        index[i, j] = index[j, i] = at
    return entries[..., index]


def columns(
    full: Num[Array | np.ndarray, "*batch 3 3"],
    order: str = "voigt",
    *,
    shear: Shear = "tensor",
    symmetrise: bool = False,
) -> Num[Array | np.ndarray, "*batch 6"]:
    """The six columns of tensors that are given in full: the inverse of `full`.

    Raises:
        ValueError: if an array is no symmetric one beyond rounding, unless `symmetrise` projects it; if there are not
            3 × 3 entries, or an order or a shear is unknown.
    """
    return unpack(_packed(_TENSOR, full, symmetrise), order, shear=shear)


def pack(
    columns: Num[Array | np.ndarray, "*batch 6"], order: str = "voigt", *, shear: Shear = "tensor"
) -> Num[Array | np.ndarray, "*batch 6"]:
    """The coordinates of `Sym(2)` of tensors that are given by six columns.

    Raises:
        ValueError: as of `full`.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.reps import voigt
        >>> stress = np.array([[1.0, 0.5, 0.0, 2.0, 0.0, 3.0]])             # xx, xy, xz, yy, yz, zz
        >>> voigt.pack(stress, "openfoam").round(3).tolist()                # xx, yy, zz, √2 yz, √2 xz, √2 xy
        [[1.0, 2.0, 3.0, 0.0, 0.0, 0.707]]
        >>> voigt.unpack(voigt.pack(stress, "openfoam"), "vtk").round(12).tolist()
        [[1.0, 2.0, 3.0, 0.5, 0.0, 0.0]]
    """
    return _packed(_TENSOR, full(columns, order, shear=shear), True)


def unpack(
    packed: Num[Array | np.ndarray, "*batch 6"], order: str = "voigt", *, shear: Shear = "tensor"
) -> Num[Array | np.ndarray, "*batch 6"]:
    """The six columns of coordinates of `Sym(2)`: the inverse of `pack`.

    Raises:
        ValueError: as of `full`.
    """
    positions, factors = _layout(order, shear)
    packed = _of_last(packed, (6,), "Sym(2) has the coordinates xx, yy, zz, √2 yz, √2 xz, √2 xy.")
    (entries,) = _TENSOR.split(packed)
    rows, others = np.array(positions).T
    return entries[..., 0, rows, others] * _as(factors, entries)


def full_stiffness(
    matrix: Num[Array | np.ndarray, "*batch 6 6"], order: str = "voigt"
) -> Num[Array | np.ndarray, "*batch 3 3 3 3"]:
    """The tensor c_ijkl of a stiffness matrix C_IJ, with σ_I = C_IJ ε_J for stresses and *engineering* strains.

    C_IJ = c_ijkl for the pairs I = (i, j), J = (k, l): there are no factors. A compliance matrix has factors 2 and 4,
    and is no such matrix: invert it first.

    Raises:
        ValueError: if there are not 6 × 6 entries, or the order is unknown.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.reps import voigt
        >>> cubic = np.diag([3.0, 3, 3, 1, 1, 1]) + np.pad(1 - np.eye(3), (0, 3))      # C11 = 3, C12 = 1, C44 = 1
        >>> c = voigt.full_stiffness(cubic)
        >>> c[0, 0].tolist(), voigt.pack_stiffness(cubic).shape
        ([[3.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], (21,))
    """
    index = full(np.arange(6.0), order).astype(int)
    matrix = _of_last(matrix, (6, 6), f"A stiffness has rows and columns {', '.join(ORDERS[order])}.")
    return matrix[..., index[:, :, None, None], index]


def stiffness(
    full: Num[Array | np.ndarray, "*batch 3 3 3 3"], order: str = "voigt", *, symmetrise: bool = False
) -> Num[Array | np.ndarray, "*batch 6 6"]:
    """The matrix C_IJ of a stiffness tensor: the inverse of `full_stiffness`.

    Raises:
        ValueError: if the tensor lacks the symmetry c_ijkl = c_jikl = c_klij beyond rounding, unless `symmetrise`
            projects it; if there are not 3⁴ entries, or the order is unknown.
    """
    return unpack_stiffness(_packed(_STIFFNESS, full, symmetrise), order)


def pack_stiffness(
    matrix: Num[Array | np.ndarray, "*batch 6 6"], order: str = "voigt", *, symmetrise: bool = False
) -> Num[Array | np.ndarray, "*batch 21"]:
    """The coordinates of `Symmetric(T(4), "ijkl=jikl=klij")` of stiffness matrices.

    Raises:
        ValueError: as of `full_stiffness`, and if a matrix is no symmetric one, unless `symmetrise` projects it.
    """
    return _packed(_STIFFNESS, full_stiffness(matrix, order), symmetrise)


def unpack_stiffness(
    packed: Num[Array | np.ndarray, "*batch 21"], order: str = "voigt"
) -> Num[Array | np.ndarray, "*batch 6 6"]:
    """The stiffness matrices of coordinates of `Symmetric(T(4), "ijkl=jikl=klij")`: the inverse of `pack_stiffness`."""
    rows, others = np.array(_layout(order, "tensor")[0]).T
    (entries,) = _STIFFNESS.split(_of_last(packed, (21,), 'Symmetric(T(4), "ijkl=jikl=klij") has 21 coordinates.'))
    return entries[..., 0, rows[:, None], others[:, None], rows, others]


def _layout(order: str, shear: str) -> tuple[list[tuple[int, int]], np.ndarray]:
    """The indices of each column, and what its entry is multiplied by."""
    if order not in ORDERS:
        raise ValueError(f"The orders of columns are {', '.join(ORDERS)}. Got {order!r}. Reorder others first.")
    if shear not in _SHEARS:
        raise ValueError(f"Shear columns are {' or '.join(_SHEARS)} ones. Got {shear!r}. Engineering ones are doubled.")
    positions = [("xyz".index(name[0]), "xyz".index(name[1])) for name in ORDERS[order]]
    return positions, np.array([1.0 if i == j else _SHEARS[shear] for i, j in positions])


def _packed(rep: Any, full: Any, symmetrise: bool) -> Any:
    shape = rep._shape()
    full = _of_last(full, shape, f"A full array for {rep} has {' × '.join(map(str, shape))} entries.")
    return rep.merge([full[(..., None, *[slice(None)] * len(shape))]], symmetrise=symmetrise)


def _of_last(array: Any, shape: tuple[int, ...], rule: str) -> Any:
    array = array if isinstance(array, Array) else np.asarray(array)
    if array.shape[-len(shape) :] != shape:
        last = f"(…, {', '.join(map(str, shape))})"
        raise ValueError(f"{rule} Got shape {array.shape}. Give an array of shape {last}.")
    return array


def _as(factors: np.ndarray, like: Any) -> np.ndarray:
    return factors.astype(like.dtype) if np.issubdtype(like.dtype, np.floating) else factors
