"""The lines of a text file: decompressed, decoded, and without comments."""

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

#: What a line of remarks begins with: in NumPy and gnuplot, in Matlab and COMSOL, in Fortran, in C.
MARKS = ("#", "%", "!", "//")

_REMARK = re.compile(r"\s#.*")  # at the end of a row; without space before it, it may be a part of a name
_SEEN = 200  # rows that tell how a table is written


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
def opened(file: Path) -> Iterator[TextIO]:
    """The file as text, whatever its line ends.

    Raises:
        ValueError: if it is no text in UTF-8, or is not compressed although its name says so.
    """
    try:
        with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as data:
            yield io.TextIOWrapper(data, encoding="utf-8-sig")
    except Unreadable as error:
        raise error.of(file) from error
    except UnicodeError as error:
        raise Unreadable("A table must be text in UTF-8", _said(error), "Save it in UTF-8.").of(file) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        rule = "A .gz file must be whole and compressed by gzip"
        raise Unreadable(rule, _said(error), "Compress it again.").of(file) from error


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
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare and not bare.startswith(MARKS):
            text = line.rstrip("\r\n")
            found.append(Row(number, _REMARK.sub("", text) if found else text))  # names may be "event #" and the like
        elif bare and not found:
            remarks.append(bare.lstrip("#%!/ \t"))
        if len(found) == _SEEN:
            break
    return Head(tuple(remarks), tuple(found))


def _said(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
