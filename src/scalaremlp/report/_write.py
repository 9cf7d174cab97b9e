"""The report: its sections, in order."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from inspect import getdoc
from pathlib import Path

from scalaremlp import plot, published
from scalaremlp._files import write_text
from scalaremlp._text import file_name
from scalaremlp.data import DATASETS
from scalaremlp.report._html import as_html, picture
from scalaremlp.report._markdown import literal
from scalaremlp.report._tables import (
    QUANTITIES,
    above_published,
    beside_published,
    models_side_by_side,
    number,
    results_table,
)
from scalaremlp.study import Row, summary

_SIDE_BY_SIDE = {
    "test_mse": "Test MSE",
    "relative_mse": "Test MSE relative to the variance of the targets",
    "equivariance_error_max": "Largest equivariance error",
    "seconds": "Seconds of one fit",
}


def write_report(
    folder: Path, rows: Sequence[Row], *, default: str, command: str, made_with: Mapping[str, str]
) -> Path:
    """Write report.md, report.html, results.md and figures/ into the folder of a study; return the path of the page.

    Args:
        folder: where the study lives; the pictures of single runs are taken from there.
        rows: what `run_study` returned.
        default: the model that the main tables show.
        command: how the study was made, for the reader to repeat.
        made_with: versions and machine.
    """
    cells = summary(rows, QUANTITIES)
    tasks = list(dict.fromkeys(cell["task"] for cell in cells))
    head = ["# The regression tasks of “Scalars are universal”", _made(rows, command, made_with), _text("reading.md")]
    sections = [part for task in tasks for part in _section(folder, task, rows, cells, default)]
    parts = [*head, *sections, _text("explanation.md"), _sources(), _hints(rows), _failures(rows)]
    text = "\n\n".join(part for part in parts if part) + "\n"
    write_text(folder / "report.md", text)
    write_text(folder / "results.md", results_table(rows, default) + "\n")
    write_text(folder / "report.html", as_html(text, folder))
    return folder / "report.html"


def _text(name: str) -> str:
    return (files("scalaremlp.report") / name).read_text(encoding="utf-8").strip()


def _made(rows: Sequence[Row], command: str, made_with: Mapping[str, str]) -> str:
    seeds = len({row["seed"] for row in rows})
    minutes = sum(row.get("seconds") or 0.0 for row in rows) / 60
    tested = " or ".join(str(n) for n in sorted({row["ntest"] for row in rows if "ntest" in row}))
    tools = ", ".join(f"{name} {value}" for name, value in made_with.items())
    return (
        f"Made by `{command}` with {tools}. {len(rows)} runs, {minutes:.1f} minutes of fitting in all, "
        f"{seeds} seed{'s' * (seeds != 1)}, {tested} test samples."
    )


def _section(folder: Path, task: str, rows: Sequence[Row], cells: Sequence[Row], default: str) -> list[str]:
    mine = [cell for cell in cells if cell["task"] == task]
    parts = [
        f"## {literal(task)}",
        f"{_law(task)} Variance of the targets: {published.target_variance(task):.4g}.",
        _figure(folder, task, rows),
        f"The model *{literal(default)}* beside the published test MSE:",
        beside_published(task, mine, default),
        _fewer_seeds(mine),
    ]
    if len({cell["model"] for cell in mine}) > 1:
        for quantity, title in _SIDE_BY_SIDE.items():
            parts += [f"{title}, all models:", models_side_by_side(task, mine, quantity)]
    return [*parts, _above(task, mine), _original(task), *_pictures(folder, task, rows, default)]


def _law(task: str) -> str:
    """The first line of what is said of a task."""
    return (getdoc(DATASETS[task]) or "").partition("\n")[0] if task in DATASETS else ""


def _fewer_seeds(cells: Sequence[Row]) -> str:
    """Which cells are medians of fewer seeds than others or of none, as in a study that is not at its end."""
    seeds = {(cell["model"], cell["ntrain"]): cell["seeds"] for cell in cells}
    models, sizes, most = dict.fromkeys(model for model, _ in seeds), sorted({n for _, n in seeds}), max(seeds.values())
    few = {model: [n for n in sizes if seeds.get((model, n), 0) < most] for model in models}
    told = [
        f"{literal(model)}: " + ", ".join(f"{n} samples ({seeds.get((model, n), 0)})" for n in sizes)
        for model, sizes in few.items()
        if sizes
    ]
    return f"Of fewer than {most} seeds, with their number. {'; '.join(told)}." if told else ""


def _above(task: str, cells: Sequence[Row]) -> str:
    above = above_published(task, cells)
    if not above:
        return "Every test MSE is at or below the published one of the same number of samples."
    return "Above the published test MSE: " + "; ".join(above) + "."


def _figure(folder: Path, task: str, rows: Sequence[Row]) -> str:
    name = f"{file_name(task)}.png"
    ours = [row for row in rows if row["task"] == task and row.get("test_mse") is not None]
    plot.save_figure(plot.error_by_samples(ours, published.main_curves(task), title=task), folder / "figures" / name)
    return f"![Test error of {literal(task)} by number of training samples](<figures/{name}>)"


def _original(task: str) -> str:
    return " ".join(
        f"The original code, measured again at full length with {run['ntrain']} samples, has a test MSE of "
        f"{number(run['test_mse'])} after {run['cpu_seconds']} CPU seconds, with {run['parameters']} parameters."
        for run in published.original_runs(task)
    )


def _pictures(folder: Path, task: str, rows: Sequence[Row], default: str) -> list[str]:
    """The pictures of the default model's largest run."""
    runs = [row for row in rows if (row["task"], row["model"]) == (task, default) and "folder" in row]
    if not runs:
        return []
    last = max(runs, key=lambda row: (row["ntrain"], -row["seed"]))
    of = f"{literal(task)}, {last['ntrain']} training samples, seed {last['seed']}"
    named = {"learning": "Learning curve", "predicted": "Predicted against true values"}
    paths = {name: f"runs/{last['folder']}/figures/{name}.png" for name in named}
    return [f"![{named[name]}: {of}](<{path}>)" for name, path in paths.items() if picture(folder, path)]


def _sources() -> str:
    lines = [f"- {method}: {source}." for method, source in published.sources().items()]
    return "## Sources of the published figures\n\n" + "\n".join(lines)


def _hints(rows: Sequence[Row]) -> str:
    """What the verdicts advise, with how many runs of each task and model they are of."""
    told: dict[tuple[str, str, str], int] = {}
    runs: dict[tuple[str, str], int] = {}
    for row in rows:
        kind = (row["task"], row["model"])
        runs[kind] = runs.get(kind, 0) + 1
        for name in row.get("hints") or ():
            told[*kind, name] = told.get((*kind, name), 0) + 1
    lines = [
        f"- {literal(t)}, {literal(m)}: *{literal(name)}* in {count} of {runs[t, m]} runs"
        for (t, m, name), count in told.items()
    ]
    about = "Hints of the verdicts, which are in the `result.json` of each run in full."
    return "\n\n".join(["## Hints", about, "\n".join(lines)]) if lines else ""


def _failures(rows: Sequence[Row]) -> str:
    failed = [row for row in rows if "error" in row]
    lines = [
        f"- {literal(row['task'])}, {literal(row['model'])}, {row['ntrain']} samples, seed {row['seed']}: "
        f"{literal(row['error'])}"
        for row in failed
    ]
    return "## Runs that failed\n\n" + "\n".join(lines) if failed else ""
