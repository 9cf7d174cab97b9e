"""How far a search for laws goes, and how many samples it takes."""

from typing import NamedTuple

from .._check import whole_number

FEWEST = 20  # samples of a search among all formulas
_HELD = 0.2


class Limits(NamedTuple):
    """The most nodes of a formula, and among how many terms those of a sum are chosen; None: no limit."""

    complexity: int | None = None
    terms: int | None = None

    def check(self, count: int) -> None:
        """Raise `ValueError` if they are no numbers, or so many samples are too few for them."""
        self.check_complexity()
        if self.terms is not None:
            whole_number("terms", self.terms, remedy="Leave it out for all.")
        seen = count - count_held(count)
        if self.terms is None and count < FEWEST:
            among = f", or choose among few terms, terms={seen // 2}" if seen > 1 else ""
            raise ValueError(f"A law needs at least {FEWEST} samples. Got {count}. Take more samples{among}.")
        if self.terms is not None and self.terms >= seen:
            raise ValueError(
                f"`terms` must be fewer than the samples that they are chosen by. Got {self.terms} and {seen} samples, "
                f"beside {count - seen} held out. Take more samples, or fewer terms."
            )

    def check_complexity(self) -> None:
        """Raise `ValueError` unless it is a number, if there is one."""
        if self.complexity is not None:
            whole_number("complexity", self.complexity, remedy="Leave it out for any length.")


def count_held(count: int) -> int:
    """How many of so many samples are held out.

    >>> count_held(100), count_held(20), count_held(10)
    (20, 4, 2)
    """
    return max(1, round(_HELD * count))
