"""Schedules: how the learning rate changes during a fit, as a factor of its peak value."""

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@runtime_checkable
class Schedule(Protocol):
    """A factor for the learning rate at each step of a fit."""

    def factor(self, step: int, steps: int) -> float:
        """The factor at step `step` (from 0) of a fit of `steps` steps."""
        ...


@dataclass(frozen=True)
class Cosine:
    r"""A linear warm-up, then half a cosine: $f + (1-f)\,(1 + \cos \pi t)/2$ for t from 0 to 1.

    Args:
        warmup: the fraction of all steps that the rise takes.
        final: the factor f at the end.

    Example:
        >>> [round(Cosine(warmup=0.2).factor(step, 10), 3) for step in (0, 1, 2, 6, 9)]
        [0.5, 1.0, 1.0, 0.5, 0.038]
    """

    warmup: float = 0.05
    final: float = 0.0

    def __post_init__(self) -> None:
        _check_fraction(self.warmup, "warmup")

    def factor(self, step: int, steps: int) -> float:
        """The factor at step `step` of `steps`."""
        rise = self.warmup * steps
        if step < rise:
            return min(1.0, (step + 1) / rise)
        passed = (step - rise) / max(steps - rise, 1)
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * passed)) / 2


@dataclass(frozen=True)
class StepDecay:
    """A linear warm-up, then a constant that is multiplied by `decay` at each of some moments.

    Args:
        at: the moments, as fractions of all steps.
        decay: the multiplier.
        warmup: the fraction of all steps that the rise takes.

    Example:
        >>> [round(StepDecay().factor(step, 100), 3) for step in (0, 49, 50, 80)]
        [1.0, 1.0, 0.1, 0.01]
    """

    at: tuple[float, ...] = (0.5, 0.75)
    decay: float = 0.1
    warmup: float = 0.0

    def __post_init__(self) -> None:
        _check_fraction(self.warmup, "warmup")

    def factor(self, step: int, steps: int) -> float:
        """The factor at step `step` of `steps`."""
        rise = self.warmup * steps
        passed = sum(step >= moment * steps for moment in self.at)
        return min(1.0, (step + 1) / rise if rise else 1.0) * self.decay**passed


@dataclass(frozen=True)
class Constant:
    """A linear warm-up, then the peak value.

    Args:
        warmup: the fraction of all steps that the rise takes.

    Example:
        >>> Constant().factor(7, 10)
        1.0
    """

    warmup: float = 0.0

    def __post_init__(self) -> None:
        _check_fraction(self.warmup, "warmup")

    def factor(self, step: int, steps: int) -> float:
        """The factor at step `step` of `steps`."""
        return StepDecay(at=(), warmup=self.warmup).factor(step, steps)


#: Schedules by name. A new one is a class with `factor` and one line here.
SCHEDULES = {"cosine": Cosine, "step": StepDecay, "constant": Constant}


def as_schedule(schedule: str | Schedule) -> Schedule:
    """The schedule of that name, or the schedule itself."""
    if isinstance(schedule, str) and schedule in SCHEDULES:
        return SCHEDULES[schedule]()
    if isinstance(schedule, str) or not callable(getattr(schedule, "factor", None)):
        raise ValueError(
            f"A schedule is one of {', '.join(SCHEDULES)} or an object with `factor(step, steps)`. Got {schedule!r}. "
            "An Optax schedule goes into the Optax optimiser itself."
        )
    return schedule


def _check_fraction(value: float, name: str) -> None:
    if not 0 <= value < 1:
        raise ValueError(f"`{name}` is a fraction of all steps, at least 0 and below 1. Got {value}. Try 0.05.")
