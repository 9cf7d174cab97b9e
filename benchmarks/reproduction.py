"""The full study of `scalaremlp reproduce`, a day of work: its page in the documentation grows with every part of it.

Finished runs are kept beside the page, with the state of the code that made them, and are not made again while the
version and the recipes are the same. Called with some tasks, sizes or seeds, it makes those that are missing and writes
the page anew from all.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT, code, headline, machine
from scalaremlp._files import read_json, write_json
from scalaremlp.recipes import DEFAULT, TASKS
from scalaremlp.report import write_report
from scalaremlp.runs.comparison import Reproduction, compare
from scalaremlp.study import Row, Run, Workers
from scalaremlp.study._one_run import finished

_OF_ROWS = ("task", "model", "ntrain", "seed")
_STATE = "code.txt"  # of a study: the state of the code that makes its runs
_SECONDS = (
    "Seconds are of one fit on one core, with other fits beside it; compilation counts where sizes are met for the "
    "first time."
)
_SHORTENED = ("inertia", "original, 1.6 % of its epochs")  # by --tasks inertia --original-length 0.016
_SHORTER = (
    "The published training of inertia takes ten hours of one core; there the original's network has 1.6 % of its "
    "epochs, as many as the original code was measured for."
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--collect", action="store_true", help="make no runs, add those that are in the study's folder")
    parser.add_argument("--study", type=Path, default=ROOT / "runs" / "reproduce", help="the study's folder")
    parser.add_argument("--root", type=Path, default=ROOT, help="where docs/reproduction is")
    usual = Reproduction()
    parser.add_argument("--tasks", nargs="+", default=usual.tasks, help="which tasks")
    parser.add_argument("--sizes", nargs="+", type=int, default=usual.sizes, help="numbers of training samples")
    parser.add_argument("--seeds", type=int, default=usual.seeds, help="how many; 0 stands for 3")
    parser.add_argument("--original-length", type=float, default=usual.original_length, help="of the published epochs")
    parser.add_argument("--ntest", type=int, default=usual.ntest, help="number of test samples")
    parser.add_argument("--jobs", type=int, default=1, help="number of processes")
    parser.add_argument("--fresh", action="store_true", help="make all runs anew")


def run(options: argparse.Namespace) -> int:
    """Make what is missing of the part that was asked for, and write the page; 1 if a run failed."""
    print(headline(), flush=True)
    try:
        asked = asked_by(options)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    page = options.root / "docs" / "reproduction"
    settings, known = asked.known_by, page / "results.json"
    restore(kept(known, settings), options.study, settings)
    stamp(options.study)
    status = 0
    if not options.collect:
        options.study.mkdir(parents=True, exist_ok=True)
        (options.study / _STATE).write_text(code(), encoding="utf-8")
        status = _made(asked, options)
        stamp(options.study)
    before, found = kept(known, settings), made(options.study, settings)  # read again: another part may have ended
    rows = joined([*found, *before] if options.fresh else [*before, *found])
    if not rows:
        print(f"no finished run in {options.study}")
        return 1
    write_json(known, {"settings": settings, "rows": rows})
    _write_page(page, rows, Reproduction(original_length=asked.original_length).words)
    print(f"{len(rows)} runs, {len(rows) - len(before)} of them new: {page / 'index.md'}")
    return status


def asked_by(options: argparse.Namespace) -> Reproduction:
    """The part of the study that was asked for."""
    return Reproduction(
        tasks=tuple(options.tasks),
        sizes=tuple(options.sizes),
        seeds=options.seeds,
        original_length=options.original_length,
        ntest=options.ntest,
    )


def _made(asked: Reproduction, options: argparse.Namespace) -> int:
    def told(position: int, run: Run, state: str, row: Row) -> None:
        print(f"[{position + 1}/{len(asked.runs)}] {run.name}: {state}", flush=True)

    workers = Workers(options.jobs)
    rows = compare(asked, options.study, fresh=options.fresh, workers=workers, notify=told)
    return 1 if any(row.get("test_mse") is None for row in rows) else 0


def kept(file: Path, settings: Any) -> list[Row]:
    """The runs beside the page."""
    if not file.is_file():
        return []
    found = read_json(file)
    if found["settings"] != settings:
        raise SystemExit(
            f"{file} must hold runs of this version, these recipes and this number of test samples. Got others. "
            "To begin a new page, move the file away"
        )
    return found["rows"]


def restore(rows: Sequence[Row], study: Path, settings: Any) -> None:
    """Put runs into a study's folder, so that it does not make them again."""
    for row in rows:
        asked = {name: row[name] for name in _OF_ROWS}
        if finished(Run(**asked), study, settings) is None:
            path = study / "runs" / Run(**asked).name / "finished.json"
            write_json(path, {"run": asked, "settings": settings, "row": row})


def stamp(study: Path) -> None:
    """Write into runs that do not say so what they were made with: the state of the code when the call began."""
    state = study / _STATE
    made_by = state.read_text(encoding="utf-8") if state.is_file() else code()
    about = {"code": made_by, **machine()}
    for file in study.glob("runs/*/finished.json"):
        run = read_json(file)
        if "code" not in run["row"]:
            write_json(file, {**run, "row": {**run["row"], **about}})


def made(study: Path, settings: Any) -> list[Row]:
    """The finished runs of a study with these settings that have a number."""
    runs = [read_json(file) for file in study.glob("runs/*/finished.json")]
    return [run["row"] for run in runs if run["settings"] == settings and run["row"].get("test_mse") is not None]


def joined(rows: Sequence[Row]) -> list[Row]:
    """Every run once, the first of each; by task, and by model as the study orders them."""
    first: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        first.setdefault(tuple(row[name] for name in _OF_ROWS), row)

    def place(run: tuple[Any, ...]) -> tuple[Any, ...]:
        task, model, *others = run
        return list(TASKS).index(task), model != DEFAULT, model.startswith("original"), model, *others

    return [first[run] for run in sorted(first, key=place)]


def _told(rows: Sequence[Row], name: str) -> str:
    """What these runs were made with, of every kind."""
    return " or ".join(sorted({row[name] for row in rows}))


def _write_page(page: Path, rows: Sequence[Row], command: str) -> None:
    """The report of the study as index.md, with its figures."""
    with tempfile.TemporaryDirectory() as folder:
        words = {"commit": "code", "on": "machine", "by": "versions"}
        about = {word: _told(rows, name) for word, name in words.items()}
        write_report(Path(folder), rows, default=DEFAULT, command=command, made_with=about)
        shutil.copytree(Path(folder) / "figures", page / "figures", dirs_exist_ok=True)
        text = (Path(folder) / "report.md").read_text(encoding="utf-8")
    first, _, rest = text.partition("\n\n")
    shorter = any((row["task"], row["model"]) == _SHORTENED for row in rows)
    told = f"{_SECONDS} {_SHORTER}" if shorter else _SECONDS
    (page / "index.md").write_text(f"{first}\n\n{told}\n\n{rest}", encoding="utf-8")
