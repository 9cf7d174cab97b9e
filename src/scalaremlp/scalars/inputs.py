"""How a flat input splits into scalars and the upper and lower vectors that the engine contracts."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact

from ..groups import Group
from ..reps import Rep
from ._family import Family, family
from .bracket import Slot

Range = tuple[int, int]


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
        if max((len(legs) for legs, _ in self._terms), default=0) > 1:
            raise ValueError(
                f"inputs of the scalars are sums of T(0), T(1) and T(0,1). Got {self.rep}: "
                "give the eigenvectors or the columns of a tensor as vectors, or use equivariant_basis."
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
    def _terms(self) -> list[tuple[tuple[str, ...], int]]:
        return [(term.legs, multiplicity) for multiplicity, term in self.rep(self.group).blocks]

    def ranges(self, *legs: str) -> tuple[Range, ...]:
        """Where the blocks of one kind of term stand in the flat input."""
        found, start = [], 0
        for kinds, multiplicity in self._terms:
            stop = start + multiplicity * self.group.dim ** len(kinds)
            if kinds == legs and stop > start:
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
        return found

    def rows(self, slots: tuple[Slot, ...]) -> tuple[int, ...]:
        """Rows of inputs and fixed vectors in the arrays that `vectors` returns."""
        offset = {"up": 0, "down": 0, "fixed_up": self.n_up, "fixed_down": self.n_down}
        return tuple(slot.number + offset[slot.kind] for slot in slots)

    def name(self, slot: Slot) -> str:
        """x1, w1, … for inputs, x1*, w1* for their conjugates, and the names of fixed vectors."""
        if not slot.is_input:
            return self.family.fixed_names("vector" if slot.kind == "fixed_up" else "covector")[slot.number]
        if slot.kind == "up":
            first, others, count = "x", "w*" if self.group.conjugate_is_dual else "w", self.n_vectors
        elif self.group.conjugate_is_dual:
            first, others, count = "x*", "w", self.n_vectors
        else:
            first, others, count = "w", "", self.n_covectors
        letter, number = (first, slot.number) if slot.number < count else (others, slot.number - count)
        return f"{letter[0]}{number + 1}{letter[1:]}"

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
