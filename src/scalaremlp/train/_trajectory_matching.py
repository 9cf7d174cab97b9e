"""A loss for models of dynamics: predicted against measured states."""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Key, PyTree

from ._loss import LeastSquares


@runtime_checkable
class Integrator(Protocol):
    """What integrates a field over a time and can be differentiated, such as `scalaremlp.dynamics.RungeKutta`."""

    def advance(self, field: Callable[..., Array], z: Array, time: Array, *parameters: Any) -> Array:
        """The state a time later."""
        ...


class TrajectoryMatching(LeastSquares):
    r"""The mean squared error of predicted states along pieces of trajectories.

    $$r_{ij} = \Phi_{t_{j+1} - t_j}(z_{ij}) - z_{i, j+1} \quad\text{(interval by interval)}, \qquad
    r_{ij} = \Phi_{t_{j+1} - t_0}(z_{i0}) - z_{i, j+1} \quad\text{(whole pieces)}$$

    with the flow Φ of the model's vector field. Interval by interval is easier to fit where the states are exact, whole
    pieces are better where they are noisy.

    A batch has times `t` of shape (b, k), states `z` of shape (b, k, d) and `parameters` with one entry a piece, or
    None: a `scalaremlp.data.Trajectories`, or a tuple (t, z) or (t, z, parameters).

    Args:
        field: makes a vector field of the model, a function of one state and, if the batch has them, of the parameters
            of its piece; `scalaremlp.dynamics.HamiltonianField` if the model is a Hamiltonian. By default the model is
            the field itself, as in a neural ODE.
        integrator: from one state to the next; by default one step of `RungeKutta(order=8)`, with 12 evaluations, which
            over the 0.2 s of the spring pendulum errs by less than 1e-9.
        whole: whether to predict each piece from its first state alone.

    Raises:
        ValueError: if a batch is no pieces of trajectories of at least two states.

    Example: the frequency of an oscillator

        >>> import equinox as eqx, jax, jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> from scalaremlp.dynamics import HamiltonianField, Oscillator, RungeKutta
        >>> from scalaremlp.train import TrajectoryMatching
        >>> se.enable_x64()
        >>> t = jnp.arange(3) * 0.2
        >>> z = jnp.stack([jnp.cos(2 * t), -2 * jnp.sin(2 * t)], axis=-1)
        >>> loss = TrajectoryMatching(HamiltonianField, RungeKutta(order=4))
        >>> loss.residuals(Oscillator(spring=4.0), (t[None], z[None]), jr.key(0)).shape
        (1, 4)
    """

    field: Callable[[Any], Callable[..., Array]] = eqx.field(static=True)
    integrator: Any
    whole: bool = eqx.field(static=True)

    def __init__(
        self,
        field: Callable[[Any], Callable[..., Array]] | None = None,
        integrator: Integrator | None = None,
        *,
        whole: bool = False,
    ):
        if integrator is None:
            from ..dynamics import RungeKutta

            integrator = RungeKutta(order=8)
        self.field, self.integrator, self.whole = field or _itself, integrator, whole

    def residuals(self, model: Any, batch: PyTree, key: Key[Array, ""]) -> Float[Array, "b m"]:
        """Predicted minus measured states, in the order of the times: (k−1)·d for each piece."""
        t, z, extra = _pieces(batch)
        field = self.field(model)

        def of_piece(times: Array, states: Array, *parameters: Any) -> Array:
            def onward(state: Array, time: Array) -> tuple[Array, Array]:
                later = self.integrator.advance(field, state, time, *parameters)
                return later, later

            if self.whole:
                predicted = jax.lax.scan(onward, states[0], jnp.diff(times))[1]
            else:
                predicted = jax.vmap(lambda *one: onward(*one)[1])(states[:-1], jnp.diff(times))
            return (predicted - states[1:]).ravel()

        return jax.vmap(of_piece)(t, z, *extra)


def _itself(model: Any) -> Any:
    return model


def _pieces(batch: Any) -> tuple[Array, Array, tuple[Any, ...]]:
    """Times, states, and the parameters if there are any."""
    if isinstance(batch, tuple):
        parts = batch
    else:
        parts = tuple(getattr(batch, name, None) for name in ("t", "z", "parameters"))
    t, z, *rest = (*parts, None, None)[:3]
    if t is None or z is None or z.ndim != 3 or z.shape[:2] != t.shape or t.shape[1] < 2:
        shapes = ", ".join(str(getattr(part, "shape", part)) for part in parts) or "nothing"
        raise ValueError(
            "Trajectories have times of shape (b, k), k ≥ 2, and states of shape (b, k, d). "
            f"Got {shapes}. Pass `data.Trajectories`, or a tuple (t, z) or (t, z, parameters)."
        )
    return t, z, () if rest[0] is None else (rest[0],)
