"""Timing of the same work done in several ways, in turn, so that what else the machine does slows all of them alike."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import jax


@dataclass(frozen=True)
class Timing:
    """Seconds of one way: to compile, and of each round."""

    compile: float
    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Over the rounds."""
        return median(self.rounds)

    @property
    def least(self) -> float:
        """Of the rounds."""
        return min(self.rounds)


def compiled(function: Callable[..., Any], *arguments: Any) -> tuple[Callable[[], Any], float]:
    """A call without arguments that runs the compiled function and waits for its result, and the seconds to compile."""
    start = perf_counter()
    executable = jax.jit(function).lower(*arguments).compile()
    seconds = perf_counter() - start
    return lambda: jax.block_until_ready(executable(*arguments)), seconds


def in_turn(calls: dict[str, tuple[Callable[[], Any], float]], rounds: int) -> dict[str, Timing]:
    """Time each call once a round, after one call of each that is not counted; every second round backwards."""
    for call, _ in calls.values():
        call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds):
        names = list(calls) if number % 2 == 0 else list(reversed(calls))
        for name in names:
            start = perf_counter()
            calls[name][0]()
            seconds[name].append(perf_counter() - start)
    return {name: Timing(calls[name][1], tuple(values)) for name, values in seconds.items()}
