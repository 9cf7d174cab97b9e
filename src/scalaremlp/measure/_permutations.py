"""The exchange of identical particles."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Array, Key

from ._symmetry import Move, Reordered, Symmetry, check_some


@dataclass(frozen=True)
class Permutations(Symmetry):
    """Random exchanges of particles, which must not change the output.

    All blocks of `rep_in` have the same multiplicity n, and particle i is the i-th copy in each.

    Args:
        exchanges: how many.
        after: another symmetry, each move of which is followed by one exchange, instead.

    Raises:
        ValueError: when moves are asked for, if the blocks are no particles.
    """

    name: ClassVar[str] = "permutations"
    exchanges: int = 16
    after: Symmetry | None = None

    def __post_init__(self) -> None:
        check_some(exchanges=self.exchanges)

    def moves(self, rep_in: Any, rep_out: Any, key: Key[Array, ""], rng: np.random.Generator) -> Iterator[Move]:
        """Exchanges of components of the inputs."""
        counts = {multiplicity for multiplicity, _ in rep_in.blocks}
        if len(counts) != 1:
            raise ValueError(
                "Particles can be exchanged if all blocks have the same multiplicity. "
                f"Got {rep_in}. Use permutations=False, or other symmetries."
            )
        count = counts.pop()
        alone = [Move((), (), ())] * self.exchanges
        for move in alone if self.after is None else self.after.moves(rep_in, rep_out, key, rng):
            order = rng.permutation(count)
            exchange = Reordered(_components(rep_in, order))
            yield Move((*move.inputs, exchange), move.outputs, (*move.told, ("order of the particles", order)))


def _components(rep: Any, order: np.ndarray) -> np.ndarray:
    """The order of the components that goes with one of the particles."""
    start, moved = 0, []
    for multiplicity, term in rep.blocks:
        places = np.arange(start, start + multiplicity * term.size).reshape(multiplicity, term.size)
        moved.append(places[order].ravel())
        start += places.size
    return np.concatenate(moved)
