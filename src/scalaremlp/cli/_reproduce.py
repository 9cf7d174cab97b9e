"""`scalaremlp reproduce`: the three tasks, a table beside the published figures, pictures."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from time import perf_counter
from typing import Any

from scalaremlp.cli._comparison import made, processes, written_to
from scalaremlp.cli._errors import reading_input
from scalaremlp.cli._output import show, show_json
from scalaremlp.cli.commands import Reproduce
from scalaremlp.recipes import DEFAULT
from scalaremlp.report import QUANTITIES, results_table, write_report
from scalaremlp.runs.comparison import Reproduction
from scalaremlp.runs.folder import versions
from scalaremlp.study import Row, Workers, summary


def run(command: Reproduce) -> int:
    """Make what is missing of the study, write the report; 1 if a run failed."""
    start = perf_counter()
    with reading_input():
        asked, workers = settings_of(command), Workers(processes(command.jobs))
    rows = made(asked, command.out, fresh=command.fresh, workers=workers)
    words = asked.words + (f" --jobs {command.jobs}" if command.jobs != Reproduce().jobs else "")
    with written_to(command.out):
        report = write_report(command.out, rows, default=DEFAULT, command=words, made_with=versions())
    print(results_table(rows, DEFAULT))
    print()
    show(f"report: {report}; pictures: {command.out / 'figures'}")
    failed = [row for row in rows if row.get("test_mse") is None]
    if command.json:
        show_json(_numbers(command.out, rows, failed, perf_counter() - start))
    return 1 if failed else 0


def settings_of(command: Reproduce) -> Reproduction:
    """What was asked."""
    return Reproduction(**{each.name: getattr(command, each.name) for each in fields(Reproduction)})


def _numbers(folder: Path, rows: Sequence[Row], failed: Sequence[Row], seconds: float) -> dict[str, Any]:
    return {
        "results": summary(rows, QUANTITIES),
        "runs": len(rows),
        "failed": len(failed),
        "seconds": seconds,
        "report": str(folder / "report.html"),
        "figures": sorted(str(path) for path in (folder / "figures").glob("*.png")),
    }
