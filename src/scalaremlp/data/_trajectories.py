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


class Trajectories(eqx.Module):
    """Pieces of n trajectories: k states each, at their times, and what the motion depends on besides.

    It is a pytree whose arrays have one entry a trajectory, as `scalaremlp.fit` takes it, with a loss such as
    `scalaremlp.train.TrajectoryMatching`.

    Args:
        t: times, shape (n, k), increasing along each row.
        z: states, shape (n, k, rep(group).size).
        parameters: for each trajectory what stays the same along it, such as gravity and masses, shape
            (n, rep_parameters(group).size), or None.
        rep: the type of a state.
        rep_parameters: the type of the parameters, or None.
        group: the symmetry group.
        name: what to call the data in tables and figures.

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
    """

    t: Float[Array, "n k"]
    z: Float[Array, "n k d"]
    parameters: Float[Array, "n m"] | None
    rep: Rep = eqx.field(static=True)
    rep_parameters: Rep | None = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    name: str = eqx.field(static=True, default="")

    def __init__(
        self,
        t: Any,
        z: Any,
        parameters: Any,
        rep: Rep,
        rep_parameters: Rep | None,
        group: Group,
        name: str = "",
    ):
        t, z = (whole(array, name).astype(float) for array, name in ((t, "t"), (z, "z")))
        given = None if parameters is None else whole(parameters, "parameters").astype(float)
        _check(t, z, given, rep(group).size, None if rep_parameters is None else rep_parameters(group).size)
        self.t, self.z, self.parameters = jnp.asarray(t), jnp.asarray(z), None if given is None else jnp.asarray(given)
        self.rep, self.rep_parameters, self.group, self.name = rep, rep_parameters, group, name

    def __len__(self) -> int:
        return len(self.t)

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
        """Every two consecutive states as a piece of their own, n·(k−1) of them.

        To match trajectories interval by interval the loss is the same, and an iteration of Levenberg-Marquardt costs
        a (k−1)-th, since the residuals of one interval do not depend on the others.
        """
        if self.t.shape[1] < 2:
            raise ValueError("Intervals need at least two states in each trajectory. Got 1. Make longer pieces.")
        t, z = (np.stack([array[:, :-1], array[:, 1:]], axis=2) for array in (np.asarray(self.t)[..., None], self.z))
        parameters = None if self.parameters is None else np.repeat(self.parameters, self.t.shape[1] - 1, axis=0)
        types = (self.rep, self.rep_parameters, self.group, self.name)
        return Trajectories(t.reshape(-1, 2), z.reshape(-1, 2, z.shape[-1]), parameters, *types)

    def __repr__(self) -> str:
        types = str(self.rep) if self.rep_parameters is None else f"{self.rep} given {self.rep_parameters}"
        return f"Trajectories({self.name or 'unnamed'}: {len(self)} of {self.t.shape[1]} states, {types}, {self.group})"


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
    wrong = np.argwhere(np.diff(t, axis=1) <= 0)
    if len(wrong):
        row, at = wrong[0].tolist()
        raise ValueError(
            f"Times must increase. Got {t[row, at]:g} and then {t[row, at + 1]:g} in trajectory {row}. "
            "Sort the states by time and drop what comes twice."
        )
