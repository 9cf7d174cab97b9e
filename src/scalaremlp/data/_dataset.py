"""The data set: samples with their types and their group beside them."""

import itertools
from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Inexact, Key

from .._model import check_types
from ..groups import Group
from ..reps import Rep
from ..reps.measured import GivenUnits, checked_units
from ..units import Unit
from .checks import check_rows, checked_samples
from .conventions import warn_of_convention
from .sigma import checked_sigma


class Dataset(eqx.Module):
    """Samples (x, y) of a map between two representations of a group.

    It is a pytree of its arrays: `jit`, `vmap` and `jax.tree.map` take it, types, group and names are part of the
    structure and compare by value. What is made in these ways is not checked again.

    The arrays become JAX arrays of floating point numbers (complex ones for a complex group), which keep float64 only
    once `scalaremlp.enable_x64()` has been called.

    Of vectors of O(1,q) the first component is time or energy, of O(p,1) the last. Where the last one is the largest in
    all samples, as an energy is, and the first is not, a warning says so: no check of equivariance sees it.

    Args:
        x: inputs, shape (n, rep_in(group).size).
        y: outputs, shape (n, rep_out(group).size).
        rep_in: type of the inputs, bound to its group or not.
        rep_out: type of the outputs, bound or not.
        group: the symmetry group; `None` when both representations are bound already.
        name: what to call the data in tables and figures.
        permutations: `True` if the law is also symmetric under exchange of the particles, particle i being the i-th
            copy in every block of `rep_in`; `None` if nothing is known.
        x_names: what each of the inputs is called, as in the table that they come from; `None` if nothing is known.
        y_names: the same of the outputs.
        sigma: the standard error of each sample, shape (n,), or of each term of its output, shape (n, terms of
            rep_out), in the units of y: fits divide residuals by it. `None` if nothing is known.
        units_in: the unit of each scalar, vector or tensor of `rep_in`, such as `["kg", "m/s"]` of T(0) + T(1), or one
            for all: texts as of `scalaremlp.units.parse`, or units; `None` if nothing is known.
        units_out: the same of the outputs.

    Raises:
        ValueError: if an array has the wrong shape or kind of number, or holds NaN or infinity; if units are more or
            fewer than the terms of the type, or are none; if a standard error is not above 0.

    Example:
        >>> import jax.random as jr
        >>> from scalaremlp.data import Dataset, o5
        >>> data = o5(10, key=jr.key(0))
        >>> data
        Dataset(o5: 10 samples, 2*T(1) -> T(0), O(5))
        >>> train, val = data.split(8)
        >>> len(train), val.x.shape, data[:3].y.shape
        (8, (2, 10), (3, 1))
    """

    x: Inexact[Array, "n size_in"]
    y: Inexact[Array, "n size_out"]
    rep_in: Rep = eqx.field(static=True)
    rep_out: Rep = eqx.field(static=True)
    group: Group | None = eqx.field(static=True)
    name: str = eqx.field(static=True, default="")
    permutations: bool | None = eqx.field(static=True, default=None)
    x_names: tuple[str, ...] | None = eqx.field(static=True, default=None)
    y_names: tuple[str, ...] | None = eqx.field(static=True, default=None)
    sigma: Float[Array, "n *terms"] | None = None
    units_in: tuple[Unit, ...] | None = eqx.field(static=True, default=None)
    units_out: tuple[Unit, ...] | None = eqx.field(static=True, default=None)

    __eq__, __hash__ = object.__eq__, object.__hash__  # one of a million samples is not compared number by number

    def __init__(
        self,
        x: Any,
        y: Any,
        rep_in: Rep,
        rep_out: Rep,
        group: Group | None,
        name: str = "",
        permutations: bool | None = None,
        *,
        x_names: Sequence[str] | None = None,
        y_names: Sequence[str] | None = None,
        sigma: Any = None,
        units_in: GivenUnits | None = None,
        units_out: GivenUnits | None = None,
    ):
        check_types(rep_in, rep_out, group)
        x, y = checked_samples(x, "x", rep_in, group), checked_samples(y, "y", rep_out, group)
        check_rows(len(x), len(y))
        self.x, self.y, self.rep_in, self.rep_out, self.group = x, y, rep_in, rep_out, group
        self.name, self.permutations = name, permutations
        self.x_names, self.y_names = _checked_names(x_names, "x", x), _checked_names(y_names, "y", y)
        self.sigma = checked_sigma(sigma, len(x), rep_out, group)
        self.units_in = checked_units(units_in, rep_in, group, "units_in")
        self.units_out = checked_units(units_out, rep_out, group, "units_out")
        warn_of_convention(x, rep_in, group, self.x_names or ())

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, rows: Any) -> "Dataset":
        """The samples of a slice, a list of indices or a mask, as a data set of the same type."""
        if isinstance(rows, (int, np.integer)):
            raise ValueError(
                f"A data set is indexed by a slice, indices or a mask. Got {rows}. For one sample use [i:i+1]."
            )
        if isinstance(rows, Sequence):
            rows = np.asarray(rows)
        part = jax.tree.map(lambda array: array[rows], self)
        if part.x.shape[1:] != self.x.shape[1:] or not len(part):
            raise ValueError(
                f"A part of a data set must be samples of the same size, at least one. Got shape {part.x.shape}. "
                "Index it by a slice, indices or a mask of samples."
            )
        return part

    def split(self, *sizes: int, key: Key[Array, ""] | None = None, shuffle: bool = True) -> tuple["Dataset", ...]:
        """`sizes[0]` of the samples at random, `sizes[1]` others and so on, and the rest: `len(sizes) + 1` data sets.

        Samples often lie in an order, by time or by energy, and then the first are another law's than the last.

        Args:
            sizes: the number of samples in each part but the last.
            key: for the order of the samples; without it the order is always the same.
            shuffle: `False` keeps the order: the first `sizes[0]` samples, the next `sizes[1]` and so on.

        Raises:
            ValueError: if a part would be empty, or a key is given for an order that is kept.
        """
        if not sizes or any(size < 1 for size in sizes) or sum(sizes) >= len(self):
            raise ValueError(
                f"The parts of a split must be at least 1 each and leave a rest. Got {sizes} of {len(self)} samples. "
                "Choose sizes whose sum is smaller than the data set."
            )
        if key is not None and not shuffle:
            raise ValueError("An order that is kept needs no key. Got one with shuffle=False. Leave out either.")
        # NumPy, so that neither the precision of JAX nor its version has a say in what is tested on.
        seed = 0 if key is None else np.asarray(jr.key_data(key)).ravel()
        order = np.random.default_rng(seed).permutation(len(self)) if shuffle else np.arange(len(self))
        edges = [0, *np.cumsum(sizes).tolist(), len(self)]
        return tuple(self[order[start:stop]] for start, stop in itertools.pairwise(edges))

    def __repr__(self) -> str:
        if getattr(self.x, "ndim", 0) != 2:  # stacked, or no arrays
            return super().__repr__()
        group = "" if self.group is None else f", {self.group}"
        return f"Dataset({self.name or 'unnamed'}: {len(self)} samples, {self.rep_in} -> {self.rep_out}{group})"


def _checked_names(names: Sequence[str] | None, what: str, array: Array) -> tuple[str, ...] | None:
    if names is None:
        return None
    if isinstance(names, str) or len(names) != array.shape[1] or len(set(names)) < len(names):
        raise ValueError(
            f"`{what}_names` must be a name for each of the {array.shape[1]} columns of `{what}`. Got {names!r}. "
            "Give a list of that length, each name once."
        )
    return tuple(map(str, names))
