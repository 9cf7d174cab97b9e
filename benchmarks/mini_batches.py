"""Natural gradients beside Adam in the same CPU time, on networks too large for Levenberg-Marquardt.

Both begin with a linear solve, and choose the best model by a fifth of the samples; what is compared is the relative
squared error on new samples. Adam makes the steps that a task says, natural gradients as many as take as long. The time
of a step is that of the process between two records, without compiling.
"""

import argparse
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr

from benchmarks.machine import headline
from benchmarks.tables import number, table
from scalaremlp.data import inertia, o5
from scalaremlp.nn import EMLP, MLP, ScalarMLP
from scalaremlp.train import FirstOrder, LeastSquares, NaturalGradient, Regression, fit

TEST = 2000
CHUNK = 20  # steps between two records of either


class Task(NamedTuple):
    """What is fitted, and how far a fitted model is off."""

    model: Any
    data: Any
    loss: LeastSquares
    error: Callable[[Any], float]


class Poisson(LeastSquares):
    """−Δu = f in the unit square with u = 0 on its edge, of which sin 2πx sin 3πy is the solution; f is of size one."""

    def residuals(self, model: Any, batch: Any, key: Any) -> jax.Array:
        """(Δu + f) over 13 π²."""
        unit = 13 * jnp.pi**2
        laplacian = jax.vmap(lambda point: jnp.trace(jax.hessian(lambda p: displacement(model, p))(point)))
        return (laplacian(batch) / unit + solution(batch))[:, None]


def displacement(model: Any, point: jax.Array) -> jax.Array:
    """u of a network, zero on the edge."""
    return jnp.prod(point * (1 - point)) * model(point)[0]


def solution(points: jax.Array) -> jax.Array:
    """u as it is."""
    return jnp.sin(2 * jnp.pi * points[:, 0]) * jnp.sin(3 * jnp.pi * points[:, 1])


def poisson(seed: int) -> Task:
    """A plain network of two coordinates, by 2000 points."""
    points, new = (jr.uniform(jr.key(number), (2000, 2)) for number in (seed, seed + 50))

    def error(model: Any) -> float:
        wrong = jax.vmap(lambda point: displacement(model, point))(new) - solution(new)
        return float(jnp.mean(wrong**2) / jnp.mean(solution(new) ** 2))

    model = eqx.nn.MLP(2, 1, 100, 3, jnp.tanh, key=jr.key(100 + seed))
    return Task(model, points, Poisson(), error)


def regression(make: Any, model: Any, width: int, samples: int) -> Callable[[int], Task]:
    """A task of the library, and a network of three layers."""

    def task(seed: int) -> Task:
        from scalaremlp import evaluate

        train, test = make(samples + TEST, key=jr.key(seed)).split(samples)
        network = model(train.rep_in, train.rep_out, train.group, width=width, depth=3, key=jr.key(100 + seed))
        return Task(network, train, Regression(), lambda fitted: evaluate(fitted, test)["relative_mse"])

    return task


#: The tasks by name, and the steps of Adam for each.
TASKS: dict[str, tuple[Callable[[int], Task], int]] = {
    "poisson, MLP": (poisson, 1200),
    "o5, ScalarMLP": (regression(o5, ScalarMLP, 100, 3000), 3500),
    "o5, MLP": (regression(o5, MLP, 100, 3000), 4000),
    "inertia, EMLP": (regression(inertia, EMLP, 160, 1000), 1500),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--only", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])


def run(options: argparse.Namespace) -> int:
    """Fit, print a table."""
    import scalaremlp as se

    se.enable_x64()
    print(headline(), flush=True)
    rows = [_compared(name, options.seeds) for name in options.only]
    print(table(rows))
    return 0


def _compared(name: str, seeds: list[int]) -> dict[str, str]:
    """The row of a task: the errors of both, and in the median their ratio."""
    make, steps = TASKS[name]
    adam = [_fitted(make(seed), FirstOrder(steps=steps, chunk=CHUNK, linear_first=True)) for seed in seeds]
    each = _fitted(make(seeds[0]), NaturalGradient(steps=3 * CHUNK, chunk=CHUNK))[1]
    equal = max(2 * CHUNK, round(median(pace for _, pace in adam) * steps / each / CHUNK) * CHUNK)
    natural = [_fitted(make(seed), NaturalGradient(steps=equal, chunk=CHUNK)) for seed in seeds]
    ratios = [ours / theirs for (ours, _), (theirs, _) in zip(natural, adam, strict=True)]
    return {
        "task": name,
        "steps of Adam": f"{steps}",
        "natural": f"{equal}",
        "error of Adam": number(median(error for error, _ in adam)),
        "of natural gradients": number(median(error for error, _ in natural)),
        "ratio": number(median(ratios)),
    }


def _fitted(task: Task, method: Any) -> tuple[float, float]:
    """The error, and the CPU seconds of a step."""
    marks: list[tuple[int, float]] = []
    model, _ = fit(
        task.model, task.data, optimizer=method, loss=task.loss, key=jr.key(20), progress=False,
        callbacks=[lambda record: marks.append((record.step, process_time()))],
    )  # fmt: skip
    (first, begun), (last, ended) = marks[0], marks[-1]
    return task.error(model), (ended - begun) / (last - first)
