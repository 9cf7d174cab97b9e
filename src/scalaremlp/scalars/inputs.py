"""How a flat input splits into scalars and the upper and lower vectors that the engine contracts."""

from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact

from ..contractions.family import Family, family
from ..contractions.tensor import Tensor
from ..groups import Group
from ..reps import Rep
from ..reps.index_symmetry import IndexSymmetry, index_symmetry, is_packed
from .bracket import Slot

Range = tuple[int, int]
_MOST_INDICES = 4


class TensorInput(NamedTuple):
    """One input of one index or more.

    Attributes:
        name: what it is called.
        at: where it stands in the flat input.
        symmetry: its indices and their symmetry.
    """

    name: str
    at: slice
    symmetry: IndexSymmetry

    @property
    def kind(self) -> Tensor:
        """What it is to the engine of contractions."""
        return Tensor(self.symmetry.legs, self.symmetry.generators, self.symmetry.traceless)

    def entries(self, x: Inexact[Array, " size"]) -> Inexact[Array, "..."]:
        """Its entries in an input, (d, …, d)."""
        values = x[self.at]
        if self.symmetry.packing is not None:
            values = self.symmetry.packing.unpack(values, 0)
        return values.reshape((self.symmetry.dim,) * self.symmetry.rank)


@dataclass(frozen=True)
class Inputs:
    """The static plan that splits inputs of type `rep` for `group`.

    Upper vectors are the vectors x1, x2, … and, where a form raises indices, the covectors w1, w2, … after them; for
    unitary groups every vector also gives its conjugate as a lower one, and every covector its conjugate as an upper
    one.
    """

    rep: Rep
    group: Group

    def __post_init__(self) -> None:
        for _, symmetry in self._terms:
            if symmetry.rank > _MOST_INDICES or any(leg not in ("V", "V*") for leg in symmetry.legs):
                raise ValueError(
                    f"inputs of the scalars are sums of tensors of at most {_MOST_INDICES} indices V or V*. "
                    f"Got {self.rep}: take a tensor apart, or use equivariant_basis."
                )

    @cached_property
    def family(self) -> Family:
        """Which fixed tensors the group has."""
        return family(self.group)

    @property
    def size(self) -> int:
        """The number of components."""
        return self.rep(self.group).size

    @cached_property
    def _terms(self) -> tuple[tuple[int, IndexSymmetry], ...]:
        """The tensors of each block, and how many there are."""
        return tuple((multiplicity, indices_of(term)) for multiplicity, term in self.rep(self.group).blocks)

    @property
    def has_tensors(self) -> bool:
        """Whether there are inputs of two or more indices, or a group whose vectors are contracted as tensors are."""
        return self.family.diagonal or any(symmetry.rank > 1 for multiplicity, symmetry in self._terms if multiplicity)

    def ranges(self, *legs: str) -> tuple[Range, ...]:
        """Where the blocks of one kind of term stand in the flat input."""
        found, start = [], 0
        for multiplicity, symmetry in self._terms:
            stop = start + multiplicity * symmetry.size
            if symmetry.legs == legs and stop > start:
                found.append((start, stop))
            start = stop
        return tuple(found)

    def _count(self, *legs: str) -> int:
        return sum(b - a for a, b in self.ranges(*legs)) // self.group.dim ** len(legs)

    @cached_property
    def n_scalars(self) -> int:
        """The number of scalars."""
        return self._count()

    @cached_property
    def n_vectors(self) -> int:
        """The number of vectors."""
        return self._count("V")

    @cached_property
    def n_covectors(self) -> int:
        """The number of covectors."""
        return self._count("V*")

    @cached_property
    def n_up(self) -> int:
        """The number of inputs with an upper index."""
        both = self.family.form is not None or self.group.conjugate_is_dual
        return self.n_vectors + (self.n_covectors if both else 0)

    @cached_property
    def n_down(self) -> int:
        """The number of inputs with a lower index."""
        if self.family.form is not None:
            return 0
        return self.n_covectors + (self.n_vectors if self.group.conjugate_is_dual else 0)

    @property
    def columns(self) -> dict[str, slice]:
        """Where the scalars s1, s2, …, the vectors x1, … and the covectors w1, … stand in the flat input."""
        found: dict[str, slice] = {}
        for letter, legs in (("s", ()), ("x", ("V",)), ("w", ("V*",))):
            size = self.group.dim ** len(legs)
            starts = [at for start, stop in self.ranges(*legs) for at in range(start, stop, size)]
            found |= {f"{letter}{i}": slice(at, at + size) for i, at in enumerate(starts, 1)}
        return found | {tensor.name: tensor.at for tensor in self.tensors if tensor.symmetry.rank > 1}

    @cached_property
    def tensors(self) -> "tuple[TensorInput, ...]":
        """All inputs of one index or more, in the order of the type: x1, w1, …, and A1, A2, … of two or more."""
        found, start, numbers = [], 0, Counter[str]()
        for multiplicity, symmetry in self._terms:
            letter = "A" if symmetry.rank > 1 else "x" if symmetry.legs == ("V",) else "w"
            for at in range(start, start + multiplicity * symmetry.size, max(symmetry.size, 1)):
                if symmetry.rank:
                    numbers[letter] += 1
                    name = f"{letter}{numbers[letter]}"
                    found.append(TensorInput(name, slice(at, at + symmetry.size), symmetry))
            start += multiplicity * symmetry.size
        return tuple(found)

    def rows(self, slots: tuple[Slot, ...]) -> tuple[int, ...]:
        """Rows of inputs and fixed vectors in the arrays that `vectors` returns."""
        offset = {"up": 0, "down": 0, "fixed_up": self.n_up, "fixed_down": self.n_down}
        return tuple(slot.number + offset[slot.kind] for slot in slots)

    def name(self, slot: Slot) -> str:
        """x1, w1, … for inputs, x1*, w1* for their conjugates, and the names of fixed vectors."""
        if not slot.is_input:
            return self.family.fixed_names("vector" if slot.kind == "fixed_up" else "covector")[slot.number]
        return self.input_name(slot) + ("*" if self._is_conjugate(slot) else "")

    def input_name(self, slot: Slot) -> str:
        """x1, w1, … for the input that it, or the conjugate of which, is in a slot."""
        before = self.n_vectors if slot.kind == "up" or self.group.conjugate_is_dual else 0
        return f"x{slot.number + 1}" if slot.number < before else f"w{slot.number - before + 1}"

    def _is_conjugate(self, slot: Slot) -> bool:
        return self.group.conjugate_is_dual and (slot.kind == "up") == (slot.number >= self.n_vectors)

    def check(self, x: Array) -> None:
        """Refuse what is not one input of this type."""
        if x.shape != (self.size,):
            hint = " For a batch use jax.vmap." if x.ndim == 2 and x.shape[-1:] == (self.size,) else ""
            raise ValueError(
                f"x must be one input of size {self.size} = {self.rep} for {self.group}. Got shape {x.shape}.{hint}"
            )
        if jnp.iscomplexobj(x) and self.group.field == "real":
            raise ValueError(f"x must be real for the real group {self.group}. Got {x.dtype}: give its real part.")

    def scalars(self, x: Inexact[Array, " size"]) -> Inexact[Array, " n_scalars"]:
        """The scalars in an input."""
        return _take(x, self.ranges())

    def vectors(self, x: Inexact[Array, " size"]) -> tuple[Array, Array]:
        """Upper vectors (n_up + fixed, dim) and lower ones (n_down + fixed, dim)."""
        dim = self.group.dim
        ups = _take(x, self.ranges("V")).reshape(-1, dim)
        downs = _take(x, self.ranges("V*")).reshape(-1, dim)
        if self.family.inverse_form is not None:
            ups, downs = _join(ups, downs @ constant(self.family.inverse_form.T, x)), downs[:0]
        elif self.group.conjugate_is_dual:
            ups, downs = _join(ups, downs.conj()), _join(ups.conj(), downs)
        return _join(ups, constant(self.family.fixed_up, x)), _join(downs, constant(self.family.fixed_down, x))


def indices_of(term: Rep) -> IndexSymmetry:
    """The indices of one term, bound to a group.

    Raises:
        TypeError: for a product with a packed tensor, and for a user's own representation.
    """
    try:
        return index_symmetry(term)
    except TypeError as error:
        raise TypeError(
            f"Scalars and covariants are of tensors: sums of T(p,q), Sym(p), Alt(p), Sym0(p) and Symmetric(…). Got "
            f"{term}: write a product with a packed tensor as T(p), or use EMLP."
        ) from error


def takes_tensors(rep_in: Rep, rep_out: Rep, group: Group) -> bool:
    """Whether the scalars and covariants of these types are searched for, rather than written down.

    Raises:
        ValueError: for a group without known scalars.
    """
    return inputs(rep_in, group).has_tensors or is_packed(rep_out)


@cache
def inputs(rep: Rep, group: Group) -> Inputs:
    """The inputs of a type bound to a group."""
    return Inputs(rep, group)


def constant(array: np.ndarray, like: Array) -> Any:
    """A static array in the precision of `like`."""
    return np.asarray(array, dtype=like.dtype)


def _take(x: Array, ranges: tuple[Range, ...]) -> Array:
    parts = [x[start:stop] for start, stop in ranges]
    return parts[0] if len(parts) == 1 else jnp.concatenate(parts or [x[:0]])


def _join(first: Array, second: Array | np.ndarray) -> Array:
    """Rows of both, without an operation where one of them has none."""
    if len(second) == 0:
        return first
    return jnp.asarray(second) if len(first) == 0 else jnp.concatenate([first, second])
