"""`scalaremlp reproduce`: the three tasks, a table beside the published figures, pictures."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from scalaremlp.cli._commands import Reproduce
from scalaremlp.cli._errors import MOST_SAMPLES, BadInput, check_number
from scalaremlp.cli._output import show, show_json
from scalaremlp.cli._recipe_run import Measure, make_runs, processes
from scalaremlp.recipes import DEFAULT, RECIPES, REPRODUCED
from scalaremlp.report import QUANTITIES, results_table, write_report
from scalaremlp.runs import versions
from scalaremlp.study import Row, Run, Workers, grid, summary

FULL_SIZES, FULL_SEEDS = (30, 100, 300, 1000, 3000, 10_000, 30_000), 3
QUICK_SIZES, QUICK_SEEDS = (100, 1000), 1


def run(command: Reproduce) -> int:
    """Make what is missing of the study, write the report; 1 if a run failed."""
    start = perf_counter()
    runs, workers = runs_of(command), Workers(processes(command.jobs))
    measure = Measure(_recipes(command), command.ntest, command.original_length)
    rows = make_runs(runs, measure, command.out, settings=settings_of(command), fresh=command.fresh, workers=workers)
    report = write_report(command.out, rows, default=DEFAULT, command=typed(command), made_with=versions())
    print(results_table(rows, DEFAULT))
    print()
    show(f"report: {report}; pictures: {command.out / 'figures'}")
    failed = [row for row in rows if row.get("test_mse") is None]
    if command.json:
        show_json(_numbers(command.out, rows, failed, perf_counter() - start))
    return 1 if failed else 0


def runs_of(command: Reproduce) -> tuple[Run, ...]:
    """The runs that were asked for."""
    sizes: Sequence[int] = command.sizes or (QUICK_SIZES if command.quick else FULL_SIZES)
    seeds = command.seeds or (QUICK_SEEDS if command.quick else FULL_SEEDS)
    for size in sizes:
        check_number("sizes", size, 2, MOST_SAMPLES)
    check_number("seeds", seeds, 1, 1000)
    check_number("ntest", command.ntest, 2, MOST_SAMPLES)
    if not 0 < command.original_length <= 1:
        raise BadInput(f"--original-length is a fraction of the published epochs. Got {command.original_length}")
    models = (DEFAULT,) if command.quick else tuple(_recipes(command))
    tasks, each = dict.fromkeys(command.tasks), dict.fromkeys(sizes)
    runs = (run for model in models for run in grid(tasks, [model], each, range(seeds)))  # the long ones last
    return tuple(run for run in runs if run.task in RECIPES[_recipes(command)[run.model]].tasks)


def _recipes(command: Reproduce) -> dict[str, str]:
    """The recipes that are compared, by the name they have in the report."""
    length = command.original_length
    names = {"original": "original" if length == 1 else f"original, {100 * length:g} % of its epochs"}
    return {names.get(name, name): name for name in REPRODUCED}


def settings_of(command: Reproduce) -> dict[str, Any]:
    """What a finished run is known by, beside its name: made with others, it is made anew."""
    made_with = {name: versions()[name] for name in ("scalaremlp", "jax")}
    recipes = {name: RECIPES[name] for name in REPRODUCED}
    options = {name: {task: recipe.settings(task) for task in recipe.tasks} for name, recipe in recipes.items()}
    return {"ntest": command.ntest, "options": options, **made_with}


def typed(command: Reproduce) -> str:
    words = ["scalaremlp", "reproduce", *(["--quick"] if command.quick else [])]
    if command.tasks != Reproduce().tasks:
        words += ["--tasks", *command.tasks]
    if command.sizes:
        words += ["--sizes", *map(str, command.sizes)]
    words += ["--seeds", str(command.seeds)] if command.seeds else []
    length = command.original_length
    words += ["--original-length", f"{length:g}"] if length != Reproduce().original_length else []
    words += ["--ntest", str(command.ntest)] if command.ntest != Reproduce().ntest else []
    words += ["--jobs", str(command.jobs)] if command.jobs != Reproduce().jobs else []
    return " ".join(words)


def _numbers(folder: Path, rows: Sequence[Row], failed: Sequence[Row], seconds: float) -> dict[str, Any]:
    return {
        "results": summary(rows, QUANTITIES),
        "runs": len(rows),
        "failed": len(failed),
        "seconds": seconds,
        "report": str(folder / "report.html"),
        "figures": sorted(str(path) for path in (folder / "figures").glob("*.png")),
    }
