"""A loss for models of dynamics: predicted against measured states."""

import warnings
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key, PyTree

from ._loss import LeastSquares

_ALIKE = 1e4  # how many times larger than the momenta the positions may be, or the reverse, to be added up as numbers
_STEPS = 2  # of Gauss and Newton to a first state, from the measured one: what is left is far below the noise


@runtime_checkable
class Integrator(Protocol):
    """What integrates a field over a time and can be differentiated, such as `scalaremlp.dynamics.RungeKutta`."""

    def advance(self, field: Callable[..., Array], z: Array, time: Array, *parameters: Any) -> Array:
        """The state a time later."""
        ...


class TrajectoryMatching(LeastSquares):
    r"""The mean of the squared errors of predicted states along pieces of trajectories.

    $$r_{ij} = \Phi_{t_{j+1} - t_j}(z_{ij}) - z_{i, j+1} \quad\text{(interval by interval)},$$

    $$r_{ij} = \Phi_{t_{j+1} - t_0}(z_{i0}) - z_{i, j+1} \quad\text{(whole pieces)}$$

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
    None: a `scalaremlp.data.Trajectories`, or a tuple (t, z) or (t, z, parameters). Where a piece stays at its last
    time, since others are longer, the residuals are zero; in the mean over whole pieces they count, so that those of
    very different length are better matched interval by interval, by `intervals()`, which leaves them out.

    Args:
        field: makes a vector field of the model, a function of one state and, if the batch has them, of the parameters
            of its piece; `scalaremlp.dynamics.HamiltonianField` if the model is a Hamiltonian. By default the model is
            the field itself, as in a neural ODE.
        integrator: from one state to the next; by default one step of `RungeKutta(order=8)`, with 12 evaluations, which
            over the 0.2 s of the spring pendulum errs by less than 1e-9.
        whole: whether to predict each piece from its first state alone.
        estimate: whether to estimate that state as well, from the whole piece, by two Gauss-Newton steps from the
            measured one: close enough where the model fits within a few times the noise.
        scale: the size of each component of a state, by which residuals are divided, so that positions and momenta
            count alike in any units: `scalaremlp.dynamics.sizes(data.z)`. Without it they are matched as the numbers
            they are, as published; `fit` warns where then only some of them would count.
        time: whether the field depends on time as well, a function of (t, z) or (t, z, parameters).

    Raises:
        ValueError: if a batch holds no trajectories of at least two states, for `estimate` without `whole`, and for
            sizes that do not fit the states or are not above 0.

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
    scale: tuple[float, ...] | None = eqx.field(static=True)
    time: bool = eqx.field(static=True)

    def __init__(
        self,
        field: Callable[[Any], Callable[..., Array]] | None = None,
        integrator: Integrator | None = None,
        *,
        whole: bool = False,
        estimate: bool = False,
        scale: Any = None,
        time: bool = False,
    ):
        if estimate and not whole:
            raise ValueError("First states are estimated from whole pieces. Got whole=False. Add whole=True.")
        if integrator is None:
            from ..dynamics import RungeKutta

            integrator = RungeKutta(order=8)
        self.field, self.integrator = field or _itself, integrator
        self.whole, self.estimate, self.time = whole, estimate, time
        self.scale = None if scale is None else tuple(np.ravel(np.asarray(scale, float)).tolist())
        if self.scale is not None and not all(0 < one < np.inf for one in self.scale):
            raise ValueError(
                f"`scale` must be the sizes of the components of a state, above 0. Got {list(self.scale)}. "
                "Try scalaremlp.dynamics.sizes(data.z)."
            )
        if time and not getattr(integrator, "timed", False):
            raise ValueError(
                "A field that depends on time needs an integrator that knows the time of each stage. "
                f"Got {type(integrator).__name__}. Use RungeKutta or Gauss."
            )

    @property
    def separable(self) -> bool:
        """See `LeastSquares.separable`: the combinations turn with the model where first states are estimated."""
        return not self.estimate

    def residuals(self, model: Any, batch: PyTree, key: Key[Array, ""]) -> Float[Array, "b m"]:
        """Predicted minus measured states, in the order of the times, or their combinations: (k−1)·d for each piece."""
        t, z, extra = _pieces(batch)
        field, scaled = self.field(model), self._scaled(z.shape[-1])

        def of_piece(times: Array, states: Array, *parameters: Any) -> Array:
            def onward(state: Array, step: tuple[Array, Array]) -> tuple[Array, Array]:
                now, time = step
                later = self.integrator.advance(self._at(field, now), state, time, *parameters)
                return later, later

            steps = times[:-1], jnp.diff(times)

            def path(start: Array) -> Array:
                return jax.lax.scan(onward, start, steps)[1]

            # A piece that is over stays at its last time, and in whole pieces its prediction at another state.
            there = jnp.append(True, jnp.diff(times) > 0)[:, None]
            if self.estimate:

                def differences(start: Array) -> Array:
                    return scaled(jnp.where(there, jnp.concatenate([start[None], path(start)]) - states, 0.0))

                return _best_start(differences, states[0])
            if self.whole:
                return scaled(jnp.where(there[1:], path(states[0]) - states[1:], 0.0)).ravel()
            predicted = jax.vmap(lambda *one: onward(*one)[1])(states[:-1], steps)
            return scaled(predicted - states[1:]).ravel()

        return jax.vmap(of_piece)(t, z, *extra)

    def check(self, batch: PyTree) -> None:
        """Warn if the residuals of some components would hardly count beside those of others."""
        from ..dynamics import sizes

        z = _pieces(batch)[1]
        found = sizes(z) if self.scale is None else np.ones(1)
        if found.max() > _ALIKE * found.min():
            warnings.warn(
                "Positions and momenta are matched as the numbers they are, so their sizes should be alike. "
                f"Got root mean squares of {found[0]:.3g} and {found[-1]:.3g}, of which the smaller hardly count. "
                "Add scale=scalaremlp.dynamics.sizes(data.z) to TrajectoryMatching.",
                stacklevel=3,
            )

    def _at(self, field: Callable[..., Array], now: Array) -> Callable[..., Array]:
        if not self.time:
            return field
        from ..dynamics import Timed

        return Timed(field, now)

    def _scaled(self, size: int) -> Callable[[Array], Array]:
        if self.scale is None:
            return _itself
        if len(self.scale) != size:
            raise ValueError(
                f"`scale` must be one size for each of the {size} components of a state. Got {len(self.scale)}. "
                "Try scalaremlp.dynamics.sizes(data.z)."
            )
        return lambda values: values / jnp.asarray(self.scale, values.dtype)


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
