"""The lines of a text file: decompressed, decoded, and without comments."""

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

#: What a line of remarks begins with: in NumPy and gnuplot, in Matlab and COMSOL, in Fortran, in C.
MARKS = ("#", "%", "!", "//")

_REMARK = re.compile(r"\s#.*")  # at the end of a row; without space before it, it may be a part of a name
_SEEN = 200  # rows that tell how a table is written
_LONGEST = 2**22  # signs of a line
_FIRST = 2**18  # signs of the lines that tell how a table is written, where these are more than a few
_MOST_REMARKS = 2**20  # signs before the first row
_MOST_CELLS, _SEPARATORS = 2**16, ",;\t| "  # of a row, and what may be between them
_SMALL, _MOST_INFLATED = 2**24, 100  # bytes that come out of a compressed file, and times its size


class Unreadable(ValueError):
    """A rule that a table breaks, what breaks it, and the remedy; the file is told where it is known."""

    def of(self, file: Path) -> ValueError:
        """The whole message."""
        rule, value, remedy = self.args
        return ValueError(f"{rule}. Got {value}, in {file}. {remedy}")


class Row(NamedTuple):
    """A line that is neither blank nor a remark."""

    number: int  # of the line in the file, from 1
    text: str


class Head(NamedTuple):
    """How a file begins: the remarks before its first row, without their marks, and its first rows."""

    remarks: tuple[str, ...]
    rows: tuple[Row, ...]


@contextmanager
def opened(file: Path) -> Iterator[Iterator[str]]:
    """The lines of a file of text, whatever they end in.

    Raises:
        ValueError: if it is no text in UTF-8, or is not compressed although its name says so; if it has lines that are
            longer than those of tables, or inflates to far more than numbers do.
    """
    try:
        data = _Inflated(file) if file.suffix.lower() == ".gz" else file.open("rb")
        with io.TextIOWrapper(data, encoding="utf-8-sig") as text:  # which closes what it reads from
            yield _lines(text)
    except Unreadable as error:
        raise error.of(file) from error
    except UnicodeError as error:
        raise Unreadable("A table must be text in UTF-8", _said(error), "Save it in UTF-8.").of(file) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        rule = "A .gz file must be whole and compressed by gzip"
        raise Unreadable(rule, _said(error), "Compress it again.").of(file) from error


class _Inflated(gzip.GzipFile):
    """A compressed file of which far more does not come out than numbers have."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self._left = max(_SMALL, _MOST_INFLATED * file.stat().st_size)

    def read1(self, size: int = -1) -> bytes:
        data = super().read1(size)
        self._left -= len(data)
        if self._left < 0:
            rule = f"A compressed table must be of numbers, which inflate less than {_MOST_INFLATED} times"
            raise Unreadable(rule, "more", "Give it without compression.")
        return data


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a text; none is longer, or of more cells, than a table has them."""
    while line := text.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise Unreadable(f"A line of a table is of at most {_LONGEST} signs", "a longer one", "Write a row a line.")
        if len(line) > _MOST_CELLS and (cells := max(map(line.count, _SEPARATORS))) > _MOST_CELLS:
            raise Unreadable(f"A table is of at most {_MOST_CELLS} columns", str(cells), "Leave some out.")
        yield line


def rows(lines: Iterable[str]) -> Iterator[Row]:
    """The lines that are neither blank nor remarks."""
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare and not bare.startswith(MARKS):
            yield Row(number, _REMARK.sub("", line.rstrip("\r\n")) if "#" in line else line.rstrip("\r\n"))


def head_of(lines: Iterable[str]) -> Head:
    """The remarks before the first row, and the first rows."""
    remarks: list[str] = []
    found: list[Row] = []
    seen = 0
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        seen += len(line)
        if bare and not bare.startswith(MARKS):
            text = line.rstrip("\r\n")
            found.append(Row(number, _REMARK.sub("", text) if found else text))  # names may be "event #" and the like
        elif bare and not found:
            remarks.append(bare.lstrip("#%!/ \t"))
            del remarks[1:-2]  # names are the first, or among the last
        if len(found) == _SEEN or (seen > _FIRST and len(found) > 3):
            break
        if seen > _MOST_REMARKS and not found:
            rule = f"The first row of a table comes after at most {_MOST_REMARKS} signs of remarks"
            raise Unreadable(rule, "more of them", "Leave some out.")
    return Head(tuple(remarks), tuple(found))


def _said(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
