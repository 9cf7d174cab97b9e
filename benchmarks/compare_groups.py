"""Which symmetry do samples obey? Twelve laws whose largest group is known, with 5 % of noise and 300 samples.

Right is the largest of the listed groups under which the law is equivariant. Finished comparisons are kept by commit
and machine, so that the benchmark goes on where it stopped.
"""

import argparse
import json
import sys
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.accuracy import append, read
from benchmarks.child import measured
from benchmarks.intervals_cell import noisy
from benchmarks.machine import ROOT, code, headline, machine, made_with
from benchmarks.symmetries import CASES
from benchmarks.tables import table

PROTOCOL = 1  # of the rows; raised when what is measured changes
BAR = 11


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES), metavar="LAW", help=", ".join(CASES))
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--noise", type=float, default=0.05, help="beside the spread of the outputs")
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--limit", type=float, default=7200, help="seconds after which a comparison is given up")
    parser.add_argument("--table", action="store_true", help="run nothing, print the table of what is there")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "compare_groups.jsonl")


def run(options: argparse.Namespace) -> int:
    """Make the comparisons that are missing, print the table; 1 if one failed or too many are wrong."""
    print(headline(), flush=True)
    asked = {"samples": options.samples, "noise": options.noise, "seed": options.seed}
    about = {"protocol": PROTOCOL, **asked, **machine(), "commit": code()}
    known = _known(options.out, about)
    for name in () if options.table else [name for name in options.only if name not in known]:
        row = measured(
            "benchmarks.compare_groups", [json.dumps({"name": name, **asked})], options.limit, one_thread=True
        )
        row = {"name": name, **row, **about, **made_with(about["commit"])}
        print(_line(row), flush=True)
        if "best" in row:
            append(options.out, row)
    rows = [row for name, row in _known(options.out, about).items() if name in options.only]
    right = sum(row["best"] == row["right"] for row in rows)
    lines = [{"law": row["name"], "right": row["right"], "found": row["best"], "errors": _errors(row)} for row in rows]
    print(f"\n{table(lines)}\n\nright in {right} of {len(rows)}")
    return 0 if right >= BAR * len(options.only) / len(CASES) else 1


def compare(name: str, samples: int, noise: float, seed: int) -> dict[str, Any]:
    """One comparison."""
    import jax.random as jr

    import scalaremlp as se

    se.enable_x64()
    case, begun = CASES[name], process_time()
    data, _ = noisy(case.samples(samples, seed), noise, seed + 7)
    found = se.compare_groups(data, case.groups, key=jr.key(seed))
    seconds = round(process_time() - begun, 1)
    return {"right": str(case.right), "best": str(found.best.group), "groups": found.numbers, "cpu_seconds": seconds}


def _known(file: Path, about: dict[str, Any]) -> dict[str, Any]:
    return {row["name"]: row for row in read(file) if all(row.get(key) == value for key, value in about.items())}


def _errors(row: dict[str, Any]) -> str:
    return ", ".join(f"{each['group']} {each['held_out']:.2g} ({each['worse_by']:.1f} σ)" for each in row["groups"])


def _line(row: dict[str, Any]) -> str:
    if "best" not in row:
        return f"{row['name']}: FAILED: {row['error']}"
    said = "right" if row["best"] == row["right"] else f"wrong, it is {row['right']}"
    return f"{row['name']}: {row['best']}, {said}; {_errors(row)}; {row['cpu_seconds']} CPU s"


if __name__ == "__main__":
    print(json.dumps(compare(**json.loads(sys.argv[1]))))
