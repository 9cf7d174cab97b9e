"""Symplectic integrators for separable Hamiltonians."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ._field import HamiltonianField, Separable
from ._state import split_state
from ._stepper import Stepper, check_substeps

_CUBE = 2 ** (1 / 3)

# The outer weights of a symmetric composition, the first ones; the middle one makes their sum 1.
_OUTER = {
    2: (),
    4: (1 / (2 - _CUBE),),
    6: (0.784513610477560, 0.235573213359357, -1.17767998417887),
}


class Composition(Stepper):
    r"""A symplectic integrator for H = T(p) + V(q): a symmetric composition of leapfrog steps.

    $$\Phi_h = S_{w_1 h} \circ \dots \circ S_{w_0 h} \circ \dots \circ S_{w_1 h}$$

    $$S_h:\; p \to p - \tfrac h2 \nabla V(q), \quad q \to q + h \nabla T(p), \quad p \to p - \tfrac h2 \nabla V(q)$$

    with 1, 3 or 7 leapfrog steps. Over long times the energy oscillates about its value and does not drift.

    Args:
        order: 2 (leapfrog, also called Störmer-Verlet), 4 (triple jump) or 6 (Yoshida's solution A).
        substeps: steps from one saved time to the next.
        bound: the norm of a state above which a trajectory ends; found from the first state if None, see `Method`.

    Raises:
        ValueError: when it steps, if the field is no `HamiltonianField` of a `Separable` Hamiltonian.

    References:
        Yoshida, Phys. Lett. A 150, 262 (1990), table 1.

    Example:
        >>> import jax.numpy as jnp, scalaremlp as se
        >>> from scalaremlp.dynamics import Composition, HamiltonianField, Oscillator
        >>> stepper = Composition(order=4)
        >>> z = stepper.step(HamiltonianField(Oscillator()), jnp.array([1.0, 0.0]), jnp.array(0.1))
        >>> print(abs(z[0] - jnp.cos(0.1)) < 1e-6)
        True
    """

    order: int = eqx.field(static=True, default=4)
    substeps: int = eqx.field(static=True, default=1)
    bound: float | None = eqx.field(static=True, default=None)

    def __check_init__(self) -> None:
        check_substeps(self.substeps)
        if self.order not in _OUTER:
            raise ValueError(f"`order` must be 2, 4 or 6. Got {self.order!r}. For others use `Gauss`.")

    def step(
        self, field: Callable[..., Array], z: Float[Array, " d"], h: Float[Array, ""], *parameters: Any
    ) -> Float[Array, " d"]:
        """See `Stepper.step`."""
        hamiltonian = _separable(field)
        velocity, slope = jax.grad(hamiltonian.kinetic), jax.grad(hamiltonian.potential)

        def leapfrog(state: tuple[Array, Array], weight: Array) -> tuple[tuple[Array, Array], None]:
            q, p = state
            p = p - weight * h / 2 * slope(q, *parameters)
            q = q + weight * h * velocity(p, *parameters)
            return (q, p - weight * h / 2 * slope(q, *parameters)), None

        outer = _OUTER[self.order]
        weights = jnp.array([*outer, 1 - 2 * sum(outer), *outer[::-1]], z.dtype)
        return jnp.concatenate(jax.lax.scan(leapfrog, split_state(z), weights)[0])


def _separable(field: Callable[..., Array]) -> Separable:
    hamiltonian = field.hamiltonian if isinstance(field, HamiltonianField) else None
    if not isinstance(hamiltonian, Separable):
        what = type(field if hamiltonian is None else hamiltonian).__name__
        raise ValueError(
            "A composition needs the HamiltonianField of a Separable Hamiltonian, H = T(p) + V(q). "
            f"Got {what}. Use `Gauss`, which takes any field."
        )
    return hamiltonian
