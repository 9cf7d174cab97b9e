"""From data to a law."""

from typing import Any

import jax.random as jr
import numpy as np
from jaxtyping import Array, Key

from .._check import truth_value
from .._model import check_key
from ..data import Trajectories
from ._check_data import check_data
from ._law import Law
from ._of_data import of_data
from ._units import units_of
from .limits import Limits, count_held
from .motion import of_trajectories


def discover(
    data: Any,
    *,
    permutation: bool = False,
    constants: str = "dimensionless",
    complexity: int | None = None,
    terms: int | None = None,
    motion: str | None = None,
    key: Key[Array, ""],
) -> Law:
    r"""The formula of a data set: the shortest that fits at rounding, or, with noise, the one of most evidence.

    Formulas are $y = \sum_k c_k\, m_k(x)\, t_k(x)$: constants times products of powers of the invariants, lengths,
    distances, determinants and their functions (sin, cos, exp, log, tanh, √(1±π), …), times the equivariant tensors of
    the output's type; and functions of such sums. Products are found by logarithms, in which they are sums; sums by
    orthogonal least squares over all admissible terms. Where the data have units, only what is admissible is looked at,
    and the constants are numbers. A fifth of the samples is held out and tells how well each formula does.

    Args:
        data: a `Dataset` of a real group, with units if their `units_in` and `units_out` are told; or `Trajectories`,
            likewise, whose law is a function of a state and of the parameters behind it.
        permutation: whether the law is a sum over identical particles, the i-th copies in each block of `rep_in`, or
            over pairs of them. Of so many particles that there are more than 500 000 of them, or of pairs, in all
            samples, a part of the samples is searched.
        constants: whether constants of the formula are numbers, "dimensionless", or may have "any" unit.
        complexity: the most nodes that the formula of one tensor may have; what a shorter one leaves over may be no
            noise, but of no interest. `law.candidates` tells what each length can do.
        terms: among how many terms, the shortest ones, those of a sum are chosen; nothing is then looked for but such
            sums, and products. It must be fewer than the samples that are not held out, and lets less than 20 samples
            have a law, which few samples can contradict.
        motion: for `Trajectories`, what is looked for: "hamiltonian", the H of ż = J∇H with the state z = (q, p), up to
            a constant and to what does not depend on the state; "field", ż as a function of the state; or None for
            whichever the states obey, a Hamiltonian if both.
        key: for the choice of the samples that are held out.

    Raises:
        ValueError: if there are too few samples, or no more than `terms`; if they have standard errors, or numbers near
            the ends of float64; if the output is zero everywhere; if its unit cannot be made of the inputs' and
            constants have none; for complex groups, and types with too many invariants; for float32; for trajectories
            of fewer than three states or 20 steps, or that do not move.
        TypeError: if `permutation` is not True or False.

    Example:
        >>> import numpy as np, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> rng = np.random.default_rng(0)
        >>> k, L, r = rng.uniform(1, 2, (100, 1)), rng.uniform(1, 2, (100, 1)), rng.normal(size=(100, 3))
        >>> force = -k * (np.linalg.norm(r, axis=1, keepdims=True) - L) * r / np.linalg.norm(r, axis=1, keepdims=True)
        >>> data = se.data.Dataset(np.hstack([k, L, r]), force, 2 * T(0) + T(1), T(1), O(3))
        >>> print(se.laws.discover(data, key=jr.key(0)))
        y = -s1 (1 - s2 |x1|^-1) x1^a
    """
    check_key(key)
    truth_value("permutation", permutation)
    if constants not in ("dimensionless", "any"):
        raise ValueError(f'`constants` are "dimensionless" or "any". Got {constants!r}. Choose one.')
    limits = Limits(complexity, terms)
    if isinstance(data, Trajectories):
        return _of_trajectories(data, motion, constants == "any", limits, key, permutation)
    check_data(data, motion)
    limits.check(len(data))
    over = ("particles", "pairs") if permutation else ("",)
    return of_data(data, _held_out(len(data), key), units_of(data, constants == "any"), over, limits)


def _of_trajectories(
    data: Trajectories, motion: str | None, any_constants: bool, limits: Limits, key: Key[Array, ""], permutation: bool
) -> Law:
    if permutation:
        raise ValueError("Laws of motion are not sums over particles. Got permutation=True. Leave it out.")
    if limits.terms is not None:
        raise ValueError(
            f"`terms` is of a Dataset; a law of motion chooses among all. Got {limits.terms!r} for Trajectories. "
            "Leave it out, or bound the length by `complexity`."
        )
    limits.check_complexity()
    return of_trajectories(
        data, motion, lambda count: _held_out(count, key), any_constants=any_constants, complexity=limits.complexity
    )


def _held_out(count: int, key: Key[Array, ""]) -> np.ndarray:
    rng = np.random.default_rng(np.asarray(jr.key_data(key)).ravel())
    held = np.zeros(count, bool)
    held[rng.permutation(count)[: count_held(count)]] = True
    return held
