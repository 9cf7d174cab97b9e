"""What samples say of some groups, and which of these is the answer."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..groups import Group

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
        units: whether units could be changed as well: a law of dimensionless numbers.
    """

    group: Group
    permutation: bool
    held_out: float
    worse: float
    log_evidence: float
    model: str
    units: bool = False

    @property
    def obeyed(self) -> bool:
        """Whether the group predicts no worse than the best one."""
        return not self.worse > _SIGNIFICANT

    @property
    def name(self) -> str:
        """The group, and whether it has permutations and changes of units beside."""
        more = [word for word, there in (("permutations", self.permutation), ("units", self.units)) if there]
        return f"{self.group} with {' and '.join(more)}" if more else str(self.group)


@dataclass(frozen=True)
class GroupTable:
    """The groups that were compared, in the order in which they were given.

    Attributes:
        scores: one for each.
        best: the largest group that is obeyed, with permutations and changes of units if these are obeyed too.
    """

    scores: tuple[GroupScore, ...]

    @property
    def best(self) -> GroupScore:
        """The largest one that is obeyed; of equally large ones that which predicts best."""
        obeyed = [score for score in self.scores if score.obeyed]
        return max(obeyed, key=lambda each: (*size_of(each.group), each.permutation, each.units, -each.held_out))

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """The table as JSON values, one object for each group."""
        return [
            {
                "group": str(score.group), "permutation": score.permutation, "units": score.units,
                "held_out": score.held_out, "worse_by": score.worse, "log_evidence": score.log_evidence,
                "obeyed": score.obeyed, "model": score.model, "best": score is self.best,
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
        from ..plot import groups_compared  # heavy

        names = [score.name for score in self.scores]
        errors, evidence = ([getattr(score, of) for score in self.scores] for of in ("held_out", "log_evidence"))
        return groups_compared(names, errors, evidence, best=self.best.name, title=title)


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
