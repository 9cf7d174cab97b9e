"""From each state of some to a later one by a law, with the derivatives by its constants and by the state."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ...dynamics import RungeKutta
from .._law import Law
from ._kind import Kind

_AT_ONCE = 128
_MOST_STEPS = 64


class Starts(NamedTuple):
    """States to go on from: (n, d), the times to go, (n,), what the motion depends on, (n, p), and steps, (n,)."""

    z: np.ndarray
    time: np.ndarray
    more: np.ndarray
    steps: np.ndarray

    def rows(self, which: Any) -> "Starts":
        """Some of them."""
        return Starts(*(part[which] for part in self))


class Ends(NamedTuple):
    """Later states, (n, d), and their derivatives by the constants, (n, d, k), and by the first state, (n, d, d).

    Those by the first state are (n, d, 0) where they were not asked for.
    """

    z: np.ndarray
    by_constants: np.ndarray
    by_start: np.ndarray


class Flow(eqx.Module):
    """That of a law: compiled once for a form, whatever its constants.

    Attributes:
        kind: what the law is of.
        form: the law, with any constants.
        order: of the method of Runge and Kutta: 8 for exact states, 5 for noisy ones.
    """

    kind: Kind = eqx.field(static=True)
    form: Law
    order: int = eqx.field(static=True, default=8)

    def ends(self, constants: np.ndarray, starts: Starts) -> np.ndarray:
        """Later states, NaN where there is none."""
        found = np.zeros_like(starts.z)
        for rows, parts in _chunks(starts):
            found[rows] = np.asarray(_ends(self, jnp.asarray(constants), *parts))[: len(rows)]
        return found

    def sensitive(self, constants: np.ndarray, starts: Starts, *, by_start: bool = True) -> Ends:
        """Later states with their derivatives."""
        (n, d), k = starts.z.shape, len(constants)
        found = Ends(np.zeros((n, d)), np.zeros((n, d, k)), np.zeros((n, d, d if by_start else 0)))
        for rows, parts in _chunks(starts):
            made = _sensitive(self, by_start, jnp.asarray(constants), *parts)
            for whole, part in zip(found, made, strict=True):
                whole[rows] = np.asarray(part)[: len(rows)]
        return found

    def resolved(self, constants: np.ndarray, starts: Starts, scale: np.ndarray, close: float) -> Starts:
        """With as many steps for each as it needs to be as close; zero steps where so many are not enough."""
        steps, open_ones = np.zeros(len(starts.z), int), np.arange(len(starts.z))
        count, before = 1, self.ends(constants, starts._replace(steps=np.ones(len(starts.z), int)))
        while count < _MOST_STEPS and len(open_ones):
            count *= 2
            after = self.ends(constants, starts.rows(open_ones)._replace(steps=np.full(len(open_ones), count)))
            good = np.abs((after - before) / scale).max(axis=1) < close
            steps[open_ones[good]] = count
            open_ones, before = open_ones[~good], after[~good]
        return starts._replace(steps=steps)


def _chunks(starts: Starts) -> Iterator[tuple[np.ndarray, tuple[Any, ...]]]:
    """Rows of one number of steps each, filled up to one shape, for which all is compiled."""
    for count in np.unique(starts.steps):
        same = np.flatnonzero(starts.steps == count)
        for at in range(0, len(same), _AT_ONCE):
            rows = same[at : at + _AT_ONCE]
            filled = np.resize(rows, _AT_ONCE)
            yield rows, (starts.z[filled], starts.time[filled], starts.more[filled], np.int64(count))


def _end(flow: Flow, count: Any) -> Callable[..., Any]:
    """The end of `count` steps from one state, twice."""
    method = RungeKutta(order=flow.order)

    def end(values: Any, z: Any, time: Any, more: Any) -> tuple[Any, Any]:
        field = flow.kind.field(eqx.tree_at(lambda own: own.values, flow.form, values))

        def step(_: Any, state: Any) -> Any:
            return method.step(field, state, time / count, more)

        later = jax.lax.fori_loop(0, count, step, z)
        return later, later

    return end


@eqx.filter_jit
def _ends(flow: Flow, values: Any, z: Any, time: Any, more: Any, count: Any) -> Any:
    return jax.vmap(_end(flow, count), in_axes=(None, 0, 0, 0))(values, z, time, more)[0]


@eqx.filter_jit
def _sensitive(flow: Flow, by_start: bool, values: Any, z: Any, time: Any, more: Any, count: Any) -> Any:
    derived = jax.jacfwd(_end(flow, count), argnums=(0, 1) if by_start else (0,), has_aux=True)
    by, later = jax.vmap(derived, in_axes=(None, 0, 0, 0))(values, z, time, more)
    return (later, *by) if by_start else (later, by[0], jnp.zeros((*z.shape, 0)))
