"""How well and how fast the default call fits, beside an earlier commit: test errors, and ratios of CPU seconds.

The commit is checked out beside this one and run by the same interpreter with the same packages. Every fit is a process
of its own, of the one and of the other in turn; CPU seconds are those of the whole process, compilation included.
Finished fits are kept by commit and machine, so that the benchmark goes on where it stopped. Errors do not depend on
what ran beside: `--alone` makes the fits of one of the two, and what is known of the other stands beside them.
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
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
Key = tuple[Any, ...]
_OF_FIT = ("name", "n", "seed", "held_out")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--against", required=True, metavar="COMMIT", help="what to compare with")
    parser.add_argument("--only", nargs="+", choices=SIZES, default=list(SIZES), metavar="NAME", help=", ".join(SIZES))
    parser.add_argument("--sizes", nargs="+", type=int, help="training samples; by default three sizes of each")
    parser.add_argument("--seeds", nargs="+", type=int, default=TRAINING, help="of the training data; 100 to 107")
    parser.add_argument(
        "--held-out", action="store_true", help="also COMMIT's fits with a fifth held out as validation"
    )
    parser.add_argument("--alone", choices=("this", "other"), help="fits of one commit, without ratios of CPU seconds")
    parser.add_argument(
        "--warm", action="store_true", help="this commit's fits by programs that a first run has kept; COMMIT compiles"
    )
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which a run is given up")
    parser.add_argument("--table", action="store_true", help="run nothing, print the table of what is there")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "fit.jsonl")


def run(options: argparse.Namespace) -> int:
    """Make the fits that are missing, print the table; 1 if one failed."""
    print(headline(), flush=True)
    commits, wanted = (code(), short(options.against)), list(fits(options))
    if commits[0] == commits[1]:
        raise SystemExit(f"--against must be another state of the code than this one. Got {commits[1]}")
    known = Known.among(read(options.out), commits, warm=options.warm)
    missing = [] if options.table else [turn for fit in wanted if (turn := known.turn(fit, options.alone))]
    failed = 0
    if missing:
        with worktree(commits[1]) as other:
            failed = _make(missing, commits, other / "src", options)
    known = Known.among(read(options.out), commits, warm=options.warm)
    cells = {
        (fit.name, fit.n): [replace(fit, seed=seed) for seed in options.seeds] for fit in wanted if not fit.held_out
    }
    lines = [summary(found) for cell in cells.values() if (found := known.cell(cell))]
    print(f"\n{commits[0]} beside {commits[1]}; {_UNITS}\n\n{table(lines)}")
    return 1 if failed else 0


_UNITS = (
    "errors are medians over the test draws: of tasks mean squared ones, of laws relative to the variance; "
    "CPU seconds are of whole processes, medians over the seeds, their ratios of pairs measured in turn"
)


def fits(options: argparse.Namespace) -> Iterable[Fit]:
    """The fits that were asked for, small ones first."""
    for name in options.only:
        for n in options.sizes or SIZES[name]:
            for held_out in (False, True) if options.held_out else (False,):
                yield from (Fit(name, n, seed, held_out) for seed in options.seeds)


@dataclass(frozen=True)
class Turn:
    """A fit, and by which of the two commits it is made: 0 is this one, 1 the other."""

    fit: Fit
    by: tuple[int, ...]


def _make(missing: Sequence[Turn], commits: tuple[str, str], other: Path, options: argparse.Namespace) -> int:
    """Make fits, of pairs every second one with the other commit first; returns how many failed."""
    sources, failed = (ROOT / "src", other), 0
    for i, turn in enumerate(missing):
        rows = []
        for by in turn.by if i % 2 else turn.by[::-1]:
            words = [json.dumps(asdict(turn.fit)), str(sources[by])]
            row = _run(words, options.limit, sources[by], warm=options.warm and by == 0)
            beside = commits[1 - by] if len(turn.by) > 1 else None
            about = {"protocol": PROTOCOL, "commit": commits[by], "beside": beside, "warm": options.warm}
            rows.append({**asdict(turn.fit), **row, **about, **made_with(commits[by])})
            print(f"[{i + 1}/{len(missing)}] {_line(rows[-1])}", flush=True)
        if 0 in turn.by and code() != commits[0]:
            raise SystemExit("the sources changed while a fit ran, which is left out. Start again")
        if any("error" in row for row in rows):
            failed += 1
        else:
            for row in rows:
                append(options.out, row)
    return failed


def _run(words: Sequence[str], limit: float, source: Path, *, warm: bool) -> Row:
    """One fit; if `warm`, again by the programs that a first one has left in an empty folder."""
    once = partial(measured, "benchmarks.fit_cell", words, limit, source=source, one_thread=True)
    if not warm:
        return once()
    with TemporaryDirectory() as programs:
        once(programs=Path(programs))
        return once(programs=Path(programs))


@dataclass(frozen=True)
class Known:
    """What was measured of two commits on one machine: their last fits, and their last fits in turn with the other."""

    ours: Mapping[Key, Row]
    theirs: Mapping[Key, Row]
    pairs: Mapping[Key, tuple[Row, Row]]

    @classmethod
    def among(
        cls,
        rows: Sequence[Row],
        commits: tuple[str, str],
        on: Mapping[str, str] | None = None,
        *,
        warm: bool = False,
    ) -> "Known":
        """Of all rows those of the two commits and of this protocol.

        Args:
            rows: of the file.
            commits: whose figures come first, and whose second.
            on: machine and versions; by default those of this process.
            warm: whether the first commit has its programs from an earlier run; the other never has.
        """
        about = {"protocol": PROTOCOL, **(machine() if on is None else on)}
        same = [row for row in rows if all(row.get(name) == value for name, value in about.items())]
        alike = [row for row in same if row.get("warm", False) == warm]
        ours = {_key(row): row for row in alike if row["commit"] == commits[0]}
        theirs = {_key(row): row for row in same if row["commit"] == commits[1]}
        turns = [
            {_key(row): row for row in alike if (row["commit"], row["beside"]) == commit_and_other}
            for commit_and_other in (commits, commits[::-1])
        ]
        return cls(ours, theirs, {key: (turns[0][key], turns[1][key]) for key in turns[0] if key in turns[1]})

    def turn(self, fit: Fit, alone: str | None) -> Turn | None:
        """What has to be made of a fit; with a fifth held out it is the other commit's alone."""
        key = _key(asdict(fit))
        if fit.held_out or alone == "other":
            return Turn(fit, (1,)) if key not in self.theirs and alone != "this" else None
        if alone == "this":
            return Turn(fit, (0,)) if key not in self.ours else None
        return Turn(fit, (0, 1)) if key not in self.pairs else None

    def cell(self, fits: Sequence[Fit]) -> "Cell | None":
        """What is known of fits that differ in their seeds, where both commits were measured."""
        keys = [key for fit in fits if (key := _key(asdict(fit))) in self.ours and key in self.theirs]
        held = [_key(asdict(replace(fit, held_out=True))) for fit in fits]
        if not keys:
            return None
        return Cell(
            [self.ours[key] for key in keys],
            [self.theirs[key] for key in keys],
            [self.theirs[key] for key in held if key in self.theirs],
            [self.pairs[key] for key in keys if key in self.pairs],
        )


@dataclass(frozen=True)
class Cell:
    """The fits of one task or law and size by both commits, the other's with a fifth held out, and the pairs."""

    ours: Sequence[Row]
    theirs: Sequence[Row]
    held_out: Sequence[Row]
    pairs: Sequence[tuple[Row, Row]]

    def better(self) -> float:
        """The smaller of the other commit's median errors, with and without a fifth held out."""
        return min(middle(error(row) for row in rows) for rows in (self.theirs, self.held_out) if rows)

    def ratio(self, seconds: str) -> str:
        """The median over the pairs of the ratio of CPU seconds."""
        return f"{middle(ours[seconds] / theirs[seconds] for ours, theirs in self.pairs):.2f}" if self.pairs else "-"


def summary(cell: Cell) -> dict[str, str]:
    """One line of the table: errors of both, and the ratio of their CPU seconds, pair by pair."""
    ours, theirs, held_out = ([error(row) for row in rows] for rows in (cell.ours, cell.theirs, cell.held_out))
    first = cell.ours[0]
    return {
        "what": first["name"],
        "n": str(first["n"]),
        "seeds": str(len(ours)),
        "error": number(middle(ours)),
        "before": number(middle(theirs)),
        "before, a fifth held out": number(middle(held_out)) if held_out else "",
        "ratio to the better": number(middle(ours) / cell.better()),
        "geometric mean": number(geometric(ours)),
        "mean before": number(geometric(theirs)),
        "worst": number(largest(ours)),
        "worst before": number(largest(theirs)),
        "CPU s": number(middle(row["process_seconds"] for row in cell.ours)),
        "s before": number(middle(row["process_seconds"] for row in cell.theirs)),
        "pairs": str(len(cell.pairs)),
        "CPU ratio": cell.ratio("process_seconds"),
        "of the fit": cell.ratio("fit_cpu_seconds"),
        "fit by": " / ".join(dict.fromkeys(row["optimizer"] for row in cell.ours)),
    }


def error(row: Row) -> float:
    """The median over the test draws, of a task mean squared, of a law relative to the variance."""
    return middle(row["mse" if row["name"] in TASKS else "relative"])


def _key(row: Row) -> Key:
    return tuple(row[name] for name in _OF_FIT)


def _line(row: Row) -> str:
    call = ", a fifth held out" if row["held_out"] else ""
    what = f"{row['commit']}: {row['name']}, n={row['n']}, seed {row['seed']}{call}"
    if "error" in row:
        return f"{what}: FAILED: {row['error']}"
    return f"{what}: error {number(error(row))}, {row['process_seconds']:.1f} CPU s, {row['optimizer']}"
