"""The README's tables of tasks and laws, from what `fit` has measured."""

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.accuracy import Row
from benchmarks.fit import Cell, Known, error
from benchmarks.fit_cell import TASKS, TEST_SAMPLES, TESTS, TRAINING, Fit
from benchmarks.laws import EXTRAS, LAWS
from benchmarks.tables import geometric, middle, number, table
from scalaremlp.published import curves

Cells = dict[tuple[str, int], Cell]


def measured(rows: Sequence[Row], commits: Sequence[str]) -> Cells:
    """The default calls of the first of these commits and of that it was compared with, on the machine of its last one.

    A cell of which another of them has more seeds is that one's.
    """
    own = [row for row in rows if row["commit"] == commits[0]]
    others = [row["commit"] for row in rows if row["commit"] not in commits]
    if not own or not others:
        return {}
    about, beside = {name: own[-1][name] for name in ("machine", "versions")}, own[-1]["beside"] or others[-1]
    found: Cells = {}
    for commit in commits:
        for of, cell in _of_one(Known.among(rows, (commit, beside), about)).items():
            if of not in found or len(cell.ours) > len(found[of].ours):
                found[of] = cell
    return found


def _of_one(known: Known) -> Cells:
    seeds: dict[tuple[str, int], list[Fit]] = {}
    for row in known.ours.values():
        if not row["held_out"]:
            seeds.setdefault((row["name"], row["n"]), []).append(Fit(row["name"], row["n"], row["seed"]))
    return {of: cell for of, every in seeds.items() if (cell := known.cell(every))}


def tasks(found: Cells) -> str:
    """Tasks with the published figures; nothing if none was fitted."""
    return _part(found, TASKS, _task)


def laws(found: Cells) -> str:
    """Laws with their types; nothing if none was fitted."""
    return _part(found, [*LAWS, *EXTRAS], _law)


def _part(found: Cells, names: Iterable[str], about: Any) -> str:
    of_part = {(name, n): found[name, n] for name in names for _, n in sorted(at for at in found if at[0] == name)}
    lines = [{**about(name, n), **_figures(cell)} for (name, n), cell in of_part.items()]
    return f"{_made(list(of_part.values()))}\n\n{table(lines)}" if lines else ""


def _made(cells: Sequence[Cell]) -> str:
    ours, theirs = cells[0].ours[0], cells[0].theirs[0]["commit"]
    commits = " or, as is said, ".join(dict.fromkeys(cell.ours[0]["commit"] for cell in cells))
    return (
        f"Made by `python -m benchmarks fit --against {theirs}` on {ours['machine']}, {ours['versions']}, commit "
        f"{commits}. Test errors are medians of {len(TRAINING)} training seeds, or of as many as is said, and "
        f"{len(TESTS)} test draws of {TEST_SAMPLES} samples each; the geometric mean is over the training seeds. CPU "
        f"seconds are of whole processes; their ratio to those of commit {theirs} is of pairs measured in turn. Of "
        "that commit the better of two calls counts, the default one or one with a fifth for validation, if there are "
        "both."
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


def _figures(cell: Cell) -> Row:
    """Errors and seconds of one task or law and size."""
    ours = [error(row) for row in cell.ours]
    few = "" if len(ours) >= len(TRAINING) else f" (of {len(ours)})"
    quantity = "MSE" if cell.ours[0]["name"] in TASKS else "relative MSE"
    return {
        f"test {quantity}": number(middle(ours)) + few,
        "geometric mean": number(geometric(ours)),
        f"of {cell.theirs[0]['commit']}": number(cell.better()),
        "CPU seconds": number(middle(row["process_seconds"] for row in cell.ours)),
        "ratio": cell.ratio("process_seconds"),
        "commit": cell.ours[0]["commit"],
    }
