"""The stress of a rubber with fibres, learned in three ways: itself, and as the gradient of a learned energy.

    python experiments/fibre_energy.py --out runs/fibre

The energy is learned from samples of energy, or from samples of stress alone through `jax.grad`: a body that gives no
energy for nothing, by construction. In packed coordinates the stress is the gradient by the strain.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import jax
import jax.random as jr
import numpy as np
from matplotlib.figure import Figure

import scalaremlp as se
from scalaremlp.data import fibre, fibre_energy
from scalaremlp.nn import ScalarMLP
from scalaremlp.plot import BLUE, GREEN, VERMILLION, save_figure
from scalaremlp.train import LeastSquares, LevenbergMarquardt

TEST, WIDTH = 4000, 12
LINES = {"stress": (BLUE, "-"), "energy": (GREEN, ":"), "energy, from stress": (VERMILLION, "--")}


class Stress(LeastSquares):
    """The gradient of an energy by the strain, against the stress."""

    def residuals(self, model: Any, batch: Any, key: Any) -> jax.Array:
        """See `LeastSquares.residuals`."""
        x, y = batch
        return jax.vmap(stress_of(model))(x) - y


def stress_of(energy: Callable[[jax.Array], jax.Array]) -> Callable[[jax.Array], jax.Array]:
    """The stress that belongs to an energy."""
    return lambda x: jax.grad(lambda x: energy(x)[0])(x)[:6]


def learned(n: int, key: jax.Array) -> dict[str, Callable[[jax.Array], jax.Array]]:
    """A stress for each way."""
    stress, energy = fibre(n, key=key), fibre_energy(n, key=key)
    types = energy.rep_in, energy.rep_out, energy.group
    direct, _ = se.fit(ScalarMLP(stress.rep_in, stress.rep_out, stress.group, key=key), stress, key=key)
    from_energy, _ = se.fit(ScalarMLP(*types, key=key), energy, key=key)
    start = ScalarMLP(*types, width=WIDTH, key=key).calibrate(stress.x)
    samples, method = (stress.x, stress.y), LevenbergMarquardt(steps=100)
    from_stress, _ = se.fit(start, samples, loss=Stress(), optimizer=method, key=key)
    return {"stress": direct, "energy": stress_of(from_energy), "energy, from stress": stress_of(from_stress)}


def drawn(errors: dict[str, np.ndarray]) -> Figure:
    """For each way the share of samples whose stress is wrong by less."""
    figure = Figure(figsize=(6.5, 4.2), layout="constrained")
    axes = figure.subplots()
    for way, each in errors.items():
        colour, style = LINES[way]
        axes.plot(np.sort(each), np.linspace(0, 1, len(each)), color=colour, linestyle=style, label=f"learned: {way}")
    axes.set(xscale="log", xlabel="error of the stress, |S − S true| (kPa)", ylabel="samples with less (share)")
    axes.legend()
    return figure


def main(words: Sequence[str] | None = None) -> dict[str, float]:
    """Learn, print the relative errors of the stress, and draw them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ntrain", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("runs/fibre"))
    asked = parser.parse_args(words)
    se.enable_x64()
    test, begun, relative, errors = fibre(TEST, key=jr.key(10**6)), process_time(), {}, {}
    truth = np.asarray(test.y)
    for way, model in learned(asked.ntrain, jr.key(0)).items():
        wrong = np.asarray(jax.jit(jax.vmap(model))(test.x)) - truth
        errors[way] = np.linalg.norm(wrong, axis=1)
        relative[way] = float(np.sum(wrong**2) / np.sum((truth - truth.mean(axis=0)) ** 2))
        print(json.dumps({"learned": way, "relative_mse": relative[way]}), flush=True)
    save_figure(drawn(errors), asked.out / "figures" / "errors.png")
    numbers = {"relative_mse": relative, "cpu_seconds": process_time() - begun}
    (asked.out / "numbers.json").write_text(json.dumps(numbers))
    return relative


if __name__ == "__main__":
    main()
