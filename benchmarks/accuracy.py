"""How accurate the default model is on the three tasks and the seven laws, beside the bars.

Every run has a process of its own, so that its time includes compilation, and is appended to a file of JSON lines as
soon as it is finished: called again, the benchmark makes only those that this state of the code has not made.
"""

import argparse
import itertools
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.cells import VARIANTS, Cell
from benchmarks.child import measured
from benchmarks.machine import ROOT, code, headline, made_with
from benchmarks.tables import largest, middle, number, table
from scalaremlp.recipes import TASKS

Row = dict[str, Any]

TARGETS = json.loads((Path(__file__).parent / "targets.json").read_text(encoding="utf-8"))
NAMES = tuple(TARGETS["accuracy"])
TASK_SEEDS, LAW_SEEDS = (0, 1, 2), (100, 101, 102)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--sizes", nargs="+", type=int, help="training samples; by default those that have a bar")
    parser.add_argument("--seeds", nargs="+", type=int, help="by default 0 1 2 for tasks and 100 101 102 for laws")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=["default"], metavar="VARIANT",
                        help="; ".join(VARIANTS))  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="the first seed, and at most 1000 samples")
    parser.add_argument("--limit", type=float, default=900, help="seconds after which a run is given up")
    parser.add_argument("--table", action="store_true", help="run nothing, print the table of what is there")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "accuracy.jsonl")


def run(options: argparse.Namespace) -> int:
    """Make what is missing, print the table; 1 if a run failed or a bar is missed."""
    print(headline(), flush=True)
    state, wanted = code(), list(cells(options))
    rows = [row for row in read(options.out) if row["code"] == state]
    done = {_key(row) for row in rows}
    missing = [] if options.table else [cell for cell in wanted if _key(asdict(cell)) not in done]
    for i, cell in enumerate(missing):
        row = {**run_cell(cell, options.limit), **made_with(state)}
        if code() != state:
            print(
                f"the sources changed while {cell.name} ran, which is left out: {state} is now {code()}. Start again."
            )
            return 1
        print(f"[{i + 1}/{len(missing)}] {_line(row)}", flush=True)
        if "error" not in row:
            rows.append(row)
            append(options.out, row)
    found = {_key(row): row for row in rows}
    lines = [summary([found.get(_key(asdict(cell))) for cell in group]) for group in _by_seeds(wanted)]
    print("\n" + table(lines))
    return 0 if all(line["met"] in ("yes", "aim", "-") for line in lines) else 1


def cells(options: argparse.Namespace) -> Iterable[Cell]:
    """The runs that were asked for, small ones first."""
    for name, variant in itertools.product(options.only, options.variants):
        if name not in TASKS and variant != "default":
            continue
        sizes = options.sizes or [int(n) for n in TARGETS["accuracy"][name]["bar"]]
        seeds = options.seeds or (TASK_SEEDS if name in TASKS else LAW_SEEDS)
        if options.quick:
            sizes, seeds = [n for n in sizes if n <= 1000], seeds[:1]
        yield from (Cell(name, variant, n, seed) for n in sizes for seed in seeds)


def run_cell(cell: Cell, limit: float) -> Row:
    """The numbers of one run, made in a new process; with `error` if it failed."""
    return {**asdict(cell), **measured("benchmarks.cells", [json.dumps(asdict(cell))], limit)}


def summary(rows: list[Row | None]) -> Row:
    """One line of the table: medians over seeds, but the largest time, equivariance error and memory."""
    known = [row for row in rows if row is not None]
    if not known:
        return {"what": "not run", "met": "no"}
    first, target = known[0], TARGETS["accuracy"][known[0]["name"]]
    size, quantity = str(first["n"]), target["quantity"]
    values = [row[quantity] for row in known]
    bars = {word: target.get(word, {}).get(size) for word in ("bar", "aim", "tried")}
    if first["variant"] != "default":
        bars = {"bar": published(first["name"], first["n"]), "aim": None, "tried": None}
    seconds, deviation = max(row["seconds"] for row in known), largest(row["equivariance_error"] for row in known)
    return {
        "what": first["name"] + ("" if first["variant"] == "default" else f", {first['variant']}"),
        "n": size,
        "seeds": f"{len(known)}/{len(rows)}",
        "quantity": quantity,
        "median": number(middle(values)),
        "worst": number(largest(values)),
        **{word: number(value) for word, value in bars.items()},
        "met": verdict(first, middle(values), bars, seconds, deviation)
        if len(known) == len(rows)
        else "no: incomplete",
        "seconds": number(middle(row["seconds"] for row in known)),
        "most": number(seconds),
        "equivariance": number(deviation),
        "peak MB": str(max(row["peak_mb"] for row in known)),
        "parameters": str(first["parameters"]),
        "optimizer": " / ".join(dict.fromkeys(row["optimizer"] for row in known)),
    }


def verdict(row: Row, value: float, bars: dict[str, float | None], seconds: float, deviation: float) -> str:
    """Whether the bar and the aim are met, and the limits of equivariance error and, for default tasks, of time."""
    if not deviation <= TARGETS["equivariance_error"]["bar"]:
        return "no: equivariance"
    if bars["bar"] is None:
        return "-"
    if not value <= bars["bar"]:
        return "no"
    if seconds > TARGETS["seconds"] and row["name"] in TASKS and row["variant"] == "default":
        return "no: time"
    return "aim" if bars["aim"] is not None and value <= bars["aim"] else "yes"


def published(name: str, n: int) -> float | None:
    """The published figure of the original, which the model has to beat without its quadratic part too."""
    from scalaremlp.published import curves

    return curves(name)["Scalars"].get(n)


def read(path: Path) -> list[Row]:
    """The finished runs; a line that was cut off when the machine stopped is left out."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def append(path: Path, row: Row) -> None:
    """Add a finished run to the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def _key(row: Row) -> tuple[Any, ...]:
    return row["name"], row["variant"], row["n"], row["seed"]


def _by_seeds(wanted: list[Cell]) -> list[list[Cell]]:
    return [list(group) for _, group in itertools.groupby(wanted, key=lambda cell: (cell.name, cell.variant, cell.n))]


def _line(row: Row) -> str:
    what = f"{row['name']}, {row['variant']}, n={row['n']}, seed {row['seed']}"
    if "error" in row:
        return f"{what}: FAILED: {row['error']}"
    measured = f"mse {number(row['mse'])}, relative {number(row['relative'])}, {row['seconds']:.1f} s"
    return f"{what}: {measured}, {row['optimizer']}, {row['parameters']} parameters, {row['steps']} steps"
