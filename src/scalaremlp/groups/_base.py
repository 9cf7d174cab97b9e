"""What a matrix group is: the base class of every group, and the tensors that it fixes."""

import abc
import dataclasses
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from jaxtyping import Inexact, Key

from scalaremlp._jax import Array

if TYPE_CHECKING:
    from ._product import DirectProduct

Field = Literal["real", "complex"]
Kind = Literal["form", "epsilon", "vector", "covector"]

#: What `G * H` makes; `_product`, whose class is a subclass of the one here, fills it in.
_products: dict[str, "type[DirectProduct]"] = {}


def makes_products(kind: "type[DirectProduct]") -> "type[DirectProduct]":
    """Marks the class that `*` makes."""
    _products["*"] = kind
    return kind


def read_only(array: Any) -> np.ndarray:
    """`array` as a float64 or complex128 NumPy array that cannot be written to: cached arrays are shared."""
    array = np.array(array, dtype=np.complex128 if np.iscomplexobj(array) else np.float64)
    array.flags.writeable = False
    return array


@dataclasses.dataclass(frozen=True, eq=False)
class FixedTensor:
    """A tensor in T(p,q) that every element of a group leaves as it is.

    `name` is for people, `kind` for the contraction engine: a bilinear `"form"`, an `"epsilon"` (Levi-Civita tensor),
    a `"vector"` or a `"covector"`. The p vector indices come before the q covector indices.
    `build` makes the array when it is first asked for, since ε of a large space has dim^dim entries.
    """

    name: str
    kind: Kind
    p: int
    q: int
    build: Callable[[], np.ndarray] = dataclasses.field(repr=False)

    @cached_property
    def array(self) -> np.ndarray:
        """The components, one axis of length `dim` per index; read-only."""
        return read_only(self.build())


class Group(abc.ABC):
    """A group of invertible matrices: a type, held as integers and compared by value.

    A subclass is a frozen dataclass of integers, strings, bytes and other groups, so it can be hashed, saved as text
    and used as a key of a cache. It defines `dim`, `lie_algebra` and `sample`, and overrides what else differs.
    Elements are the products of exp(Σ aₖ Aₖ), with Aₖ in `lie_algebra` and real aₖ, and of `generators`.

    Example:
        >>> from scalaremlp.groups import O, Lorentz
        >>> O(1, 3) == Lorentz(), len({O(3), O(3, 0)}), str(O(1, 3) * O(3))
        (True, 1, 'O(1,3)*O(3)')
        >>> O(1, 3).lie_algebra.shape, O(1, 3).generators.shape
        ((6, 4, 4), (2, 4, 4))
        >>> [(tensor.name, tensor.p, tensor.q) for tensor in O(1, 3).fixed_tensors]
        [('metric', 0, 2), ('metric', 2, 0)]
    """

    @property
    @abc.abstractmethod
    def dim(self) -> int:
        """d, where the elements are d × d matrices."""

    @property
    def field(self) -> Field:
        """`"real"` or `"complex"`: the numbers that elements and the arrays they act on are made of."""
        return "real"

    @property
    @abc.abstractmethod
    def lie_algebra(self) -> Inexact[np.ndarray, "k {self.dim} {self.dim}"]:
        """A basis of the Lie algebra, as a *real* vector space even where the matrices are complex; read-only."""

    @cached_property
    def generators(self) -> Inexact[np.ndarray, "m {self.dim} {self.dim}"]:
        """Elements that reach the components not connected to the identity; read-only."""
        return read_only(np.zeros((0, self.dim, self.dim)))

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        """The tensors, besides δ, from which invariants are contracted (see `fundamental`)."""
        return ()

    @property
    def fundamental(self) -> bool:
        """Whether every polynomial invariant is a contraction with δ and `fixed_tensors`: a first fundamental theorem.

        Weyl, *The Classical Groups* (1939), chapters II and VI; Procesi, *Lie Groups* (2007), chapter 11.
        """
        return False

    @property
    def fixes_diagonals(self) -> bool:
        """Whether the tensors that are 1 where all indices are equal are fixed, of every rank: permutations, S(n).

        Every polynomial invariant is then a contraction with these: a sum over components of products.
        """
        return False

    @property
    def components(self) -> "tuple[tuple[int, tuple[Group, ...]], ...]":
        """V as a sum of products of spaces of simpler groups, in order: pairs (multiplicity, groups).

        `(2, (G, H))` is two copies of V(G) ⊗ V(H), `(3, ())` three numbers that do not change. The groups of a product
        act independently; the i-th one of every product is the same. Equivariant bases are put together from theirs.
        """
        return ((1, (self,)),)

    @property
    def compact(self) -> bool:
        """Whether the group is compact. Those here are then given by orthogonal or unitary matrices."""
        return False

    @property
    def conjugate_is_dual(self) -> bool:
        """Whether the group is complex and v̄ transforms as a covector, as for unitary matrices."""
        return self.field == "complex" and self.compact

    @property
    def orthochronous(self) -> bool:
        """Whether signs of time components are invariants too, which no polynomial can tell: SO⁺(1,q)."""
        return False

    @abc.abstractmethod
    def sample(self, key: Key[Array, ""], n: int) -> Inexact[Array, "{n} {self.dim} {self.dim}"]:
        """n random elements in JAX's default precision, every connected component among them.

        Haar-uniform for compact groups. For the others there is no uniform distribution: rapidities and logarithms of
        singular values are uniform within [-1, 1], compact parts Haar-uniform.
        """

    def __mul__(self, other: "Group") -> "DirectProduct":
        """The direct product, acting on the Kronecker product of the two spaces by g ⊗ h."""
        return _products["*"](self, other) if isinstance(other, Group) else NotImplemented

    def __lt__(self, other: "Group") -> bool:
        """By text. JAX sorts the keys of a dict that it traces, and `{group: element}` is one."""
        return str(self) < str(other) if isinstance(other, Group) else NotImplemented

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the value, without the arrays derived from it."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}  # type: ignore[arg-type]

    def __str__(self) -> str:
        """The constructor call, which `scalaremlp.groups.parse` reads back."""
        values = (getattr(self, field.name) for field in dataclasses.fields(self))  # type: ignore[arg-type]
        return f"{type(self).__name__}({','.join(map(str, values))})"

    def __repr__(self) -> str:
        return str(self)
