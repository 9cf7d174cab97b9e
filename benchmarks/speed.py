"""How fast the library is, as ratios to plain JAX doing the same work, measured in turn.

A ratio is that of the medians; that of the least times stands beside it, which noise touches less.
"""

import argparse
from pathlib import Path
from typing import Any

from benchmarks.accuracy import TARGETS, append
from benchmarks.machine import ROOT, code, headline, load, made_with
from benchmarks.tables import number, table
from benchmarks.timing import Timing

PARTS = ("gram", "adam", "import")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="which parts; all by default")
    parser.add_argument("--rounds", type=int, help="of each measurement; 21 for gram, 11 for the others by default")
    parser.add_argument("--steps", type=int, default=10, help="Adam steps in a round")
    parser.add_argument("--quick", action="store_true", help="5 rounds, Adam in float32 only")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "speed.jsonl")


def run(options: argparse.Namespace) -> int:
    """Measure, print a table and append the figures to a file; 1 if a bar is missed."""
    import jax
    import jax.numpy as jnp

    print(headline(), flush=True)
    jax.config.update("jax_enable_x64", True)  # both precisions occur; every array says which
    rows: list[dict[str, Any]] = []
    if "import" in options.only:
        from benchmarks.imports import time_imports

        rows += _ratios(time_imports(_rounds(options, 11)), "")
    if "gram" in options.only:
        from benchmarks.gram import time_gram

        for dtype in (jnp.float64, jnp.float32):
            rows += _ratios(time_gram(dtype, _rounds(options, 21)), dtype.__name__)
    if "adam" in options.only:
        from benchmarks.adam_step import time_adam

        for dtype in (jnp.float32,) if options.quick else (jnp.float32, jnp.float64):
            rows += _ratios(time_adam(dtype, options.steps, _rounds(options, 11)), dtype.__name__)
    for row in rows:
        append(options.out, {**row, **made_with(code())})
    print("\n" + table([_shown(row) for row in rows]))
    print(f"\nload at the end: {load()}")
    return 0 if all(row["met"] != "no" for row in rows) else 1


def _rounds(options: argparse.Namespace, usual: int) -> int:
    return options.rounds or (5 if options.quick else usual)


def _ratios(timings: dict[str, Timing], dtype: str) -> list[dict[str, Any]]:
    bare = timings["bare"]
    rows = []
    for name, ours in timings.items():
        if name == "bare":
            continue
        target = TARGETS["speed"].get(name, {})
        ratio, bar = ours.median / bare.median, target.get("bar")
        rows.append(
            {
                "what": name,
                "dtype": dtype,
                "ratio": ratio,
                "of least": ours.least / bare.least,
                "bar": bar,
                "aim": target.get("aim"),
                "met": "-" if bar is None else "yes" if ratio <= bar else "no",
                "ours, ms": 1e3 * ours.median,
                "bare, ms": 1e3 * bare.median,
                "compile ours, s": ours.compile,
                "compile bare, s": bare.compile,
                "rounds": len(ours.rounds),
            }
        )
    return rows


def _shown(row: dict[str, Any]) -> dict[str, str]:
    shown = {name: value if isinstance(value, str) else number(value) for name, value in row.items()}
    limits = {name: "-" if row[name] is None else f"{row[name]:g}" for name in ("bar", "aim")}
    ratios = {name: f"{row[name]:.2f}" for name in ("ratio", "of least")}
    return shown | limits | ratios | {"rounds": str(row["rounds"])}
