"""All generators of the invariants or covariants of some tensors, up to the degree beyond which there are no more.

Where a theorem bounds the degree of generators, the search ends there. Elsewhere it goes on until in every degree up
to max(2 h, d) + 2, with h the highest degree of a generator found and d the dimension where ε is fixed, products of
the generators are as many as the characters count. That is strong evidence and no proof: the invariants of a harmonic
tensor of rank 3 need nothing at degrees 7, 8 and 9, and a generator of degree 10. What was checked is told.
"""

from dataclasses import dataclass
from functools import cached_property

from .._check import TooLargeError
from ..groups import Group
from ._bound import degree_bound
from ._generators import TooManyError
from ._kept import GeneratingSet as GeneratingSet
from ._kept import kept
from ._multidegrees import Multidegrees
from .family import Family, family
from .graph import Graph
from .tensor import Tensor

EFFORT = 250
"""The most functions, or graphs, of one multidegree that are looked at by default: some seconds of work."""


def generating_set(
    group: Group,
    tensors: tuple[Tensor, ...],
    probe: Tensor | None = None,
    degree: int | None = None,
    effort: int = EFFORT,
) -> GeneratingSet:
    """A minimal set of generators, kept on disk where it took a while to find.

    Args:
        group: with a first fundamental theorem.
        tensors: the kinds of the inputs, each of one index at least.
        probe: the kind of tensor that the output is contracted with, for the covariants as a module over the
            invariants; its graphs have it as their last input, once. None for the invariants.
        degree: the highest degree in the inputs; None for as far as there are generators.
        effort: the most independent functions, and graphs, of one multidegree to look at. A degree that is asked for
            and needs more is refused; with `degree=None` the search ends before it.

    Returns:
        The generators, with what is known of them.

    Raises:
        TooLargeError: above the effort, for a degree that is asked for.

    Example:
        Two symmetric tensors in space: ten invariants of degrees 1 to 4.

        >>> from scalaremlp.contractions.generating_set import generating_set
        >>> from scalaremlp.contractions.tensor import symmetric
        >>> from scalaremlp.groups import O
        >>> found = generating_set(O(3), (symmetric(2), symmetric(2)))
        >>> len(found.graphs), found.reason
        (10, 'all: none has a degree above 6, by a theorem')
    """
    search = _Search(family(group), tensors, probe, effort)
    settings = {"group": str(group), "tensors": tensors, "probe": probe, "degree": degree, "effort": effort}
    return kept(search.family, settings, lambda: search.to(degree) if degree is not None else search.to_the_end())


@dataclass(frozen=True)
class _Search:
    family: Family
    tensors: tuple[Tensor, ...]
    probe: Tensor | None
    effort: int

    @cached_property
    def work(self) -> Multidegrees:
        """The search, degree by degree."""
        return Multidegrees(self.family, self.tensors, self.probe, self.effort)

    @property
    def least(self) -> int:
        """The lowest degree: covariants may be constant."""
        return 0 if self.probe else 1

    @property
    def bound(self) -> int | None:
        """The degree that no generator is above, where a theorem says it."""
        return degree_bound(self.family, self.tensors, self.probe)

    def to(self, degree: int) -> GeneratingSet:
        """Up to a degree, or to the one beyond which there are no more."""
        graphs: list[Graph] = []
        highest = 0
        for total in range(self.least, degree + 1):
            if self._ends(total - 1, highest):
                return self._all(graphs, highest, total - 1)
            if (largest := self.work.largest(total)) > self.effort:
                raise TooLargeError(self._too_many(total, largest, "independent functions"))
            try:
                new = self.work.generators(total)
            except TooManyError as error:
                raise TooLargeError(self._too_many(total, error.args[0], "graphs")) from error
            graphs += new
            highest = total if new else highest
        if self._ends(degree, highest):
            return self._all(graphs, highest, degree)
        return GeneratingSet(tuple(graphs), degree, highest, False, f"all of degree at most {degree}")

    def to_the_end(self) -> GeneratingSet:
        """Up to the degree beyond which there are no more, or as far as the effort lets it."""
        graphs: list[Graph] = []
        total, highest = self.least, 0
        while not self._ends(total - 1, highest):
            if (largest := self.work.largest(total)) > self.effort:
                return self._stopped(graphs, highest, total, largest, "independent functions")
            try:
                new = self.work.generators(total)
            except TooManyError as error:
                return self._stopped(graphs, highest, total, error.args[0], "graphs")
            graphs += new
            highest = total if new else highest
            total += 1
        return self._all(graphs, highest, total - 1)

    def _all(self, graphs: list[Graph], highest: int, done: int) -> GeneratingSet:
        reason = f"as many as characters count up to degree {done}"
        if self.bound is not None:
            reason = f"all: none has a degree above {self.bound}, by a theorem"
        return GeneratingSet(tuple(graphs), done, highest, True, reason)

    def _ends(self, done: int, highest: int) -> bool:
        if self.bound is not None:
            return done >= self.bound
        least = self.family.dim if self.family.epsilon else 0
        partner = max((2 + tensor.rank % 2 for tensor in self.tensors), default=0)
        return done >= max(2 * highest, least, partner) + 2

    def _too_many(self, total: int, count: int, what: str) -> str:
        return (
            f"`degree` must leave at most effort={self.effort} {what} of one multidegree. Got about {count} at degree "
            f"{total}, {_time(count)} or more: lower `degree`, or raise `effort`."
        )

    def _stopped(self, graphs: list[Graph], highest: int, total: int, count: int, what: str) -> GeneratingSet:
        theorem = "" if self.bound is None else f"; by a theorem there are none above {self.bound}"
        reason = (
            f"all of degree at most {total - 1}{theorem}. Degree {total} has about {count} {what} of one multidegree, "
            f"more than effort={self.effort}: {_time(count)} or more"
        )
        return GeneratingSet(tuple(graphs), total - 1, highest, False, reason)


def _time(count: int) -> str:
    """How long a multidegree takes, roughly: elimination grows as the cube."""
    seconds = 2e-8 * count**3
    unit, size = next((pair for pair in (("s", 1), ("min", 60), ("h", 3600)) if seconds < 120 * pair[1]), ("d", 86400))
    return f"{max(seconds / size, 1):.0f} {unit}"
