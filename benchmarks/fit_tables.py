"""The README's tables of tasks and laws, from what `fit` has measured."""

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.accuracy import Row
from benchmarks.fit import error, pairs
from benchmarks.fit_cell import TASKS, TEST_SAMPLES, TESTS, TRAINING
from benchmarks.laws import EXTRAS, LAWS
from benchmarks.tables import geometric, middle, number, table
from scalaremlp.published import curves

Pairs = list[tuple[Row, Row]]


def measured(rows: Sequence[Row], commit: str) -> Pairs:
    """The default calls of a commit beside another: the other, the machine and the versions of the last of them."""
    own = [row for row in rows if row["commit"] == commit]
    if not own:
        return []
    about = {name: own[-1][name] for name in ("machine", "versions")}
    found = pairs(rows, (commit, own[-1]["beside"]), about).values()
    return [pair for pair in found if not pair[0]["held_out"]]


def tasks(found: Pairs) -> str:
    """Tasks with the published figures; nothing if none was fitted."""
    return _part(found, TASKS, _task)


def laws(found: Pairs) -> str:
    """Laws with their types; nothing if none was fitted."""
    return _part(found, [*LAWS, *EXTRAS], _law)


def _part(found: Pairs, names: Iterable[str], about: Any) -> str:
    lines = [
        {**about(name, n), **_figures(of_cell)}
        for name in names
        for n in sorted({ours["n"] for ours, _ in found if ours["name"] == name})
        if (of_cell := [pair for pair in found if (pair[0]["name"], pair[0]["n"]) == (name, n)])
    ]
    return f"{_made(found[0][0])}\n\n{table(lines)}" if lines else ""


def _made(row: Row) -> str:
    return (
        f"Made by `python -m benchmarks fit --against {row['beside']}` on {row['machine']}, {row['versions']}, commit "
        f"{row['commit']}. Test errors are medians of {len(TRAINING)} training seeds, or of as many as is said, and "
        f"{len(TESTS)} test draws of {TEST_SAMPLES} samples each; the geometric mean is over the training seeds. CPU "
        f"seconds are of whole processes, beside commit {row['beside']} measured in the same run."
    )


def _task(name: str, n: int) -> Row:
    published = {method: curve[n] for method, curve in curves(name).items() if n in curve}
    emlp = [value for method, value in published.items() if method.startswith("EMLP")]
    return {
        "task": name,
        "samples": str(n),
        "Scalars, published": number(published.get("Scalars")),
        "EMLP, best published": number(min(emlp, default=None)),
    }


def _law(name: str, n: int) -> Row:
    law = LAWS[name] if name in LAWS else EXTRAS[name]
    return {"law": name, "type": f"{law.rep_in} → {law.rep_out}, {law.group}", "samples": str(n)}


def _figures(found: Pairs) -> Row:
    """Errors and seconds of one task or law and size."""
    ours, theirs = ([error(row) for row in rows] for rows in zip(*found, strict=True))
    few = "" if len(found) >= len(TRAINING) else f" (of {len(found)})"
    seconds = [row["process_seconds"] for row, _ in found]
    ratio = middle(row["process_seconds"] / beside["process_seconds"] for row, beside in found)
    quantity = "MSE" if found[0][0]["name"] in TASKS else "relative MSE"
    return {
        f"test {quantity}": number(middle(ours)) + few,
        "geometric mean": number(geometric(ours)),
        f"of {found[0][1]['commit']}": number(middle(theirs)),
        "CPU seconds": number(middle(seconds)),
        "ratio": f"{ratio:.2f}",
    }
