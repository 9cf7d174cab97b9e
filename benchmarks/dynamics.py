"""Rollout errors of learned spring pendulums, beside the published ones, and the energy of a learned one over 300 s.

Every fit is a run on the pendulum with the settings that dynamics.json lists, in a process of its own. Finished ones
are kept: called again, only those that are missing are made, and one that was stopped goes on. A model that is tested
on other systems as well is so tested at every call.
"""

import argparse
import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT, code, headline, load, machine
from benchmarks.tables import largest, middle, number, put, table
from scalaremlp.runs.folder import read_asked
from scalaremlp.runs.settings import PendulumSettings

CASES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "dynamics.json").read_text("utf-8"))["cases"]
LONG, SYSTEMS = 300.0, 20  # seconds, trajectories
_ENERGY_OF = "hnn"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES), metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--seeds", type=int, default=3, help="of the training data, the model and the fit; 3")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "runs" / "benchmarks" / "dynamics", help="folder of the runs"
    )
    parser.add_argument("--table", action="store_true", help="fit nothing, print the table of what is there")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="a page of the docs that the table is put into")


def run(options: argparse.Namespace) -> int:
    """Make the runs that are missing and print a table; 1 if a bar is missed."""
    print(headline(), flush=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for case in options.cases:
        seeds = [seed for seed in range(options.seeds) if not options.table or _is_there(case, seed, options.out)]
        found[case] = [_numbers(case, seed, options.out) for seed in seeds]
        print(f"{case}: {', '.join(number(numbers['rollout_error']) for numbers in found[case])}", flush=True)
    found = {case: runs for case, runs in found.items() if runs}
    rows = [_row(case, found) for case in found]
    text = [table([_shown(row) for row in rows])]
    met = [row["error"] <= row["bar"] for row in rows if row["bar"] is not None]
    met += [row["seconds"] <= 60 * CASES[row["case"]].get("minutes", float("inf")) for row in rows]
    if _ENERGY_OF in found:
        fits = [seed for seed in range(options.seeds) if _is_there(_ENERGY_OF, seed, options.out)]
        learned = middle(_drift(_folder(_ENERGY_OF, seed, options.out)) for seed in fits)
        met.append(learned < 1)
        text.append(
            f"Energy of learned Hamiltonians over {LONG:g} s by Gauss's method of order 4, steps of 0.2 s: |slope|·T / "
            f"standard deviation about the line = {number(learned)} (bar 1); of the true one {number(_drift())}."
        )
    print("\n" + "\n\n".join(text))
    print(f"\nload at the end: {load()}")
    if options.write:
        states = ", ".join(sorted({numbers["code"] for runs in found.values() for numbers in runs}))
        about = machine()
        made = (
            f"Made by `python -m benchmarks dynamics` on {about['machine']}, {about['versions']}, commit {states}. "
            "Medians over the seeds; seconds are the largest, of the fit, on one core with other work on the second, "
            "compilation included."
        )
        put(options.write, "dynamics", "\n\n".join([made, *text, *_picture(options.write, options.out)]))
    return 0 if all(met) else 1


def _picture(page: Path, out: Path) -> list[str]:
    """The first run of the first case in phase space, put beside the page, if there is one."""
    case = next(iter(CASES))
    drawn, to = _folder(case, 0, out) / "figures" / "phase_space.png", page.parent / "images" / "pendulum.png"
    if not drawn.is_file():
        return []
    to.parent.mkdir(exist_ok=True)
    shutil.copyfile(drawn, to)
    return [f"The first test system of `{case}`, seed 0, over 30 s:\n\n![Both masses in phase space](images/{to.name})"]


def _folder(case: str, seed: int, out: Path) -> Path:
    return out / f"{case.replace(', ', '-').replace(' ', '-')}-{seed}"


def _is_there(case: str, seed: int, out: Path) -> bool:
    """Whether the fit of a case is finished."""
    return (_folder(CASES[case].get("beside", case), seed, out) / "result.json").is_file()


def _settings(case: str, seed: int) -> PendulumSettings:
    """What is asked of a run."""
    about = CASES[case]
    told = {**(CASES[about["beside"]]["settings"] if "beside" in about else {}), **about["settings"]}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return PendulumSettings(**given, seed=seed)


def _numbers(case: str, seed: int, out: Path) -> dict[str, Any]:
    """The numbers of a run, with the state of the code; it is made if it is not there."""
    beside = CASES[case].get("beside")
    if beside:
        fit = _numbers(beside, seed, out)
        kept = {name: fit[name] for name in ("seconds", "inputs", "optimizer")}
        return {**kept, **_tested(_settings(case, seed), _folder(beside, seed, out)), "code": code()}
    folder, settings = _folder(case, seed, out), _settings(case, seed)
    if not _is_there(case, seed, out):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            process.submit(_learned, settings, folder).result()
        (folder / "code.txt").write_text(code(), encoding="utf-8")
    if read_asked(folder) != settings:
        raise SystemExit(f"{folder} must hold a run with the settings of dynamics.json. Got others. Choose --out")
    numbers: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))
    return {**numbers, "code": (folder / "code.txt").read_text("utf-8").strip()}


def _learned(settings: PendulumSettings, folder: Path) -> None:
    """Make a run, or go on with it."""
    import scalaremlp as se
    from scalaremlp.runs.pendulum import PendulumRun

    se.enable_x64()
    PendulumRun.of(settings).made(folder, film="")


def _tested(settings: PendulumSettings, folder: Path) -> dict[str, Any]:
    """The errors of a fitted model on the test systems of some settings."""
    import scalaremlp as se
    from scalaremlp.pendulum import predict
    from scalaremlp.runs.pendulum import motion_of_tests

    se.enable_x64()
    numbers: dict[str, Any] = predict(se.load(folder), motion_of_tests(settings, None)).numbers()
    return numbers


def _row(case: str, found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The medians of a case, with its bar and aim."""
    about, runs = CASES[case], found[case]
    beside = about.get("beside")
    unit = middle(numbers["rollout_error"] for numbers in found[beside]) if beside in found else None
    scale = 1.0 if beside is None else unit
    return {
        "case": case,
        "error": middle(numbers["rollout_error"] for numbers in runs),
        "seeds": len(runs),
        "without": middle(numbers["rollout_error_without_start"] for numbers in runs),
        "seconds": largest(numbers["seconds"] for numbers in runs),
        "inputs": runs[0]["inputs"],
        "optimizer": runs[0]["optimizer"],
        "published": about.get("rerun", about.get("published")),
        **{name: about[name] * scale if name in about and scale is not None else None for name in ("bar", "aim")},
    }


def _shown(row: dict[str, Any]) -> dict[str, str]:
    error, bar, aim = row["error"], row["bar"], row["aim"]
    met = "" if bar is None else "NO" if error > bar else "yes" if aim is None or error > aim else "aim"
    return {
        "case": row["case"],
        "rollout error": number(error),
        "without t = 0": number(row["without"]),
        "seeds": str(row["seeds"]),
        "published": number(row["published"]),
        "bar": number(bar),
        "aim": number(aim),
        "met": met,
        "seconds": number(row["seconds"]),
        "inputs": row["inputs"],
        "optimiser": row["optimizer"],
    }


def _drift(folder: Path | None = None) -> float:
    """|slope|·T / deviation of the energy along long trajectories, the median; without a folder, of the true H."""
    import numpy as np

    import scalaremlp as se
    from scalaremlp.dynamics import Gauss, HamiltonianField, SpringPendulum, drift, energy, rollout
    from scalaremlp.pendulum import samples

    se.enable_x64()
    model = SpringPendulum(published_potential=True) if folder is None else se.load(folder)
    test, times = samples(1, ntest=SYSTEMS).test, np.arange(0.0, LONG + 0.1, 0.2)
    field, method = HamiltonianField(model), Gauss(stages=2)
    states = rollout(field, test.z[:, 0], times, parameters=test.parameters, method=method).states
    found = drift(times, energy(model, states, test.parameters))
    return float(np.median(np.abs(found.trend) / found.oscillation))
