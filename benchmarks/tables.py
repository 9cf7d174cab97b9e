"""Figures as text."""

from collections.abc import Iterable, Sequence
from math import exp, isfinite, log, nan
from pathlib import Path
from statistics import median
from sys import float_info


def number(value: float | None) -> str:
    """Two figures, or a dash for none; hundreds and thousands are written out.

    >>> number(1.234e-7), number(12.3), number(243.4), number(None)
    ('1.2e-07', '12', '243', '-')
    """
    if value is None:
        return "-"
    return f"{value:.0f}" if 100 <= value < 1e4 else f"{value:.2g}"


def largest(values: Iterable[float]) -> float:
    """The largest, but NaN if one is not finite: a failure never hides behind the others.

    >>> largest([1.0, 3.0]), largest([1.0, float("nan")])
    (3.0, nan)
    """
    known = list(values)
    return max(known) if all(map(isfinite, known)) else nan


def middle(values: Iterable[float]) -> float:
    """The median, but NaN if one is not finite.

    >>> middle([1.0, 3.0, 2.0]), middle([1.0, float("inf"), 2.0])
    (2.0, nan)
    """
    known = list(values)
    return median(known) if all(map(isfinite, known)) else nan


def geometric(values: Iterable[float]) -> float:
    """The geometric mean, but NaN if one is not finite; one that is zero counts as the least number above it.

    >>> number(geometric([1e-4, 1e-2])), geometric([1.0, float("nan")])
    ('0.001', nan)
    """
    known = list(values)
    if not all(map(isfinite, known)):
        return nan
    return exp(sum(log(max(value, float_info.min)) for value in known) / len(known))


def table(rows: Sequence[dict[str, str]]) -> str:
    """Rows of equal columns as Markdown, aligned.

    >>> print(table([{"a": "1", "b": "22"}]))
    | a | b  |
    |---|----|
    | 1 | 22 |
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    widths = {name: max(len(name), *(len(row.get(name, "")) for row in rows)) for name in names}
    lines = ["| " + " | ".join(name.ljust(widths[name]) for name in names) + " |"]
    lines.append("|" + "|".join("-" * (widths[name] + 2) for name in names) + "|")
    lines += ["| " + " | ".join(row.get(name, "").ljust(widths[name]) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def put(file: Path, name: str, text: str) -> None:
    """Put a text between the marks `<!-- name: begin -->` and `<!-- name: end -->` of a file."""
    begin, end = (f"<!-- {name}: {mark} -->" for mark in ("begin", "end"))
    before, _, rest = file.read_text(encoding="utf-8").partition(begin)
    file.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")
