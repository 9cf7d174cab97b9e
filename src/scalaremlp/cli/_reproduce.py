"""`scalaremlp reproduce`: the three tasks, a table beside the published figures, pictures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from scalaremlp.cli._commands import Reproduce
from scalaremlp.cli._errors import MOST_SAMPLES, BadInput, check_number
from scalaremlp.cli._output import say, show_json
from scalaremlp.cli._settings import keys, load_data, make_model
from scalaremlp.report import QUANTITIES, number, results_table, write_report
from scalaremlp.runs import run as fit_and_measure
from scalaremlp.runs import versions
from scalaremlp.study import Row, Run, grid, run_study, summary

# What a task tells its model beyond the types: the particles of inertia are alike.
TASK_OPTIONS: dict[str, dict[str, Any]] = {"o5": {}, "inertia": {"permutation": True}, "particle": {}}

# The models that are compared. The first is the default of the library.
VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "no quadratic part": {"quadratic": False},
    "no quadratic part, no norms": {"quadratic": False, "norms": False},
}
DEFAULT = next(iter(VARIANTS))

# Where the form is indefinite the model has no norms to leave out, and the variant would be the one before again.
LEFT_OUT = {("particle", "no quadratic part, no norms")}

FULL_SIZES, FULL_SEEDS = (30, 100, 300, 1000, 3000), 3
QUICK_SIZES, QUICK_SEEDS = (100, 1000), 1


def run(command: Reproduce) -> int:
    """Make what is missing of the study, write the report; 1 if a run failed."""
    start = perf_counter()
    runs = runs_of(command)
    say(f"{len(runs)} runs in {command.out}; Ctrl-C stops, the same command goes on")
    try:
        rows = run_study(
            runs, _measure(command.ntest), command.out, settings=_settings(command), fresh=command.fresh,
            notify=_Notices(len(runs)),
        )  # fmt: skip
    except OSError as error:
        raise BadInput(
            f"{command.out} must be a folder that can be written. Got: {error}. Make room, and the same command goes on"
        ) from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Finished runs are in {command.out}; the same command goes on from there.") from None
    report = write_report(command.out, rows, default=DEFAULT, command=_typed(command), made_with=versions())
    print(results_table(rows, DEFAULT))
    print(f"\nreport: {report}; pictures: {command.out / 'figures'}")
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
    models = (DEFAULT,) if command.quick else tuple(VARIANTS)
    runs = grid(dict.fromkeys(command.tasks), models, dict.fromkeys(sizes), range(seeds))
    return tuple(run for run in runs if (run.task, run.model) not in LEFT_OUT)


def _settings(command: Reproduce) -> dict[str, Any]:
    made_with = {name: versions()[name] for name in ("scalaremlp", "jax")}
    return {"ntest": command.ntest, "variants": VARIANTS, "task_options": TASK_OPTIONS, **made_with}


def _measure(ntest: int) -> Any:
    def measure(run: Run, folder: Path) -> Mapping[str, Any]:
        options = {**TASK_OPTIONS[run.task], **VARIANTS[run.model]}
        model_settings = {"name": "scalars", "options": options}
        settings = {"task": run.task, "ntrain": run.ntrain, "ntest": ntest, "seed": run.seed, "model": model_settings}
        settings |= {"fit": {}}
        train, _, test = load_data(settings)
        model = make_model(settings, train)
        title = f"{run.task}, {run.model}, {run.ntrain} training samples, seed {run.seed}"
        key = keys(run.seed)[2]
        numbers = fit_and_measure(model, train, test, folder, key=key, settings=settings, title=title, progress=False)
        return {**numbers, "folder": folder.name}

    return measure


class _Notices:
    """A line for each run on standard error."""

    def __init__(self, total: int) -> None:
        self.total = total

    def __call__(self, position: int, run: Run, state: str, row: Row) -> None:
        place = f"[{position + 1:>{len(str(self.total))}}/{self.total}]"
        what = f"{place} {run.task}, {run.model}, {run.ntrain} samples, seed {run.seed}"
        if state == "failed":
            say(f"{what}: failed: {row['error']}")
        elif state != "start":
            again = " (from an earlier call)" if state == "reused" else ""
            say(f"{what}: test MSE {number(row['test_mse'])} in {row['seconds']:.1f} s{again}")


def _typed(command: Reproduce) -> str:
    words = ["scalaremlp", "reproduce", *(["--quick"] if command.quick else [])]
    if command.tasks != Reproduce().tasks:
        words += ["--tasks", *command.tasks]
    if command.sizes:
        words += ["--sizes", *map(str, command.sizes)]
    words += ["--seeds", str(command.seeds)] if command.seeds else []
    words += ["--ntest", str(command.ntest)] if command.ntest != Reproduce().ntest else []
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
