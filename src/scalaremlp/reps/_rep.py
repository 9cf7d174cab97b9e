"""The algebra of representations: what every representation can do, and the operators that build new ones."""

import abc
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Num

from scalaremlp._jax import Array, ArrayLike
from scalaremlp.groups import Field, Group

from . import _elements, _layout
from ._budget import BYTES
from ._linear_map import LinearMap
from ._packing import Packing
from ._tree import Node
from .action import Defining, Identity

if TYPE_CHECKING:
    from ._base import Base

#: What the operators make, by their symbol; `_sum`, `_product` and `_base` fill it in.
_operators: dict[str, Callable[..., Any]] = {}


def makes(symbol: str) -> Callable[[Callable[..., "Rep"]], Callable[..., "Rep"]]:
    """Marks the function that makes what an operator stands for, beside its class."""

    def marked(function: Callable[..., "Rep"]) -> Callable[..., "Rep"]:
        _operators[symbol] = function
        return function

    return marked


Element = Num[ArrayLike, "..."] | Mapping[Group, Num[ArrayLike, "..."]]


class Rep(abc.ABC):
    """A representation: the type of an array, saying how it changes under a group. A value, hashable and never mutated.

    Built from `V`, `Scalar`, `T(p,q)`, `Sym(p)`, `Alt(p)` and a user's `Base(action)` by operators:

    | written | meaning | ρ(g) |
    |---|---|---|
    | `A + B` | the one after the other, in this order | block-diagonal |
    | `3*A` | three copies of A | 1₃ ⊗ ρ_A |
    | `2 + A` | two scalars, then A | |
    | `A * B` | the tensor product, row-major: A's index is the slow one | ρ_A ⊗ ρ_B |
    | `A**2` | A * A; `A**0` is a scalar | |
    | `A.T` | the dual, which pairs with A to a scalar | ρ_A⁻ᵀ |
    | `A.conj()` | the conjugate | ρ̄_A |
    | `A >> B` | linear maps from A to B as row-major matrices: B * A.T | ρ_B ⊗ ρ_A⁻ᵀ |
    | `A(G)` | A bound to a group: every `V` in it that has no group yet gets G | |

    Nothing is reordered: `T(0) + T(1)`, `T(1) + T(0)` and `2*T(1)`, `T(1) + T(1)` are four types, since `split` gives
    different parts. `==` compares what was written up to what changes neither layout nor parts: brackets in sums and in
    products, `T(2)` and `V*V` and `V**2`, and (2A)B and 2(AB) for terms A and B. A product of sums stays one product.
    Products of representations bound to different groups act by both: `V(S(5)) * V(O(3))`.

    Example:
        >>> from scalaremlp.groups import O, S, Z
        >>> from scalaremlp.reps import T, V
        >>> rep = 5*T(0) + 5*T(1)
        >>> rep, rep(O(3)).size, (rep >> T(2))(O(3)).size
        (5*T(0) + 5*T(1), 20, 180)
        >>> T(2) == V*V == V**2, T(1, 1) == V*V.T, V*V.T == V.T*V
        (True, True, False)
        >>> (2*V(Z(3))*V(S(4)) + V(O(3))**2).size
        33
    """

    __array_ufunc__ = None  # so that np.int64(3) * V is three copies, as 3 * V is

    # What the kinds of representation define.

    @property
    @abc.abstractmethod
    def blocks(self) -> "tuple[tuple[int, Rep], ...]":
        """The pairs (multiplicity, term) of the sum, in order; a term is no sum."""

    @property
    @abc.abstractmethod
    def leaves(self) -> "tuple[Base, ...]":
        """The representations that this one is built from, in order of appearance."""

    @property
    @abc.abstractmethod
    def legs(self) -> tuple[str, ...]:
        """One of `"V"`, `"V*"`, `"conj(V)"`, `"conj(V*)"` for each index of a tensor; () for a scalar.

        Raises:
            TypeError: for sums, and for products that contain sums or a user's own representation.
        """

    @abc.abstractmethod
    def _map(self, change: "Callable[[Base], Base]") -> "Rep":
        """The same expression with every leaf changed."""

    @abc.abstractmethod
    def _size(self) -> int: ...

    @abc.abstractmethod
    def _shape(self) -> tuple[int, ...]:
        """The axes that `split` gives one copy of a term."""

    @property
    def _factors(self) -> "tuple[Rep, ...]":
        """The factors of a product; itself for others."""
        return (self,)

    @property
    def _packing(self) -> Packing | None:
        """How the flat array of a bound packed tensor becomes a full one; None for others."""
        return None

    @abc.abstractmethod
    def _rho(self, elements: Mapping[Group, Any]) -> Any: ...

    @abc.abstractmethod
    def _drho(self, elements: Mapping[Group, Any]) -> Any: ...

    @abc.abstractmethod
    def _layout(self, whole: frozenset[Group]) -> Node:
        """How a bound array is laid out; groups in `whole` are not taken apart."""

    @abc.abstractmethod
    def _text(self) -> str:
        """The expression with each leaf's group written after the leaf."""

    # The algebra. What operators make are subclasses of this class, which say so by `makes`.

    def __add__(self, other: object) -> "Rep":
        rep = self._coerce(other)
        return rep if rep is NotImplemented else _operators["+"](self, rep)

    def __radd__(self, other: object) -> "Rep":
        rep = self._coerce(other)
        return rep if rep is NotImplemented else rep + self

    def __mul__(self, other: object) -> "Rep":
        return _operators["*"](self, other) if isinstance(other, Rep) else self.__rmul__(other)

    def __rmul__(self, other: object) -> "Rep":
        return NotImplemented if not _is_count(other) else _operators["n*"](_count(other, "A multiplicity"), self)

    def __pow__(self, exponent: object) -> "Rep":
        if not _is_count(exponent):
            return NotImplemented
        return _operators["*"](*[self] * _count(exponent, "An exponent")) if exponent else self._one()

    def __rshift__(self, other: object) -> "Rep":
        rep = self._coerce(other)
        return rep if rep is NotImplemented else rep * self.T

    def __rrshift__(self, other: object) -> "Rep":
        rep = self._coerce(other)
        return rep if rep is NotImplemented else self * rep.T

    @property
    def T(self) -> "Rep":
        """The dual: ρ(g)⁻ᵀ. It is its own inverse and keeps the order of sums and products."""
        return self._map(lambda leaf: leaf.dualised())

    def conj(self) -> "Rep":
        """The conjugate: ρ̄(g), for values that are antilinear in vectors.

        Bound to a group, it is the representation itself where that is real, and the dual for unitary groups.
        """
        return self._map(lambda leaf: leaf.conjugated())

    def __call__(self, group: Group) -> "Rep":
        """This representation bound to a group. Parts that are bound already stay as they are.

        Raises:
            TypeError: if `group` is no group.
            ValueError: if nothing is left to bind, unless it is bound to this very group.
        """
        if not isinstance(group, Group):
            raise TypeError(
                f"A representation is bound to a group. Got {self}({group!r}). Write for example {self}(O(3)), "
                "or T(p, q) for a tensor with p vector and q covector indices."
            )
        if self.leaves and all(leaf.group is not None for leaf in self.leaves) and self.groups != (group,):
            raise ValueError(
                f"A bound representation keeps its groups. Got {self} to be bound to {group}. "
                "Bind the unbound representation instead."
            )
        return self._map(lambda leaf: leaf.bound(group))

    # The action.

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that it is bound to, without repetition, in order of appearance."""
        return tuple(dict.fromkeys(leaf.group for leaf in self.leaves if leaf.group is not None))

    @property
    def field(self) -> Field:
        """`"complex"` if any part is, otherwise `"real"`."""
        self._require_bound("field")
        return "complex" if any(leaf.numbers == "complex" for leaf in self.leaves) else "real"

    @cached_property
    def size(self) -> int:
        """The dimension: how many numbers an array of this type has."""
        self._require_bound("size")
        return self._size()

    @property
    def p(self) -> int:
        """The number of vector indices of a tensor."""
        return sum(leg.count("*") == 0 for leg in self.legs)

    @property
    def q(self) -> int:
        """The number of covector indices of a tensor."""
        return len(self.legs) - self.p

    def rho(self, g: Element) -> Num[Array | np.ndarray, "{self.size} {self.size}"]:
        """The matrix ρ(g) that acts on flat arrays of this type.

        Arguments:
            g: an element (d, d) of the group; for several groups a mapping {group: element}, in which a group left
                out acts by its identity. NumPy arrays give NumPy, JAX arrays JAX; `jit` and `vmap` take both forms.

        Raises:
            ValueError: if the element has another size, belongs to another group, or is one array for several groups.

        Example:
            >>> import numpy as np
            >>> from scalaremlp.groups import S
            >>> from scalaremlp.reps import V
            >>> shift = np.roll(np.eye(3), 1, axis=0)
            >>> (V + 1)(S(3)).rho(shift) @ [1, 2, 3, 4]
            array([3., 1., 2., 4.])
        """
        self._require_bound("rho")
        return self._rho(_elements.resolve(self, g, np.eye))

    def drho(self, a: Element) -> Num[Array | np.ndarray, "{self.size} {self.size}"]:
        """The derivative of ρ(exp(t a)) at t = 0, for a in the Lie algebra; arguments and errors as for `rho`.

        Sums are block-diagonal; a product obeys Leibniz' rule, dρ_A ⊗ 1 + 1 ⊗ dρ_B; the dual is -dρᵀ. In a mapping, a
        group left out does not move.
        """
        self._require_bound("drho")
        return self._drho(_elements.resolve(self, a, lambda d: np.zeros((d, d))))

    # Arrays of this type.

    def split(self, x: Num[ArrayLike, "*batch size"]) -> tuple[Num[Array | np.ndarray, "..."], ...]:
        """The parts of an array of this type: one for each block (m, term), of shape (*batch, m, *axes).

        A scalar has no axes of its own, a tensor one axis per index, any other product one per factor. Packed tensors,
        such as `Sym(2)`, become full arrays.

        Raises:
            ValueError: if the last axis of x is not of length `size`.

        Example:
            >>> import numpy as np
            >>> from scalaremlp.groups import O
            >>> from scalaremlp.reps import T
            >>> masses, positions = (5*T(0) + 5*T(1))(O(3)).split(np.arange(20.0))
            >>> masses.shape, positions.shape, T(1, 1)(O(3)).split(np.zeros((7, 9)))[0].shape
            ((5,), (5, 3), (7, 1, 3, 3))
        """
        self._require_bound("split")
        return _layout.split(self, x)

    def merge(
        self, parts: Sequence[Num[ArrayLike, "..."]], *, symmetrise: bool = False
    ) -> Num[Array | np.ndarray, "*batch {self.size}"]:
        """The array with these parts: the inverse of `split`.

        Arguments:
            parts: an array for each block.
            symmetrise: whether arrays for packed tensors that lack the symmetry are projected, not refused. Arrays
                that are traced, as under `jit`, have no values to check and are projected always.

        Raises:
            ValueError: if the number of parts, their axes or their batch axes do not fit; if an array for a packed
                tensor lacks its symmetry by more than rounding, 10⁻¹⁰ of its largest entry in float64, 10⁻⁵ in others.

        Example:
            >>> import numpy as np
            >>> from scalaremlp.groups import O
            >>> from scalaremlp.reps import Sym
            >>> Sym(2)(O(2)).merge([np.array([[[1.0, 3.0], [5.0, 2.0]]])], symmetrise=True).round(3).tolist()
            [1.0, 2.0, 5.657]
        """
        self._require_bound("merge")
        return _layout.merge(self, parts, symmetrise)

    def equivariant_basis(self, *, max_bytes: int = BYTES) -> LinearMap:
        """A basis Q of the arrays of this type that every group element leaves as they are: ρ(g) Q = Q.

        A sum is solved term by term, a product group factor by factor, and equal terms once; the map keeps that
        structure, so that types of millions of components are no burden as long as their terms are small. A term is
        solved in float64, or complex128 where it is complex (the rank counts complex dimensions then), by the first
        that applies:

        | group | method |
        |---|---|
        | signed permutations | orbits of the components |
        | classical groups | products of fixed tensors (first fundamental theorem), by their Gram matrix and QR |
        | orthogonal, unitary, Lie algebras | the null space of all dρ(Aₖ) and ρ(hⱼ) - 1, by eigenvectors and SVD |
        | any other | the same for the parts of each hⱼ: eigenvalues and log of the unipotent part, in many digits |

        Bases are kept and compared by value; the same type gives the same basis in every process. Whatever the method,
        ‖ρ(h) q - q‖ is checked in the end for each column, in relation to the numbers that are added up in it, and the
        rank of a group of fractions by elimination modulo a prime. Generators that are orthogonal or of finite order
        to about 10⁻³ are replaced by such matrices, with a warning; others with so few digits that more may be
        invariant than they say are refused.

        Arguments:
            max_bytes: the most memory that the solution of one term may take.

        Returns:
            A linear map of shape (size, rank) with orthonormal columns. Rank 0 is an answer.

        Raises:
            ValueError: if a term is too large, an action gives matrices that do not fit its `size`, or the digits of
                the generators do not tell what is invariant.

        Warns:
            UserWarning: if rounded generators were replaced by those that were probably meant.

        Example:
            >>> from scalaremlp.groups import SO
            >>> from scalaremlp.reps import T
            >>> (T(1) >> T(2))(SO(3)).equivariant_basis().shape     # the cross product
            (27, 1)
            >>> rep = 100*T(0) + 100*T(1) + 30*T(2)
            >>> (rep >> rep)(SO(3)).equivariant_basis().shape
            (448900, 34700)

        References:
            Weyl, *The Classical Groups* (1939); Finzi, Welling and Wilson, arXiv:2104.09459; Borel, *Linear Algebraic
            Groups* (1991), section 4, for the parts of a matrix.
        """
        from ._equivariant import basis  # with SciPy, which types alone do without

        self._require_bound("equivariant_basis")
        own = {leaf.group for leaf in self.leaves if not isinstance(leaf.action, Defining | Identity)}
        layout = self._layout(frozenset(group for group in own if group is not None))
        return basis(self, layout, self.field, max_bytes)

    def equivariant_projector(self, *, max_bytes: int = BYTES) -> LinearMap:
        """The orthogonal projection Q Q† to the span of `equivariant_basis`, of shape (size, size)."""
        basis = self.equivariant_basis(max_bytes=max_bytes)
        return basis @ basis.H

    # Text and details.

    def __str__(self) -> str:
        """The expression, which `scalaremlp.reps.parse` reads back."""
        groups = self.groups
        if len(groups) != 1 or any(leaf.group is None for leaf in self.leaves):
            return self._text()
        text = self._map(lambda leaf: leaf.unbound())._text()
        return f"({text})({groups[0]})" if " " in text or "*" in text else f"{text}({groups[0]})"

    def __repr__(self) -> str:
        return str(self)

    def _require_bound(self, name: str) -> None:
        if any(leaf.group is None for leaf in self.leaves):
            raise ValueError(f"`{name}` needs a group. Got {self}, which is not bound to one. Write rep(G).{name}.")

    def _one(self) -> "Rep":
        """A scalar of the same groups."""
        return _operators["*"](*[_operators["one"](group) for group in self.groups or (None,)])

    def _coerce(self, other: Any) -> "Rep":
        """`other` as a representation: n stands for n scalars."""
        if isinstance(other, Rep):
            return other
        if not _is_count(other):
            return NotImplemented
        scalars: Rep = _operators["n*"](_count(other, "A number of scalars"), self._one())
        return scalars


def _is_count(value: Any) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)


def _count(value: Any, what: str) -> int:
    number = operator.index(value)
    if number < 0:
        raise ValueError(f"{what} is 0 or more. Got {number}. Write for example 3*V + 2.")
    return number
