"""Samples in a file that memory does not hold, read piece by piece."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np
from jaxtyping import Int

from .._check import whole_number
from ..groups import Group
from ..reps import Rep
from ..reps.measured import GivenUnits
from ._columns import Columns
from ._dataset import Dataset
from .conventions import warned

Pair = tuple[np.ndarray, np.ndarray]  # x of shape (n, size_in), y of shape (n, size_out)

_PIECE = 2**14  # samples
_FEW = 2**20  # rows whose order is drawn as a whole


class Stream:
    r"""The samples in a table that memory need not hold: `read`, but piece by piece, whenever they are asked for.

    `fit` takes one in the place of a data set: it looks at `sample()`, and then makes passes over all rows. Files are
    `.parquet`, read by row groups, and `.csv` or `.tsv`; all need the extra `scalaremlp[parquet]`. They are not to
    change: size and time of writing are looked at with every piece. Of text the rows are counted first, in a pass of
    their own.

    Args:
        path: the file.
        rep_in: type of the inputs.
        rep_out: type of the outputs.
        group: the symmetry group.
        x_columns: which columns are the inputs, as of `read`, like all that follow but the last two.
        y_columns: which columns are the outputs.
        header: whether the first row of a text is names.
        x_order: the order of the columns of each `Sym(2)` of the inputs.
        y_order: the same of the outputs.
        units_in: the units of the inputs, as of a `Dataset`.
        units_out: those of the outputs.
        units: where the file tells them, as of `read`.
        sampled: how many samples `fit` chooses by, at least 1.
        seed: of the samples that `sample` and `split` draw.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: as of `read`; of single numbers, when they are read.

    Example:
        >>> import pathlib, tempfile
        >>> from scalaremlp.data import Stream
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "norms.csv")
        ...     _ = path.write_text("norm,vx,vy\n" + "5,3,4\n10,6,8\n13,5,12\n" * 1000)
        ...     stream = Stream(path, T(1), T(0), O(2), x_columns="v", y_columns="norm")
        ...     few, rest = stream.split(100)
        ...     pieces = [len(x) for x, y in rest.pieces(1024)]
        >>> stream, len(few), len(rest), pieces
        (Stream(norms: 3000 rows, T(1) -> T(0), O(2)), 100, 2900, [1024, 1024, 852])
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        *,
        x_columns: Columns | None = None,
        y_columns: Columns | None = None,
        header: bool | None = None,
        x_order: str | None = None,
        y_order: str | None = None,
        units_in: GivenUnits | None = None,
        units_out: GivenUnits | None = None,
        units: str | None = None,
        sampled: int = 30_000,
        seed: int = 0,
    ) -> None:
        from ._read import positions  # whatever reads files is loaded with the first of them
        from ._streamed_table import streamed_head, streamed_table
        from ._units import check_where, units_of_side
        from .orders import warn_of_names

        self.rep_in, self.rep_out, self.group = rep_in, rep_out, group
        self.orders, self.seed = (x_order, y_order), whole_number("seed", seed, 0)
        self.sampled = whole_number("sampled", sampled)
        file, head = streamed_head(path, header)
        self.name = file.name.rpartition(".")[0]
        x, y = positions(file, head, rep_in(group).size, rep_out(group).size, x_columns, y_columns)
        names = [tuple(head.names[at] for at in part) if head.named else None for part in (x, y)]
        check_where(units, units_in=units_in, units_out=units_out)
        self.units_in = units_of_side(head, x, rep_in, group, units, units_in, "units_in")
        self.units_out = units_of_side(head, y, rep_out, group, units, units_out, "units_out")
        self._table = streamed_table(file, head, [*x, *y])
        self.x_names, self.y_names = names
        warn_of_names(self.x_names, rep_in, group, x_order, "x_order")
        warn_of_names(self.y_names, rep_out, group, y_order, "y_order")
        self._left_out: Int[np.ndarray, " rows"] = np.zeros(0, int)
        self._drawn: Dataset | None = None
        self._told = False  # of conventions that the samples seem to follow

    def __len__(self) -> int:
        return self._table.rows - len(self._left_out)

    def __repr__(self) -> str:
        return f"Stream({self.name}: {len(self)} rows, {self.rep_in} -> {self.rep_out}, {self.group})"

    @property
    def fingerprint(self) -> str:
        """What the file and the choice of its rows are known by."""
        left = f", without {len(self._left_out)} drawn by {self.seed}" if len(self._left_out) else ""
        return f"{self._table.fingerprint}{left}"

    def pieces(self, size: int = _PIECE) -> Iterator[Pair]:
        """All samples in the order of the file, (x, y) of `size` at a time, the last ones fewer.

        Raises:
            ValueError: if the file has changed, or holds something else than finite numbers, with its row.
        """
        held: list[Pair] = []
        count, size = 0, whole_number("size", size)
        for x, y in self._kept():
            while count + len(x) >= size:
                cut = size - count
                yield _joined([*held, (x[:cut], y[:cut])])
                x, y, held, count = x[cut:], y[cut:], [], 0
            if len(x):
                held.append((x, y))
                count += len(x)
        if held:
            yield _joined(held)

    def sample(self, n: int | None = None, *, seed: int | None = None) -> Dataset:
        """Samples drawn at random, in the order of the file, as a data set; all of them if there are no more.

        Args:
            n: how many; by default `sampled`.
            seed: of the draw; by default that of the stream.
        """
        if n is None and seed is None and self._drawn is not None:
            return self._drawn
        count = min(self.sampled if n is None else whole_number("n", n), len(self))
        found = self._at([np.sort(self._order(count, self.seed if seed is None else seed))])[0]
        if n is None and seed is None:
            self._drawn = found
        return found

    def split(self, *sizes: int) -> tuple[Any, ...]:
        """`sizes[0]` samples at random, `sizes[1]` others and so on as data sets, and a stream of the rest.

        Raises:
            ValueError: if a part would be empty.
        """
        if not sizes or any(size < 1 for size in sizes) or sum(sizes) >= len(self):
            raise ValueError(
                f"The parts of a split must be at least 1 each and leave a rest. Got {sizes} of {len(self)} rows. "
                "Choose sizes whose sum is smaller than the number of rows."
            )
        order = self._order(sum(sizes), self.seed)
        parts = [np.sort(part) for part in np.split(order, np.cumsum(sizes)[:-1])]
        found, rest = self._at(parts), object.__new__(type(self))
        rest.__dict__ |= self.__dict__ | {"_drawn": None}
        rest._left_out = np.union1d(self._left_out, self.rows(order))
        return (*found, rest)

    def rows(self, samples: Any) -> Int[np.ndarray, " n"]:
        """The rows of the file, counted from 0, in which samples are: their numbers where none is left out."""
        before = self._left_out - np.arange(len(self._left_out))
        return np.asarray(samples) + np.searchsorted(before, samples, side="right")

    def _order(self, count: int, seed: int) -> Int[np.ndarray, " count"]:
        """Numbers of samples, each once; of fewer, the first of them."""
        random, samples = np.random.default_rng(seed), len(self)
        if samples <= _FEW or 2 * count > samples:
            return random.permutation(samples)[:count]
        found: dict[int, None] = {}
        while len(found) < count:
            found |= dict.fromkeys(random.integers(samples, size=4096).tolist())
        return np.array([*found][:count])

    def _at(self, parts: list[np.ndarray]) -> list[Dataset]:
        """The samples of these numbers, which rise in each part, in one pass over the file."""
        found: list[list[Pair]] = [[] for _ in parts]
        start = 0
        for x, y in self.pieces():
            for rows, taken in zip(parts, found, strict=True):
                here = rows[slice(*np.searchsorted(rows, [start, start + len(x)]))] - start
                taken.append((x[here], y[here]))
            start += len(x)
        return [self._dataset(*_joined(taken)) for taken in found]

    def _dataset(self, x: np.ndarray, y: np.ndarray) -> Dataset:
        with warned() if self._told else nullcontext():
            self._told = True
            return Dataset(
                x, y, self.rep_in, self.rep_out, self.group, self.name, x_names=self.x_names, y_names=self.y_names,
                units_in=self.units_in, units_out=self.units_out,
            )  # fmt: skip

    def _kept(self) -> Iterator[Pair]:
        """The samples as they are read, without those that are left out."""
        start = 0
        for x, y in self._read():
            out = self._left_out[slice(*np.searchsorted(self._left_out, [start, start + len(x)]))] - start
            start += len(x)
            yield (np.delete(x, out, axis=0), np.delete(y, out, axis=0)) if len(out) else (x, y)

    def _read(self) -> Iterator[Pair]:
        """All rows as they are read, checked."""
        from .orders import packed

        inside, outside = self.rep_in(self.group), self.rep_out(self.group)
        dtype = complex if "complex" in (inside.field, outside.field) else float
        size, start = inside.size, 0
        for table in self._table.tables():
            values = table.numbers([*range(len(table.names))], dtype)
            self._check_finite(values, start, table.names)
            start += len(values)
            yield (
                packed(values[:, :size], self.rep_in, self.group, self.orders[0]),
                packed(values[:, size:], self.rep_out, self.group, self.orders[1]),
            )

    def _check_finite(self, values: np.ndarray, start: int, names: tuple[str, ...]) -> None:
        if np.isfinite(values).all():
            return
        row, column = np.argwhere(~np.isfinite(values))[0].tolist()
        raise ValueError(
            f"The numbers of a file must be finite. Got {values[row, column]} in row {start + row} (counted from 0), "
            f"column {names[column]}, of {self._table.file}. Repair that row or leave it out."
        )


def _joined(pairs: list[Pair]) -> Pair:
    """The samples of several pieces."""
    x, y = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    return x, y
