"""What is known of a synthetic task before a sample is drawn."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Protocol

from ._dataset import Dataset
from .conventions import warned


class Task(Protocol):
    """A function of (n, *, key) that draws samples. The first line of its docstring is the law and its type."""

    permutations: bool
    __name__: str

    def __call__(self, n: int, *, key: Any) -> Dataset: ...


def task(*, permutations: bool) -> Callable[[Callable[..., Dataset]], Any]:
    """Say of a function that draws samples whether its law is symmetric under exchange of the particles.

    Its data sets say the same.
    """

    def known(draw: Callable[..., Dataset]) -> Any:
        @wraps(draw)
        def drawn(n: int, *, key: Any) -> Dataset:
            with warned():
                return replace(draw(n, key=key), permutations=permutations)

        drawn.permutations = permutations  # type: ignore[attr-defined]
        return drawn

    return known
