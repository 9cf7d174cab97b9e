"""The double pendulum with springs: short pieces of its motion."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Key

from .._cache_folder import cache_folder
from .._check import positive, whole_number
from ..dynamics import Adaptive, HamiltonianField, SpringPendulum, rollout
from ..groups import O
from ..reps import T
from ._cache import cached
from ._trajectories import Trajectories
from .checks import checked_count

_FORMAT = 1  # to be raised whenever equal settings give other arrays

Range = float | tuple[float, float]


@dataclass(frozen=True)
class _Settings:
    """All that the clean trajectories depend on."""

    n: int
    key: list[int]
    states: int
    chunk: int
    start: int | None
    dt: float
    horizon: float
    gravity: tuple[float, float]
    turned: bool
    constants: tuple[float, float]
    published_potential: bool
    tolerance: float


def spring_pendulum(
    n: int,
    *,
    key: Key[Array, ""],
    states: int | None = None,
    chunk: int = 5,
    start: int | None = None,
    noise: float = 0.0,
    gravity: Range | Sequence[float] = 1.0,
    turned: bool = False,
    constants: Range | Sequence[float] = 1.0,
    published_potential: bool = True,
    dt: float = 0.2,
    horizon: float = 30.0,
    tolerance: float = 1e-12,
    cache: bool | str | os.PathLike[str] = True,
) -> Trajectories:
    r"""Pieces of the motion of n double pendulums with springs, `scalaremlp.dynamics.SpringPendulum`.

    A pendulum begins at t = 0 with $q_1 \sim N((0, 0, -1.5), 0.2^2)$, $q_2 \sim N((0, 0, -3), 0.2^2)$ and
    $p_1, p_2 \sim N(0, 0.4^2)$. Of its motion over `horizon` = 30 s, seen every `dt` = 0.2 s, the piece is kept that
    begins at a random multiple of `chunk` = 5 states. Published are 500 pieces of 5 states for training, 500 for
    validation, and rollouts over 150 states from the first states of 500 more:

        train = spring_pendulum(500, key=jr.key(0))
        validation = spring_pendulum(500, key=jr.key(1))
        test = spring_pendulum(500, key=jr.key(2), states=150)

    System i is the same for every `n`, whatever the noise. The states are float64, integrated by steps of order 8 to
    the saved times, and only as far as they are needed; errors are near `tolerance` times 100 at 30 s.

    Args:
        n: how many systems; each contributes one piece.
        key: what they are drawn with.
        states: in each piece; `chunk` by default. Longer pieces begin where those of `chunk` states do.
        chunk: pieces begin at a multiple of this.
        start: where they begin instead, as a number of states; 0 for whole trajectories.
        noise: standard deviation of the measurement noise on every component of every state.
        gravity: its strength |g|, or a range (low, high) from which each system draws one.
        turned: whether gravity has any direction, uniformly; the initial state is turned with it.
        constants: the masses, spring constants and natural lengths, all six; or a range from which each is drawn.
        published_potential: without the factor ½ of the second spring, as the figures were made.
        dt: time between states, seconds.
        horizon: time over which pieces begin, seconds.
        tolerance: relative and absolute, of each step.
        cache: whether to keep the states in the user's cache folder, or a folder to keep them in. They are found
            again by all of the settings above but the noise, which is drawn afterwards.

    Returns:
        States (q₁, q₂, p₁, p₂) of type 4*T(1) of O(3), shape (n, states, 12), at times (n, states), with parameters
        (m₁, m₂, k₁, k₂, L₁, L₂, g) of type 6*T(0) + T(1), shape (n, 9).

    Raises:
        ValueError: for settings that make no sense, and without float64.

    Warns:
        UserWarning: if a file of the cache is damaged (it is made anew) or cannot be written.

    References:
        Finzi, Welling, Wilson, arXiv:2104.09459, section 7.2; Yao et al., arXiv:2110.03761, section 4.

    Example:
        >>> import jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> se.data.spring_pendulum(2, key=jr.key(0), states=1, start=0, cache=False)  # initial states alone
        Trajectories(spring pendulum: 2 of 1 states, 4*T(1) given 6*T(0) + T(1), O(3))
    """
    _check(chunk=chunk, states=states, start=start, dt=dt, horizon=horizon, noise=noise, tolerance=tolerance)
    settings = _Settings(
        checked_count(n),
        np.asarray(jr.key_data(key)).tolist(),
        states or chunk,
        chunk,
        start,
        float(dt),
        float(horizon),
        _range(gravity, "gravity"),
        turned,
        _range(constants, "constants"),
        published_potential,
        float(tolerance),
    )
    shapes = {"t": (n, settings.states), "z": (n, settings.states, 12), "parameters": (n, 9)}
    described = {**asdict(settings), "key_impl": str(jr.key_impl(key)), "format": _FORMAT}
    arrays = cached("spring-pendulum", described, shapes, lambda: _motion(settings, key), cache_folder(cache))
    z = arrays["z"]
    if noise:
        z = z + noise * np.asarray(_normal(_keys(jr.fold_in(key, 1), n), z.shape[1:]))
    types = (4 * T(1), 6 * T(0) + T(1), O(3))
    return Trajectories(arrays["t"], z, arrays["parameters"], *types, name="spring pendulum")


def _motion(settings: _Settings, key: Key[Array, ""]) -> dict[str, np.ndarray]:
    """Times, states and parameters of all systems."""
    z0, parameters, begin = _drawn(settings, key)
    t = settings.dt * (begin[:, None] + np.arange(settings.states))
    if not t.any():  # initial states alone
        return {"t": t, "z": np.asarray(z0)[:, None], "parameters": np.asarray(parameters)}
    field = HamiltonianField(SpringPendulum(published_potential=settings.published_potential))
    method = Adaptive(rtol=settings.tolerance, atol=settings.tolerance)
    z = rollout(field, z0, t, t0=0.0, parameters=parameters, method=method).states
    return {"t": t, "z": np.asarray(z), "parameters": np.asarray(parameters)}


def _drawn(settings: _Settings, key: Key[Array, ""]) -> tuple[Array, Array, np.ndarray]:
    """Initial states, parameters and first indices; those of a system are the same for every number of systems."""
    chunks = max(1, round(settings.horizon / settings.dt) // settings.chunk)
    ranges = (np.array(settings.gravity), np.array(settings.constants), chunks)
    z, parameters, chunk = _systems(_keys(jr.fold_in(key, 0), settings.n), *ranges, turned=settings.turned)
    begin = settings.chunk * np.asarray(chunk) if settings.start is None else np.full(settings.n, settings.start)
    return z, parameters, begin


@partial(jax.jit, static_argnames="turned")
def _systems(keys: Key[Array, " n"], gravity: Any, constants: Any, chunks: Any, *, turned: bool) -> Any:
    """For each key the initial state, the parameters and the number of the piece."""

    def one(key: Key[Array, ""]) -> tuple[Array, Array, Array]:
        state, turn, rest = jr.split(key, 3)
        uniform = jr.uniform(rest, (8,))  # one draw for all: random numbers take long to compile
        hanging = jnp.array([[0, 0, -1.5], [0, 0, -3], [0, 0, 0], [0, 0, 0]])
        z = hanging + jnp.array([0.2, 0.2, 0.4, 0.4])[:, None] * jr.normal(state, (4, 3))
        g = jnp.array([0.0, 0, -1]) * (gravity[0] + (gravity[1] - gravity[0]) * uniform[0])
        if turned:
            rotation = jr.orthogonal(turn, 3)
            rotation = rotation * jnp.linalg.det(rotation)
            z, g = z @ rotation.T, rotation @ g
        drawn = constants[0] + (constants[1] - constants[0]) * uniform[1:7]
        return z.reshape(12), jnp.concatenate([drawn, g]), jnp.floor(chunks * uniform[7]).astype(int)

    return jax.vmap(one)(keys)


@partial(jax.jit, static_argnames="shape")
def _normal(keys: Key[Array, " n"], shape: tuple[int, ...]) -> Float[Array, "n ..."]:
    return jax.vmap(lambda key: jr.normal(key, shape))(keys)


def _keys(key: Key[Array, ""], n: int) -> Key[Array, " n"]:
    return jax.vmap(jr.fold_in, (None, 0))(key, jnp.arange(n))


def _range(value: Range | Sequence[float], name: str) -> tuple[float, float]:
    ends = (value, value) if isinstance(value, (int, float)) else tuple(value)
    if len(ends) != 2 or not 0 < ends[0] <= ends[1] < np.inf:
        raise ValueError(f"`{name}` must be a number above 0 or a range (low, high). Got {value!r}. Try (0.5, 1.5).")
    return float(ends[0]), float(ends[1])


def _check(**given: Any) -> None:
    for name in ("chunk", "states", "start"):
        if name == "chunk" or given[name] is not None:
            whole_number(name, given[name], int(name != "start"), remedy="Try 5.")
    for name in ("dt", "horizon", "tolerance"):
        positive(name, given[name])
    positive("noise", given["noise"], zero=True, remedy="It is a standard deviation: try 0.01.")
    if jnp.result_type(float) != jnp.float64:
        raise ValueError(
            "True trajectories need float64. Got JAX in float32. Call scalaremlp.enable_x64() before making arrays."
        )
