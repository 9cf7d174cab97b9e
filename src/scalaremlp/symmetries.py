"""Which symmetry do these data obey? One law is fitted for each of some groups, and told by samples held back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Key

from ._model import check_key, check_types
from .data import Dataset
from .data.sigma import sigma_of
from .groups import Group
from .measure import predict
from .nn import ScalarMLP
from .train import fit, posterior

_LEAST = 30  # samples: fewer tell nothing
_SIGNIFICANT = 3.0  # standard errors by which a law has to predict worse to be wrong
_MOST = 5000  # elements of a finite group that are counted


@dataclass(frozen=True)
class GroupScore:
    """What the samples say of one group.

    Attributes:
        group: the group.
        permutation: whether particles could be exchanged as well.
        held_out: relative squared error on the samples held back.
        worse: by how many standard errors that is worse than the best one, sample by sample.
        log_evidence: of the samples that were fitted, less that of the best; NaN where it is not known.
        model: the class of the model that was taken.
    """

    group: Group
    permutation: bool
    held_out: float
    worse: float
    log_evidence: float
    model: str

    @property
    def obeyed(self) -> bool:
        """Whether the group predicts no worse than the best one."""
        return not self.worse > _SIGNIFICANT

    @property
    def name(self) -> str:
        """The group, and whether it has permutations beside."""
        return f"{self.group}{' with permutations' if self.permutation else ''}"


@dataclass(frozen=True)
class GroupTable:
    """The groups that were compared, in the order in which they were given.

    Attributes:
        scores: one for each.
        best: the largest group that is obeyed, with permutations if these are obeyed too.
    """

    scores: tuple[GroupScore, ...]

    @property
    def best(self) -> GroupScore:
        """The largest one that is obeyed; of equally large ones that which predicts best."""
        obeyed = [score for score in self.scores if score.obeyed]
        return max(obeyed, key=lambda score: (*size_of(score.group), score.permutation, -score.held_out))

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """The table as JSON values, one object for each group."""
        return [
            {
                "group": str(score.group), "permutation": score.permutation, "held_out": score.held_out,
                "worse_by": score.worse, "log_evidence": score.log_evidence, "obeyed": score.obeyed,
                "model": score.model, "best": score is self.best,
            }
            for score in self.scores
        ]  # fmt: skip

    def __str__(self) -> str:
        width = max(len(score.name) for score in self.scores)
        lines = [f"{'group':{width}}  held-out error  worse by  log evidence"]
        for score in self.scores:
            marks = "  <- the largest that is obeyed" if score is self.best else "" if score.obeyed else "  broken"
            lines.append(
                f"{score.name:{width}}  {score.held_out:14.3g}  {score.worse:6.1f} σ  {score.log_evidence:12.1f}{marks}"
            )
        if not self.best.held_out < 1:
            lines.append("none predicts better than the mean: add a smaller group, such as Trivial, or more samples")
        return "\n".join(lines)

    def figure(self, title: str = "") -> Any:
        """Held-out error and log evidence of each group, as a Matplotlib figure."""
        from .plot import groups_compared  # heavy

        names = [score.name for score in self.scores]
        errors, evidence = ([getattr(score, of) for score in self.scores] for of in ("held_out", "log_evidence"))
        return groups_compared(names, errors, evidence, best=self.best.name, title=title)


def compare_groups(
    data: Dataset, groups: Sequence[Group], *, permutation: bool | str = False, key: Key[Array, ""]
) -> GroupTable:
    """Fit a law to the same samples under each of some groups, and find the largest one that the samples obey.

    A third of the samples is held back. A law of too large a group cannot follow the samples and predicts these worse;
    one of too small a group has more to learn and predicts them no better. So the largest group counts that predicts
    no worse, by three standard errors sample by sample, than the best. The log evidence stands beside it, of the same
    residuals for all groups.

    Args:
        data: the samples; their own group is not looked at, and their types are those of every group. If they have
            `sigma`, fits and errors are weighed by it.
        groups: what to compare, of one dimension. The trivial group is worth adding, as a law without symmetry.
        permutation: whether identical particles may be exchanged, or "both", which compares with and without.
        key: of the split, the models and the fits.

    Returns:
        A table, with `best`, `figure()` and a line for each group if it is printed.

    Raises:
        ValueError: if there are fewer than 30 samples, no groups, or one of another dimension than the types are for.
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
    split_key, model_key, fit_key = jr.split(key, 3)
    train, test = data.split(len(data) - len(data) // 3, key=split_key)
    choices = [(g, p) for g in groups for p in ((False, True) if permutation == "both" else (bool(permutation),))]
    fits = [_fitted(_under(train, g), p, model_key, fit_key) for g, p in choices]
    lost = np.array([_lost(model, test) for model, _ in fits])
    best, variance = lost[np.argmin(lost.mean(axis=1))], _variance(test)
    evidence = np.array([value for _, value in fits])
    top = np.max(evidence[np.isfinite(evidence)], initial=-np.inf)
    return GroupTable(tuple(
        GroupScore(g, p, float(own.mean() / variance), _worse(own, best, variance), float(value - top),
                   type(model).__name__)
        for (g, p), own, (model, value) in zip(choices, lost, fits, strict=True)
    ))  # fmt: skip


def size_of(group: Group) -> tuple[int, int]:
    """How large a group is: the dimension of its Lie algebra, and how many elements its generators make.

    >>> from scalaremlp.groups import O, S, SO, Trivial
    >>> size_of(O(3)), size_of(SO(3)), size_of(S(4)), size_of(Trivial(4))
    ((3, 2), (3, 1), (0, 24), (0, 1))
    """
    found: dict[bytes, np.ndarray] = {}
    new = [np.eye(group.dim, dtype=group.generators.dtype)]
    while new and len(found) < _MOST:
        element = new.pop()
        name = (np.round(element, 6) + 0.0).tobytes()
        if name not in found:
            found[name] = element
            new += [generator @ element for generator in group.generators]
    return len(group.lie_algebra), len(found)


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


def _under(data: Dataset, group: Group) -> Dataset:
    return Dataset(data.x, data.y, data.rep_in, data.rep_out, group, name=data.name, sigma=data.sigma)


def _fitted(data: Dataset, permutation: bool, model_key: Any, fit_key: Any) -> tuple[Any, float]:
    """A law of the default kind, and its log evidence."""
    options: Any = {"permutation": True} if permutation else {}
    assert data.group is not None  # as checked
    model: Any = ScalarMLP(data.rep_in, data.rep_out, data.group, **options, key=model_key)
    model, _ = fit(model, data, key=fit_key, progress=False)
    try:
        return model, posterior(model, data).log_evidence
    except ValueError:
        return model, float("nan")


def _lost(model: Any, test: Dataset) -> Float[np.ndarray, " n"]:
    """The squared error of each sample, beside its standard error if it has one."""
    return _squares(np.asarray(predict(model, test.x)) - np.asarray(test.y), test)


def _variance(test: Dataset) -> float:
    """That of the outputs, likewise."""
    y, sigma = np.asarray(test.y), sigma_of(test)
    weight = np.ones(y.shape) if sigma is None else sigma**-2.0
    return float(np.mean(_squares(y - np.average(y, axis=0, weights=weight), test))) or 1.0


def _squares(errors: np.ndarray, test: Dataset) -> Float[np.ndarray, " n"]:
    sigma = sigma_of(test)
    return np.sum(np.abs(errors if sigma is None else errors / sigma) ** 2, axis=1)


def _worse(own: Float[np.ndarray, " n"], best: Float[np.ndarray, " n"], variance: float) -> float:
    """By how many standard errors, of logarithms that no single sample decides."""
    more = np.log1p(own / variance) - np.log1p(best / variance)
    error = float(np.std(more, ddof=1)) / len(more) ** 0.5
    return float(np.mean(more)) / error if error > 0 else 0.0
