"""How long equivariant bases take: the first call in a fresh process, beside the recorded seconds of EMLP.

The recorded seconds are in tests/reps/emlp_ranks.json, with their source. They were taken on one shared core, as ours
may be, so CPU seconds stand beside them and the speed-up is that of CPU seconds where both are known.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.accuracy import append
from benchmarks.machine import ROOT, code, headline, load, made_with
from benchmarks.tables import largest, middle, number, table

BAR, SECONDS, GIGABYTES = 10.0, 10.0, 2.0  # the least speed-up, and what a large type may take
_SUM = "(100*T(0)+100*T(1)+30*T(2))"
LARGE = (
    ("O(3)", "T(4)>>T(4)", 6561, 91),
    ("SO(3)", f"{_SUM}>>{_SUM}", 448900, 34700),
    ("RubiksCube()", "V>>V", 2304, 9),
    ("S(6)", "T(3)", 216, 5),
)
_PROGRAM = """
import json, sys, time
import scalaremlp as se
from benchmarks.machine import peak_bytes
se.enable_x64()
names = dict(zip(("G1", "G2"), map(se.groups.parse, sys.argv[1].split("|"))))
rep = se.reps.parse(sys.argv[2], names)
rep = rep if "|" in sys.argv[1] else rep(names["G1"])
start = time.perf_counter(), time.process_time()
shape = rep.equivariant_basis().shape
seconds = time.perf_counter() - start[0], time.process_time() - start[1]
print(json.dumps([*shape, *seconds, peak_bytes() / 1e9]))
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--over", type=float, default=1.0, help="pairs that took EMLP more seconds than this; 1")
    parser.add_argument("--quick", action="store_true", help="ten pairs alone, and the large types")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "bases.jsonl")


def run(options: argparse.Namespace) -> int:
    """Measure, print tables and append the figures to a file; 1 if a rank is wrong or a bar is missed."""
    print(headline(), flush=True)
    known = json.loads((ROOT / "tests" / "reps" / "emlp_ranks.json").read_text("utf-8"))["rows"]
    slow = sorted((row for row in known if row[4] > options.over), key=lambda row: -row[4])
    compared = [_measured(*row) for row in slow[: 10 if options.quick else None]]
    large = [_measured(*row, None, None) for row in LARGE]
    for row in (*compared, *large):
        append(options.out, {**row, **made_with(code())})
    print("\n" + table([_shown(row) for row in compared]))
    print(f"\nleast and median speed-up: {_summary(compared)}\n")
    print(table([_shown(row) for row in large]))
    print(f"\nload at the end: {load()}")
    return 0 if all(row["met"] == "yes" for row in (*compared, *large)) else 1


def _measured(group: str, rep: str, size: int, rank: int, seconds: float | None, cpu: float | None) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), *filter(None, sys.path)])}
    words = [sys.executable, "-c", _PROGRAM, group, rep]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    *shape, wall, ours, gigabytes = json.loads(done.stdout)
    faster = None if seconds is None else seconds / wall if cpu is None else cpu / ours
    fits = wall < SECONDS and gigabytes < GIGABYTES if faster is None else faster >= BAR
    return {
        "group": group,
        "type": rep,
        "size": size,
        "rank": rank,
        "found": shape[1],
        "seconds": wall,
        "CPU": ours,
        "GB": gigabytes,
        "EMLP seconds": seconds,
        "EMLP CPU": cpu,
        "speed-up": faster,
        "met": "yes" if fits and shape == [size, rank] else "no",
    }


def _summary(rows: list[dict[str, Any]]) -> str:
    gains = [row["speed-up"] for row in rows]
    return f"{-largest(-gain for gain in gains):.0f}, {middle(gains):.0f}" if rows else "-"


def _shown(row: dict[str, Any]) -> dict[str, str]:
    shown = {name: value if isinstance(value, str) else number(value) for name, value in row.items()}
    kind = row["type"]
    return shown | {
        "type": kind if len(kind) < 40 else kind[:37] + "…",
        **{name: str(row[name]) for name in ("size", "rank", "found")},
        "speed-up": "-" if row["speed-up"] is None else f"{row['speed-up']:.0f}",
    }
