"""How far a function is from following a symmetry, and where it is farthest."""

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Key

from .._arrays import working
from ..groups import Group
from ..reps import Rep
from ._predict import predict
from ._symmetry import Map, Move, Symmetry, check_some

_EXACT = 1e-13  # an error that needs no look at what cancels
_CANCELLED = 1e-3  # of what is added up counts as the size of what is left
_DIRECTIONS = 3


class Deviation(NamedTuple):
    """Where a function is farthest from following a symmetry.

    Attributes:
        error: relative, as `equivariance_error` says.
        move: of the symmetry.
        sample: the number of the input.
        x: the input.
        image: the output for the moved input, f(ρ(g)x).
        wanted: the moved output, ρ(g)f(x).
        outputs: f(x) for all inputs, in the precision of the function.
        tried: whether some move changed an input or what its output must be.
    """

    error: float
    move: Move
    sample: int
    x: np.ndarray
    image: np.ndarray
    wanted: np.ndarray
    outputs: np.ndarray
    tried: bool = True


@np.errstate(invalid="ignore")  # what is NaN is told by the error
def deviation(
    model: Callable[..., Any],
    rep_in: Rep,
    rep_out: Rep,
    group: Group | None,
    symmetry: Symmetry,
    *,
    key: Key[Array, ""],
    samples: int,
    x: Any,
) -> Deviation:
    """The largest over the moves of one symmetry and over inputs, which are random if `x` is None."""
    check_some(samples=samples)
    source, target = (rep if group is None else rep(group) for rep in (rep_in, rep_out))
    rng = np.random.default_rng(np.asarray(jr.key_data(key)).ravel())
    inputs = _inputs(source, rng, samples) if x is None else working(x, "x")
    if inputs.ndim != 2 or inputs.shape[1] != source.size or not len(inputs):
        raise ValueError(
            f"`x` must be inputs of shape (n, {source.size}) = {rep_in}. Got shape {inputs.shape}. "
            "One input is x[None]."
        )
    given = _values(model, inputs)
    if given.shape != (len(inputs), target.size) or not target.size:
        raise ValueError(
            f"The function must return {target.size or 'at least 1'} components, as `rep_out` = {rep_out} says. "
            f"Got an output of shape {given.shape[1:]}. Give the type of what it returns."
        )
    if target.field == "real" and np.iscomplexobj(given):
        raise ValueError(
            f"The function must return real numbers, since {group or rep_out} is real. Got outputs of {given.dtype}. "
            "Return the real parts, or give a complex group."
        )
    outputs = _double(given)
    worst: Deviation | None = None
    tried = False
    for move in symmetry.moves(source, target, key, rng):
        moved, wanted = _followed(move.inputs, inputs), _followed(move.outputs, outputs)
        tried = tried or bool((moved != inputs).any() or (wanted != outputs).any())
        images = _double(_values(model, moved))
        sizes, error = _norms(wanted), _norms(images - wanted)
        scale = np.maximum(sizes, _rms(sizes))
        if (_ratio(error, scale) > _EXACT).any():
            added = _norms(_sizes(move.outputs, outputs))
            changes = _changes(model, moved, _sizes(move.inputs, inputs), images, rng)
            scale = np.maximum(scale, _CANCELLED * np.maximum(added, changes))
        errors = _ratio(error, scale)
        at = int(np.argmax(errors))  # of NaN, if there is one
        if worst is None or not errors[at] <= worst.error:
            worst = Deviation(float(errors[at]), move, at, inputs[at], images[at], wanted[at], given)
        if np.isnan(worst.error):
            break
    if worst is None:
        raise ValueError(
            f"A symmetry must have something to try. Got {symmetry}, of which all overflows or nothing is left. "
            "Give elements of moderate size."
        )
    return worst._replace(tried=tried)


def _followed(maps: tuple[Map, ...], rows: np.ndarray) -> np.ndarray:
    return reduce(lambda found, each: each(found), maps, rows)


def _sizes(maps: tuple[Map, ...], rows: np.ndarray) -> np.ndarray:
    return reduce(lambda found, each: each.sizes(found), maps, abs(rows))


def _changes(model: Any, inputs: np.ndarray, terms: np.ndarray, outputs: np.ndarray, rng: Any) -> np.ndarray:
    """How much the outputs change along random parts of the terms that the inputs are the sums of."""
    step = np.sqrt(np.finfo(jnp.asarray(inputs).dtype).eps)
    parts = rng.choice([-1.0, 1.0], (_DIRECTIONS, *terms.shape)) * rng.uniform(0.5, 1, (_DIRECTIONS, *terms.shape))
    changes = [_norms(_double(_values(model, inputs + step * part * terms)) - outputs) for part in parts]
    return np.max(changes, axis=0) / step


def _norms(rows: np.ndarray) -> np.ndarray:
    """The norms of rows, whose squares may overflow or underflow."""
    largest = abs(rows).max(axis=1, initial=0, keepdims=True)
    return np.linalg.norm(rows / np.where(largest > 0, largest, 1), axis=1) * largest[:, 0]


def _rms(sizes: np.ndarray) -> float:
    """The root mean square."""
    return float(_norms(sizes[None])[0] / np.sqrt(len(sizes)))


def _inputs(rep: Any, rng: np.random.Generator, samples: int) -> np.ndarray:
    """Standard normal inputs, complex ones with variance 1 in all."""
    if rep.field == "complex":
        real, imaginary = rng.standard_normal((2, samples, rep.size))
        return (real + 1j * imaginary) / np.sqrt(2)
    return rng.standard_normal((samples, rep.size))


def _values(model: Callable[..., Any], inputs: np.ndarray) -> np.ndarray:
    """The outputs, of the precision that the function gives them."""
    try:
        return np.asarray(predict(model, jnp.asarray(inputs)))
    except Exception:  # by NumPy or by Python's own numbers; whatever else is wrong is said again, and more plainly
        return np.stack([np.asarray(model(each)) for each in inputs])


def _double(outputs: np.ndarray) -> np.ndarray:
    return outputs.astype(np.result_type(outputs, np.float64))


def _ratio(error: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """`error / scale`, with 0/0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error == 0, 0.0, error / scale)
