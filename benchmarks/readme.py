"""Write what `fit`, `equivariance` and `speed` have measured into the README."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import fit_tables
from benchmarks.accuracy import TARGETS, Row, read
from benchmarks.machine import ROOT, code
from benchmarks.tables import largest, number, put, table

_OLDER = "†"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "benchmarks", help="where the figures are")
    told = "states of the code: the first that has a figure, of fits the one of most seeds, gives it; by default this"
    parser.add_argument("--codes", nargs="+", default=[code()], metavar="COMMIT", help=told)
    parser.add_argument("--root", type=Path, default=ROOT, help="where README.md is")


def run(options: argparse.Namespace) -> int:
    """Put each part that was measured between its marks in the README."""
    fits = fit_tables.measured(read(options.runs / "fit.jsonl"), options.codes)
    parts = {"tasks": fit_tables.tasks(fits), "laws": fit_tables.laws(fits)}
    for name, write in (("equivariance", _equivariance), ("speed", _speed)):
        rows = chosen(read(options.runs / f"{name}.jsonl"), options.codes)
        parts[name] = f"{_made(name, rows, options.codes)} {write(rows)}" if rows else ""
    for name, text in parts.items():
        if text:
            put(options.root / "README.md", name, text)
    if not any(parts.values()):
        wanted = " or ".join(options.codes)
        print(f"nothing measured of {wanted}: run `python -m benchmarks fit`, `equivariance` or `speed` first")
        return 1
    return 0


def chosen(rows: Sequence[Row], codes: Sequence[str]) -> list[Row]:
    """Each run as measured of the first of these states of the code that has it; `older` if that is not the first."""
    found: dict[tuple[object, ...], Row] = {}
    for state in codes:
        for row in [row for row in rows if row["code"] == state]:
            what = tuple(row.get(name) for name in ("group", "rank", "what", "dtype"))
            if what not in found or found[what]["code"] == state:  # the last one measured
                found[what] = {**row, "older": state != codes[0]}
    return list(found.values())


def _made(name: str, rows: Sequence[Row], codes: Sequence[str]) -> str:
    about = rows[-1]
    older = f" (those marked {_OLDER}: of {' or '.join(codes[1:])})" if any(row["older"] for row in rows) else ""
    on = f"{about['machine']}, {about['versions']}, commit {codes[0]}{older}"
    return f"Made by `python -m benchmarks {name}` on {on}."


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


def _older(rows: Sequence[Row]) -> str:
    return f" {_OLDER}" if any(row["older"] for row in rows) else ""
