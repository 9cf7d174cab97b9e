"""Draws the pictures of the documentation: `python docs/make_pictures.py [name …]`, two minutes on one core for all.

Everything is drawn from fixed keys, so that the same versions draw the same pictures.
"""

import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import jax.random as jr
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

import scalaremlp as se
from scalaremlp.groups import SO, Lorentz, O
from scalaremlp.plot import BLUE, GREEN, GREY, PURPLE, VERMILLION, save_figure
from scalaremlp.reps import T
from scalaremlp.scalars import Covariants, Invariants

IMAGES = Path(__file__).parent / "images"


def idea() -> Figure:
    """From inputs over scalars and coefficients to the output, with the names that the library gives."""
    rep_in, rep_out = 2 * T(1), T(1)
    group = SO(3)
    scalars, tensors = Invariants(rep_in, group), Covariants(rep_in, rep_out, group)
    figure = Figure(figsize=(10, 4), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(0, 20), ylim=(0, 8))
    axes.set_axis_off()
    boxes = {
        "inputs": (0.2, 2.6, 3.0, 2.8, GREY, f"inputs x\n\nx1, x2\n{rep_in} of {group}"),
        "scalars": (
            4.6,
            4.6,
            3.9,
            3.1,
            BLUE,
            "invariant scalars φ(x)\n\n" + "\n".join(scalars.names) + "\n(norms, cosines)",
        ),
        "network": (9.7, 4.6, 3.9, 3.1, VERMILLION, "coefficients f(φ)\n\nlearned: polynomial\n+ network"),
        "tensors": (4.6, 0.9, 9.0, 2.2, GREEN, "equivariant tensors c(x)\n\n" + "      ".join(tensors.names)),
        "output": (
            15.3,
            2.6,
            4.4,
            2.8,
            GREY,
            f"output h(x)\n\n$\\sum_a\\ f_a(\\varphi(x))\\ c_a(x)$\n\n{rep_out} of {group}",
        ),
    }
    for left, bottom, width, height, colour, text in boxes.values():
        box = FancyBboxPatch(
            (left, bottom),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.3",
            facecolor="white",
            edgecolor=colour,
            lw=2,
        )
        axes.add_patch(box)
        axes.text(left + width / 2, bottom + height / 2, text, ha="center", va="center", fontsize=11)
    for start, end in (((3.2, 4.6), (4.6, 5.8)), ((8.5, 6.1), (9.7, 6.1)), ((3.2, 3.4), (4.6, 2.2))):
        axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "lw": 1.5})
    for start, end in (((13.6, 5.8), (15.3, 4.6)), ((13.6, 2.2), (15.3, 3.4))):
        axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "lw": 1.5})
    return figure


def equivariance() -> Figure:
    """A scalar model and a plain network, trained on samples of nearly one orientation."""
    rep_in, rep_out, group = 2 * T(1), T(1), O(2)

    def law(x):
        a, b = x[:2], x[2:]
        return a * jnp.exp(-(b @ b) / 2) + b * (a @ b) / (1 + a @ a)

    def samples(n, key):
        """In all of them the first vector points within 45° of the x-axis."""
        length_key, angle_key, other_key = jr.split(key, 3)
        length = 0.5 + jr.uniform(length_key, (n,))
        angle = jnp.pi / 4 * jr.uniform(angle_key, (n,), minval=-1.0)
        other = jr.normal(other_key, (n, 2)) * 0.5 + jnp.array([1.0, 0.0])
        x = jnp.concatenate([jnp.stack([length * jnp.cos(angle), length * jnp.sin(angle)], 1), other], axis=1)
        return se.data.Dataset(x, jax.vmap(law)(x), rep_in, rep_out, group)

    train, test = samples(200, jr.key(0)), samples(200, jr.key(1))
    models = {
        "ScalarMLP": se.nn.ScalarMLP(rep_in, rep_out, group, width=16, key=jr.key(2)),
        "MLP": se.nn.MLP(rep_in, rep_out, group, width=24, depth=2, activation="tanh", key=jr.key(2)),
    }
    method = se.train.LevenbergMarquardt(steps=40)
    fitted = {name: se.fit(m, train, optimizer=method, key=jr.key(3))[0] for name, m in models.items()}

    figure = Figure(figsize=(10, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    one, truth = test.x[3], np.asarray(test.y[3])
    turns = [_turn(angle) for angle in np.arange(0, 360, 30)]
    for (name, model), colour, marker in zip(fitted.items(), (BLUE, VERMILLION), ("o", "^"), strict=True):
        back = [g.T @ np.asarray(model(jnp.asarray(_moved(g, one)))) for g in turns]
        left.plot(*np.transpose(back), linestyle="", marker=marker, markersize=7, color=colour, alpha=0.8, label=name)
    left.plot(*truth, linestyle="", marker="+", markersize=16, markeredgewidth=1.5, color="black", label="the law")
    left.plot(0, 0, linestyle="", marker=".", color=GREY, label="origin")
    left.set(xlabel="$g^{-1} f(gx)$, first component (no unit)", ylabel="second component (no unit)", aspect="equal")
    left.set_title("one input in 12 orientations, its prediction turned back", fontsize="medium")
    left.legend(frameon=False, fontsize="small")

    angles = np.arange(0, 361, 5)
    for (name, model), colour, marker in zip(fitted.items(), (BLUE, VERMILLION), ("o", "^"), strict=True):
        errors = []
        for angle in angles:
            g = _turn(angle)
            moved = se.data.Dataset(_moved(g, test.x), np.asarray(test.y) @ g.T, rep_in, rep_out, group)
            errors.append(se.evaluate(model, moved)["relative_mse"])
        right.plot(angles, errors, color=colour, marker=marker, markevery=6, label=name)
    right.set(xlabel="angle by which the test samples are turned (degrees)", ylabel="relative test MSE", yscale="log")
    right.set_xticks(range(0, 361, 45))
    right.set_title("trained within 45° of one orientation", fontsize="medium")
    right.legend(frameon=False, fontsize="small", loc="center", bbox_to_anchor=(0.5, 0.3))
    for axes in (left, right):
        _tidy(axes)
    return figure


def covariants() -> Figure:
    """How many covariants an output of rank k has, by the number of input vectors."""
    figure = Figure(figsize=(6, 4.2), layout="constrained")
    axes = figure.subplots()
    styles = zip(
        (1, 2, 3, 4), ((1, 50), (1, 50), (1, 18), (1, 9)), (BLUE, VERMILLION, GREEN, PURPLE), "os^D", strict=True
    )
    for rank, (least, most), colour, marker in styles:
        numbers = np.unique(np.geomspace(least, most, 8).astype(int))
        sizes = [Covariants(int(n) * T(1), T(rank), O(3)).size for n in numbers]
        shown = [(n, size) for n, size in zip(numbers, sizes, strict=True) if size]
        axes.plot(*np.transpose(shown), color=colour, marker=marker, markersize=5, label=f"T({rank})")
    axes.axhline(1e5, color="black", linestyle="--", linewidth=1)
    axes.text(1, 1.2e5, "limit= by default", fontsize="small")
    axes.set(
        xlabel="input vectors (count)", ylabel="covariants of O(3) (count)", xscale="log", yscale="log", ylim=(0.7, 4e5)
    )
    axes.legend(frameon=False, title="output")
    _tidy(axes)
    return figure


def orbits() -> Figure:
    """The orbits of one vector under the Lorentz group, by its only polynomial invariant."""
    group = Lorentz()
    square = Invariants(T(1), group)
    space, time = np.meshgrid(np.linspace(-3, 3, 241), np.linspace(-3, 3, 241))
    points = np.stack([time, space, 0 * time, 0 * time], axis=-1).reshape(-1, 4)
    values = np.asarray(jax.vmap(square)(jnp.asarray(points))).reshape(time.shape)
    figure = Figure(figsize=(5.6, 4.8), layout="constrained")
    axes = figure.subplots()
    drawn = axes.contourf(space, time, values, levels=np.arange(-9, 10, 1.5), cmap="PuOr")
    axes.contour(space, time, values, levels=[0], colors="black", linewidths=2)
    axes.contour(space, time, values, levels=[2.25], colors=BLUE, linewidths=2)
    axes.plot(0, 0, marker="o", color="black")
    white = {"facecolor": "white", "edgecolor": "none", "boxstyle": "round"}
    left, right = (-1.85, 0.0), (1.85, 0.0)
    for tip in ((-0.35, 1.54), (-0.35, -1.54)):
        axes.annotate("", tip, left, arrowprops={"arrowstyle": "->", "color": BLUE})
    for tip in ((0.06, 0.0), (0.85, 0.85)):
        axes.annotate("", tip, right, arrowprops={"arrowstyle": "->"})
    told = "one invariant,\ntwo orbits of\nSO⁺(1,3)"
    axes.text(*left, told, color=BLUE, fontsize=9, ha="center", va="center", bbox=white)
    axes.text(*right, "the light cone\nhas the invariant\nof zero", fontsize=9, ha="center", va="center", bbox=white)
    axes.set(
        xlabel="space component x (unit of the vector)", ylabel="time component t (unit of the vector)", aspect="equal"
    )
    figure.colorbar(drawn, label=f"{square.names[0]} = t² − x² (its square)")
    return figure


def _turn(degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _moved(g: np.ndarray, x: jax.Array) -> np.ndarray:
    """Every vector of one input, or of many, turned."""
    vectors = np.asarray(x)
    return (vectors.reshape(*vectors.shape[:-1], -1, 2) @ g.T).reshape(vectors.shape)


def _tidy(axes: plt.Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)


PICTURES = {"idea": idea, "equivariance": equivariance, "covariants": covariants, "orbits": orbits}

if __name__ == "__main__":
    se.enable_x64()
    for chosen in sys.argv[1:] or PICTURES:
        print(save_figure(PICTURES[chosen](), IMAGES / f"{chosen}.png"))
