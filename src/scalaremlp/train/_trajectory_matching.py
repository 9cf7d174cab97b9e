"""A loss for models of dynamics: predicted against measured states."""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Key, PyTree

from ._loss import LeastSquares

_STEPS = 2  # of Gauss and Newton to a first state, from the measured one: what is left is far below the noise


@runtime_checkable
class Integrator(Protocol):
    """What integrates a field over a time and can be differentiated, such as `scalaremlp.dynamics.RungeKutta`."""

    def advance(self, field: Callable[..., Array], z: Array, time: Array, *parameters: Any) -> Array:
        """The state a time later."""
        ...


class TrajectoryMatching(LeastSquares):
    r"""The mean of the squared errors of predicted states along pieces of trajectories.

    $$r_{ij} = \Phi_{t_{j+1} - t_j}(z_{ij}) - z_{i, j+1} \quad\text{(interval by interval)}, \qquad
    r_{ij} = \Phi_{t_{j+1} - t_0}(z_{i0}) - z_{i, j+1} \quad\text{(whole pieces)}$$

    with the flow Φ of the model's vector field. Interval by interval is easier to fit where the states are exact, whole
    pieces are better where they are noisy; both take the states that they start from as exact.

    Where the first state is as noisy as the others, `estimate=True` looks for the one from which the whole piece fits
    best. The residuals are those at that first state ẑ(θ), without the d combinations that it makes zero,

    $$\tilde r_i(\theta) = Q_i^T \left[\Phi_{t_j - t_0}(\hat z_i) - z_{ij}\right]_{j=0}^{k-1}, \qquad
    Q_i^T\, \frac{\partial \Phi(\hat z_i)}{\partial \hat z_i} = 0, \quad Q_i^T Q_i = 1,$$

    with ẑ and Q taken as constant in the Jacobian by θ. This is variable projection: Σ r̃² and its gradient are those of
    the smallest sum of squares over first states, which need no place among the parameters. Only the sum over a whole
    piece is such a function, not a single r̃ (`separable`).

    A batch has times `t` of shape (b, k), states `z` of shape (b, k, d) and `parameters` with one entry a piece, or
    None: a `scalaremlp.data.Trajectories`, or a tuple (t, z) or (t, z, parameters).

    Args:
        field: makes a vector field of the model, a function of one state and, if the batch has them, of the parameters
            of its piece; `scalaremlp.dynamics.HamiltonianField` if the model is a Hamiltonian. By default the model is
            the field itself, as in a neural ODE.
        integrator: from one state to the next; by default one step of `RungeKutta(order=8)`, with 12 evaluations, which
            over the 0.2 s of the spring pendulum errs by less than 1e-9.
        whole: whether to predict each piece from its first state alone.
        estimate: whether to estimate that state as well, from the whole piece, by two Gauss-Newton steps from the
            measured one: close enough where the model fits within a few times the noise.

    Raises:
        ValueError: if a batch holds no trajectories of at least two states, and for `estimate` without `whole`.

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

    References:
        Golub and Pereyra, SIAM J. Numer. Anal. 10, 413 (1973); Kaufman, BIT 15, 49 (1975).
    """

    field: Callable[[Any], Callable[..., Array]] = eqx.field(static=True)
    integrator: Any
    whole: bool = eqx.field(static=True)
    estimate: bool = eqx.field(static=True)

    def __init__(
        self,
        field: Callable[[Any], Callable[..., Array]] | None = None,
        integrator: Integrator | None = None,
        *,
        whole: bool = False,
        estimate: bool = False,
    ):
        if estimate and not whole:
            raise ValueError("First states are estimated from whole pieces. Got whole=False. Add whole=True.")
        if integrator is None:
            from ..dynamics import RungeKutta

            integrator = RungeKutta(order=8)
        self.field, self.integrator = field or _itself, integrator
        self.whole, self.estimate = whole, estimate

    @property
    def separable(self) -> bool:
        """See `LeastSquares.separable`: the combinations turn with the model where first states are estimated."""
        return not self.estimate

    def residuals(self, model: Any, batch: PyTree, key: Key[Array, ""]) -> Float[Array, "b m"]:
        """Predicted minus measured states, in the order of the times, or their combinations: (k−1)·d for each piece."""
        t, z, extra = _pieces(batch)
        field = self.field(model)

        def of_piece(times: Array, states: Array, *parameters: Any) -> Array:
            def onward(state: Array, time: Array) -> tuple[Array, Array]:
                later = self.integrator.advance(field, state, time, *parameters)
                return later, later

            def path(start: Array) -> Array:
                return jax.lax.scan(onward, start, jnp.diff(times))[1]

            if self.estimate:
                return _best_start(lambda start: jnp.concatenate([start[None], path(start)]) - states, states[0])
            if self.whole:
                predicted = path(states[0])
            else:
                predicted = jax.vmap(lambda *one: onward(*one)[1])(states[:-1], jnp.diff(times))
            return (predicted - states[1:]).ravel()

        return jax.vmap(of_piece)(t, z, *extra)


def _best_start(residuals: Callable[[Array], Array], start: Array) -> Float[Array, " m"]:
    """The residuals at the first state where they are smallest, but for the combinations which that makes zero.

    For derivatives by the model, the first state and the combinations stand still.
    """

    def flat(state: Array) -> Array:
        return residuals(state).ravel()

    for _ in range(_STEPS):
        values, jacobian = jax.lax.stop_gradient((flat(start), jax.jacfwd(flat)(start)))
        q, r = jnp.linalg.qr(jacobian)
        start = start - jax.scipy.linalg.solve_triangular(r, q.T @ values)
    q = jnp.linalg.qr(jax.lax.stop_gradient(jax.jacfwd(flat)(start)), mode="complete").Q
    return q[:, start.size :].T @ flat(start)


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
