"""Standard errors of single samples."""

from typing import Any

import numpy as np
from jaxtyping import Array, Float

from .._arrays import on_device, working
from ..groups import Group
from ..reps import Rep
from ..reps.terms import terms


def checked_sigma(values: Any, samples: int, rep_out: Rep, group: Group | None) -> Float[Array, "n *terms"] | None:
    """Standard errors as a JAX array of shape (n,) or (n, terms of the output), or a `ValueError`."""
    if values is None:
        return None
    array, count = working(values, "sigma"), len(terms(rep_out, group))
    if array.shape not in ((samples,), (samples, count)):
        raise ValueError(
            f"`sigma` must have shape ({samples},), or ({samples}, {count}) for each term of {rep_out}. Got shape "
            f"{array.shape}. Give one standard error a sample, or one a term."
        )
    if array.dtype.kind != "f":
        raise ValueError(
            f"`sigma` must be an array of real numbers. Got dtype {array.dtype}. Convert it to float64; of a complex "
            "output it is that of the real part and of the imaginary one."
        )
    wrong = np.argwhere(~(np.isfinite(array) & (array > 0)))
    if len(wrong):
        row = int(wrong[0][0])
        raise ValueError(
            f"`sigma` must be finite and above 0. Got {array[tuple(wrong[0])]} in sample {row}. Leave that sample out, "
            "or say how uncertain it is."
        )
    return on_device(array)


def of_components(
    sigma: Float[Array | np.ndarray, "n *terms"], rep_out: Rep, group: Group | None
) -> Float[np.ndarray, "n size_out"]:
    """The standard error of each component of the outputs."""
    given, sizes = np.asarray(sigma), [term.part.stop - term.part.start for term in terms(rep_out, group)]
    if given.ndim == 1:
        return np.repeat(given[:, None], sum(sizes), axis=1)
    return np.repeat(given, sizes, axis=1)


def sigma_of(data: Any) -> Float[np.ndarray, "n size_out"] | None:
    """The standard errors of the components of a data set, if it has some."""
    given = getattr(data, "sigma", None)
    return None if given is None else of_components(given, data.rep_out, data.group)
