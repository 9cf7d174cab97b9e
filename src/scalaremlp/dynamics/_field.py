"""The vector field of a Hamiltonian."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ._state import check_even, split_state


class HamiltonianField(eqx.Module):
    r"""Hamilton's equations, as a vector field.

    $$\dot z = J \nabla H(z), \qquad z = (q, p), \quad \dot q = \partial H/\partial p, \quad
    \dot p = -\partial H/\partial q$$

    Args:
        hamiltonian: a differentiable function of a state of even size, which returns one number, of shape () or (1,);
            one of the systems of this module, or a network. What else it depends on may follow as further arguments.
            Make it an `equinox.Module` if it holds arrays: the integrators are then compiled once for all of them.

    Returns:
        Called with a state of shape (d,), and what else the Hamiltonian takes: its rate of change, of shape (d,).

    Raises:
        ValueError: if the size of the state is odd, or the Hamiltonian is not one number.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.dynamics import HamiltonianField
        >>> field = HamiltonianField(lambda z: (z @ z) / 2)
        >>> print(field(jnp.array([1.0, 0.0])))
        [ 0. -1.]
    """

    hamiltonian: Callable[..., Any]

    def __call__(self, z: Float[Array, " d"], *parameters: Any) -> Float[Array, " d"]:
        check_even(z)
        by_q, by_p = split_state(jax.grad(self._energy)(z, *parameters))
        return jnp.concatenate([by_p, -by_q])

    def _energy(self, z: Float[Array, " d"], *parameters: Any) -> Float[Array, ""]:
        value = self.hamiltonian(z, *parameters)
        if value.size != 1:
            raise ValueError(
                f"A Hamiltonian must return one number, of shape () or (1,). Got shape {value.shape}. "
                "Give a network the output type T(0)."
            )
        return value.reshape(())


class Separable(eqx.Module):
    """A Hamiltonian H(q, p) = T(p) + V(q), which symplectic compositions need. A subclass says what T and V are.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.dynamics import Separable
        >>> class Quartic(Separable):
        ...     def kinetic(self, p):
        ...         return p @ p / 2
        ...     def potential(self, q):
        ...         return jnp.sum(q**4)
        >>> print(Quartic()(jnp.array([1.0, 2.0])))
        3.0
    """

    @abstractmethod
    def kinetic(self, p: Float[Array, " n"], *parameters: Any) -> Float[Array, ""]:
        """T(p), the kinetic energy."""

    @abstractmethod
    def potential(self, q: Float[Array, " n"], *parameters: Any) -> Float[Array, ""]:
        """V(q), the potential energy."""

    def __call__(self, z: Float[Array, " d"], *parameters: Any) -> Float[Array, ""]:
        q, p = split_state(z)
        return self.kinetic(p, *parameters) + self.potential(q, *parameters)
