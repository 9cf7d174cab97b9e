"""The law of gravity and the masses of the planets, learned from 30 years of their real positions.

    python experiments/solar_system.py --out runs/solar-system

Body i is accelerated by Σⱼ μⱼ f(|rᵢⱼ|) rᵢⱼ/|rᵢⱼ|: one function f of the distance for all pairs and one number μⱼ for
each body, so that rotations, reflections, shifts and permutations of the bodies with their μ are symmetries. Log f is a
polynomial of log r. Neither is told: f begins as a constant, the μ as equal. With f(1 au) = 1 the μ are GM, in
au³/day².
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float

import scalaremlp as se
from scalaremlp.data import SOLAR_SYSTEM, Trajectories, solar_system
from scalaremlp.dynamics import Bodies, HamiltonianField, RungeKutta, rollout
from scalaremlp.plot import save_figure
from scalaremlp.train import LeastSquares, LevenbergMarquardt, TrajectoryMatching
from solar_system_figures import force_law, masses, positions

YEAR = 365.25  # days
SPAN = 0.25, 50.0  # au, about the distances there are
PIECE = np.array([0.0, 4.0, 8.0])  # days
STEP = 2.0  # days between the steps of the integrator, of order 8
LIGHT = 173.14463  # au/day, the speed of light
LEARNED, NEWTON = "learned", "Newton, published masses"


class Gravity(eqx.Module):
    """The velocities and accelerations of bodies with unknown masses and an unknown law of force."""

    coefficients: Float[Array, " k"]
    masses: Float[Array, " n"]  # μ, in 10⁻⁴ au³/day²

    def log_force(self, log_r: Float[Array, ""]) -> Float[Array, ""]:
        """A Chebyshev series in log r, shifted to be 0 at 1 au. A power law of any exponent is one, of degree 1."""
        low, high = np.log(SPAN)
        x = (2 * jnp.stack([log_r, jnp.zeros_like(log_r)]) - low - high) / (high - low)
        terms = [jnp.ones_like(x), x]
        while len(terms) <= len(self.coefficients):
            terms.append(2 * x * terms[-1] - terms[-2])
        here, at_one = jnp.stack(terms[1:], axis=-1) @ self.coefficients
        return here - at_one

    def __call__(self, z: Float[Array, " d"]) -> Float[Array, " d"]:
        """The rate of change of a state (q, v)."""
        q, v = z.reshape(2, -1, 3)
        one, other = np.triu_indices(len(q), 1)
        r = q[other] - q[one]
        log_r = jnp.log(jnp.sum(r**2, axis=1)) / 2
        pull = 1e-4 * jnp.exp(jax.vmap(self.log_force)(log_r) - log_r)[:, None] * r
        mass = self.masses[:, None]
        a = jnp.zeros_like(q).at[one].add(mass[other] * pull).at[other].add(-mass[one] * pull)
        return jnp.concatenate([v, a]).ravel()


class Relative(LeastSquares):
    """The residuals of another loss, each relative to the root mean square of that position or velocity."""

    loss: LeastSquares
    sizes: Float[Array, " d"]

    def residuals(self, model: Any, batch: Any, key: Any) -> Float[Array, "b m"]:
        """See `LeastSquares.residuals`."""
        values = self.loss.residuals(model, batch, key)
        return (values.reshape(len(values), -1, self.sizes.size) / self.sizes).reshape(len(values), -1)


def learned(options: argparse.Namespace) -> tuple[Gravity, Any]:
    """The model fitted to short pieces, spread over the years to learn from, whose first states are taken as they are.

    Over eight days states depart from straight lines by little but their acceleration, so that the fit comes from far
    away; and they are given to ten digits, so that this is enough for the masses.
    """
    model = Gravity(jnp.zeros(options.degree), jnp.full(len(options.bodies), 0.1))
    starts = options.start + np.linspace(0, YEAR * options.years - PIECE[-1], options.pieces)
    data = solar_system(starts[:, None] + PIECE, bodies=options.bodies)
    squares = jnp.mean(jnp.sum(data.z.reshape(-1, 2 * len(options.bodies), 3) ** 2, axis=2), axis=0)
    matching = TrajectoryMatching(integrator=integrator(PIECE[1]), whole=True)
    return se.fit(
        model, (data.t, data.z),  # without the published masses
        loss=Relative(matching, jnp.repeat(jnp.sqrt(squares), 3)), key=jr.key(0),  # draws nothing
        # Without a prior: the data are free of noise, and it would hold f to a constant from where it starts.
        optimizer=LevenbergMarquardt(steps=options.steps, tolerance=1e-3, floor=0, regularise=False),
    )  # fmt: skip


def measured(model: Gravity, options: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """The law of force, the masses, and the positions over the years that follow: numbers, and figures of them."""
    r = distances(sampled(options).z[0])
    log_f, slope = map(np.asarray, jax.vmap(jax.value_and_grad(model.log_force))(jnp.log(r)))
    start = options.start + YEAR * options.years
    truth = solar_system(np.linspace(start, start + YEAR * options.test_years, 241), bodies=options.bodies)
    published, mass = np.asarray(truth.parameters)[0], 1e-4 * np.asarray(model.masses)
    errors = {LEARNED: position_errors(model, truth), NEWTON: position_errors(Newton(jnp.asarray(published)), truth)}
    orbits = np.linalg.norm(heliocentric(sampled(options).z[0]), axis=2).mean(axis=0)
    pull = mass[0] / published[0] * np.exp(jax.vmap(model.log_force)(jnp.log(orbits))) * orbits**2 - 1
    planets = options.bodies[1:]
    numbers = {
        "exponent": float(np.polyfit(np.log(r), log_f, 1)[0]),
        "slopes": [float(slope.min()), float(slope.max())],
        "distances_au": [float(r[0]), float(r[-1])],
        "gm": dict(zip(options.bodies, mass.tolist(), strict=True)),
        "gm_error": dict(zip(options.bodies, (mass / published - 1).tolist(), strict=True)),
        "pull": dict(zip(planets, pull.tolist(), strict=True)),
        "pull of relativity": dict(zip(planets, (-3 * published[0] / LIGHT**2 / orbits).tolist(), strict=True)),
        "last position error": {w: dict(zip(planets, e[-1].tolist(), strict=True)) for w, e in errors.items()},
        "largest position error": {
            w: dict(zip(planets, e.max(axis=0).tolist(), strict=True)) for w, e in errors.items()
        },
    }
    years = (np.asarray(truth.t)[0] - start) / YEAR
    return numbers, {
        "force": force_law(r, np.exp(log_f)),
        "masses": masses(options.bodies, mass, published),
        "positions": positions(planets, years, errors),
    }


class Newton(eqx.Module):
    """The field of 1/r² with known GM, for comparison; a state holds velocities, not momenta."""

    masses: Float[Array, " n"]

    def __call__(self, z: Float[Array, " d"]) -> Float[Array, " d"]:
        """The rate of change of a state (q, v)."""
        units = jnp.concatenate([jnp.ones_like(self.masses), self.masses]).repeat(3)
        return HamiltonianField(Bodies(self.masses))(units * z) / units


def position_errors(field: Any, truth: Trajectories) -> Float[np.ndarray, "times planets"]:
    """How far planets are from where they are predicted from the first state, relative to their distance from the Sun.

    Both positions are relative to the Sun.
    """
    t = np.asarray(truth.t)[0]
    predicted = rollout(field, truth.z[0, 0], t, method=integrator(t[1] - t[0])).states
    q, true = heliocentric(predicted), heliocentric(truth.z[0])
    return np.linalg.norm(q - true, axis=2) / np.linalg.norm(true, axis=2)


def heliocentric(z: Float[Array, "times d"]) -> Float[np.ndarray, "times planets 3"]:
    """Positions of the planets relative to the Sun, the first body."""
    q = np.asarray(z)[:, : z.shape[1] // 2].reshape(len(z), -1, 3)
    return q[:, 1:] - q[:, :1]


def integrator(days: float) -> RungeKutta:
    """Steps of at most `STEP` over so many days."""
    return RungeKutta(order=8, substeps=int(np.ceil(days / STEP)))


def sampled(options: argparse.Namespace) -> Trajectories:
    """Where the bodies are every 30 days of the years to learn from."""
    return solar_system(options.start + np.arange(0, YEAR * options.years, 30.0), bodies=options.bodies)


def distances(z: Float[Array, "times d"]) -> Float[np.ndarray, " m"]:
    """Those of all pairs of bodies, sorted."""
    q = np.asarray(z)[:, : z.shape[1] // 2].reshape(len(z), -1, 3)
    one, other = np.triu_indices(q.shape[1], 1)
    return np.sort(np.linalg.norm(q[:, one] - q[:, other], axis=2).ravel())


def table(numbers: dict[str, Any]) -> str:
    """Markdown: the law in a line, and a row for each body."""
    first, last = numbers["distances_au"]
    columns = {
        "GM learned (au³/day²)": {body: f"{gm:.7e}" for body, gm in numbers["gm"].items()},
        "error of GM": {body: f"{error:+.1e}" for body, error in numbers["gm_error"].items()},
        **{
            name: {planet: f"{value:.1e}" for planet, value in values.items()}
            for name, values in {
                "error of position": numbers["last position error"][LEARNED],
                "largest": numbers["largest position error"][LEARNED],
                f"largest, {NEWTON}": numbers["largest position error"][NEWTON],
                "pull of the Sun − 1": numbers["pull"],
                "−3GM/c²r": numbers["pull of relativity"],
            }.items()
        },
    }
    rows = [("body", *columns), ("---",) * (1 + len(columns))]
    rows += [(body, *(column.get(body, "–") for column in columns.values())) for body in numbers["gm"]]
    law = f"exponent {numbers['exponent']:.7f}, slopes {numbers['slopes'][0]:.5f} to {numbers['slopes'][1]:.5f}"
    return "\n".join([f"{law}, {first:.2f} to {last:.1f} au", "", *("| " + " | ".join(row) + " |" for row in rows)])


def main(words: Sequence[str] | None = None) -> dict[str, Any]:
    """Learn, measure, write the run folder, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/solar-system"), help="the run folder")
    parser.add_argument(
        "--bodies", type=lambda text: tuple(text.split(",")), default=SOLAR_SYSTEM, help="the Sun first"
    )
    parser.add_argument("--start", type=float, default=-7305.0, help="days since J2000.0; by default 1980-01-01 12:00")
    parser.add_argument("--years", type=float, default=30.0, help="to learn from")
    parser.add_argument("--test-years", type=float, default=20.0, help="to predict after these")
    parser.add_argument("--pieces", type=int, default=62, help="of eight days, to fit to")
    parser.add_argument("--steps", type=int, default=60, help="most iterations of the fit")
    parser.add_argument("--degree", type=int, default=10, help="of log f, a polynomial of log r")
    options = parser.parse_args(words)
    se.enable_x64()
    if (options.out / "config.json").exists():
        parser.error(f"{options.out} holds a run already: choose another --out")
    try:
        sampled(options)
    except (ValueError, ImportError, OSError) as error:  # bodies, dates, the ephemeris
        parser.error(str(error))
    began = time.perf_counter()
    model, history = learned(options)
    numbers, figures = measured(model, options)
    numbers["seconds"] = round(time.perf_counter() - began, 1)
    se.save(options.out, model, history, settings={**vars(options), "out": str(options.out)})
    for name, figure in figures.items():
        save_figure(figure, options.out / "figures" / f"{name}.png")
    (options.out / "numbers.json").write_text(json.dumps(numbers, indent=1), encoding="utf-8")
    (options.out / "table.md").write_text(table(numbers) + "\n", encoding="utf-8")
    print(f"{table(numbers)}\n\n{numbers['seconds']} s; figures are in {options.out / 'figures'}")
    return numbers


if __name__ == "__main__":
    main()
