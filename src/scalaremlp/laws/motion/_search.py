"""The search for a law of motion: terms by integrals, then constants by integrating the law from state to state."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from math import inf

import numpy as np

from .._expression import constants_in
from .._judge import ROUNDING, Judged
from .._numbers import snapped
from .._prepare import Units
from .._problem import Guess
from .._search import enriched
from .._table import Table
from .._verdict import ABOVE
from .._verdict import ROUNDING as AT_ROUNDING
from ._estimate import estimated
from ._flow import Flow
from ._kind import Kind
from ._matching import Matched, matched
from ._verdict import verdict
from ._weak import Effort, Sum, Weak
from ._windows import Windows

_TRIES = 4  # formulas at each stage that are integrated as exact ones
_RESOLVED = 100.0  # times what integrals may be off, a law may leave and be exact
_NOT_HALF = 0.5  # of the squares is explained
_IDLE = 1e-6  # of the largest constant
_FIRST, _EFFORT = Effort(300, 12, 2, 60), Effort(300, 12, 6, 100)


@dataclass(frozen=True)
class Whole:
    """A law of motion.

    Attributes:
        parts: the formula of each target.
        errors: standard errors of the constants of each.
        verdict: what is left.
    """

    parts: tuple[Judged, ...]
    errors: tuple[tuple[float, ...], ...]
    verdict: str


class NoTerm(ValueError):
    """There is nothing that a law of this kind could be made of."""


class Search:
    """The search.

    Attributes:
        weaks: the equations of each target that moves, windows weighed by what the likeliest sums leave.
        sums: for each target what was looked at, the likeliest first.
    """

    def __init__(self, kind: Kind, windows: Windows, weaks: list[Weak], units: Units | None, complexity: int | None):
        self.kind, self.windows, self.units = kind, windows, units
        self.scale = weaks[0].scale
        self.most = inf if complexity is None else complexity
        self.sums: list[list[Sum]] = [[] for _ in weaks]
        self._left_stages = self._stages()
        self._last: tuple[list[Guess], Whole] | None = None
        first = [weak.sums(weak.nodes.table, _FIRST) for weak in weaks]
        if not all(first):
            raise _no_term(kind, units)
        self.weaks = [weak.weighed(sums[0]) for weak, sums in zip(weaks, first, strict=True)]

    @property
    def seen(self) -> list[list[Judged]]:
        """All formulas of each target."""
        return [[each.judged for each in own] for own in self.sums]

    def stage(self) -> Whole | None:
        """What the next stage finds: a law that is exact, or else the one of most evidence; `None` after the last.

        Without an exact one the first of them looks at functions too.
        """
        looked = False
        for now in islice(self._left_stages, 1 if self._last else 2):
            self._look(*now)
            looked = True
            if exact := self._exact():
                return exact
        if not looked:
            return None
        likely = [own[0] for own in self.sums]
        guesses = [each.judged.guess for each in likely]
        if self._last is None or guesses != self._last[0]:
            self._last = guesses, self._noisy(likely)
        return self._last[1]

    def _stages(self) -> Iterator[tuple[Table, Effort]]:
        table = self.weaks[0].nodes.table
        yield table, _EFFORT
        yield enriched(table, self.units is not None, few=True), Effort(600, 10, 6, 100)
        yield table, Effort(1500, 14, 8, 150)

    def _look(self, table: Table, effort: Effort) -> None:
        for own, weak in zip(self.sums, self.weaks, strict=True):
            found = weak.sums(table, effort)
            short = [each for each in found if each.judged.complexity <= self.most]
            if not short and not own:
                least = min(each.judged.complexity for each in found)
                raise ValueError(
                    f"No formula is as short as `complexity` asks. Got {self.most}. Give at least {least}."
                )
            own += short
            own.sort(key=lambda each: -each.judged.evidence)

    def _exact(self) -> Whole | None:
        """A law at rounding, of the likeliest formulas whose integrals leave little more than their own errors."""
        at = [0] * len(self.sums)
        for _ in range(_TRIES):
            now = [own[i] for own, i in zip(self.sums, at, strict=True)]
            if not all(np.median(each.rest) <= _RESOLVED * np.median(each.rough) + 1e-20 for each in now):
                return None
            flow = self._flow(now, 8)
            found = matched(flow, self.windows, self.scale, np.asarray(flow.form.values))
            left = None if found is None else self._shares(found.left(flow, self.scale, found.constants))
            if found is not None and left is not None and max(left) < ROUNDING:
                return self._simplest(now, flow, found)
            worst = 0 if left is None else int(np.argmax(left))
            at[worst] += 1
            if at[worst] == len(self.sums[worst]):
                return None
        return None

    def _shares(self, left: np.ndarray) -> list[float]:
        """Of what is left of each target, by how much its states vary along the windows."""
        z = self.windows.z / self.scale
        whole = np.mean((z - z.mean(axis=1, keepdims=True)) ** 2, axis=(0, 1))
        return [float(left[at].sum() / max(whole[at].sum(), 1e-300)) for at in self.kind.targets]

    def _simplest(self, now: list[Sum], flow: Flow, found: Matched) -> Whole:
        """With constants near simple numbers put to these, and without terms that it is as exact without."""
        constants = found.constants

        def exact(trial: np.ndarray) -> bool:
            return max(self._shares(found.left(flow, self.scale, trial))) < ROUNDING

        simple = np.array([snapped(float(value)) for value in constants])
        constants = simple if exact(simple) else constants
        for i in np.argsort(np.abs(constants)):
            less = np.where(np.arange(len(constants)) == i, 0.0, constants)
            constants = less if abs(constants[i]) < _IDLE * np.abs(constants).max() and exact(less) else constants
        shares = self._shares(found.left(flow, self.scale, constants))
        parts = [
            replace(one.judged, guess=guess, error=share, fitted=share)
            for one, guess, share in zip(now, self._split(now, constants), shares, strict=True)
        ]
        return Whole(tuple(parts), tuple((0.0,) * len(each.guess.constants) for each in parts), AT_ROUNDING)

    def _noisy(self, now: list[Sum]) -> Whole:
        """A law with noise, its constants with standard errors."""
        flow = self._flow(now, 5)
        found = estimated(flow, self.windows, self.kind.blocks, self.scale, np.asarray(flow.form.values))
        if found is None:
            return Whole(tuple(each.judged for each in now), tuple(each.errors for each in now), ABOVE)
        guesses, start, errors = self._split(now, found.constants), 0, []
        for guess in guesses:
            errors.append(tuple(map(float, found.errors[start : start + len(guess.constants)])))
            start += len(guess.constants)
        parts = tuple(replace(one.judged, guess=guess) for one, guess in zip(now, guesses, strict=True))
        left = self._shares(np.mean(((found.path - found.windows.z) / self.scale) ** 2, axis=(0, 1)))
        poor = not max(*left, *(each.error for each in parts)) < _NOT_HALF
        told = ABOVE if poor else verdict(self.kind, found, self.weaks)
        return Whole(parts, tuple(errors), told)

    def _split(self, now: list[Sum], constants: np.ndarray) -> list[Guess]:
        """Each formula with its part of the constants, without terms of which the constant is zero."""
        found, start = [], 0
        for each in now:
            guess = each.judged.guess
            own = tuple(map(float, constants[start : start + len(guess.constants)]))
            kept = tuple(part for part in guess.parts if any(own[i] for i in constants_in(part[1])))
            found.append(Guess(kept, own).compact())
            start += len(own)
        return found

    def _flow(self, now: list[Sum], order: int) -> Flow:
        guesses = [each.judged.guess for each in now]
        return Flow(self.kind, self.kind.law(Guess.joined(guesses, self.weaks[0].nodes.numbers)), order)


def _no_term(kind: Kind, units: Units | None) -> NoTerm:
    if units is not None and not units.any_constants:
        return NoTerm(
            f"A term of a law of motion varies and has its unit. Got no product of the inputs that does, for a "
            f"{kind.motion} of {kind.rep_in}. Check `units`, `units_parameters` and `time_unit`, or allow "
            'constants="any".'
        )
    return NoTerm(
        f"The scalars that a law is made of vary. Got none for a {kind.motion} of {kind.rep_in}. Take motions "
        'of different sizes, or ask for motion="field".'
    )
