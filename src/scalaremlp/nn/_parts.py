"""Which types mix in a matrix of blocks, many of which are zero."""

from functools import lru_cache
from typing import NamedTuple


class Part(NamedTuple):
    """Types of the output and the types of the input that reach them, by their places."""

    targets: tuple[int, ...]
    sources: tuple[int, ...]


@lru_cache(maxsize=1024)
def parts(nonzero: tuple[tuple[bool, ...], ...]) -> tuple[Part, ...]:
    """The connected components of the graph of targets (rows) and sources (columns), by their first target."""
    left, found = set(range(len(nonzero))), []
    while left:
        targets, sources = {min(left)}, set[int]()
        while True:
            reaching = {s for t in targets for s, there in enumerate(nonzero[t]) if there}
            reached = {t for t in left if any(nonzero[t][s] for s in reaching)} | targets
            if (reached, reaching) == (targets, sources):
                break
            targets, sources = reached, reaching
        left -= targets
        found.append(Part(tuple(sorted(targets)), tuple(sorted(sources))))
    return tuple(found)
