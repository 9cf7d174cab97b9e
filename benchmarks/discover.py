"""Laws as formulas: the twenty of `formulas.py` and the Feynman equations, found or not, beside other packages.

Every search has a process of its own with one thread, and its limit is one of CPU seconds. Finished searches are kept,
ours by state of the code, so that the benchmark goes on where it stopped. A law is found if its relative squared error
on a wider test set is below 1e-16 and its expression has at most twice the nodes of the law's own; of a search with
noise the form is right if that holds once its constants are fitted to samples without noise.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.accuracy import TARGETS, append, read
from benchmarks.child import measured
from benchmarks.discover_cell import PROTOCOL, Search, sources
from benchmarks.machine import ROOT, code, headline, made_with
from benchmarks.peers import PEERS, peer_row
from benchmarks.tables import number, table

Row = dict[str, Any]
OURS = "scalaremlp"
_AROUND = 120  # CPU seconds of a process around its search: imports, test set, SymPy
_SHOWN = 150  # characters of a formula in a table
_WALL = 6  # a process may wait so many times as long for its CPU


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--laws", nargs="*", metavar="LAW", help="numbers or names of laws; all by default")
    what.add_argument("--feynman", nargs="*", metavar="EQUATION", help="names such as I.6.2a; all 120 by default")
    parser.add_argument("--noise", type=float, default=0.0, help="share of the outputs' spread, such as 0.02")
    parser.add_argument("--samples", type=int, help="by default 200 of a law and 1000 of an equation")
    parser.add_argument("--limit", type=float, default=60, help="CPU seconds of one search")
    parser.add_argument("--without-ours", action="store_true", help="search with the --peers alone")
    parser.add_argument("--peers", nargs="*", choices=PEERS, metavar="PACKAGE", help=", ".join(PEERS))
    parser.add_argument("--table", action="store_true", help="run nothing, print the table of what is there")
    parser.add_argument("--again", action="store_true", help="make finished searches once more")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "discover.jsonl")


def run(options: argparse.Namespace) -> int:
    """Make what is missing, print the tables; 1 if a bar is missed."""
    print(headline(), flush=True)
    state, wanted = code(), list(searches(options))
    kept = [] if options.again else read(options.out)
    same = [row for row in kept if row["protocol"] == PROTOCOL and (row["code"] == state or row["by"] != OURS)]
    rows = {_key(row): row for row in same}
    packages = [*([] if options.without_ours else [OURS]), *(PEERS if options.peers == [] else options.peers or ())]
    missing = [(by, each) for each in wanted for by in packages if _key({**asdict(each), "by": by}) not in rows]
    for i, (by, search) in enumerate([] if options.table else missing):
        row = {"by": by, **asdict(search), **_made(by, search), "protocol": PROTOCOL, **made_with(state)}
        print(f"[{i + 1}/{len(missing)}] {_line(row)}", flush=True)
        if by == OURS and code() != state:
            raise SystemExit("the sources changed while a search ran, which is left out. Start again")
        rows[_key(row)] = row
        if "error" not in row:
            append(options.out, row)
    return _shown(rows, wanted, packages)


def searches(options: argparse.Namespace) -> Iterable[Search]:
    """What was asked for."""
    kind = "laws" if options.feynman is None else "feynman"
    names = list(sources(kind))
    numbered = {str(i): name for i, name in enumerate(names, 1)} if kind == "laws" else {}
    for asked in (options.laws if kind == "laws" else options.feynman) or names:
        name = numbered.get(asked, asked)
        if name not in names:
            raise SystemExit(f"--{kind} must be among {', '.join(names)}. Got {asked!r}")
        n = options.samples or (200 if kind == "laws" else 1000)
        yield Search(kind, name, n, options.noise, options.limit)


def _made(by: str, search: Search) -> Row:
    if by != OURS:
        return peer_row(by, search)
    wall = _WALL * (search.limit + _AROUND)
    row = measured("benchmarks.discover_cell", [json.dumps(asdict(search))], wall, one_thread=True)
    return {"found": False, **row} if "error" in row else row


def _shown(rows: dict[Any, Row], wanted: Sequence[Search], packages: Sequence[str]) -> int:
    """Print a table for each package, and how many were found; 1 if one of our bars is missed."""
    met = True
    for by in packages:
        mine = [row for each in wanted if (row := rows.get(_key({**asdict(each), "by": by})))]
        if mine:
            print(f"\n{by}\n\n{table([_listed(row) for row in mine])}\n{counted(mine)}")
            met = met and (by != OURS or above_bars(mine))
    return 0 if met else 1


def counted(rows: Sequence[Row]) -> str:
    """How many were found, in which time, and how many constants lie in their intervals."""
    found = [row for row in rows if row["found"]]
    fast = sum(row["seconds"] <= 10 for row in found)
    text = f"found {len(found)} of {len(rows)}, {fast} of them in 10 CPU seconds"
    hundred = [row for row in rows if _of_the_hundred(row)]
    if 0 < len(hundred) < len(rows):
        text += f"; {sum(row['found'] for row in hundred)} of {len(hundred)} without the bonus ones"
    stated = sum(row.get("constants", 0) for row in rows)
    if stated:
        text += f"; {sum(row.get('inside', 0) for row in rows)} of {stated} constants in their 95 % intervals"
    exact = sum(bool(row.get("exact")) for row in rows)
    return text + (f"; {exact} shown equal by SymPy" if exact else "")


def above_bars(rows: Sequence[Row]) -> bool:
    """Whether enough were found; of a part of the laws or equations nothing is asked."""
    first, found = rows[0], sum(row["found"] for row in rows if _of_the_hundred(row))
    if len(rows) < len(sources(first["kind"])):
        return True
    bars = TARGETS["discover"][first["kind"]]["noise" if first["noise"] else "none"]
    stated = sum(row.get("constants", 0) for row in rows)
    inside = sum(row.get("inside", 0) for row in rows)
    return found >= bars["found"] and inside >= bars.get("inside", 0) * stated


def _of_the_hundred(row: Row) -> bool:
    """Not one of the bonus equations."""
    return not row["name"].startswith("test_")


def _listed(row: Row) -> dict[str, str]:
    columns = {
        "law": row["name"],
        "found": "yes" if row["found"] else "no",
        "error": number(row.get("relative")),
        "nodes": f"{row['nodes']}/{row['nodes_of_law']}" if "nodes" in row else "-",
        "CPU s": number(row.get("seconds")),
    }
    if row["noise"]:
        inside = f"{row['inside']}/{row['constants']}" if "inside" in row else "-"
        columns |= {"error with true constants": number(row.get("refitted")), "in their intervals": inside}
    if row["kind"] == "feynman":
        columns |= {"SymPy": "equal" if row.get("exact") else "-"}
    return columns | {"formula": _told(row)}


def _told(row: Row) -> str:
    text = next((str(row[name]) for name in ("formula", "why", "error") if name in row), "-")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _line(row: Row) -> str:
    told = f"found {row['found']}, error {number(row.get('relative'))}, {number(row.get('seconds'))} CPU s"
    return f"{row['by']}, {row['name']}: {told}: {_told(row)}"


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("by", "kind", "name", "n", "noise", "limit"))
