"""Tables of numbers in files."""

import abc

import numpy as np
from jaxtyping import Inexact


class Table(abc.ABC):
    """Columns that are read when they are asked for.

    Attributes:
        names: of the columns: 1, 2, … if the file has none.
        named: whether the file has names.
        units: of the columns, as a row below the names has them; None without such a row.
    """

    names: tuple[str, ...]
    named: bool
    units: tuple[str, ...] | None = None

    @property
    @abc.abstractmethod
    def index(self) -> frozenset[int]:
        """The columns that only number the rows, as pandas writes them."""

    @abc.abstractmethod
    def numbers(self, columns: list[int], dtype: type) -> Inexact[np.ndarray, "rows columns"]:
        """Columns of numbers, by their positions."""

    @abc.abstractmethod
    def texts(self, column: int) -> list[str]:
        """A column as it is written."""
