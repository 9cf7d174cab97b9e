"""A problem over samples that are read whenever they are asked for."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Protocol

import numpy as np

from .place import Place
from .problem import Block, Chunk, Problem, chunk_size

_MOST = 2**13  # samples of a chunk, which the cost of a call is no part of


class Samples(Protocol):
    """Samples in a fixed order, which are read anew with every pass."""

    def __len__(self) -> int: ...

    def pieces(self, size: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All of them, (x, y) of `size` at a time, the last ones fewer."""
        ...


class StreamedChunks:
    """The chunks of a problem, of which one at a time is in memory: every pass over them reads the samples anew.

    Args:
        rows: the samples.
        size: of a chunk; the last one is filled up.
        place: where the chunks are to be.
    """

    def __init__(self, rows: Samples, size: int, place: Place) -> None:
        self.rows, self.size, self.place = rows, size, place

    def __len__(self) -> int:
        return -(-len(self.rows) // self.size)

    def __getitem__(self, number: int) -> Chunk:
        return next(islice(self, number, None))

    def __iter__(self) -> Iterator[Chunk]:
        for x, y in self.rows.pieces(self.size):
            rows = np.minimum(np.arange(self.size), len(x) - 1)
            weights = (np.arange(self.size) < len(x)).astype(float)
            yield self.place.sharded(Chunk((x[rows], y[rows]), None, weights))


def streamed(part: Problem, rows: Samples, chunk: int | None) -> Problem:
    """The problem of a part of the samples, with all their residuals, over all of them.

    Raises:
        ValueError: if there are several processes, each of which would read all of the file.
    """
    if part.place.processes > 1:
        raise ValueError(
            f"A stream is read by one process. Got {part.place}. Start one, or fit to a part, stream.sample(100_000)."
        )
    size = min(chunk or min(chunk_size(part.parameters, part.each), _MOST), len(rows))
    chunks, count = StreamedChunks(rows, part.place.rounded(size), part.place), len(rows) * part.each
    blocks = (Block(slice(0, len(rows)), chunks),)
    return replace(part, blocks=blocks, count=count, stands_for=count, whole=None)
