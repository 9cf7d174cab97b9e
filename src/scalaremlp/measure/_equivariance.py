"""How far a function is from being equivariant."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from jaxtyping import Array, Key, Shaped

from .._model import as_model
from ..groups import Group
from ..reps import Rep
from ._deviation import Deviation, deviation
from ._elements import GroupElements
from ._permutations import Permutations
from ._symmetry import Symmetry, check_some
from ._units import UnitChanges


def equivariance_error(
    model: Callable[..., Any],
    rep_in: Rep,
    rep_out: Rep,
    group: Group | None,
    *,
    key: Key[Array, ""],
    samples: int = 64,
    elements: int = 16,
    x: Shaped[Array | np.ndarray, "n size_in"] | None = None,
    permutations: bool | None = None,
    units: bool | None = None,
) -> float:
    r"""The largest relative deviation from equivariance over random inputs x and group elements g.

    $$\max_{x, g} \frac{\|f(\rho_{in}(g) x) - \rho_{out}(g) f(x)\|}{\max(\|\rho_{out}(g) f(x)\|, \;
    \operatorname{rms}_{x'} \|\rho_{out}(g) f(x')\|, \; 10^{-3} \kappa)}$$

    So it is relative to the size of the output, and of the whole output where that of one sample is near zero. κ is the
    size of what is added up in the two terms, where these cancel, as they do for a large boost: the norm of
    |ρ_out(g)| |f(x)|, or if that is larger of the change of f at ρ_in(g) x along a random part of |ρ_in(g)| |x|, so
    that rounding errors count little and what is no equivariant map does not hide behind the norm of ρ(g).

    Elements are random; generators that are not unitary, and their inverses, are tried as well. Elements and transforms
    are computed in float64 NumPy, those that overflow are left out; the function is called in JAX's precision, so
    without `scalaremlp.enable_x64()` expect 1e-6 rather than 1e-14 of an exact one.

    Args:
        model: any callable from (size_in,) to (size_out,); one that JAX cannot trace is called sample by sample.
        rep_in: type of its inputs, bound or not.
        rep_out: type of its outputs, bound or not.
        group: their group; `None` if they are bound, to one group or to several.
        key: for inputs, elements and permutations.
        samples: how many standard normal inputs.
        elements: how many group elements, each applied to all inputs.
        x: inputs to use instead.
        permutations: whether to exchange particles at random as well, which must not change the output. All blocks of
            `rep_in` then have the same multiplicity n, and particle i is the i-th copy in each. `None`: if the model
            claims it, as `ScalarMLP(permutation=True)` does.
        units: whether to change units at random as well, which must change the output as its unit says. `None`: if the
            model knows its units, as `Dimensionless` does.

    Returns:
        The error; NaN if the function returns NaN. Where f(x) = 0 for all x, a deviation counts as infinite.

    Raises:
        ValueError: if `x` or the outputs have the wrong shape, there are no samples or elements, all elements overflow,
            or the blocks are no particles.

    Example:
        >>> import jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> length = lambda x: (x @ x)[None]
        >>> se.equivariance_error(length, T(1), T(0), O(3), key=jr.key(0)) < 1e-12
        True
        >>> se.equivariance_error(lambda x: x[:1], T(1), T(0), O(3), key=jr.key(0)) > 0.1
        True
    """
    check_some(samples=samples, elements=elements)
    symmetry: Symmetry = GroupElements(elements)
    if as_model(model).identical_particles if permutations is None else permutations:
        symmetry = Permutations(after=symmetry)
    changes = UnitChanges.claimed(model) if units is None or units else []
    if units and not changes:
        raise ValueError(
            "Changes of units are tried on a model that knows its units. Got one that does not. Wrap it in "
            "nn.Dimensionless, or give UnitChanges to equivariance_errors."
        )
    every = (symmetry, *changes)
    return float(
        np.max([deviation(model, rep_in, rep_out, group, each, key=key, samples=samples, x=x).error for each in every])
    )


def equivariance_errors(
    model: Callable[..., Any],
    rep_in: Rep,
    rep_out: Rep,
    group: Group | None,
    *,
    key: Key[Array, ""],
    symmetries: Sequence[Symmetry] | None = None,
    samples: int = 64,
    x: Shaped[Array | np.ndarray, "n size_in"] | None = None,
) -> dict[str, float]:
    """The error of `equivariance_error` for each of several symmetries by itself, by their names.

    Args:
        model: as there.
        rep_in: as there.
        rep_out: as there.
        group: as there.
        key: for inputs and symmetries.
        symmetries: `None` for `GroupElements()`, and `Permutations()` and `UnitChanges(…)` if the model claims them.
        samples: how many standard normal inputs.
        x: inputs to use instead.

    Returns:
        Of several symmetries of one name the largest error.

    Raises:
        ValueError: as there, or if there are no symmetries.

    Example:
        >>> import jax.random as jr, scalaremlp as se
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.measure import GroupElements, Permutations
        >>> from scalaremlp.reps import T
        >>> se.enable_x64()
        >>> symmetries = GroupElements(), Permutations()
        >>> found = se.measure.equivariance_errors(
        ...     lambda x: x[:3], 2 * T(1), T(1), O(3), key=jr.key(0), symmetries=symmetries
        ... )
        >>> {name: error > 0.1 for name, error in found.items()}
        {'group elements': False, 'permutations': True}
    """
    found: dict[str, float] = {}
    for symmetry, worst in deviations(model, rep_in, rep_out, group, symmetries, key=key, samples=samples, x=x):
        found[symmetry.name] = float(np.maximum(found.get(symmetry.name, 0.0), worst.error))  # unlike max(), keeps NaN
    return found


def claimed(model: Any) -> tuple[Symmetry, ...]:
    """The symmetries of a model, as far as it tells: those of its group, of identical particles and of units."""
    return (GroupElements(), *[Permutations()] * as_model(model).identical_particles, *UnitChanges.claimed(model))


def deviations(
    model: Any, rep_in: Rep, rep_out: Rep, group: Group | None, symmetries: Sequence[Symmetry] | None, **options: Any
) -> Iterator[tuple[Symmetry, Deviation]]:
    """The largest deviation from each symmetry; without any, from those that the model claims."""
    if symmetries is None:
        symmetries = claimed(model)
    if isinstance(symmetries, Symmetry) or not all(isinstance(each, Symmetry) for each in symmetries):
        raise TypeError(f"`symmetries` must be a list of them, made. Got {symmetries!r}. Write [GroupElements()].")
    if not symmetries:
        raise ValueError("`symmetries` must be at least one: none would prove nothing. Got []. Leave it out.")
    for symmetry in symmetries:
        yield symmetry, deviation(model, rep_in, rep_out, group, symmetry, **options)
