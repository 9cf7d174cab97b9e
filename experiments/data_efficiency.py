"""Test error by number of training samples, for all models and tasks: the figure of the papers.

    python experiments/data_efficiency.py                      # every model at full length: days
    python experiments/data_efficiency.py --length 0.1 --ntrain 100 1000 --tasks o5

Called again, it goes on where it stopped.
"""

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from scalaremlp.report import draw_efficiency
from scalaremlp.runs.comparison import Study, compare
from scalaremlp.study import Row, Run, Workers


def told(position: int, run: Run, state: str, row: Row) -> None:
    """A line for each run that is done."""
    if state != "start":
        print(f"{run.name}: {row.get('error') or row['test_mse']}", flush=True)


def study(asked: Study, folder: Path, jobs: int) -> int:
    """Make the study and, if every run came out, its figures."""
    rows = compare(asked, folder, workers=Workers(jobs), notify=told)
    if any("error" in row for row in rows):
        return 1
    print(*draw_efficiency(folder, rows), sep="\n")
    return 0


def main(words: list[str] | None = None) -> int:
    """Read the arguments, whose defaults are those of `Study`, and make the study."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for each in fields(Study):
        several, kind = isinstance(each.default, tuple), type(each.default)
        kind = type(each.default[0]) if several else kind
        parser.add_argument(f"--{each.name}", type=kind, default=each.default, nargs="+" if several else None)
    parser.add_argument("--out", type=Path, default=Path("studies/efficiency"))
    parser.add_argument("--jobs", type=int, default=1)
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in
             vars(parser.parse_args(words)).items()}  # fmt: skip
    folder, jobs = given.pop("out"), given.pop("jobs")
    return study(Study(**given), folder, jobs)


if __name__ == "__main__":
    sys.exit(main())
