"""Write the README's tables and pictures from what the other benchmarks have measured."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy import NAMES, TARGETS, Row, published, read
from benchmarks.cells import VARIANTS
from benchmarks.laws import LAWS
from benchmarks.machine import ROOT, code
from benchmarks.tables import largest, middle, number, put, table
from scalaremlp.recipes import TASKS

_OLDER = "†"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "benchmarks", help="where the figures are")
    told = "states of the code: the first that has a figure gives it; by default this one"
    parser.add_argument("--codes", nargs="+", default=[code()], metavar="COMMIT", help=told)
    parser.add_argument("--root", type=Path, default=ROOT, help="where README.md and docs/images are")


def run(options: argparse.Namespace) -> int:
    """Put what was measured between the README's markers, and the pictures in docs/images."""
    accuracy, equivariance, speed = (
        chosen(read(options.runs / f"{name}.jsonl"), options.codes) for name in ("accuracy", "equivariance", "speed")
    )
    if not accuracy or not speed:
        wanted = " or ".join(options.codes)
        print(
            f"nothing measured of {wanted}: run `python -m benchmarks accuracy` and `python -m benchmarks speed` first"
        )
        return 1
    parts = [*_accuracy(accuracy), *_equivariance(equivariance), _speed(speed)]
    put(options.root / "README.md", "results", "\n\n".join([_made(speed, options.codes), *parts]))
    _pictures(accuracy, options.root / "docs" / "images")
    return 0


def chosen(rows: Sequence[Row], codes: Sequence[str]) -> list[Row]:
    """Each run as measured of the first of these states of the code that has it; `older` if that is not the first."""
    found: dict[tuple[object, ...], Row] = {}
    for state in codes:
        for row in [row for row in rows if row["code"] == state]:
            what = tuple(row.get(name) for name in ("name", "variant", "n", "seed", "group", "rank", "what", "dtype"))
            if what not in found or found[what]["code"] == state:  # the last one measured
                found[what] = {**row, "older": state != codes[0]}
    return list(found.values())


def _made(speed: Sequence[Row], codes: Sequence[str]) -> str:
    about = speed[-1]
    older = f" (those marked {_OLDER}: of {' or '.join(codes[1:])})" if len(codes) > 1 else ""
    return (
        f"Made by `python -m benchmarks` on {about['machine']}, {about['versions']}, commit {codes[0]}{older}. "
        "Medians of three seeds, or of as many as is said; seconds are those of one fit, compilation included."
    )


def _accuracy(rows: Sequence[Row]) -> list[str]:
    by_cell: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        by_cell.setdefault((row["name"], row["variant"], row["n"]), []).append(row)
    return [_tasks(by_cell), _laws(by_cell)]


def _tasks(by_cell: dict[tuple[str, str, int], list[Row]]) -> str:
    cells = [(task, n) for task in TASKS for n in _sizes(by_cell, task)]
    columns: dict[str, list[str]] = {
        "task": [task for task, _ in cells],
        "training samples": [str(n) for _, n in cells],
    }
    for variant in [v for v in VARIANTS if any(v == other for _, other, _ in by_cell)]:
        found = [by_cell.get((task, variant, n), []) for task, n in cells]
        columns[f"test MSE, {variant}"] = [_middle(rows, "mse") for rows in found]
    default = [by_cell.get((task, "default", n), []) for task, n in cells]
    columns["seconds, default"] = [_middle(rows, "seconds") for rows in default]
    columns["Scalars, published"] = [number(published(task, n)) for task, n in cells]
    columns["fit by"] = [", ".join(dict.fromkeys(row["optimizer"] for row in rows)) for rows in default]
    return _by_column(columns)


def _laws(by_cell: dict[tuple[str, str, int], list[Row]]) -> str:
    laws = [name for name in NAMES if name in LAWS]
    sizes = sorted({n for name in laws for n in _sizes(by_cell, name)})
    types = [f"{LAWS[name].rep_in} → {LAWS[name].rep_out}, {LAWS[name].group}" for name in laws]
    columns: dict[str, list[str]] = {"law": laws, "type": types}
    for n in sizes:
        found = [by_cell.get((name, "default", n), []) for name in laws]
        columns[f"relative MSE, {n} samples"] = [_middle(rows, "relative") for rows in found]
    return (
        "Seven laws that are no polynomials in the scalars (`benchmarks/laws.py`), relative to the variance:\n\n"
        + _by_column(columns)
    )


def _equivariance(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    groups, ranks = len({row["group"] for row in rows}), sorted({row["rank"] for row in rows})
    errors = {"with random parameters": "random", "after training": "trained"}
    found = {when: [row[name] for row in rows if name in row] for when, name in errors.items()}
    return [
        f"Largest equivariance error over {groups} groups and outputs of rank {ranks[0]} to {ranks[-1]}: "
        + ", ".join(f"{number(largest(values))} {when}" for when, values in found.items() if values)
        + "."
        + _older(rows)
    ]


def _speed(rows: Sequence[Row]) -> str:
    what = {
        "gram": "Gram matrix of 64 vectors in R³, batch 10⁴, against one bare batched product",
        "packed gram": "the same, upper triangle only",
        "adam step": "an Adam step of the original's network (3→500×6→1, batch 512) against bare jitted JAX",
        "import": "importing scalaremlp against importing JAX and Equinox",
    }
    latest = {(row["what"], row["dtype"]): row for row in rows if row["what"] in what}.values()
    return "Times as ratios, measured side by side:\n\n" + _by_column(
        {
            "work": [what[row["what"]] + (f", {row['dtype']}" if row["dtype"] else "") for row in latest],
            "ratio": [f"{row['ratio']:.2f}{_older([row])}" for row in latest],
            "bar": [f"{TARGETS['speed'][row['what']]['bar']:g}" for row in latest],
        }
    )


def _by_column(columns: Mapping[str, Sequence[str]]) -> str:
    return table([dict(zip(columns, line, strict=True)) for line in zip(*columns.values(), strict=True)])


def _sizes(by_cell: Iterable[tuple[str, str, int]], name: str) -> list[int]:
    return sorted({n for other, _, n in by_cell if other == name})


def _middle(rows: Sequence[Row], quantity: str) -> str:
    """The median over the seeds, and how many these are if not three."""
    if not rows:
        return number(None)
    few = "" if len(rows) >= 3 else f" (of {len(rows)})"
    return number(middle(row[quantity] for row in rows)) + few + _older(rows)


def _older(rows: Sequence[Row]) -> str:
    return f" {_OLDER}" if any(row["older"] for row in rows) else ""


def _pictures(rows: Sequence[Row], folder: Path) -> None:
    from scalaremlp import plot
    from scalaremlp.published import curves

    for task in [task for task in TASKS if any(row["name"] == task for row in rows)]:
        mine = [
            {"model": row["variant"], "ntrain": row["n"], "test_mse": row["mse"]} for row in rows if row["name"] == task
        ]
        others = {name: curve for name, curve in curves(task).items() if not name.startswith("EMLP-SO")}
        plot.save_figure(plot.error_by_samples(mine, others, title=task), folder / f"{task}.png")
