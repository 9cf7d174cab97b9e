"""Tensors: a stress beside the published network, invariants beside a form by hand, and how long generators take.

A fit has a process of its own, ours and the published one in turn, so that its CPU seconds include all compilation. A
figure is the median over seeds.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.accuracy import TARGETS, append
from benchmarks.child import measured
from benchmarks.machine import ROOT, code, headline, load, made_with
from benchmarks.tables import number, table
from benchmarks.tensor_cell import OURS, PLAN, PUBLISHED

Row = dict[str, Any]
SIZES = (1000, 20_000)
_BARS = TARGETS["tensors"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="which parts; all by default")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="training samples of the stress")
    parser.add_argument("--seeds", nargs="+", type=int, default=[100, 101, 102])
    parser.add_argument("--rounds", type=int, default=41, help="of the invariants")
    parser.add_argument("--limit", type=float, default=900, help="seconds after which a process is given up")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "tensors.jsonl")


def run(options: argparse.Namespace) -> int:
    """Measure, print a table and append the figures to a file; 1 if a bar is missed."""
    print(headline(), flush=True)
    rows = []
    for name in options.only:
        for row in PARTS[name](options):
            print(f"{row['what']}: {number(row['value'])}", flush=True)
            append(options.out, {**row, **made_with(code())})
            rows.append(row)
    print("\n" + table([_shown(row) for row in rows]))
    print(f"\nload at the end: {load()}")
    return 0 if all(row["value"] <= row["bar"] for row in rows if row["bar"] is not None) else 1


def stress(options: argparse.Namespace) -> Iterator[Row]:
    """Relative errors of the neo-Hookean stress, and the CPU seconds of both ways."""
    for n in options.sizes:
        found: dict[str, list[Row]] = {OURS: [], PUBLISHED: []}
        for seed in options.seeds:
            for which, rows in found.items():
                rows.append(_made("benchmarks.tensor_cell", [which, str(n), str(seed)], options.limit))
        pairs = list(zip(found[OURS], found[PUBLISHED], strict=True))
        for which, rows in found.items():
            what = f"stress, {n} samples, {rows[0]['model']}"
            bar = _BARS["stress"].get(str(n)) if which == OURS else None
            yield _row(f"{what}: relative error", median(row["relative"] for row in rows), bar)
            yield _row(f"{what}: CPU seconds", median(row["process_seconds"] for row in rows))
        ratio = median(one["process_seconds"] / other["process_seconds"] for one, other in pairs)
        yield _row(f"stress, {n} samples: CPU seconds, ratio", ratio, _BARS["seconds"].get(str(n)))


def invariants(options: argparse.Namespace) -> Iterator[Row]:
    """Run times of the invariants of a batch beside those of a form by hand, in both precisions."""
    import jax
    import jax.numpy as jnp

    from benchmarks.tensor_invariants import BARE, time_tensor_invariants
    from benchmarks.tensor_invariants import OURS as NAME

    jax.config.update("jax_enable_x64", True)
    for dtype in (jnp.float64, jnp.float32):
        timings = time_tensor_invariants(dtype, options.rounds)
        ours, bare, what = timings[NAME], timings[BARE], f"{NAME}, {dtype.__name__}"
        yield _row(f"{what}: ratio of medians", ours.median / bare.median, _BARS["invariants"])
        yield _row(f"{what}: ratio of least", ours.least / bare.least)
        yield _row(f"{what}: ms", 1e3 * ours.median)
        yield _row(f"{what}: seconds to compile", ours.compile)
        yield _row(f"{what}: seconds to compile the form by hand", bare.compile)


def plan(options: argparse.Namespace) -> Iterator[Row]:
    """CPU seconds to find the generators of 3 Sym(2) + 2 T(1) up to degree 6: in an empty cache, and from it."""
    kept = os.environ.get("SCALAREMLP_CACHE")
    with TemporaryDirectory() as folder:
        os.environ["SCALAREMLP_CACHE"] = folder
        try:
            for where, bar in (("empty", _BARS["plan"]), ("full", _BARS["plan from the cache"])):
                row = _made("benchmarks.tensor_cell", [PLAN, "0", "0"], options.limit)
                yield _row(f"{row['size']} generators, {where} cache: CPU seconds", row["seconds"], bar)
        finally:
            os.environ.pop("SCALAREMLP_CACHE")
            os.environ.update({} if kept is None else {"SCALAREMLP_CACHE": kept})


PARTS = {"stress": stress, "invariants": invariants, "plan": plan}


def _made(module: str, words: list[str], limit: float) -> Row:
    row = measured(module, words, limit, one_thread=True)
    if "error" in row:
        raise SystemExit(f"{' '.join(words)}: FAILED: {row['error']}")
    return row


def _row(what: str, value: float, bar: float | None = None) -> Row:
    return {"what": what, "value": value, "bar": bar}


def _shown(row: Row) -> dict[str, str]:
    bar = row["bar"]
    met = "-" if bar is None else "yes" if row["value"] <= bar else "no"
    return {"what": row["what"], "value": f"{row['value']:.2g}", "bar": "-" if bar is None else f"{bar:g}", "met": met}
