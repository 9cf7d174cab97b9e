"""The law of the Earth's magnetic field, found from values of the field at places, and how its moment moves.

    pip install ppigrf --no-deps
    python experiments/earth_field.py --out runs/earth

Places are given in metres beside three fixed axes, fields in tesla; neither a dipole nor its direction is told. The
coefficients of the International Geomagnetic Reference Field (degrees 1 to 13, every five years) lie in the package
`ppigrf`, of which nothing else is used.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from math import factorial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float
from matplotlib.figure import Figure
from numpy.polynomial import Legendre, Polynomial

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.plot import save_figure
from scalaremlp.reps import Sym0, T

RADIUS = 6371.2e3  # m, of reference
FAR = 50, 200  # radii: where the law is looked for, as the quadrupole falls faster than the dipole
PER_TESLA = 1e7  # 4π/μ₀ in A m/(T m²): what turns T m³ into A m²
Coefficients = Mapping[tuple[int, int], float]  # g (m ≥ 0) and h (m < 0) by degree and order, nT


def published(year: float) -> Coefficients:
    """The coefficients of a year, between two of the table by a straight line."""
    package = find_spec("ppigrf")
    if package is None or not package.submodule_search_locations:
        raise SystemExit(
            "The coefficients lie in the package ppigrf. It is not installed: pip install ppigrf --no-deps"
        )
    lines = Path(package.submodule_search_locations[0], "IGRF14.shc").read_text("ascii").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    years = np.array(rows[1], dtype=float)
    if not years[0] <= year <= years[-1]:
        raise SystemExit(f"The year must be within {years[0]:g} and {years[-1]:g}. Got {year:g}.")
    return {(int(n), int(m)): float(np.interp(year, years, np.array(values, float))) for n, m, *values in rows[2:]}


def field(degrees: Sequence[tuple[int, int]], values: Float[Array, " k"], at: Float[Array, " 3"]) -> Float[Array, " 3"]:
    """B = −∇V at a place, in tesla, V = a Σ (a/r)ⁿ⁺¹ (g cos mφ + h sin mφ) P_n^m(cos θ) in Schmidt's norm."""

    def potential(place: Float[Array, " 3"]) -> Float[Array, ""]:
        r = jnp.linalg.norm(place)
        x, y, z = place / r
        around = [jnp.ones(()) + 0j]
        while len(around) <= max(abs(m) for _, m in degrees):
            around.append(around[-1] * (x + 1j * y))
        terms = []
        for n, m in degrees:
            order = abs(m)
            series = Legendre.basis(n).deriv(order) if order else Legendre.basis(n)
            powers = jnp.asarray(series.convert(kind=Polynomial).coef)[::-1]
            norm = ((2 - (order == 0)) * factorial(n - order) / factorial(n + order)) ** 0.5
            part = jnp.real(around[order]) if m >= 0 else jnp.imag(around[order])
            terms.append(norm * (RADIUS / r) ** (n + 1) * jnp.polyval(powers, z) * part)
        return RADIUS * (values @ jnp.stack(terms))

    return -1e-9 * jax.grad(potential)(at)


_FIELDS = jax.jit(jax.vmap(field, (None, None, 0)), static_argnums=0)


def places(n: int, nearest: float, farthest: float) -> Float[np.ndarray, "n 3"]:
    """Places in all directions alike, on a spiral, at so many radii from the centre, in an order by chance."""
    height = np.linspace(-1, 1, 2 * n + 1)[1::2]
    round_axis = np.pi * (1 + 5**0.5) * np.arange(n)
    ring = np.sqrt(1 - height**2)
    directions = np.stack([ring * np.cos(round_axis), ring * np.sin(round_axis), height], axis=1)
    rng = np.random.default_rng(0)
    return rng.permutation(directions) * RADIUS * rng.uniform(nearest, farthest, (n, 1))


def fields(coefficients: Coefficients, at: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 3"]:
    """The field at places, in tesla."""
    return np.asarray(_FIELDS(tuple(coefficients), jnp.array([*coefficients.values()]), jnp.asarray(at)))


def inputs(at: Float[np.ndarray, "n 3"], axis: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "n 7"]:
    """Of each place: the unit of a moment, the place, and an axis."""
    return np.hstack([np.ones((len(at), 1)), at, np.broadcast_to(axis, at.shape)])


def found(coefficients: Coefficients, axis: Float[np.ndarray, " 3"]) -> se.laws.Law:
    """The law of 400 fields, 50 to 200 radii from the centre, of two terms: a third would chase the quadrupole."""
    at = places(400, *FAR)
    units = {"units_in": ["T m^3", "m", ""], "units_out": "T"}
    data = se.data.Dataset(inputs(at, axis), fields(coefficients, at), T(0) + 2 * T(1), T(1), O(3), **units)
    return se.laws.discover(data, complexity=20, key=jr.key(0))


class Parts(NamedTuple):
    """Fields as a sum of given ones, by least squares: the numbers of each, and the share of the mean square left."""

    numbers: Float[np.ndarray, " k"]
    left: float

    @classmethod
    def of(cls, columns: Float[np.ndarray, "k n 3"], values: Float[np.ndarray, "n 3"]) -> "Parts":
        """Least squares, of columns scaled to one size."""
        matrix = columns.reshape(len(columns), -1).T
        sizes = np.linalg.norm(matrix, axis=0)
        numbers, rest, *_ = np.linalg.lstsq(matrix / sizes, values.ravel())
        return cls(numbers / sizes, float(rest[0] / np.sum(values**2)))


def dipoles(law: se.laws.Law, at: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "3 n 3"]:
    """The fields of moments of 1 T m³ along x, y and z: those of the law, which turns with its axis.

    On its axis the field of a dipole is 2 m/r³, which tells the moment that the law is of.
    """
    pole = np.array([[0.0, 0.0, RADIUS]])
    unit = np.asarray(se.predict(law, inputs(pole, pole[0] / RADIUS)))[0, 2] * RADIUS**3 / 2
    return np.stack([np.asarray(se.predict(law, inputs(at, axis))) for axis in np.eye(3)]) / unit


def quadrupoles(at: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "10 n 3"]:
    """All vectors that are linear in one of the five Q ∈ Sym0(2): Q u and (u·Q u) u, over r⁴; u = r/|r|."""
    r = np.linalg.norm(at, axis=1, keepdims=True)
    (tensors,) = Sym0(2)(O(3)).split(np.eye(5))
    turned = np.einsum("qij,nj->qni", tensors[:, 0], at / r)
    along = np.einsum("qni,ni,nj->qnj", turned, at / r, at / r)
    return np.concatenate([turned, along]) * (RADIUS / r) ** 4


def of_year(law: se.laws.Law, year: float) -> dict[str, float]:
    """Moment (A m²), tilt and longitude of its pole in the north, shares of the field's mean square at the surface."""
    coefficients, surface = published(year), places(2000, 1, 1)
    values, dipole = fields(coefficients, surface), dipoles(law, surface)
    along, left = Parts.of(dipole, values)
    south = -along / np.linalg.norm(along)  # a compass needle's north points to it, so that the moment points away
    expected = np.array([coefficients[1, 1], coefficients[1, -1], coefficients[1, 0]])
    return {
        "year": year,
        "moment": PER_TESLA * float(np.linalg.norm(along)),
        "published": PER_TESLA * 1e-9 * RADIUS**3 * float(np.linalg.norm(expected)),
        "tilt": float(np.degrees(np.arccos(south[2]))),
        "published_tilt": float(np.degrees(np.arccos(-expected[2] / np.linalg.norm(expected)))),
        "longitude": float(np.degrees(np.arctan2(south[1], south[0]))),
        "dipole_share": 1 - left,
        "quadrupole_share": left - Parts.of(np.concatenate([dipole, quadrupoles(surface)]), values).left,
    }


def main(words: Sequence[str] | None = None) -> dict[str, Any]:
    """Find the law with the axis of rotation, then with that of the moment; print what follows of it by year."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--year", type=float, default=2020, help="whose field the law is found of (default 2020)")
    parser.add_argument("--years", type=float, nargs="*", default=[*np.arange(1900.0, 2031.0, 10)])
    parser.add_argument("--out", type=Path, default=Path("runs/earth"))
    asked = parser.parse_args(words)
    se.enable_x64()
    coefficients, axis = published(asked.year), np.array([0.0, 0.0, 1.0])
    at = places(400, *FAR)
    for _ in range(2):
        law = found(coefficients, axis)
        print(f"axis {np.round(axis, 4)}: {law}  ({law.verdict})")
        along = Parts.of(dipoles(law, at), fields(coefficients, at)).numbers
        axis = along / np.linalg.norm(along)
    for constant in law.constants:
        print(f"{constant.name} = {constant.value:.6g} ± {constant.standard_error:.2g} {constant.unit}")
    rows = [of_year(law, year) for year in sorted({*asked.years, asked.year})]
    for row in rows:
        print(json.dumps({name: round(value, 4 - int(np.log10(abs(value)))) for name, value in row.items()}))
    asked.out.mkdir(parents=True, exist_ok=True)
    se.save(asked.out / "law", law)
    save_figure(by_year(rows), asked.out / "earth.png")
    (asked.out / "earth.json").write_text(json.dumps({"law": str(law), "years": rows}, indent=1), "utf-8")
    return {"law": law, "rows": rows}


def by_year(rows: Sequence[Mapping[str, float]]) -> Figure:
    """Moment, tilt and shares over the years, beside what the coefficients of degree 1 say."""
    figure = Figure(figsize=(9, 3), layout="constrained")
    years = [row["year"] for row in rows]
    panels = (
        ("moment (A m²)", (("moment", "law", "o"), ("published", "coefficients", "-"))),
        ("tilt (degrees)", (("tilt", "law", "o"), ("published_tilt", "coefficients", "-"))),
        ("share of the mean square", (("dipole_share", "dipole", "o"), ("quadrupole_share", "quadrupole", "s"))),
    )
    for number, (label, lines) in enumerate(panels, start=1):
        axes = figure.add_subplot(1, 3, number)
        for name, said, mark in lines:
            axes.plot(years, [row[name] for row in rows], mark, label=said)
        axes.set(xlabel="year", ylabel=label)
        axes.legend()
    return figure


if __name__ == "__main__":
    main()
