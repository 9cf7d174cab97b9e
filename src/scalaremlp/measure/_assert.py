"""Equivariance as an assertion, for tests."""

from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Key, Shaped

from .._check import positive
from ..groups import Group
from ..reps import Rep
from ..reps.terms import terms
from ._deviation import Deviation
from ._equivariance import deviations
from ._symmetry import Symmetry

_DOUBLE, _SINGLE = 1e-10, 1e-4  # tolerances
_SHOWN = 100  # numbers of one array in a message


def assert_equivariant(
    f: Callable[..., Any],
    rep_in: Rep,
    rep_out: Rep,
    group: Group | None,
    *,
    key: Key[Array, ""],
    tolerance: float | None = None,
    symmetries: Sequence[Symmetry] | None = None,
    samples: int = 64,
    x: Shaped[Array | np.ndarray, "n size_in"] | None = None,
) -> None:
    """Raise `AssertionError` unless a function is equivariant, and has something to show for it.

    The error is that of `equivariance_error`, for each symmetry by itself. It is relative to the whole output: of terms
    whose sizes lie many powers of ten apart, give each by itself.

    Args:
        f: any callable from (size_in,) to (size_out,), of JAX, NumPy or Python's own numbers.
        rep_in: type of its inputs, bound or not.
        rep_out: type of its outputs, bound or not.
        group: their group; `None` if they are bound.
        key: for inputs and symmetries; the same key tries the same.
        tolerance: of the error. `None`: 1e-10 if `f` returns float64 or complex128, 1e-4 of single precision.
        symmetries: `None` for `GroupElements()`, and `Permutations()` if `f` is a model that claims it.
        samples: how many standard normal inputs.
        x: inputs to use instead.

    Raises:
        AssertionError: if an error is above the tolerance or NaN. It says at which move and input, what comes out and
            what should, and which term of the output is off most. Also if `f` is 0 for all inputs, or gives two
            outputs for one input.
        ValueError: if `x` or what `f` returns does not have the size of its type, that size is 0, there is nothing to
            try, as where no symmetry moves an input, or the outputs have half precision and there is no tolerance.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> from scalaremlp.groups import O, SO
        >>> from scalaremlp.reps import T
        >>> se.enable_x64()
        >>> cross = lambda x: jnp.cross(x[:3], x[3:])
        >>> se.measure.assert_equivariant(cross, 2 * T(1), T(1), SO(3), key=jr.key(0))
        >>> se.measure.assert_equivariant(cross, 2 * T(1), T(1), O(3), key=jr.key(0))
        Traceback (most recent call last):
        AssertionError: The function does not follow group elements: error 2, tolerance 1e-10.
          ...
    """
    __tracebackhide__ = True  # pytest shows the line that calls this
    if tolerance is not None:
        positive("tolerance", tolerance, zero=True)
    found = list(deviations(f, rep_in, rep_out, group, symmetries, key=key, samples=samples, x=x))
    outputs = found[0][1].outputs
    if tolerance is None:
        tolerance = _tolerance(outputs.dtype)
    symmetry, worst = max(found, key=lambda each: (np.isnan(each[1].error), each[1].error))
    if not worst.error <= tolerance:
        raise AssertionError(
            f"The function does not follow {symmetry.name}: error {worst.error:.3g}, tolerance {tolerance:g}.\n"
            + _told(worst, len(outputs), rep_out, group)
        )
    if not outputs.any():
        raise AssertionError(
            "The function must not be 0 for all inputs: of nothing every symmetry is true. "
            f"Got 0 for {len(outputs)} inputs. Fit the model first, or give other inputs as `x`."
        )
    if not any(each.tried for _, each in found):
        raise ValueError(
            "A symmetry must move an input, or nothing is tried. Got none that does, of "
            f"{', '.join(symmetry.name for symmetry, _ in found)}. Give other inputs as `x`, or a type that it moves."
        )
    _check_repeats(f, found[0][1].x)


def _check_repeats(f: Callable[..., Any], x: np.ndarray) -> None:
    """A function that is traced gives what it gave then: one that draws numbers or counts would pass for another."""
    first, second = _once(f, x), _once(f, x)
    if not np.allclose(first, second, rtol=_SINGLE, equal_nan=True):
        raise AssertionError(
            f"The function must give one output for one input. Got {_numbers(first)} and {_numbers(second)} in two "
            "calls. Leave out what it draws or counts."
        )


def _once(f: Callable[..., Any], x: np.ndarray) -> np.ndarray:
    try:
        return np.asarray(f(jnp.asarray(x)))
    except Exception:  # of NumPy's arrays, to which it assigns
        return np.asarray(f(np.array(x)))


def _tolerance(dtype: Any) -> float:
    precision = float(jnp.finfo(dtype).eps) if jnp.issubdtype(dtype, jnp.inexact) else 0.0
    if precision > _SINGLE:
        raise ValueError(
            f"`tolerance` must be given for half precision. Got outputs of {dtype}. Try {8 * precision:g}."
        )
    return _DOUBLE if precision < _DOUBLE else _SINGLE


def _told(worst: Deviation, samples: int, rep_out: Rep, group: Group | None) -> str:
    """All that is needed to see a deviation again, one line each."""
    with np.errstate(invalid="ignore"):
        off = np.abs(worst.image - worst.wanted)
    sizes = {term.label: float(np.linalg.norm(off[term.part])) for term in terms(rep_out, group)}
    label = max(sizes, key=lambda each: (np.isnan(sizes[each]), sizes[each]))
    lines = [*worst.move.told, (f"x (sample {worst.sample} of {samples})", worst.x)]
    lines += [("f of the moved x", worst.image), ("f(x), moved", worst.wanted)]
    return "".join(f"  {name} = {_numbers(array)}\n" for name, array in lines) + (
        f"  {label} of the output is off most, by {sizes[label]:.3g}."
    )


def _numbers(array: np.ndarray) -> str:
    """To be copied, if they are not too many."""
    return str(array.tolist()) if array.size <= _SHOWN else " ".join(np.array2string(array, threshold=0).split())
