"""`scalaremlp study`: models over tasks, sample sizes and seeds, by several processes or machines."""

from collections.abc import Collection
from time import perf_counter

from scalaremlp.cli._commands import Study
from scalaremlp.cli._errors import MOST_SAMPLES, BadInput, check_number
from scalaremlp.cli._output import show, show_json
from scalaremlp.cli._recipe_run import Measure, make_runs, processes
from scalaremlp.recipes import STUDIED, TASKS
from scalaremlp.report import QUANTITIES
from scalaremlp.runs import versions
from scalaremlp.study import Run, Workers, grid, summary


def run(command: Study) -> int:
    """Make what is missing; 1 if a run failed."""
    start = perf_counter()
    runs, workers = runs_of(command), workers_of(command)
    settings = {"ntest": command.ntest, "length": command.length, "jax": versions()["jax"]}
    settings["scalaremlp"] = versions()["scalaremlp"]
    measure = Measure(STUDIED, command.ntest, command.length)
    rows = make_runs(runs, measure, command.out, settings=settings, fresh=command.fresh, workers=workers)
    failed = [row for row in rows if row.get("test_mse") is None]
    show(f"{len(rows) - len(failed)} of {len(rows)} runs: {command.out / 'results.csv'}")
    show(f"the figure: scalaremlp plot efficiency {command.out}")
    if command.json:
        numbers = {"runs": len(rows), "failed": len(failed), "seconds": perf_counter() - start}
        show_json({"results": summary(rows, QUANTITIES), **numbers, "table": str(command.out / "results.csv")})
    return 1 if failed else 0


def runs_of(command: Study) -> tuple[Run, ...]:
    """The runs that were asked for."""
    tasks, models = names("data", command.data, TASKS), names("models", command.models, STUDIED)
    try:
        sizes = [int(size) for size in command.ntrain.split(",")]
    except ValueError:
        raise BadInput(f"--ntrain is whole numbers with commas between. Got {command.ntrain!r}. Try 100,1000") from None
    for size in sizes:
        check_number("ntrain", size, 2, MOST_SAMPLES)
    check_number("seeds", command.seeds, 1, 1000)
    check_number("ntest", command.ntest, 2, MOST_SAMPLES)
    if not 0 < command.length <= 1:
        raise BadInput(f"--length is a fraction of the published epochs, above 0 and at most 1. Got {command.length}")
    return grid(tasks, models, dict.fromkeys(sizes), range(command.seeds))


def workers_of(command: Study) -> Workers:
    """Where the runs are made."""
    jobs = processes(command.jobs)
    if command.scheduler and command.jobs:
        raise BadInput("--jobs are processes of this machine. Got --scheduler as well. Leave one out")
    return Workers(jobs, command.scheduler)


def names(option: str, given: str, known: Collection[str]) -> list[str]:
    """The names in a list with commas between."""
    found = list(dict.fromkeys(given.split(",")))
    for name in found:
        if name not in known:
            raise BadInput(
                f"--{option} is some of {','.join(known)}, with commas between. Got {name!r}. Use their names"
            )
    return found
