"""Write what `accuracy`, `equivariance` and `speed` have measured into the README."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy import TARGETS, Row, read
from benchmarks.laws import LAWS
from benchmarks.machine import ROOT, code
from benchmarks.tables import largest, middle, number, put, table

_OLDER = "†"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "benchmarks", help="where the figures are")
    told = "states of the code: the first that has a figure gives it; by default this one"
    parser.add_argument("--codes", nargs="+", default=[code()], metavar="COMMIT", help=told)
    parser.add_argument("--root", type=Path, default=ROOT, help="where README.md is")


def run(options: argparse.Namespace) -> int:
    """Put each part that was measured between its marks in the README."""
    laws, equivariance, speed = (
        chosen(read(options.runs / f"{name}.jsonl"), options.codes) for name in ("accuracy", "equivariance", "speed")
    )
    laws = [row for row in laws if row["name"] in LAWS]
    for name, rows, write in (
        ("laws", laws, _laws), ("equivariance", equivariance, _equivariance), ("speed", speed, _speed),
    ):  # fmt: skip
        if rows:
            put(options.root / "README.md", name, f"{_made(name, rows, options.codes)} {write(rows)}")
    if not (laws or equivariance or speed):
        wanted = " or ".join(options.codes)
        print(f"nothing measured of {wanted}: run `python -m benchmarks accuracy`, `equivariance` or `speed` first")
        return 1
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


def _made(name: str, rows: Sequence[Row], codes: Sequence[str]) -> str:
    about = rows[-1]
    older = f" (those marked {_OLDER}: of {' or '.join(codes[1:])})" if any(row["older"] for row in rows) else ""
    by = {"laws": "accuracy"}.get(name, name)
    return f"Made by `python -m benchmarks {by}` on {about['machine']}, {about['versions']}, commit {codes[0]}{older}."


def _laws(rows: Sequence[Row]) -> str:
    by_cell: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        by_cell.setdefault((row["name"], row["n"]), []).append(row)
    laws = [law for law in LAWS if any(name == law for name, _ in by_cell)]
    types = [f"{LAWS[name].rep_in} → {LAWS[name].rep_out}, {LAWS[name].group}" for name in laws]
    columns: dict[str, list[str]] = {"law": laws, "type": types}
    for n in sorted({n for _, n in by_cell}):
        found = [by_cell.get((name, n), []) for name in laws]
        columns[f"relative MSE, {n} samples"] = [_middle(rows, "relative") for rows in found]
    return "Medians of three seeds, or of as many as is said, relative to the variance:\n\n" + _by_column(columns)


def _equivariance(rows: Sequence[Row]) -> str:
    groups, ranks = len({row["group"] for row in rows}), sorted({row["rank"] for row in rows})
    errors = {"with random parameters": "random", "after training": "trained"}
    found = {when: [row[name] for row in rows if name in row] for when, name in errors.items()}
    return (
        f"Largest equivariance error over {groups} groups and outputs of rank {ranks[0]} to {ranks[-1]}: "
        + ", ".join(f"{number(largest(values))} {when}" for when, values in found.items() if values)
        + "."
        + _older(rows)
    )


def _speed(rows: Sequence[Row]) -> str:
    what = {
        "gram": "Gram matrix of 64 vectors in R³, batch 10⁴, against one bare batched product",
        "packed gram": "the same, upper triangle only",
        "adam step": "an Adam step of the original's network (3→500×6→1, batch 512) against bare jitted JAX",
        "import": "importing scalaremlp against importing JAX and Equinox",
    }
    latest = {(row["what"], row["dtype"]): row for row in rows if row["what"] in what}.values()
    return "Ratios of times that were measured side by side:\n\n" + _by_column(
        {
            "work": [what[row["what"]] + (f", {row['dtype']}" if row["dtype"] else "") for row in latest],
            "ratio": [f"{row['ratio']:.2f}{_older([row])}" for row in latest],
            "bar": [f"{TARGETS['speed'][row['what']]['bar']:g}" for row in latest],
        }
    )


def _by_column(columns: Mapping[str, Sequence[str]]) -> str:
    return table([dict(zip(columns, line, strict=True)) for line in zip(*columns.values(), strict=True)])


def _middle(rows: Sequence[Row], quantity: str) -> str:
    """The median over the seeds, and how many these are if not three."""
    if not rows:
        return number(None)
    few = "" if len(rows) >= 3 else f" (of {len(rows)})"
    return number(middle(row[quantity] for row in rows)) + few + _older(rows)


def _older(rows: Sequence[Row]) -> str:
    return f" {_OLDER}" if any(row["older"] for row in rows) else ""
