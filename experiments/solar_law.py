"""The law of gravity as a formula, and the masses of the planets with standard errors, from 60 years of positions.

    pip install 'scalaremlp[ephemeris,laws]'
    python experiments/solar_law.py --out runs/solar-law

Accelerations are differences of the velocities of JPL's ephemeris DE421, of eighth order. The law is found of the
planets about the Sun; the pull of unit masses by this law then makes up the acceleration of the Sun, which tells the
mass of each planet. What is left over, of asteroids and relativity, lasts for years: standard errors are those of sums
over blocks of five years.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax.random as jr
import numpy as np
from jaxtyping import Float

import scalaremlp as se
from scalaremlp.data import SOLAR_SYSTEM, solar_system
from scalaremlp.groups import O
from scalaremlp.reps import T

BODIES = (*SOLAR_SYSTEM, "pluto")
DAYS = np.arange(-30 * 365.25, 30 * 365.25, 20.0)  # since J2000
STEP = 0.5  # days between the velocities of a difference
DIFFERENCE = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0, 4 / 5, -1 / 5, 4 / 105, -1 / 280]) / STEP
BLOCK = 91  # times, five years
EVERY = 59  # of the planets' states, of which a few hundred are enough for a formula


def motion() -> tuple[Float[np.ndarray, "n b 3"], Float[np.ndarray, "n b 3"], Float[np.ndarray, " b"]]:
    """Places (au) and accelerations (au/day²) of all bodies, and their published GM (au³/day²)."""
    data = solar_system(DAYS[:, None] + STEP * np.arange(-4, 5), bodies=BODIES)
    states = np.asarray(data.z).reshape(len(DAYS), 9, 2, len(BODIES), 3)
    return states[:, 4, 0], np.einsum("k,nkbx->nbx", DIFFERENCE, states[:, :, 1]), np.asarray(data.parameters)[0]


def law_of(places: Float[np.ndarray, "n b 3"], accelerations: Float[np.ndarray, "n b 3"]) -> se.laws.Law:
    """Of a planet about the Sun: its acceleration by its place and a constant with the unit of GM."""
    r, a = (np.reshape(each[:, 1:9] - each[:, :1], (-1, 3))[::EVERY] for each in (places, accelerations))
    x, units = np.hstack([np.ones((len(r), 1)), r]), {"units_in": ["au^3/day^2", "au"], "units_out": "au/day^2"}
    return se.laws.discover(se.data.Dataset(x, a, T(0) + T(1), T(1), O(3), **units), key=jr.key(0))


def masses(
    law: se.laws.Law, places: Float[np.ndarray, "n b 3"], pull: Float[np.ndarray, "n 3"]
) -> tuple[Float[np.ndarray, " b"], Float[np.ndarray, " b"]]:
    """GM of all but the Sun by least squares of the Sun's acceleration, and standard errors by blocks of time."""
    r = (places[:, :1] - places[:, 1:]).reshape(-1, 3)
    unit = law.constants[0].value  # of what the law gives for the Sun
    fields = np.asarray(se.predict(law, np.hstack([np.ones((len(r), 1)), r]))) / abs(unit)
    columns = fields.reshape(len(places), -1, 3).transpose(0, 2, 1)
    sizes = np.sqrt(np.mean(columns**2, axis=(0, 1)))
    matrix = (columns / sizes).reshape(-1, columns.shape[2])
    found = np.linalg.lstsq(matrix, pull.ravel())[0]
    scores = matrix * (pull.ravel() - matrix @ found)[:, None]
    blocks = np.add.reduceat(scores, np.arange(0, len(scores), 3 * BLOCK))
    bread = np.linalg.inv(matrix.T @ matrix)
    spread = bread @ (blocks.T @ blocks) @ bread * len(blocks) / (len(blocks) - 1)
    return found / sizes, np.sqrt(np.diag(spread)) / sizes


def main(words: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the law, GM of the Sun, and each planet's beside the published one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/solar-law"))
    asked = parser.parse_args(words)
    se.enable_x64()
    places, accelerations, published = motion()
    law = law_of(places, accelerations)
    (sun,) = law.constants
    print(f"{law}  ({law.verdict})\nGM of the Sun = {-sun.value:.9g} ± {sun.standard_error:.1g} au³/day²")
    found, errors = masses(law, places, accelerations[:, 0])
    rows = [
        {"body": name, "gm": gm, "standard_error": error, "published": known, "pull": (gm - known) / error}
        for name, gm, error, known in zip(BODIES[1:], found, errors, published[1:], strict=True)
    ]
    for row in rows:
        print("{body:8s} {gm:.9g} ± {standard_error:.1g}   published {published:.9g}   {pull:+.1f} σ".format(**row))
    asked.out.mkdir(parents=True, exist_ok=True)
    se.save(asked.out / "law", law)
    (asked.out / "masses.json").write_text(json.dumps({"law": str(law), "masses": rows}, indent=1), "utf-8")
    return {"law": law, "rows": rows, "sun": (-sun.value, sun.standard_error, published[0])}


if __name__ == "__main__":
    main()
