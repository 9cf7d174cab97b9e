"""Which symmetry do these data obey? One law is fitted for each of some groups, and told by samples held back."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import jax.random as jr
import numpy as np
from jaxtyping import Array, Key

from .._model import check_key, check_types
from ..data import Dataset
from ..groups import Group
from ..reps.measured import GivenUnits
from ._fits import Choice, Judge, Law, fitted
from ._table import GroupScore, GroupTable

_LEAST = 30  # samples: fewer tell nothing


def compare_groups(
    data: Dataset,
    groups: Sequence[Group],
    *,
    permutation: bool | str = False,
    units: bool | str | None = None,
    constants: GivenUnits = (),
    key: Key[Array, ""],
) -> GroupTable:
    """Fit a law to the same samples under each of some groups, and find the largest one that the samples obey.

    A third of the samples is held back. A law of too large a group cannot follow the samples and predicts these worse;
    one of too small a group has more to learn and predicts them no better. So the largest group counts that predicts
    no worse, by three standard errors sample by sample, than the best. The log evidence stands beside it, of the same
    residuals for all groups.

    Each law is a Gaussian process, `nn.ScalarGP`, found by one search. A network takes its place, and most of the time,
    where particles are identical, samples have `sigma` or are more than 3000, or inputs have several indices.

    Args:
        data: the samples; their own group is not looked at, and their types are those of every group. If they have
            `sigma`, fits and errors are weighed by it.
        groups: what to compare, of one dimension. The trivial group is worth adding, as a law without symmetry.
        permutation: whether identical particles may be exchanged, or "both", which compares with and without.
        units: whether units may be changed as well, as of `nn.Dimensionless`, or "both". With `None` they may, if the
            data have units.
        constants: units of constants that the law has and the inputs do not, as of `nn.Dimensionless`.
        key: of the split, the models and the fits.

    Returns:
        A table, with `best`, `figure()` and a line for each group if it is printed.

    Raises:
        ValueError: if there are fewer than 30 samples, no groups, or one of another dimension than the types are for;
            if units may be changed and are not known, or cannot be made of those of the inputs.
        TypeError: if one of the groups is none.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O, SO
        >>> from scalaremlp.reps import T
        >>> x, noise = jr.normal(jr.key(0), (150, 6)), 0.05 * jr.normal(jr.key(1), (150, 3))
        >>> data = se.data.Dataset(x, jnp.cross(x[:, :3], x[:, 3:]) + noise, 2 * T(1), T(1), O(3))
        >>> table = se.compare_groups(data, [O(3), SO(3)], key=jr.key(2))
        >>> table.best.group
        SO(3)
    """
    check_key(key)
    groups = _checked(data, groups, permutation)
    asked = product(groups, _both(permutation), _both(_of_units(data, units)))
    split_key, model_key, fit_key = jr.split(key, 3)
    train, test = data.split(len(data) - len(data) // 3, key=split_key)
    choices = [Choice(*each) for each in asked]
    laws = [fitted(train, choice, constants, model_key, fit_key) for choice in choices]
    return GroupTable(_scores(choices, laws, Judge(test)))


def _scores(choices: list[Choice], laws: list[Law], judge: Judge) -> tuple[GroupScore, ...]:
    """What the samples that were held back say of each law, beside the best."""
    lost = np.array([judge.lost(law.model) for law in laws])
    best, evidence = lost[np.argmin(lost.mean(axis=1))], _comparable(laws)
    top = np.max(evidence[np.isfinite(evidence)], initial=-np.inf)
    return tuple(
        GroupScore(
            choice.group, choice.permutation, float(own.mean() / judge.variance), judge.worse(own, best),
            float(value - top), law.kind, choice.units,
        )
        for choice, law, own, value in zip(choices, laws, lost, evidence, strict=True)
    )  # fmt: skip


def _comparable(laws: list[Law]) -> np.ndarray:
    """Log evidences that have one constant: those of networks are left out beside those of Gaussian processes."""
    mixed = any(law.kind == "ScalarGP" for law in laws)
    return np.array([np.nan if mixed and law.kind != "ScalarGP" else law.log_evidence for law in laws])


def _both(asked: bool | str) -> tuple[bool, ...]:
    return (False, True) if asked == "both" else (bool(asked),)


def _of_units(data: Dataset, units: Any) -> bool | str:
    """Whether laws are to be of dimensionless numbers, if that can be."""
    known = data.units_in is not None and data.units_out is not None
    if units not in (None, True, False, "both"):
        raise ValueError(f'`units` must be True, False, "both" or None. Got {units!r}. Leave it out.')
    if units and not known:
        raise ValueError(
            f"Changes of units are looked at where units are known. Got units={units!r} and data without. Give the "
            "data units_in and units_out."
        )
    return known if units is None else units


def _checked(data: Any, groups: Any, permutation: Any) -> list[Group]:
    """The groups, if they and the samples can be compared."""
    if not isinstance(data, Dataset):
        raise ValueError(
            f"Groups are compared by a Dataset, which knows its types. Got {type(data).__name__}. Write "
            "se.data.Dataset(x, y, rep_in, rep_out, group)."
        )
    groups = list(groups) if isinstance(groups, list | tuple) else [groups]
    for group in groups:
        check_types(data.rep_in, data.rep_out, group)
    _check_data(data, groups, permutation)
    assert data.group is not None  # as checked
    for group in groups:
        if group.dim != data.group.dim:
            raise ValueError(
                f"Groups that are compared must be of one dimension, {data.group.dim}, as {data.group}. Got {group} of "
                f"{group.dim}. Leave it out."
            )
    return groups


def _check_data(data: Dataset, groups: list[Group], permutation: Any) -> None:
    if not groups:
        raise ValueError("Groups are compared, at least one. Got none. Give a list, such as [O(3), SO(3), Trivial(3)].")
    if permutation not in (True, False, "both"):
        raise ValueError(f'`permutation` must be True, False or "both". Got {permutation!r}. Leave it out.')
    if len(data) < _LEAST:
        raise ValueError(f"Groups are compared by at least {_LEAST} samples. Got {len(data)}. Collect more.")
    if data.group is None:
        raise ValueError("Groups are compared for types that are bound to none. Got bound ones: give rep_in as 2*T(1).")
