"""The cells of a study."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One cell of a study: a task, a model, a number of training samples and a seed."""

    task: str
    model: str
    ntrain: int
    seed: int

    @property
    def name(self) -> str:
        """The run's folder name.

        Example:
            >>> Run("o5", "no quadratic part", 100, 0).name
            'o5-no_quadratic_part-n100-seed0'
        """
        words = (re.sub(r"[^A-Za-z0-9.+]+", "_", word).strip("_") for word in (self.task, self.model))
        return "-".join((*words, f"n{self.ntrain}", f"seed{self.seed}"))


def grid(tasks: Iterable[str], models: Iterable[str], sizes: Iterable[int], seeds: Iterable[int]) -> tuple[Run, ...]:
    """All combinations, seeds running fastest, so that runs of equal shapes follow each other and compile once.

    Example:
        >>> [run.name for run in grid(["o5"], ["default"], [30, 100], [0])]
        ['o5-default-n30-seed0', 'o5-default-n100-seed0']
    """
    return tuple(Run(*cell) for cell in itertools.product(tasks, models, sizes, seeds))
