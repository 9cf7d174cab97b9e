"""Whether standard deviations tell the truth: the share of noise-free outputs inside the intervals of `posterior`.

Seven laws with 1, 5 and 20 % of noise and 100, 300 and 1000 samples, fitted by the default call; 90 % should be inside
the 90 % intervals, of errors that no law of the model's is made for. Finished fits are kept by commit and machine, so
that the benchmark goes on where it stopped.
"""

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict
from itertools import product
from pathlib import Path

from benchmarks.accuracy import Row, append, read
from benchmarks.child import measured
from benchmarks.intervals_cell import PROTOCOL, Cell
from benchmarks.laws import LAWS
from benchmarks.machine import ROOT, code, headline, machine, made_with
from benchmarks.tables import number, table

SIZES, NOISES, SEEDS = (100, 300, 1000), (0.05, 0.2, 0.01), (100, 101, 102)
BAND, LEAST = (0.80, 0.97), 0.70


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--only", nargs="+", choices=LAWS, default=list(LAWS), metavar="LAW", help=", ".join(LAWS))
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="training samples")
    parser.add_argument("--noises", nargs="+", type=float, default=NOISES, help="beside the spread of the outputs")
    parser.add_argument("--seeds", nargs="+", type=int, default=SEEDS, help="of the training data")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which a fit is given up")
    parser.add_argument("--table", action="store_true", help="run nothing, print the table of what is there")
    parser.add_argument("--any-commit", action="store_true", help="take fits of other commits as well")
    parser.add_argument("--fits", type=Path, help="a folder that fitted models are kept in, and taken from: of use "
                        "where nothing but the posterior has changed")  # fmt: skip
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "intervals.jsonl")


def run(options: argparse.Namespace) -> int:
    """Make the fits that are missing, print the table; 1 if one failed."""
    print(headline(), flush=True)
    wanted, failed = list(cells(options)), 0
    known = _known(options)
    missing = [] if options.table else [cell for cell in wanted if _key(asdict(cell)) not in known]
    for i, cell in enumerate(missing):
        words = [json.dumps(asdict(cell)), *([] if options.fits is None else [str(options.fits.resolve())])]
        row = measured("benchmarks.intervals_cell", words, options.limit, one_thread=True)
        row = {**asdict(cell), **row, "protocol": PROTOCOL, "commit": code(), **made_with(code())}
        print(f"[{i + 1}/{len(missing)}] {_line(row)}", flush=True)
        if "inside90" not in row:
            failed += 1
        else:
            append(options.out, row)
    known = _known(options)
    print(f"\n{told([known[key] for cell in wanted if (key := _key(asdict(cell))) in known])}")
    return 1 if failed else 0


def cells(options: argparse.Namespace) -> Iterable[Cell]:
    """The fits that were asked for, small ones and first seeds first."""
    every = product(options.seeds, options.sizes, options.noises, options.only)
    return (Cell(name, n, noise, seed) for seed, n, noise, name in every)


def told(rows: list[Row]) -> str:
    """The table, one line for each law, size and noise over its seeds, and how many are as they should be."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["n"], row["noise"], row["name"]), []).append(row)
    lines, shares = [], []
    for (n, noise, name), own in groups.items():
        mean = {key: sum(row[key] for row in own) / len(own) for key in ("inside50", "inside90", "inside99")}
        shares.append(mean["inside90"])
        lines.append({
            "law": str(name), "n": str(n), "noise": f"{noise:g}", "seeds": str(len(own)),
            **{key: f"{100 * value:.1f} %" for key, value in mean.items()},
            "error": number(sum(row["error"] for row in own) / len(own)),
            "std": number(sum(row["std"] for row in own) / len(own)),
            "models": " / ".join(dict.fromkeys(row["model"] for row in own)),
        })  # fmt: skip
    good = sum(BAND[0] <= share <= BAND[1] for share in shares)
    low = sum(share < LEAST for share in shares)
    said = f"{good} of {len(shares)} cells have 80 to 97 % inside the 90 % intervals, {low} below 70 %"
    return f"{table(lines)}\n\n{said}"


def _known(options: argparse.Namespace) -> dict[tuple[object, ...], Row]:
    about = {"protocol": PROTOCOL, **machine(), **({} if options.any_commit else {"commit": code()})}
    return {_key(row): row for row in read(options.out) if all(row.get(name) == value for name, value in about.items())}


def _key(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in ("name", "n", "noise", "seed"))


def _line(row: Row) -> str:
    what = f"{row['name']}, n={row['n']}, noise {row['noise']:g}, seed {row['seed']}"
    if "inside90" not in row:
        return f"{what}: FAILED: {row['error']}"
    return f"{what}: {100 * row['inside90']:.1f} % inside, error {number(row['error'])}, std {number(row['std'])}"
