"""Scalars that span decades: their logarithms, their ratios and their shares of the total."""

from itertools import combinations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact

from ._derived import Scalars
from ._evaluate import picked
from ._statistics import Statistics

_MOST_PAIRS = 6  # scalars whose ratios are all taken


class Decades(Statistics):
    r"""Logarithms of some scalars, ratios of any two as logarithms, and the share of each in the total.

    $$\pm\log\frac{2|s_i|}{\epsilon_i} \ (\mathrm{arsinh}\,\tfrac{s_i}{\epsilon_i}), \qquad \log\frac{|s_i|}{|s_j|},
    \qquad \frac{s_i}{\sum_j |s_j|}$$

    Over many decades a law is simple in these, not in the scalars: s/(s+t+u), √(s+t+u), log(s/t).

    Args:
        of: the scalars.
        chosen: the positions of those that span decades, and are compared with each other.
        epsilon: ε of each of these, below which it counts as zero; above 0. One of infinite ε is left out: its
            logarithm and share are 0, and in ratios it counts as 1.

    Returns:
        Called with one input, of shape (size_in,): logarithms, then logarithms of ratios (of at most 6 scalars), then
        shares.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import GL
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Decades, Invariants
        >>> decades = Decades(Invariants(2 * T(0), GL(1)), (0, 1), jnp.array([1e-3, 1e-3]))
        >>> decades.names
        ['log s1', 'log s2', 'log s1/s2', 's1/total', 's2/total']
        >>> [round(value, 3) for value in decades(jnp.array([1.0, 3.0])).tolist()]
        [7.601, 8.7, -1.099, 0.25, 0.75]
    """

    of: Scalars
    chosen: tuple[int, ...] = eqx.field(static=True)
    epsilon: Float[Array, " chosen"]

    @property
    def size(self) -> int:
        return 2 * len(self.chosen) + len(self._ratios)

    @property
    def names(self) -> list[str]:
        every = [self.of.names[i] for i in self.chosen]
        ratios = [f"log {every[i]}/{every[j]}" for i, j in self._ratios]
        return [f"log {name}" for name in every] + ratios + [f"{name}/total" for name in every]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        return self.made(self.of(x))

    def made(self, values: Float[Array, " of"]) -> Float[Array, " size"]:
        """The same from the scalars that they are made of."""
        values = picked(values, np.array(self.chosen, dtype=int))
        known = jnp.isfinite(self.epsilon)
        least = jnp.where(known, self.epsilon, 0.0) * jnp.finfo(values.dtype).eps
        sizes = jnp.where(known, jnp.maximum(jnp.abs(values), least), 1.0)
        total = jnp.sum(jnp.where(known, sizes, 0.0))
        values = jnp.where(known, values, 0.0)
        left, right = np.array(self._ratios, dtype=int).reshape(-1, 2).T
        shares = values / jnp.where(total > 0, total, 1.0)
        return jnp.concatenate(
            [jnp.arcsinh(values / self.epsilon), jnp.log(picked(sizes, left) / picked(sizes, right)), shares]
        )

    @property
    def _ratios(self) -> list[tuple[int, int]]:
        return list(combinations(range(len(self.chosen)), 2)) if len(self.chosen) <= _MOST_PAIRS else []


def spans_decades(values: Float[np.ndarray, " n"], decades: float = 2.0) -> bool:
    """Whether the middle nine tenths of the moduli span more than so many powers of ten."""
    sizes = np.abs(values[values != 0])
    if len(sizes) < 0.5 * len(values) or not len(sizes):
        return False
    low, high = np.quantile(sizes, (0.05, 0.95))
    return bool(high > 10.0**decades * low)
