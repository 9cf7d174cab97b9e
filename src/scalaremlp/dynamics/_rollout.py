"""Rollouts: trajectories of a field from given states, one or many at a time."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PyTree, Shaped

from scalaremlp._arrays import working_array

from ._adaptive import Adaptive
from ._method import REASONS, REMEDIES, Method, Path
from ._time import Timed

# Trajectories that are integrated side by side: enough that the arrays are worth their dispatch, few enough for caches.
_SIDE_BY_SIDE = 512


class Rollout(NamedTuple):
    """Trajectories. Where one ended early its later states are NaN, and `last_times` says when it did.

    With one initial state the axis `n` is missing. Where trajectories have different numbers of times, a shorter one
    stays at its last time and state up to the length of the longest.
    """

    ts: Float[Array, "*n times"]
    states: Float[Array, "*n times d"]
    last_times: Float[Array, "*n"]
    last_states: Float[Array, "*n d"]
    steps: Int[Array, "*n"]

    @property
    def lengths(self) -> Int[np.ndarray, "*n"]:
        """How many times each trajectory has."""
        return lengths(self.ts)


def lengths(ts: Float[Array | np.ndarray, "*n times"]) -> Int[np.ndarray, "*n"]:
    """How many times there are in each row, before the last one repeats itself."""
    return np.asarray(1 + np.sum(np.diff(np.asarray(ts), axis=-1) > 0, axis=-1))


def rollout(
    field: Callable[..., Array],
    z0: Shaped[Array | np.ndarray, "*n d"],
    ts: Float[Array | np.ndarray, "*m times"] | Sequence[Any],
    *,
    t0: float | None = None,
    parameters: PyTree = None,
    method: Method | None = None,
    time: bool = False,
) -> Rollout:
    r"""The trajectories of a vector field from given states, $\dot z = f(z)$, $z(t_0) = z_0$.

    Each trajectory has its own steps. The compiled program is kept, for every shape: a field whose arrays changed, such
    as a network in training, is not compiled again if it is an `equinox.Module`; a new function is.

    Args:
        field: a function of one state of shape (d,), e.g. a `HamiltonianField` or a network, which returns its rate of
            change.
        z0: initial states, shape (d,) or (n, d).
        ts: the times to return, increasing, shape (times,), or (n, times) if each trajectory has its own; a list of n
            arrays if these are not equally many. In a row of (n, times) the last time may repeat itself, for no more.
        t0: the time of the initial states; the first of `ts` by default.
        parameters: what else the field depends on, `field(z, parameters)`: a pytree of arrays, of which each
            trajectory gets one entry along their first axis. With one initial state it is given as it is.
        method: `Adaptive()` by default, with a relative tolerance of 1e-10 and an absolute one found from the data; or
            a stepper, `Composition`, `Gauss` or `RungeKutta`.
        time: whether the field depends on time as well, `field(t, z)` or `field(t, z, parameters)`; for `Adaptive`,
            `Gauss` and `RungeKutta`.

    Returns:
        The states, of shape (times, d) or (n, times, d), with what is known of each trajectory.

    Warns:
        UserWarning: if trajectories ended before their last time, since their norm rose above the bound, the steps
            above the limit, or the iteration of an implicit step did not converge: says when, and in which state. The
            others are whole. And if components of very different sizes share a tolerance, in a state that is not
            (q, p).

    Raises:
        ValueError: if times do not increase, arrays do not fit each other or are not finite, the field returns no rate
            of change of a state, or the method takes no fields that depend on time.

    Example: an oscillator, once about

        >>> import jax.numpy as jnp, scalaremlp as se
        >>> from scalaremlp.dynamics import Composition, HamiltonianField, Oscillator, rollout
        >>> se.enable_x64()
        >>> ts = jnp.linspace(0, 2 * jnp.pi, 5)
        >>> method = Composition(order=6, substeps=20)
        >>> states = rollout(HamiltonianField(Oscillator()), jnp.array([1.0, 0.0]), ts, method=method).states
        >>> bool(jnp.abs(states[:, 0] - jnp.cos(ts)).max() < 1e-6)
        True
    """
    method = Adaptive() if method is None else method
    starts, times = _checked(z0, ts, t0)
    if time:
        field = _timed(field, method, times)
    single = starts.ndim == 1
    if single:
        starts, times, parameters = jax.tree.map(lambda array: jnp.asarray(array)[None], (starts, times, parameters))
    times = jnp.broadcast_to(times, (len(starts), times.shape[-1]))
    begins = times[:, 0] if t0 is None else jnp.full(len(starts), t0, times.dtype)
    extra = () if parameters is None else (jax.tree.map(lambda array: working_array(array, "parameters"), parameters),)
    _check_parameters(extra, len(starts))
    paths = _in_pieces(method, field, (starts, begins, times, extra))
    _warn(paths, method)
    result = Rollout(times, paths.states, paths.last_time, paths.last_state, paths.steps)
    return jax.tree.map(lambda array: array[0], result) if single else result


def _timed(field: Callable[..., Array], method: Method, times: Array) -> Timed:
    if not method.timed:
        raise ValueError(
            "A field that depends on time needs a method that knows the time of each stage. "
            f"Got {type(method).__name__}. Use `Adaptive`, `RungeKutta` or `Gauss`, which is symplectic as well."
        )
    return Timed(field, jnp.zeros((), times.dtype))


def _in_pieces(method: Method, field: Callable[..., Array], arrays: PyTree) -> Path:
    """All paths, some at a time; the last piece is filled up, so that one compiled program serves all."""
    count = len(arrays[0])
    if count <= _SIDE_BY_SIDE:
        return _paths(method, field, arrays)
    pieces = []
    for start in range(0, count, _SIDE_BY_SIDE):
        rows = np.minimum(np.arange(start, start + _SIDE_BY_SIDE), count - 1)
        pieces.append(_paths(method, field, jax.tree.map(lambda array, rows=rows: array[rows], arrays)))
    return jax.tree.map(lambda *parts: jnp.concatenate(parts)[:count], *pieces)


@eqx.filter_jit
def _paths(method: Method, field: Callable[..., Array], arrays: PyTree) -> Path:
    z, _, _, extra = jax.tree.map(lambda array: jax.ShapeDtypeStruct(array.shape[1:], array.dtype), arrays)
    _check_rate(eqx.filter_eval_shape(field, z, *extra), z.shape)
    return jax.vmap(lambda z, t0, ts, extra: method.path(field, z, t0, ts, *extra))(*arrays)


def _check_rate(rate: Any, shape: tuple[int, ...]) -> None:
    """Of one number, as a Hamiltonian returns, every component would be moved alike."""
    if getattr(rate, "shape", None) != shape:
        got = f"shape {rate.shape}" if hasattr(rate, "shape") else f"a {type(rate).__name__}"
        raise ValueError(
            f"A field returns the rate of change of a state, of shape {shape}. Got {got}. Return an array of that "
            "shape; of a Hamiltonian make a field, HamiltonianField(h)."
        )


def _checked(z0: Any, ts: Any, t0: float | None) -> tuple[Array, Array]:
    starts = working_array(z0, "z0")
    starts = starts if jnp.issubdtype(starts.dtype, jnp.floating) else starts.astype(float)
    times = _filled(ts, starts)
    if starts.ndim not in (1, 2) or not starts.size:
        raise ValueError(
            f"Initial states have shape (d,), or (n, d) for n of them. Got {starts.shape}. Flatten each to (q, p)."
        )
    if not bool(jnp.all(jnp.isfinite(starts))):
        row = int(jnp.argmin(jnp.all(jnp.isfinite(jnp.atleast_2d(starts)), axis=1)))
        raise ValueError(
            f"Initial states must be finite. Got {jnp.atleast_2d(starts)[row].tolist()}, number {row}. Leave it out."
        )
    fit = times.ndim == 1 or (times.ndim == starts.ndim == 2 and len(times) == len(starts))
    if not fit or not times.size:
        raise ValueError(
            "Times have shape (times,), or (n, times) if each of n trajectories has its own. "
            f"Got {times.shape} with initial states of shape {starts.shape}. Give one array of times for all."
        )
    _check_times(np.atleast_2d(times), t0)
    return starts, jnp.asarray(times)


def _filled(ts: Any, starts: Array) -> np.ndarray:
    """The times as an array; of rows of different lengths the shorter ones repeat their last time."""
    rows = [np.asarray(row, starts.dtype) for row in ts] if isinstance(ts, (list, tuple)) else []
    if len({row.shape for row in rows}) < 2:
        return np.asarray(ts, dtype=starts.dtype)
    if starts.ndim != 2 or len(rows) != len(starts) or any(row.ndim != 1 or not row.size for row in rows):
        raise ValueError(
            "Times of different number are a list of one array for each initial state, with at least one time each. "
            f"Got shapes {', '.join(str(row.shape) for row in rows[:8])} with initial states of shape {starts.shape}. "
            "Give one array of times for all."
        )
    longest = max(len(row) for row in rows)
    return np.stack([np.append(row, np.repeat(row[-1:], longest - len(row))) for row in rows])


def _check_times(times: np.ndarray, t0: float | None) -> None:
    steps = np.diff(times, axis=1)
    over = np.arange(1, times.shape[1]) >= lengths(times)[:, None]
    ended = over & (steps == 0) & (len(times) > 1)  # of a shorter trajectory
    wrong = np.argwhere(~((steps > 0) | ended))  # NaN too
    if len(wrong):
        row, at = wrong[0].tolist()
        raise ValueError(
            f"Times must increase. Got {times[row, at]:g} and then {times[row, at + 1]:g}, at position {at + 1}. "
            "Sort them and drop what comes twice."
        )
    if t0 is not None and not t0 <= times[:, 0].min():
        raise ValueError(
            f"Times must not be before t0, the time of the initial states. Got {times[:, 0].min():g} and t0 = {t0:g}. "
            "Give an earlier t0; to go backward, integrate the negative of the field."
        )


def _check_parameters(extra: tuple[Any, ...], count: int) -> None:
    for leaf in jax.tree.leaves(extra):
        if leaf.shape[:1] != (count,):
            raise ValueError(
                f"`parameters` must have one entry for each of the {count} initial states along the first axis. "
                f"Got shape {leaf.shape}. Repeat what is the same for all."
            )


def _warn(paths: Path, method: Method) -> None:
    """One warning for each reason why trajectories ended early: of the first one, when and in which state."""
    loose = np.flatnonzero(np.broadcast_to(np.asarray(paths.loose), np.shape(paths.reason)))
    if len(loose):
        warnings.warn(
            "The components of each half of a state share a tolerance, so their sizes must be alike, as of (q, p). "
            f"Got {len(loose)} of {len(paths.reason)} trajectories, the first number {loose[0]}, where that is too "
            "coarse for some. Give Adaptive(atol=[…]), 1e-10 times the size of each component.",
            stacklevel=3,
        )
    reasons = np.asarray(paths.reason)
    for reason in np.unique(reasons[reasons > 0]).tolist():
        ended = np.flatnonzero(reasons == reason)
        first = ended[0]
        rule = REASONS[reason].format(**method.limits)
        state = ", ".join(f"{value:.4g}" for value in np.asarray(paths.last_state[first])[:12])
        warnings.warn(
            f"A trajectory must {rule} until its last time. Got {len(ended)} of {len(reasons)} that end early, "
            f"number {first} at t = {float(paths.last_time[first]):.6g} in the state [{state}]. "
            f"Later states are NaN; {REMEDIES[reason]}.",
            stacklevel=3,
        )
