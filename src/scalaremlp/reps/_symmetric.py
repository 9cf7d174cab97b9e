"""Tensors with index symmetries as types: `Sym(p)`, `Alt(p)`, `Sym0(p)` and `Symmetric(T(p), "ij=ji")`."""

import operator
from typing import Any

from . import _index_permutations as permutations
from ._base import Base
from ._packed import Packed, traceless
from ._rep import Rep
from ._tensor import T


def Sym(p: int) -> Rep:
    """Totally symmetric tensors with p vector indices, in packed coordinates.

    ρ(g) = Pᵀ (g ⊗ … ⊗ g) P, where the columns of P (dᵖ × size) are an orthonormal basis of symmetric tensors, so that
    ρ is orthogonal where g is. There are C(d+p−1, p) coordinates; each is √n times an entry, where n entries are
    equal. Their order: by how many different indices they have, those of a single one ascending, others descending.
    So Sym(2) in space is xx, yy, zz, √2 yz, √2 xz, √2 xy (Mandel). `split` gives full arrays, `merge` packs them.

    `Sym(0)` is `T(0)` and `Sym(1)` is `T(1)`; `Sym(p).T` has p covector indices.

    Raises:
        ValueError: unless p is an integer of at least 0.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Sym, T
        >>> rep = (Sym(2) + T(1))(O(3))
        >>> stress, force = rep.split(np.array([1.0, 2, 3, 0, 0, 2**0.5, 7, 8, 9]))
        >>> stress[0].round(12).tolist(), rep.size, (Sym(2) >> Sym(2))(O(3)).equivariant_basis().shape
        ([[1.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 3.0]], 9, (36, 2))

    References:
        Mehrabadi and Cowin, Q. J. Mech. Appl. Math. 43 (1990), 15, for coordinates in which ρ is orthogonal.
    """
    rank = _rank("Sym", p)
    return _packed(rank, permutations.totally(rank, 1), f"Sym({rank})")


def Alt(p: int) -> Rep:
    """Totally antisymmetric tensors with p vector indices, in packed coordinates: p-forms, axial vectors, fields.

    There are C(d, p) coordinates, √p! times the entries at ascending indices, in descending order. So Alt(2) in space
    is √2 (A_yz, A_xz, A_xy), and the matrix of a cross product, A_ij = ε_ijk w_k, has √2 (w_x, −w_y, w_z). None are
    left where p is more than the dimension: the size is 0 then, and `split` gives zeros. See `Sym` for the rest.

    `Alt(0)` is `T(0)` and `Alt(1)` is `T(1)`.

    Raises:
        ValueError: unless p is an integer of at least 0.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.groups import SO, Lorentz
        >>> from scalaremlp.reps import Alt, T
        >>> Alt(2)(Lorentz()).size, Alt(4)(SO(3)).size, (Alt(2) >> T(1))(SO(3)).equivariant_basis().shape
        (6, 0, (9, 1))
        >>> Alt(2)(SO(3)).merge([np.array([[[0.0, 3, -2], [-3, 0, 1], [2, -1, 0]]])]).round(3).tolist()
        [1.414, -2.828, 4.243]
    """
    rank = _rank("Alt", p)
    return _packed(rank, permutations.totally(rank, -1), f"Alt({rank})")


def Sym0(p: int) -> Rep:
    """Totally symmetric tensors without traces, for groups with a metric: irreducible ones for O(n), n > 1.

    The traces are taken with the group's metric, or δ for a group of orthogonal matrices. There are
    C(d+p−1, p) − C(d+p−3, p−2) coordinates: parts of those of `Sym(p)`, each made orthonormal to those before it.
    So Sym0(2) in space is (2xx−yy−zz)/√6, (yy−zz)/√2, √2 yz, √2 xz, √2 xy.

    `Sym0(0)` is `T(0)` and `Sym0(1)` is `T(1)`.

    Raises:
        ValueError: unless p is an integer of at least 0, or when bound to a group without a symmetric form.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Sym, Sym0
        >>> [Sym0(p)(O(3)).size for p in range(5)], (Sym(2) >> Sym0(2))(O(3)).equivariant_basis().shape
        ([1, 3, 5, 7, 9], (30, 1))
    """
    rank = _rank("Sym0", p)
    return Base(traceless(rank)) if rank > 1 else T(rank)


def Symmetric(tensor: Rep, equations: str) -> Rep:
    """Tensors T(p) with the index symmetries that equations state, in packed coordinates as of `Sym`.

    "ijkl=jikl=klij" says t_ijkl = t_jikl = t_klij: each word is a permutation of the first, or minus one ("ij=-ji").
    Two types are equal if the permutations that they generate are: `Symmetric(T(2), "ij=ji")` is `Sym(2)`.

    Args:
        tensor: T(p) with p of 1 to 8, not bound to a group.
        equations: the index words.

    Raises:
        TypeError: if `equations` is no text.
        ValueError: if `tensor` is another type, a word is no permutation of the first, or the equations leave zero
            alone.

    Example:
        >>> from scalaremlp.groups import SO2eR3, O
        >>> from scalaremlp.reps import Symmetric, T
        >>> stiffness = Symmetric(T(4), "ijkl=jikl=klij")
        >>> stiffness, [stiffness(G).equivariant_basis().shape for G in (O(3), SO2eR3())]
        (Symmetric(T(4), "ijkl=jikl=klij"), [(21, 2), (21, 5)])
    """
    rank = _rank_of(tensor)
    generators = permutations.canonical(rank, equations)
    for sign, plain in ((1, Sym), (-1, Alt)):
        if generators == permutations.totally(rank, sign):
            return plain(rank)
    words = "".join(equations.split())
    return _packed(rank, generators, f'Symmetric(T({rank}), "{words}")') if generators else T(rank)


def _packed(rank: int, generators: tuple[permutations.SignedPermutation, ...], text: str) -> Rep:
    return Base(Packed(rank, generators, text)) if rank > 1 else T(rank)


def _rank(name: str, p: Any) -> int:
    try:
        rank = operator.index(p)
    except TypeError:
        rank = -1
    if rank < 0:
        raise ValueError(f"{name}(p) needs an integer p of at least 0. Got {name}({p!r}). Write for example {name}(2).")
    return rank


def _rank_of(tensor: Any) -> int:
    most = permutations.MOST_INDICES
    for rank in range(1, most + 1):
        if isinstance(tensor, Rep) and tensor == T(rank):
            return rank
    raise ValueError(
        f"Symmetric(T(p), equations) needs T(p) with p of 1 to {most}, not bound to a group. Got {tensor!r}. Write for "
        'example Symmetric(T(2), "ij=-ji"), and .T behind it for covector indices.'
    )
