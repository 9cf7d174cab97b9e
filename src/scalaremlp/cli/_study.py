"""`scalaremlp study`: models over tasks, sample sizes and seeds, by several processes or machines."""

from collections.abc import Collection
from difflib import get_close_matches
from time import perf_counter

from scalaremlp.cli._comparison import made, processes
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import show, show_json
from scalaremlp.cli.commands import Study as Command
from scalaremlp.recipes import STUDIED, TASKS
from scalaremlp.report import QUANTITIES
from scalaremlp.runs.comparison import Study
from scalaremlp.study import Workers, summary


def run(command: Command) -> int:
    """Make what is missing; 1 if a run failed."""
    start = perf_counter()
    with reading_input():
        asked, workers = settings_of(command), workers_of(command)
    rows = made(asked, command.out, fresh=command.fresh, workers=workers)
    failed = [row for row in rows if row.get("test_mse") is None]
    show(f"{len(rows) - len(failed)} of {len(rows)} runs: {command.out / 'results.csv'}")
    show(f"the figure: scalaremlp plot efficiency {command.out}")
    if command.json:
        numbers = {"runs": len(rows), "failed": len(failed), "seconds": perf_counter() - start}
        show_json({"results": summary(rows, QUANTITIES), **numbers, "table": str(command.out / "results.csv")})
    return 1 if failed else 0


def settings_of(command: Command) -> Study:
    """What was asked."""
    try:
        sizes = tuple(map(int, command.ntrain.split(",")))
    except ValueError:
        raise BadInput(f"--ntrain is whole numbers with commas between. Got {command.ntrain!r}. Try 100,1000") from None
    tasks, models = names("data", command.data, TASKS), names("models", command.models, STUDIED)
    return Study(tasks, models, sizes, command.seeds, command.length, command.ntest)


def names(option: str, given: str, known: Collection[str]) -> tuple[str, ...]:
    """The names in a list with commas between."""
    found = tuple(dict.fromkeys(given.split(",")))
    for name in found:
        if name not in known:
            near = get_close_matches(name, known, 1)
            remedy = f"Did you mean {near[0]}?" if near else "Use their names"
            raise BadInput(f"--{option} is some of {','.join(known)}, with commas between. Got {name!r}. {remedy}")
    return found


def workers_of(command: Command) -> Workers:
    """Where the runs are made."""
    jobs = processes(command.jobs)
    if command.scheduler and command.jobs:
        raise BadInput("--jobs are processes of this machine. Got --scheduler as well. Leave one out")
    return Workers(jobs, command.scheduler)
