"""The hundred equations of the Feynman lectures and twenty more, read out of the wheel of the package `physo`.

The wheel is downloaded by pip into the user's cache folder, and of it the three tables alone are read: nothing of it is
installed or run. Samples are uniform in the ranges of the tables; units are metre, second, kilogram, kelvin and volt.

Source:
    Udrescu and Tegmark, "AI Feynman: a physics-inspired method for symbolic regression" (arXiv:1905.11481); the tables
    of units are those of Tenachi, Ibata and Diakogiannis (arXiv:2303.03192).
"""

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from benchmarks.draws import TRAINING, WIDER
from benchmarks.expressions import parse
from benchmarks.formulas import spread
from scalaremlp._cache_folder import cache_folder
from scalaremlp.data import Dataset
from scalaremlp.groups import O
from scalaremlp.reps import T

PACKAGE = "physo==1.1.11"
_FOLDER = "physo/benchmark/FeynmanDataset"
_BASE = ("m", "s", "kg", "K", "V")
_CORRECTED = {"mu_drift": "s^1*kg^-1"}  # in the tables it is the wrong way up, so that I.43.16 has no right units


@dataclass(frozen=True)
class Variable:
    """A variable, the ends of its range, and its unit as text."""

    name: str
    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class Equation:
    """One equation: its name as in the tables, its formula, its variables, and the unit of what it gives."""

    name: str
    formula: str
    variables: tuple[Variable, ...]
    unit: str

    @property
    def expression(self) -> Any:
        """The formula for SymPy, in symbols that are positive where their range is."""
        return parse(self.formula, {v.name: sympy.Symbol(v.name, real=True, positive=v.low >= 0 or None)
                                    for v in self.variables})  # fmt: skip

    def training(self, n: int = 1000, noise: float = 0.0, seed: int = TRAINING) -> Dataset:
        """Samples of the equation, a column for each variable; `noise` is a share of the output's spread."""
        rng = np.random.default_rng(seed)
        x = np.stack([rng.uniform(v.low, v.high, n) for v in self.variables], axis=1)
        y = self.outputs(x)
        y = y + noise * spread(y) * np.random.default_rng((seed, 1)).standard_normal(y.shape)
        names, units = ([v.name for v in self.variables], [v.unit for v in self.variables])
        types = (len(names) * T(0), T(0), O(3))
        return Dataset(x, y, *types, name=self.name, x_names=names, units_in=units, units_out=self.unit)

    def wider(self, n: int = 2000, seed: int = WIDER) -> Dataset:
        """Fresh samples in the same ranges, beyond which some formulas have no value."""
        return self.training(n, seed=seed)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """The formula of inputs (n, variables), (n, 1).

        Raises:
            ValueError: where it has no value.
        """
        expression = self.expression
        symbols = {str(symbol): symbol for symbol in expression.free_symbols}
        with np.errstate(all="ignore"):
            function = sympy.lambdify([symbols[v.name] for v in self.variables], expression, "numpy")
            y = np.asarray(function(*x.T)).reshape(-1, 1)
        without = ~np.isfinite(y) | (np.imag(y) != 0)
        if without.any():
            raise ValueError(f"{self.name} must have a value in its ranges. Got {without.sum()} samples without one.")
        return np.real(y).astype(float)


@cache
def equations() -> Mapping[str, Equation]:
    """All 120 by name, as the tables have them: the hundred first."""
    with zipfile.ZipFile(wheel()) as archive:
        tables = {name: archive.read(f"{_FOLDER}/{name}.csv").decode("utf-8-sig") for name in _TABLES}
    return parsed(*tables.values())


_TABLES = ("FeynmanEquations", "BonusEquations", "units")


def parsed(first: str, bonus: str, units: str) -> Mapping[str, Equation]:
    """The equations of the three tables.

    Raises:
        ValueError: for a row that is not what it should be.
    """
    known = {row["Variable"]: _unit(row) for row in _rows(units, "Variable")} | _CORRECTED
    found = [_equation(row, known) for text in (first, bonus) for row in _rows(text, "Filename")]
    return {equation.name: equation for equation in found}


def wheel() -> Path:
    """The wheel in the cache folder, downloaded if it is not there.

    Raises:
        SystemExit: if it cannot be had.
    """
    home = cache_folder(True)
    if home is None:
        raise SystemExit("The Feynman equations need a cache folder. Got none. Set SCALAREMLP_CACHE to one.")
    folder, (name, version) = home / "benchmarks", PACKAGE.split("==")
    path = folder / f"{name}-{version}-py3-none-any.whl"
    if not path.exists():
        words = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), PACKAGE]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode or not path.exists():
            raise SystemExit(f"pip must be able to download {PACKAGE}. Got: {done.stderr.strip()[-200:]}")
    return path


def _rows(text: str, first: str) -> Iterable[dict[str, str]]:
    return (row for row in csv.DictReader(io.StringIO(text)) if (row[first] or "").strip())


def _unit(row: Mapping[str, str]) -> str:
    exponents = zip(_BASE, (int(row[name]) for name in ("m", "s", "kg", "T", "V")), strict=True)
    return "*".join(f"{base}^{exponent}" for base, exponent in exponents if exponent)


def _equation(row: Mapping[str, str], units: Mapping[str, str]) -> Equation:
    names = [name for i in range(1, 11) if (name := row[f"v{i}_name"].strip())]
    ends = [(float(row[f"v{i}_low"]), float(row[f"v{i}_high"])) for i in range(1, len(names) + 1)]
    missing = {*names, row["Output"]} - units.keys()
    if missing:
        raise ValueError(f"Every variable of {row['Filename']} must have a unit. Got none for {sorted(missing)}.")
    variables = tuple(Variable(name, *pair, units[name]) for name, pair in zip(names, ends, strict=True))
    made = Equation(row["Filename"], row["Formula"], variables, units[row["Output"]])
    free = {str(symbol) for symbol in made.expression.free_symbols}
    if free != set(names):
        raise ValueError(f"The variables of {made.name} must be those of its formula, {sorted(free)}. Got {names}.")
    return made
