"""Figures as text."""

from collections.abc import Sequence


def number(value: float | None) -> str:
    """Two figures, or a dash for none.

    >>> number(1.234e-7), number(12.3), number(None)
    ('1.2e-07', '12', '-')
    """
    return "-" if value is None else f"{value:.2g}"


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
