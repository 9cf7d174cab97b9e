"""Write the README's tables and pictures from what the other benchmarks have measured."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.accuracy import NAMES, TARGETS, Row, published, read
from benchmarks.cells import TASK_OPTIONS, VARIANTS
from benchmarks.laws import LAWS
from benchmarks.machine import ROOT, code

README = ROOT / "README.md"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "benchmarks", help="where the figures are")


def run(options: argparse.Namespace) -> int:
    """Put what was measured of this state of the code between the README's markers, and the pictures in docs/images."""
    accuracy, equivariance, speed = (
        [row for row in read(options.runs / f"{name}.jsonl") if row["code"] == code()]
        for name in ("accuracy", "equivariance", "speed")
    )
    if not accuracy or not speed:
        print(
            f"nothing measured of {code()}: run `python -m benchmarks accuracy` and `python -m benchmarks speed` first"
        )
        return 1
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    text = "\n\n".join([_made(speed), *_accuracy(accuracy), *_equivariance(equivariance), _speed(speed)])
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    _pictures(accuracy)
    return 0


def _made(speed: Sequence[Row]) -> str:
    about = speed[-1]
    return (
        f"Made by `python -m benchmarks` on {about['machine']}, {about['versions']}, commit {code()}. "
        "Medians of three seeds; seconds are those of one fit, compilation included."
    )


def _accuracy(rows: Sequence[Row]) -> list[str]:
    by_cell: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        by_cell.setdefault((row["name"], row["variant"], row["n"]), []).append(row)
    return [_tasks(by_cell), _laws(by_cell)]


def _tasks(by_cell: dict[tuple[str, str, int], list[Row]]) -> str:
    from scalaremlp.report import number, table

    cells = [(task, n) for task in TASK_OPTIONS for n in _sizes(by_cell, task)]
    columns: dict[str, list[Any]] = {"task": [task for task, _ in cells], "training samples": [n for _, n in cells]}
    for variant in [v for v in VARIANTS if any(v == other for _, other, _ in by_cell)]:
        found = [by_cell.get((task, variant, n), []) for task, n in cells]
        columns[f"test MSE, {variant}"] = [number(_median(rows, "mse")) for rows in found]
    default = [by_cell.get((task, "default", n), []) for task, n in cells]
    columns["seconds, default"] = [number(_median(rows, "seconds")) for rows in default]
    columns["Scalars, published"] = [number(published(task, n)) for task, n in cells]
    columns["fit by"] = [", ".join(dict.fromkeys(row["optimizer"] for row in rows)) for rows in default]
    return table(columns)


def _laws(by_cell: dict[tuple[str, str, int], list[Row]]) -> str:
    from scalaremlp.report import number, table

    laws = [name for name in NAMES if name in LAWS]
    sizes = sorted({n for name in laws for n in _sizes(by_cell, name)})
    types = [f"{LAWS[name].rep_in} → {LAWS[name].rep_out}, {LAWS[name].group}" for name in laws]
    columns: dict[str, list[Any]] = {"law": laws, "type": types}
    for n in sizes:
        found = [by_cell.get((name, "default", n), []) for name in laws]
        columns[f"relative MSE, {n} samples"] = [number(_median(rows, "relative")) for rows in found]
        columns[f"seconds, {n}"] = [number(_median(rows, "seconds")) for rows in found]
    return (
        "Seven laws that are no polynomials in the scalars (`benchmarks/laws.py`), relative to the variance:\n\n"
        + table(columns)
    )


def _equivariance(rows: Sequence[Row]) -> list[str]:
    from scalaremlp.report import number

    if not rows:
        return []
    groups, ranks = len({row["group"] for row in rows}), sorted({row["rank"] for row in rows})
    random, trained = (max(row[name] for row in rows if name in row) for name in ("random", "trained"))
    return [
        f"Largest equivariance error over {groups} groups and outputs of rank {ranks[0]} to {ranks[-1]}: "
        f"{number(random)} with random parameters, {number(trained)} after training."
    ]


def _speed(rows: Sequence[Row]) -> str:
    from scalaremlp.report import number, table

    latest = {(row["what"], row["dtype"]): row for row in rows}.values()
    what = {
        "gram": "Gram matrix of 64 vectors in R³, batch 10⁴, against one bare batched product",
        "packed gram": "the same, upper triangle only",
        "adam step": "an Adam step of the original's network (3→500×6→1, batch 512) against bare jitted JAX",
        "import": "importing scalaremlp against importing JAX and Equinox",
    }
    return "Times as ratios, measured side by side:\n\n" + table(
        {
            "work": [what[row["what"]] + (f", {row['dtype']}" if row["dtype"] else "") for row in latest],
            "ratio": [f"{row['ratio']:.2f}" for row in latest],
            "bar": [number(TARGETS["speed"][row["what"]]["bar"]) for row in latest],
        }
    )


def _sizes(by_cell: Iterable[tuple[str, str, int]], name: str) -> list[int]:
    return sorted({n for other, _, n in by_cell if other == name})


def _median(rows: Sequence[Row], quantity: str) -> float | None:
    return median(row[quantity] for row in rows) if rows else None


def _pictures(rows: Sequence[Row]) -> None:
    from scalaremlp import plot
    from scalaremlp.published import curves

    for task in TASK_OPTIONS:
        mine = [
            {"model": row["variant"], "ntrain": row["n"], "test_mse": row["mse"]} for row in rows if row["name"] == task
        ]
        others = {name: curve for name, curve in curves(task).items() if not name.startswith("EMLP-SO")}
        plot.save_figure(plot.error_by_samples(mine, others, title=task), ROOT / "docs" / "images" / f"{task}.png")
