"""Pieces of trajectories, with their types."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .._arrays import whole
from ..groups import Group
from ..reps import Rep
from ..reps.measured import GivenUnits, checked_units
from ..units import Unit, as_unit


class Trajectories(eqx.Module):
    """Pieces of n trajectories: k states each, at their times, and what the motion depends on besides.

    It is a pytree whose arrays have one entry a trajectory, as `scalaremlp.fit` takes it, with a loss such as
    `scalaremlp.train.TrajectoryMatching`.

    Pieces may have different numbers of states. The arrays have the length of the longest, and a piece that is over
    stays at its last time and state: `lengths` and `mask` tell, `pieces()` gives each without what is filled up, and
    losses do not see it. So the arrays are finite, and saved, cut and read again as they are.

    Args:
        t: times, shape (n, k), increasing along each row; or a list of n arrays, one a piece. After the last state of
            a shorter piece a row goes on with NaN, or with the same time and state.
        z: states, shape (n, k, rep(group).size), or a list likewise.
        parameters: for each trajectory what stays the same along it, such as gravity and masses, shape
            (n, rep_parameters(group).size), or None.
        rep: the type of a state.
        rep_parameters: the type of the parameters, or None.
        group: the symmetry group.
        name: what to call the data in tables and figures.
        units: the unit of each scalar, vector or tensor of a state, or one for all, as of a `Dataset`; None if nothing
            is known, here and in the next two.
        units_parameters: the same of the parameters.
        time_unit: that of the times.

    Raises:
        ValueError: if shapes do not fit, times do not increase, or numbers are not finite.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.data import Trajectories
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> t = np.tile(np.arange(5.0), (3, 1))
        >>> data = Trajectories(t, np.zeros((3, 5, 4)), None, 2 * T(1), None, O(2))
        >>> data, data[:2].z.shape, data.first(4).t.shape
        (Trajectories(unnamed: 3 of 5 states, 2*T(1), O(2)), (2, 5, 4), (3, 4))

    Example: pieces of three and of two states

        >>> times, states = [np.arange(3.0), np.arange(2.0)], [np.ones((3, 4)), np.ones((2, 4))]
        >>> data = Trajectories(times, states, None, 2 * T(1), None, O(2))
        >>> data, data.lengths, len(data.intervals())
        (Trajectories(unnamed: 2 of 2 to 3 states, 2*T(1), O(2)), array([3, 2]), 3)
    """

    t: Float[Array, "n k"]
    z: Float[Array, "n k d"]
    parameters: Float[Array, "n m"] | None
    rep: Rep = eqx.field(static=True)
    rep_parameters: Rep | None = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    name: str = eqx.field(static=True, default="")
    units: tuple[Unit, ...] | None = eqx.field(static=True, default=None)
    units_parameters: tuple[Unit, ...] | None = eqx.field(static=True, default=None)
    time_unit: Unit | None = eqx.field(static=True, default=None)

    def __init__(
        self,
        t: Any,
        z: Any,
        parameters: Any,
        rep: Rep,
        rep_parameters: Rep | None,
        group: Group,
        name: str = "",
        *,
        units: GivenUnits | None = None,
        units_parameters: GivenUnits | None = None,
        time_unit: str | Unit | None = None,
    ):
        t, z = _filled(t, z)
        given = None if parameters is None else whole(parameters, "parameters").astype(float)
        _check(t, z, given, rep(group).size, None if rep_parameters is None else rep_parameters(group).size)
        self.t, self.z, self.parameters = jnp.asarray(t), jnp.asarray(z), None if given is None else jnp.asarray(given)
        self.rep, self.rep_parameters, self.group, self.name = rep, rep_parameters, group, name
        self.units = checked_units(units, rep, group, "units")
        self.units_parameters = _of_parameters(units_parameters, rep_parameters, group)
        self.time_unit = None if time_unit is None else as_unit(time_unit)

    def __len__(self) -> int:
        return len(self.t)

    @property
    def lengths(self) -> np.ndarray:
        """How many states each piece has, shape (n,)."""
        return np.asarray(1 + np.sum(np.diff(self.t, axis=1) > 0, axis=1))

    @property
    def mask(self) -> np.ndarray:
        """Which states are there, shape (n, k)."""
        return np.arange(self.t.shape[1]) < self.lengths[:, None]

    def pieces(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """The times and states of each piece, without what is filled up."""
        t, z = np.asarray(self.t), np.asarray(self.z)
        return [(t[i, :length], z[i, :length]) for i, length in enumerate(self.lengths.tolist())]

    def __getitem__(self, rows: Any) -> "Trajectories":
        """The trajectories of a slice, a list of indices or a mask."""
        if isinstance(rows, (int, np.integer)):
            raise ValueError(
                f"Trajectories are indexed by a slice, indices or a mask. Got {rows}. For one of them use [i:i+1]."
            )
        rows = rows if isinstance(rows, slice) else np.asarray(rows)
        return jax.tree.map(lambda array: array[rows], self)

    def first(self, states: int) -> "Trajectories":
        """The same trajectories with their first `states` states alone."""
        if not 1 <= states <= self.t.shape[1]:
            raise ValueError(f"Each trajectory has {self.t.shape[1]} states. Got {states!r} to keep. Take 1 or more.")
        return eqx.tree_at(lambda data: (data.t, data.z), self, (self.t[:, :states], self.z[:, :states]))

    def intervals(self) -> "Trajectories":
        """Every two consecutive states as a piece of their own, n·(k−1) of them if all pieces have k states.

        To match trajectories interval by interval the loss is the same, and an iteration of Levenberg-Marquardt costs
        a (k−1)-th, since the residuals of one interval do not depend on the others.
        """
        if self.t.shape[1] < 2:
            raise ValueError("Intervals need at least two states in each trajectory. Got 1. Make longer pieces.")
        t, z = (np.stack([array[:, :-1], array[:, 1:]], axis=2) for array in (np.asarray(self.t)[..., None], self.z))
        parameters = None if self.parameters is None else np.repeat(self.parameters, self.t.shape[1] - 1, axis=0)
        there = self.mask[:, 1:].ravel()
        if not there.any():
            raise ValueError("Intervals need at least two states in a trajectory. Got 1 in all. Make longer pieces.")
        parts = (t.reshape(-1, 2), z.reshape(-1, 2, z.shape[-1]), parameters)
        kept = parts if there.all() else [None if part is None else part[there] for part in parts]
        types = (self.rep, self.rep_parameters, self.group, self.name)
        return Trajectories(
            kept[0], kept[1], kept[2], *types,
            units=self.units, units_parameters=self.units_parameters, time_unit=self.time_unit,
        )  # fmt: skip

    def __repr__(self) -> str:
        if getattr(self.t, "ndim", 0) != 2:  # stacked, or no arrays
            return super().__repr__()
        types = str(self.rep) if self.rep_parameters is None else f"{self.rep} given {self.rep_parameters}"
        most = self.t.shape[1]
        least = most if isinstance(self.t, jax.core.Tracer) else self.lengths.min()
        states = f"{most}" if least == most else f"{least} to {most}"
        return f"Trajectories({self.name or 'unnamed'}: {len(self)} of {states} states, {types}, {self.group})"


def _of_parameters(units: GivenUnits | None, rep: Rep | None, group: Group) -> tuple[Unit, ...] | None:
    """The units of parameters, of which there may be none."""
    if rep is not None:
        return checked_units(units, rep, group, "units_parameters")
    if units is not None:
        raise ValueError("`units_parameters` are units of parameters. Got some without these. Leave them out.")
    return None


def _filled(t: Any, z: Any) -> tuple[np.ndarray, np.ndarray]:
    """Times and states as arrays; a shorter piece, of a list or ending in NaN, goes on with its last time and state."""
    if isinstance(t, (list, tuple)) and len({np.shape(row) for row in (*t, *z)}) > 2:
        t, z = _stacked([whole(row, "t").astype(float) for row in t], [whole(row, "z").astype(float) for row in z])
    t, z = whole(t, "t").astype(float), whole(z, "z").astype(float)  # copies
    if t.ndim != 2 or z.ndim != 3 or z.shape[:2] != t.shape or not t.size:
        return t, z
    missing = np.isnan(t) & np.isnan(z).all(axis=2)
    last = t.shape[1] - np.argmin(missing[:, ::-1], axis=1)  # where the missing ones at the end begin
    filled = np.minimum(np.arange(t.shape[1]), last[:, None] - 1)
    filled[missing.all(axis=1)] = 0
    rows = np.arange(len(t))[:, None]
    return t[rows, filled], z[rows, filled]


def _stacked(t: list[np.ndarray], z: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of a list in arrays as long as the longest, with NaN behind the shorter ones."""
    shapes = [(one.shape, states.shape) for one, states in zip(t, z, strict=False)]
    wrong = [(one, two) for one, two in shapes if len(one) != 1 or len(two) != 2 or one != two[:1] or not one[0]]
    if wrong or len(t) != len(z) or len({states.shape[1:] for states in z}) > 1:
        found = f"{wrong[0][0]} and {wrong[0][1]}" if wrong else f"{len(t)} and {len(z)} pieces, {shapes[:4]}"
        raise ValueError(
            "A piece has times of shape (k,), k ≥ 1, and as many states, of shape (k, d), with one d for all. "
            f"Got {found}. Give one array of times and one of states for each piece."
        )
    longest = max(map(len, t))
    return (
        np.stack([np.pad(one, (0, longest - len(one)), constant_values=np.nan) for one in t]),
        np.stack([np.pad(one, ((0, longest - len(one)), (0, 0)), constant_values=np.nan) for one in z]),
    )


def _check(t: np.ndarray, z: np.ndarray, parameters: np.ndarray | None, size: int, extra: int | None) -> None:
    fit = t.ndim == 2 and t.size and z.shape == (*t.shape, size)
    if not fit or (None if parameters is None else parameters.shape) != (None if extra is None else (len(t), extra)):
        found = ", ".join(str(array.shape) for array in (t, z, *(() if parameters is None else (parameters,))))
        raise ValueError(
            f"Trajectories have times of shape (n, k), states of shape (n, k, {size})"
            f"{'' if extra is None else f' and parameters of shape (n, {extra})'}, as their types say. "
            f"Got {found}. Flatten each state in the order in which its type is written."
        )
    for array, what in ((t, "times"), (z, "states"), (parameters, "parameters")):
        if array is not None and not np.isfinite(array).all():
            row = np.argwhere(~np.isfinite(array))[0][0]
            raise ValueError(f"The {what} must be finite. Got NaN or infinity in trajectory {row}. Leave it out.")
    over = np.arange(1, t.shape[1]) >= 1 + np.sum(np.diff(t, axis=1) > 0, axis=1)[:, None]
    ended = over & (np.diff(t, axis=1) == 0) & (np.diff(z, axis=1) == 0).all(axis=2)
    wrong = np.argwhere((np.diff(t, axis=1) <= 0) & ~ended)
    if len(wrong):
        row, at = wrong[0].tolist()
        raise ValueError(
            f"Times must increase. Got {t[row, at]:g} and then {t[row, at + 1]:g} in trajectory {row}. "
            "Sort the states by time and drop what comes twice."
        )
