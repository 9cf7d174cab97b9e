"""The default call in other units: inputs and outputs times powers of ten from 1e-30 to 1e+30, drawn by seed.

A block of the inputs has one factor and so has the output. A cell holds if the relative error of a fit on 4000 other
samples is the same to three digits in all units, or below 1e-20 in all. Two laws with units are fitted with
`Dimensionless`, in other base units. Finished fits are kept by commit and machine, so that the benchmark goes on where
it stopped.
"""

import argparse
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from benchmarks.accuracy import append, read
from benchmarks.laws import EXTRAS, LAWS, law
from benchmarks.machine import ROOT, code, headline, machine
from benchmarks.tables import number, table
from scalaremlp.data import DATASETS, Dataset
from scalaremlp.groups import O
from scalaremlp.reps import T

PROTOCOL = 1  # of the rows; raised when what is measured changes
TEST, SAME, NOTHING = 4000, 1e-3, 1e-20
TASKS = {"o5": 100, "inertia": 100, "particle": 100}
Draw = Callable[[int, int], Dataset]


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--only", nargs="+", choices=CELLS, default=list(CELLS))
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--samples", type=int, default=300, help="of a law; of a task 100")
    parser.add_argument("--table", action="store_true", help="run nothing, print the table of what is there")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "units.jsonl")


def run(options: argparse.Namespace) -> int:
    """Make the fits that are missing, print the table; 1 if a cell does not hold or is not complete."""
    import scalaremlp as se

    se.enable_x64()
    print(headline(), flush=True)
    about, lines = {"protocol": PROTOCOL, **machine(), "code": code()}, []
    for name in options.only:
        n = TASKS.get(name, options.samples)
        errors = _errors({"name": name, "n": n, **about}, options)
        lines.append(_line(f"{name}, {n}", errors, options))
        print(", ".join(lines[-1].values()), flush=True)
    print("\n" + table(lines))
    return 0 if all(line["met"] == "yes" for line in lines) else 1


def _errors(about: dict[str, Any], options: argparse.Namespace) -> list[float]:
    """The errors of a cell by draw, 0 being the law as it is; those that are not there are made."""
    known = _known(options.out, about)
    draws = range(options.draws + 1)
    for draw in () if options.table else (draw for draw in draws if draw not in known):
        begun = process_time()
        known[draw] = _error(CELLS[about["name"]], about["n"], draw)
        seconds = round(process_time() - begun, 1)
        append(options.out, {**about, "draw": draw, "error": known[draw], "cpu_seconds": seconds})
    return [known[draw] for draw in draws if draw in known]


def _known(file: Path, about: dict[str, Any]) -> dict[int, float]:
    """The errors that are there, by draw."""
    rows = [row for row in read(file) if all(row.get(key) == value for key, value in about.items())]
    return {row["draw"]: row["error"] for row in rows}


def _line(cell: str, errors: list[float], options: argparse.Namespace) -> dict[str, str]:
    """What the errors of a cell say."""
    draws = f"{max(len(errors) - 1, 0)}/{options.draws}"
    if not errors:
        return {"cell": cell, "draws": draws, "error": "-", "least": "-", "most": "-", "spread": "-", "met": "no"}
    spread = max(errors) / min(errors) - 1 if min(errors) > 0 else np.inf
    holds = (spread < SAME or max(errors) < NOTHING) and len(errors) > options.draws
    numbers = {"error": errors[0], "least": min(errors), "most": max(errors), "spread": spread}
    return {
        "cell": cell, "draws": draws, **{name: number(value) for name, value in numbers.items()},
        "met": "yes" if holds else "no",
    }  # fmt: skip


def spring(n: int, seed: int) -> Dataset:
    """The acceleration by a spring, −k (|q| − L) q / (|q| m), of m, k, L and q."""
    rng = np.random.default_rng(seed)
    m, k, length = rng.uniform(0.5, 2, (3, n, 1))
    q = rng.standard_normal((n, 3))
    r = np.linalg.norm(q, axis=1, keepdims=True)
    x, y = np.concatenate([m, k, length, q], axis=1), -k * (r - length) * q / r / m
    units = {"units_in": ["kg", "N/m", "m", "m"], "units_out": "m/s^2"}
    return Dataset(x, y, 3 * T(0) + T(1), T(1), O(3), name="spring", **units)


def gravity(n: int, seed: int) -> Dataset:
    """The force G m₁m₂ d/|d|³ on the first of two masses, of G, m₁, m₂ and d = r₂ − r₁, in SI units."""
    rng = np.random.default_rng(seed)
    masses, d = rng.uniform(1e24, 1e25, (n, 2)), 1e9 * rng.standard_normal((n, 3))
    big_g = np.full((n, 1), 6.6743e-11)
    y = big_g * masses.prod(axis=1, keepdims=True) * d / np.linalg.norm(d, axis=1, keepdims=True) ** 3
    units = {"units_in": ["m^3/(kg s^2)", "kg", "kg", "m"], "units_out": "N"}
    return Dataset(np.concatenate([big_g, masses, d], axis=1), y, 3 * T(0) + T(1), T(1), O(3), name="gravity", **units)


def _task(name: str) -> Draw:
    def draw(n: int, seed: int) -> Dataset:
        import jax.random as jr

        return DATASETS[name](n, key=jr.key(seed))

    return draw


def _law(name: str) -> Draw:
    return lambda n, seed: law(name, n, seed)


CELLS: dict[str, Draw] = {
    **{name: _task(name) for name in TASKS},
    **{name: _law(name) for name in (*LAWS, *EXTRAS)},
    "spring": spring,
    "gravity": gravity,
}


def _error(draw: Draw, n: int, number: int) -> float:
    """The relative error of a fit in the units of a draw."""
    import jax.random as jr

    import scalaremlp as se

    train, test = (_rescaled(draw(count, seed), number) for count, seed in ((n, 100), (TEST, 200)))
    types = train.rep_in, train.rep_out, train.group
    model: Any = se.nn.ScalarMLP(*types, permutation=bool(train.permutations), key=jr.key(0))
    if train.units_in is not None:
        model = se.nn.Dimensionless(model, train.units_in, train.units_out)
    model, _ = se.fit(model, train, key=jr.key(1), progress=False)
    return float(se.evaluate(model, test)["relative_mse"])


def _rescaled(data: Dataset, number: int) -> Dataset:
    """In the units of a draw; the first are those that the data have."""
    if not number:
        return data
    rng = np.random.default_rng(number)
    if data.units_in is None or data.units_out is None:
        sizes = [copies * term.size for copies, term in data.rep_in(data.group).blocks]
        inside, outside = 10.0 ** np.repeat(rng.integers(-30, 31, len(sizes)), sizes), 10.0 ** rng.integers(-30, 31)
    else:
        base = [Fraction(int(power)) for power in rng.integers(-10, 11, 7)]
        factors = [_factor(unit.exponents, base) for unit in (*data.units_in, *data.units_out)]
        inside, outside = np.repeat(factors[:-1], [1, 1, 1, 3]), factors[-1]
    units = {"units_in": data.units_in, "units_out": data.units_out}
    x, y = np.asarray(data.x) * inside, np.asarray(data.y) * outside
    return Dataset(x, y, data.rep_in, data.rep_out, data.group, data.name, data.permutations, **units)


def _factor(exponents: tuple[Fraction, ...], base: list[Fraction]) -> float:
    return float(10.0 ** float(sum(a * b for a, b in zip(exponents, base, strict=True))))
