"""How a group acts on one space: the piece that a user writes for a representation of their own."""

import abc
import dataclasses

import numpy as np
from jaxtyping import Num

from scalaremlp._jax import Array
from scalaremlp.groups import Field, Group


class Action(abc.ABC):
    """How the groups it is meant for act on one space, by matrices ρ(g).

    Subclass it as a frozen dataclass of plain values, define three methods, and wrap an instance in `Base`; the
    algebra (sums, products, duals, `>>`), binding, `split` and `equivariant_basis` then work with it. `Base(action)`
    computes the dual and the conjugate by itself.

    `rho` and `drho` get and return NumPy or JAX arrays; write them with operators and methods (`@`, `.T`, `*`), or with
    `jax.numpy`, so that both work. With `jax.numpy`, `equivariant_basis` needs `scalaremlp.enable_x64()`.

    Example:
        Axial vectors, such as a magnetic field: ρ(g) = det(g) g.

        >>> import dataclasses, numpy as np, jax.numpy as jnp, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Action, Base, V
        >>> @dataclasses.dataclass(frozen=True)
        ... class Axial(Action):
        ...     def size(self, group): return group.dim
        ...     def rho(self, g): return jnp.linalg.det(g) * g
        ...     def drho(self, a): return np.trace(a) * np.eye(len(a)) + a
        >>> B = Base(Axial())
        >>> str((2*V + B)(O(3))), (V*V >> B)(O(3)).equivariant_basis().shape
        ('(2*T(1) + Axial)(O(3))', (27, 1))
    """

    @property
    def name(self) -> str:
        """What the representation is called in text."""
        return type(self).__name__

    def field(self, group: Group) -> Field:
        """Whether ρ(g) is real or complex; as the group is, unless said otherwise."""
        return group.field

    def within(self, group: Group) -> "Action":
        """The action whose `rho` and `drho` serve this group: itself, unless they need what elements do not tell.

        Raise ValueError here to refuse a group as soon as a type is bound to it.
        """
        return self

    @abc.abstractmethod
    def size(self, group: Group) -> int:
        """The dimension of the space; raise ValueError for a group that the action is not meant for."""

    @abc.abstractmethod
    def rho(self, g: Num[Array | np.ndarray, "d d"]) -> Num[Array | np.ndarray, "s s"]:
        """The matrix ρ(g) of a group element g, with ρ(g h) = ρ(g) ρ(h)."""

    @abc.abstractmethod
    def drho(self, a: Num[Array | np.ndarray, "d d"]) -> Num[Array | np.ndarray, "s s"]:
        """The derivative of ρ(exp(t a)) at t = 0, for a in the Lie algebra; linear in a."""


@dataclasses.dataclass(frozen=True)
class Defining(Action):
    """The action that the group is given by: ρ(g) = g. Its dual acts by g⁻ᵀ."""

    def size(self, group: Group) -> int:
        """The dimension of the space."""
        return group.dim

    def rho(self, g: Num[Array | np.ndarray, "d d"]) -> Num[Array | np.ndarray, "d d"]:
        """The element itself."""
        return g

    def drho(self, a: Num[Array | np.ndarray, "d d"]) -> Num[Array | np.ndarray, "d d"]:
        """The direction itself."""
        return a


@dataclasses.dataclass(frozen=True)
class Identity(Action):
    """The action on one number that leaves it as it is: ρ(g) = 1."""

    def size(self, group: Group) -> int:
        """One number."""
        return 1

    def rho(self, g: Num[Array | np.ndarray, "d d"]) -> Num[Array | np.ndarray, "1 1"]:
        """The identity."""
        return np.ones((1, 1))

    def drho(self, a: Num[Array | np.ndarray, "d d"]) -> Num[Array | np.ndarray, "1 1"]:
        """Zero."""
        return np.zeros((1, 1))
