"""How far a function is from being equivariant."""

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Key, Shaped

from .._arrays import working
from .._model import as_model
from ..groups import Group
from ..reps import Rep
from ._predict import predict

_EXACT = 1e-13  # an error that needs no look at what cancels
_CANCELLED = 1e-3  # of what is added up counts as the size of what is left
_DIRECTIONS = 3
_UNITARY = 1e-9


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

    Returns:
        The error; NaN if the function returns NaN. Where f(x) = 0 for all x, a deviation counts as infinite.

    Raises:
        ValueError: if `x` has the wrong shape, there are no samples or elements, or the blocks are no particles.

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
    if samples < 1 or elements < 1:
        raise ValueError(
            f"`samples` and `elements` must be at least 1: none would prove nothing. Got {samples} and {elements}. "
            "Leave them out."
        )
    source, target = (rep if group is None else rep(group) for rep in (rep_in, rep_out))
    rng = np.random.default_rng(np.asarray(jr.key_data(key)).ravel())
    inputs = _inputs(source, rng, samples) if x is None else working(x, "x")
    if inputs.ndim != 2 or inputs.shape[1] != source.size or not len(inputs):
        raise ValueError(
            f"`x` must be inputs of shape (n, {source.size}) = {rep_in}. Got shape {inputs.shape}. "
            "One input is x[None]."
        )
    if permutations is None:
        permutations = as_model(model).identical_particles
    outputs = _values(model, inputs)
    worst = 0.0
    for before, after in _transforms(source, target, key, elements):
        moved = inputs @ before.T
        terms = abs(inputs) @ abs(before).T
        if permutations:
            order = _exchange(source, rng)
            moved, terms = moved[:, order], terms[:, order]
        images, wanted = _values(model, moved), outputs @ after.T
        sizes, error = _norms(wanted), _norms(images - wanted)
        scale = np.maximum(sizes, _rms(sizes))
        if (_ratio(error, scale) > _EXACT).any():
            added = _norms(abs(outputs) @ abs(after).T)
            scale = np.maximum(scale, _CANCELLED * np.maximum(added, _changes(model, moved, terms, images, rng)))
        worst = np.maximum(worst, np.max(_ratio(error, scale)))  # unlike max(), passes NaN on
    return float(worst)


def _changes(model: Any, inputs: np.ndarray, terms: np.ndarray, outputs: np.ndarray, rng: Any) -> np.ndarray:
    """How much the outputs change along random parts of the terms that the inputs are the sums of."""
    step = np.sqrt(np.finfo(jnp.asarray(inputs).dtype).eps)
    parts = rng.choice([-1.0, 1.0], (_DIRECTIONS, *terms.shape)) * rng.uniform(0.5, 1, (_DIRECTIONS, *terms.shape))
    changes = [_norms(_values(model, inputs + step * part * terms) - outputs) for part in parts]
    return np.max(changes, axis=0) / step


def _norms(rows: np.ndarray) -> np.ndarray:
    """The norms of rows, whose squares may overflow or underflow."""
    largest = abs(rows).max(axis=1, initial=0, keepdims=True)
    return np.linalg.norm(rows / np.where(largest > 0, largest, 1), axis=1) * largest[:, 0]


def _rms(sizes: np.ndarray) -> float:
    """The root mean square."""
    return float(_norms(sizes[None])[0] / np.sqrt(len(sizes)))


def _transforms(source: Any, target: Any, key: Key[Array, ""], count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The matrices of random group elements, and of generators that stretch, on the inputs and on the outputs."""
    groups = dict.fromkeys((*source.groups, *target.groups))
    drawn = {group: np.asarray(group.sample(jr.fold_in(key, index), count)) for index, group in enumerate(groups)}
    elements = [{group: each[number] for group, each in drawn.items()} for number in range(count)]
    for group in groups:
        elements += [{group: each} for h in group.generators if _stretches(h) for each in (h, np.linalg.inv(h))]
    for element in elements:
        with np.errstate(over="ignore", invalid="ignore"):
            pair = [
                np.asarray(rep.rho({group: element[group] for group in rep.groups if group in element}))
                for rep in (source, target)
            ]
        if all(np.isfinite(matrix).all() for matrix in pair):
            yield pair[0], pair[1]


def _stretches(element: np.ndarray) -> bool:
    return bool(abs(element.conj().T @ element - np.eye(len(element))).max() > _UNITARY)


def _inputs(rep: Any, rng: np.random.Generator, samples: int) -> np.ndarray:
    """Standard normal inputs, complex ones with variance 1 in all."""
    if rep.field == "complex":
        real, imaginary = rng.standard_normal((2, samples, rep.size))
        return (real + 1j * imaginary) / np.sqrt(2)
    return rng.standard_normal((samples, rep.size))


def _exchange(rep: Any, rng: np.random.Generator) -> np.ndarray:
    """Where each component goes when the particles change places at random."""
    counts = {multiplicity for multiplicity, _ in rep.blocks}
    if len(counts) != 1:
        raise ValueError(
            f"Particles can be exchanged if all blocks have the same multiplicity. Got {rep}. Use permutations=False."
        )
    order = rng.permutation(counts.pop())
    start, moved = 0, []
    for multiplicity, term in rep.blocks:
        places = np.arange(start, start + multiplicity * term.size).reshape(multiplicity, term.size)
        moved.append(places[order].ravel())
        start += places.size
    return np.concatenate(moved)


def _values(model: Callable[..., Any], inputs: np.ndarray) -> np.ndarray:
    """The outputs as NumPy arrays in double precision."""
    try:
        outputs = np.asarray(predict(model, jnp.asarray(inputs)))
    except jax.errors.JAXTypeError:  # JAX cannot trace the function
        outputs = np.stack([np.asarray(model(each)) for each in inputs])
    return outputs.astype(np.result_type(outputs, np.float64))


def _ratio(error: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """`error / scale`, with 0/0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error == 0, 0.0, error / scale)
