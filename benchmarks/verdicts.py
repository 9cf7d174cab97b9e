"""How often a verdict names what ails a fit, and how often it raises a false alarm.

Five fits with each disease, drawn by seed from the tasks and laws, and forty healthy ones. A disease is named if the
hint for it is among those of the verdict; any hint at all for a healthy fit is a false alarm. Healthy is a fit whose
error on fresh samples is below a twentieth of the variance, whatever its verdict says; others are counted apart.
"""

import argparse
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.accuracy import append, read
from benchmarks.machine import ROOT, code, headline
from benchmarks.tables import table

HEALTHY = "healthy"
SEEDS = range(100, 105)
FITS, SPARE, WELL = 4, 8, 0.05  # healthy fits of each law, most that are made for them, and the largest error of one


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--only", nargs="+", metavar="HINT", help="some diseases, or healthy")
    parser.add_argument("--seeds", nargs="+", type=int, default=[*SEEDS], help="by default 100 to 104")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "verdicts.jsonl")
    parser.add_argument("--words", action="store_true", help="print the paragraphs as well")


def run(options: argparse.Namespace) -> int:
    """Make what is missing, print the table; 1 if fewer than 9 of 10 are named, or more than 2 in 40 are alarms."""
    import scalaremlp as se
    from benchmarks.diseases import DISEASES, ENOUGH

    se.enable_x64()
    print(headline(), flush=True)
    state = code()
    kinds = options.only or [*DISEASES, HEALTHY]
    wanted = [(kind, "", seed) for kind in kinds if kind != HEALTHY for seed in options.seeds]
    rows = {_key(row): row for row in read(options.out) if row["code"] == state}

    def made(kind: str, name: str, seed: int) -> dict[str, Any]:
        if (kind, name, seed) not in rows:
            rows[kind, name, seed] = {**measure(kind, name, seed), "code": state}
            append(options.out, rows[kind, name, seed])
        row = rows[kind, name, seed]
        told = f": {row['words']}" if options.words else ""
        print(f"{kind}, {row['of']}, seed {seed}: {', '.join(row['hints']) or '-'}{told}", flush=True)
        return row

    found = [made(*each) for each in wanted]
    for name in ENOUGH if HEALTHY in kinds else ():
        mine: list[dict[str, Any]] = []
        for seed in range(options.seeds[0], options.seeds[0] + SPARE):
            if sum(row["test"] < WELL for row in mine) < FITS:
                mine.append(made(HEALTHY, name, seed))
        found += mine
    return show(found)


def measure(kind: str, name: str, seed: int) -> dict[str, Any]:
    """One fit and its verdict."""
    import jax.random as jr

    import scalaremlp as se
    from benchmarks.diseases import DISEASES, healthy

    began = process_time()
    case = healthy(name, seed) if kind == HEALTHY else DISEASES[kind](seed)
    data = case.train
    model = se.nn.ScalarMLP(
        data.rep_in, data.rep_out, data.group, width=8, permutation=case.of == "inertia", key=jr.key(seed)
    )
    model, history = se.fit(
        model, data, validation=case.held_out, optimizer=case.optimizer, key=jr.key(seed + 1), progress=False
    )
    verdict = history.verdict.with_test(model, case.test)
    return {
        "kind": kind, "name": name, "of": case.of, "seed": seed, "hints": [*verdict.hints], "words": str(verdict),
        "test": verdict.test.worst(verdict.bare), "cpu_seconds": round(process_time() - began, 1),
    }  # fmt: skip


def show(rows: list[dict[str, Any]]) -> int:
    """The table; 1 if a bar is missed."""
    sick = [row for row in rows if row["kind"] != HEALTHY]
    well = [row for row in rows if row["kind"] == HEALTHY and row["test"] < WELL]
    ill = [row for row in rows if row["kind"] == HEALTHY and not row["test"] < WELL]
    lines = []
    for kind in dict.fromkeys(row["kind"] for row in sick):
        mine = [row for row in sick if row["kind"] == kind]
        others = sorted({hint for row in mine for hint in row["hints"]} - {kind})
        named = sum(kind in row["hints"] for row in mine)
        lines.append({"disease": kind, "named": f"{named} of {len(mine)}", "other hints": ", ".join(others) or "-"})
    alarms = [row for row in well if row["hints"]]
    named = sum(row["kind"] in row["hints"] for row in sick)
    if lines:
        print(table(lines))
        print(f"named: {named} of {len(sick)}")
    if well:
        told = "; ".join(f"{row['of']} {row['seed']}: {', '.join(row['hints'])}" for row in alarms)
        print(f"false alarms: {len(alarms)} of {len(well)}{f' ({told})' if told else ''}")
    for row in ill:
        print(f"not healthy: {row['of']} {row['seed']}, error {row['test']:.2g}: {', '.join(row['hints']) or '-'}")
    print(f"CPU seconds: {sum(row['cpu_seconds'] for row in rows):.0f}")
    return int(named < 0.9 * len(sick) or len(alarms) > 0.05 * len(well))


def _key(row: dict[str, Any]) -> tuple[str, str, int]:
    return row["kind"], row["name"], row["seed"]
