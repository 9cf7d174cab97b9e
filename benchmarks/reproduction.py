"""The full study of `scalaremlp reproduce`, a day of work: its page in the documentation grows with every part of it.

Finished runs are kept beside the page, with the state of the code that made them, and are not made again while the
version and the recipes are the same. Called with some tasks, sizes or seeds, it makes those that are missing and writes
the page and the README's table anew from all.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT, code, headline, machine
from benchmarks.tables import middle, number, put, table
from scalaremlp._files import read_json, write_json
from scalaremlp.cli._commands import Reproduce
from scalaremlp.cli._main import _parse
from scalaremlp.cli._reproduce import settings_of, typed
from scalaremlp.published import curves
from scalaremlp.recipes import DEFAULT, TASKS
from scalaremlp.report import write_report
from scalaremlp.runs import versions
from scalaremlp.study import Row, Run, read_rows

_OF_ROWS = ("task", "model", "ntrain", "seed")
_SHARED = "Other work may have been done beside the runs: a quiet machine takes no more than the seconds given."


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--collect", action="store_true", help="make no runs, add those that are in the study's folder")
    parser.add_argument("--study", type=Path, default=ROOT / "runs" / "reproduce", help="the study's folder")
    parser.add_argument("--root", type=Path, default=ROOT, help="where README.md and docs/reproduction are")
    parser.add_argument("options", nargs="*", help="after --, of `scalaremlp reproduce`: which tasks, sizes and seeds")


def run(options: argparse.Namespace) -> int:
    """Make what is missing of the part that was asked for, and write the page; 1 if a run failed."""
    print(headline(), flush=True)
    words = ["reproduce", *options.options, "--out", str(options.study)]
    command, page = _parse(words), options.root / "docs" / "reproduction"
    assert isinstance(command, Reproduce)
    known, settings = kept(page / "results.json", settings_of(command)), settings_of(command)
    restore(known, options.study, settings)
    status = 0 if options.collect else subprocess.run([sys.executable, "-m", "scalaremlp.cli", *words]).returncode
    if not (options.study / "results.json").is_file():
        print(f"no finished run in {options.study}")
        return 1
    rows = joined(known, [row for row in read_rows(options.study) if "error" not in row])
    write_json(page / "results.json", {"settings": settings, "rows": rows})
    _write_page(page, rows, typed(Reproduce(original_length=command.original_length)))
    put(options.root / "README.md", "tasks", readme_part(rows))
    print(f"{len(rows)} runs, {len(rows) - len(known)} of them new: {page / 'index.md'}")
    return status


def kept(file: Path, settings: Any) -> list[Row]:
    """The runs beside the page; none if they were made by another version or other recipes."""
    found = read_json(file) if file.is_file() else {"settings": settings, "rows": []}
    return found["rows"] if found["settings"] == settings else []


def restore(rows: Sequence[Row], study: Path, settings: Any) -> None:
    """Put runs into a study's folder, so that it does not make them again."""
    for row in rows:
        made = {name: row[name] for name in _OF_ROWS}
        file = study / "runs" / Run(**made).name / "finished.json"
        if not file.exists():
            write_json(file, {"run": made, "settings": settings, "row": row})


def joined(known: Sequence[Row], found: Sequence[Row]) -> list[Row]:
    """All runs, by task and model as the study orders them; new ones with this state of the code."""
    rows = {_key(row): {"code": code(), **row} for row in found} | {_key(row): row for row in known}
    models = list(dict.fromkeys(row["model"] for row in rows.values()))
    models.sort(key=lambda model: (model != DEFAULT, model.startswith("original"), model))
    tasks = list(TASKS)
    order = sorted(rows, key=lambda key: (tasks.index(key[0]), models.index(key[1]), *key[2:]))
    return [rows[key] for key in order]


def readme_part(rows: Sequence[Row]) -> str:
    """The README's table: the median test MSE of the default model beside the published one."""
    cells: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        if row["model"] == DEFAULT:
            cells.setdefault((row["task"], row["ntrain"]), []).append(row)
    lines = []
    for (task, n), members in cells.items():
        published = {name: curve[n] for name, curve in curves(task).items() if n in curve}
        emlp = [value for name, value in published.items() if name.startswith("EMLP")]
        line = {
            "task": task,
            "training samples": str(n),
            "test MSE": number(middle(row["test_mse"] for row in members)),
            "Scalars, published": number(published.get("Scalars")),
            "EMLP, published": number(min(emlp, default=None)),
            "seconds": number(middle(row["seconds"] for row in members)),
            "seeds": str(len(members)),
            "fit by": ", ".join(dict.fromkeys(row["optimizer"] for row in members)),
        }
        lines.append(line)
    about = machine()
    made = f"{about['machine']}, {about['versions']}, commit {_codes(rows)}"
    told = f"Made by `python -m benchmarks reproduction` on {made}. Medians over the seeds. {_SHARED}"
    return f"{told}\n\n{table(lines)}"


def _codes(rows: Sequence[Row]) -> str:
    return " or ".join(sorted({row["code"] for row in rows}))


def _write_page(page: Path, rows: Sequence[Row], command: str) -> None:
    """The report of the study as index.md, with its figures."""
    with tempfile.TemporaryDirectory() as made:
        about = {**versions(), "commit": _codes(rows)}
        write_report(Path(made), rows, default=DEFAULT, command=command, made_with=about)
        shutil.copytree(Path(made) / "figures", page / "figures", dirs_exist_ok=True)
        text = (Path(made) / "report.md").read_text(encoding="utf-8")
    first, _, rest = text.partition("\n\n")
    (page / "index.md").write_text(f"{first}\n\n{_SHARED}\n\n{rest}", encoding="utf-8")


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _OF_ROWS)
