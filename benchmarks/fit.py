"""How well and how fast the default call fits, beside an earlier commit: test errors, and ratios of CPU seconds.

The commit is checked out beside this one and run by the same interpreter with the same packages. Every fit is a process
of its own, of the one and of the other in turn; CPU seconds are those of the whole process, compilation included.
Finished pairs are kept by commit and machine, so that the benchmark goes on where it stopped.
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.accuracy import Row, append, read
from benchmarks.child import measured
from benchmarks.fit_cell import PROTOCOL, TASKS, TRAINING, Fit
from benchmarks.laws import EXTRAS, LAWS
from benchmarks.machine import ROOT, code, headline, machine, made_with
from benchmarks.tables import geometric, largest, middle, number, table
from benchmarks.worktree import short, worktree

SIZES = {
    **dict.fromkeys(TASKS, (100, 1000, 3000)),
    **dict.fromkeys(LAWS, (100, 300, 1000)),
    **dict.fromkeys(EXTRAS, (100, 400, 1600)),
}
CALLS = {False: "default", True: "a fifth held out"}
_OF_FIT = ("name", "n", "seed", "held_out")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--against", required=True, metavar="COMMIT", help="what to compare with")
    parser.add_argument("--only", nargs="+", choices=SIZES, default=list(SIZES), metavar="NAME", help=", ".join(SIZES))
    parser.add_argument("--sizes", nargs="+", type=int, help="training samples; by default three sizes of each")
    parser.add_argument("--seeds", nargs="+", type=int, default=TRAINING, help="of the training data; 100 to 107")
    parser.add_argument("--held-out", action="store_true", help="also the call with a fifth held out as validation")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which a run is given up")
    parser.add_argument("--table", action="store_true", help="run nothing, print the table of what is there")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "fit.jsonl")


def run(options: argparse.Namespace) -> int:
    """Make the pairs that are missing, print the table; 1 if a run failed."""
    print(headline(), flush=True)
    commits, wanted = (code(), short(options.against)), list(fits(options))
    if commits[0] == commits[1]:
        raise SystemExit(f"--against must be another state of the code than this one. Got {commits[1]}")
    known = pairs(read(options.out), commits)
    missing = [] if options.table else [fit for fit in wanted if _key(asdict(fit)) not in known]
    failed = 0
    if missing:
        with worktree(commits[1]) as other:
            failed = _make(missing, commits, other / "src", options)
    known = pairs(read(options.out), commits)
    cells: dict[tuple[Any, ...], list[tuple[Row, Row]]] = {}
    for fit in wanted:
        if _key(asdict(fit)) in known:
            cells.setdefault((fit.name, fit.n, fit.held_out), []).append(known[_key(asdict(fit))])
    print(f"\n{commits[0]} beside {commits[1]}; {_UNITS}\n\n{table([summary(found) for found in cells.values()])}")
    return 1 if failed else 0


_UNITS = (
    "errors are medians over the test draws: of tasks mean squared ones, of laws relative to the variance; "
    "CPU seconds are of whole processes, medians over the seeds"
)


def fits(options: argparse.Namespace) -> Iterable[Fit]:
    """The fits that were asked for, small ones first."""
    for name in options.only:
        for n in options.sizes or SIZES[name]:
            for held_out in (False, True) if options.held_out else (False,):
                yield from (Fit(name, n, seed, held_out) for seed in options.seeds)


def _make(missing: Sequence[Fit], commits: tuple[str, str], other: Path, options: argparse.Namespace) -> int:
    """Make pairs, every second one with the other commit first; returns how many failed."""
    sources, failed = dict(zip(commits, (ROOT / "src", other), strict=True)), 0
    for i, fit in enumerate(missing):
        rows = []
        for commit in commits if i % 2 else reversed(commits):
            words = [json.dumps(asdict(fit)), str(sources[commit])]
            row = measured("benchmarks.fit_cell", words, options.limit, source=sources[commit], one_thread=True)
            beside = next(name for name in commits if name != commit)
            about = {"protocol": PROTOCOL, "commit": commit, "beside": beside}
            rows.append({**asdict(fit), **row, **about, **made_with(commit)})
            print(f"[{i + 1}/{len(missing)}] {_line(rows[-1])}", flush=True)
        if code() != commits[0]:
            raise SystemExit("the sources changed while a fit ran, which is left out. Start again")
        if any("error" in row for row in rows):
            failed += 1
        else:
            for row in rows:
                append(options.out, row)
    return failed


def pairs(
    rows: Sequence[Row], commits: tuple[str, str], on: Mapping[str, str] | None = None
) -> dict[tuple[Any, ...], tuple[Row, Row]]:
    """Of each fit what was measured of the two commits, the one beside the other; the last there is.

    Args:
        rows: of the file.
        commits: whose figures come first, and whose second.
        on: machine and versions; by default those of this process.
    """
    about = {"protocol": PROTOCOL, **(machine() if on is None else on)}
    found: dict[str, dict[tuple[Any, ...], Row]] = {}
    for commit, beside in (commits, commits[::-1]):
        same = {**about, "commit": commit, "beside": beside}
        found[commit] = {_key(row): row for row in rows if all(row.get(name) == same[name] for name in same)}
    ours, theirs = (found[commit] for commit in commits)
    return {key: (ours[key], theirs[key]) for key in ours if key in theirs}


def summary(found: Sequence[tuple[Row, Row]]) -> dict[str, str]:
    """One line of the table: errors of both, and the ratio of their CPU seconds, pair by pair."""
    first = found[0][0]
    ours, theirs = ([error(row) for row in rows] for rows in zip(*found, strict=True))
    seconds = [[row["process_seconds"] for row in rows] for rows in zip(*found, strict=True)]
    fitting = [ours["fit_cpu_seconds"] / theirs["fit_cpu_seconds"] for ours, theirs in found]
    return {
        "what": first["name"],
        "n": str(first["n"]),
        "call": CALLS[first["held_out"]],
        "seeds": str(len(found)),
        "error": number(middle(ours)),
        "before": number(middle(theirs)),
        "geometric mean": number(geometric(ours)),
        "mean before": number(geometric(theirs)),
        "worst": number(largest(ours)),
        "worst before": number(largest(theirs)),
        "CPU s": number(middle(seconds[0])),
        "s before": number(middle(seconds[1])),
        "CPU ratio": f"{middle(a / b for a, b in zip(*seconds, strict=True)):.2f}",
        "of the fit": f"{middle(fitting):.2f}",
        "fit by": " / ".join(dict.fromkeys(ours["optimizer"] for ours, _ in found)),
    }


def error(row: Row) -> float:
    """The median over the test draws, of a task mean squared, of a law relative to the variance."""
    return middle(row["mse" if row["name"] in TASKS else "relative"])


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _OF_FIT)


def _line(row: Row) -> str:
    what = f"{row['commit']}: {row['name']}, n={row['n']}, seed {row['seed']}, {CALLS[row['held_out']]}"
    if "error" in row:
        return f"{what}: FAILED: {row['error']}"
    return f"{what}: error {number(error(row))}, {row['process_seconds']:.1f} CPU s, {row['optimizer']}"
