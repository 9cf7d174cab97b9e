"""Fits with a known disease, and healthy ones, drawn by seed from the three tasks and the seven laws.

What ails a fit is made on purpose, one kind for each hint of a verdict; everything else about it is as in the healthy
ones. All are small, since it is the verdict that is measured and not the fit.

Example:
    >>> case = DISEASES["input"](100)
    >>> case.train.rep_in, len(case.train), len(case.held_out), len(case.test)
    (2*T(1), 240, 60, 1000)
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import jax.random as jr
import numpy as np
import optax

from benchmarks.laws import ETA, LAWS, OMEGA, dot, law
from scalaremlp.data import DATASETS, Dataset
from scalaremlp.groups import O, U
from scalaremlp.reps import T
from scalaremlp.train import FirstOrder, LevenbergMarquardt

TEST, TEST_SEED = 1000, 10_000  # test samples, and what is added to the seed for them
QUICK, LONGER = LevenbergMarquardt(steps=40), LevenbergMarquardt(steps=80)
# A number of samples from which the small network of these fits knows the law.
ENOUGH = {"o5": 300, "inertia": 300, "particle": 300, "central": 600, "twist": 1500, "stress": 400, "scatter": 300,
          "current": 300, "flow": 300, "spinor": 1000}  # fmt: skip
VECTOR_LAWS = ("central", "twist", "current", "flow", "spinor")


@dataclass(frozen=True)
class Case:
    """A fit to be made: of which law, its samples, and how."""

    of: str
    train: Dataset
    held_out: Dataset
    test: Dataset
    optimizer: Any = QUICK


def drawn(name: str, n: int, seed: int, held_out: int | None = None) -> Case:
    """`n` samples of a law for training, a quarter as many held out, and a thousand for the test."""
    held_out = n // 4 if held_out is None else held_out
    both, test = (_samples(name, count, s) for count, s in ((n + held_out, seed), (TEST, seed + TEST_SEED)))
    return Case(name, *both.split(n), test)


def healthy(name: str, seed: int) -> Case:
    """With samples enough, and in every second one noise of a twentieth of the outputs' spread."""
    case = replace(drawn(name, 4 * ENOUGH[name] // 5, seed), optimizer=LONGER)
    if seed % 2:
        return case
    rng, spread = np.random.default_rng(seed), 0.05 * float(jnp.std(case.train.y))
    noise = lambda data: replace(data, y=data.y + spread * rng.standard_normal(data.y.shape))  # noqa: E731
    return _changed(case, noise)


def group_too_large(seed: int) -> Case:
    """A law that needs a Levi-Civita tensor, under a group that has none."""
    name = _pick(seed, ("twist", "spinor", "central", "current", "particle"))
    case = drawn(name, 240, seed)
    if name in ("twist", "spinor"):
        group = O(3) if name == "twist" else U(2)
        return _changed(case, lambda data: replace(data, group=group))
    return _changed(case, lambda data: replace(data, y=data.y + _odd(name, data)))


def no_covariants(seed: int) -> Case:
    """A vector of inputs that have no direction, beside a scalar that can be found."""
    name = _pick(seed, VECTOR_LAWS)

    def blind(data: Dataset) -> Dataset:
        squares = jnp.sum(jnp.abs(data.x.reshape(len(data), 3, -1)) ** 2, axis=-1).astype(data.x.dtype)
        y = jnp.hstack([squares[:, :1] * squares[:, 1:2], data.y])
        return replace(data, x=squares, y=y, rep_in=3 * T(0), rep_out=T(0) + T(1))

    return _changed(drawn(name, 160, seed), blind)


def symmetry_unstated(seed: int) -> Case:
    """The symmetric product of two vectors of a law, given as a tensor of any kind, and its norm as the output."""

    def packed(data: Dataset) -> Dataset:
        x = np.asarray(data.x).reshape(len(data), 3, 3)
        product = np.einsum("ni,nj->nij", x[:, 0], x[:, 1])
        product += product.transpose(0, 2, 1)
        y = np.sqrt(1 + np.sum(product**2, axis=(1, 2)))[:, None]
        x, y = jnp.asarray(product.reshape(-1, 9)), jnp.asarray(y)
        return replace(data, x=x, y=y, rep_in=T(2), rep_out=T(0), group=O(3))

    return _changed(drawn(_pick(seed, ("central", "twist", "stress")), 160, seed), packed)


def input_missing(seed: int) -> Case:
    """A law of three vectors, of which the model sees two."""
    case = drawn(_pick(seed, tuple(LAWS)), 240, seed)
    return _changed(case, lambda data: replace(data, x=data.x[:, : 2 * data.x.shape[1] // 3], rep_in=2 * T(1)))


def inputs_repeated(seed: int) -> Case:
    """Inputs that occur twice, the second time with the output of others."""

    def repeated(data: Dataset) -> Dataset:
        half = data.x[: len(data) // 2]
        return replace(data, x=jnp.concatenate([half, half, data.x[2 * len(half) :]]))

    return _changed(drawn(_pick(seed, tuple(LAWS)), 240, seed), repeated)


def too_few_samples(seed: int) -> Case:
    """Twenty samples of a law of three vectors."""
    return drawn(_pick(seed, tuple(LAWS)), 20, seed, held_out=20)


def targets_span_decades(seed: int) -> Case:
    """A law times 10^s with s between −2½ and 2½, or up to between −4½ and 4½."""
    name, size = _pick(seed, tuple(LAWS)), np.random.default_rng(seed).uniform(2.5, 4.5)

    def wide(data: Dataset) -> Dataset:
        x = np.asarray(data.x).reshape(len(data), 3, -1)
        form = {"scatter": ETA, "current": ETA, "flow": OMEGA}.get(name)
        product = dot(x[:, 0].conj(), x[:, 1], form).real
        return replace(data, y=data.y * 10 ** (size * np.sin(2 * product)))

    return _changed(drawn(name, 240, seed), wide)


def scalars_span_decades(seed: int) -> Case:
    """A law of the inputs' directions, the inputs themselves of sizes from 0.03 or less to 30 or more."""
    name, rng = _pick(seed, tuple(LAWS)), np.random.default_rng(seed)
    size = rng.uniform(1.5, 3)

    def wide(data: Dataset) -> Dataset:
        return replace(data, x=data.x * 10 ** rng.uniform(-size, size, (len(data), 1)))

    return _changed(drawn(name, 240, seed), wide)


def outside_training_range(seed: int) -> Case:
    """Test inputs that are twice or three times as large, all of them or a tenth."""
    name, rng = _pick(seed, tuple(LAWS)), np.random.default_rng(seed)
    case, factor, part = drawn(name, 240, seed), rng.uniform(2, 3), rng.uniform(0.1, 1)
    x = np.asarray(case.test.x) * np.where(rng.random((TEST, 1)) < part, factor, 1.0)
    y = LAWS[name].outputs(x.reshape(TEST, 3, -1))
    return replace(case, test=replace(case.test, x=jnp.asarray(x), y=jnp.asarray(y)))


def not_converged(seed: int) -> Case:
    """A fit that is cut off early."""
    name, steps = _pick(seed, ("central", "stress", "scatter", "current")), np.random.default_rng(seed).integers(3, 7)
    return replace(drawn(name, 240, seed), optimizer=LevenbergMarquardt(steps=int(steps)))


def not_finite(seed: int) -> Case:
    """Steps so long that the loss overflows."""
    rate = 10 ** np.random.default_rng(seed).uniform(3, 5)
    optimizer = FirstOrder(transformation=optax.sgd(rate), steps=400, chunk=20, batch_size=64)
    return replace(drawn(_pick(seed, tuple(LAWS)), 240, seed), optimizer=optimizer)


def single_sample(seed: int) -> Case:
    """One test target that is wrong by ten to a hundred times the spread."""
    rng = np.random.default_rng(seed)
    case = drawn(_pick(seed, ("o5", "particle", "scatter", "current", "flow")), 240, seed)
    y = np.array(case.test.y)
    y[rng.integers(TEST)] += rng.uniform(10, 100) * y.std()
    return replace(case, test=replace(case.test, y=jnp.asarray(y)))


#: What ails the fits that a hint is for, by the name of the hint.
DISEASES: dict[str, Callable[[int], Case]] = {
    "not finite": not_finite,
    "no covariants": no_covariants,
    "symmetry": symmetry_unstated,
    "group": group_too_large,
    "input": input_missing,
    "repeats": inputs_repeated,
    "samples": too_few_samples,
    "convergence": not_converged,
    "range": outside_training_range,
    "targets": targets_span_decades,
    "scalars": scalars_span_decades,
    "single": single_sample,
}


def _samples(name: str, n: int, seed: int) -> Dataset:
    return law(name, n, seed) if name in LAWS else DATASETS[name](n, key=jr.key(seed))


def _changed(case: Case, change: Callable[[Dataset], Dataset]) -> Case:
    return replace(case, train=change(case.train), held_out=change(case.held_out), test=change(case.test))


def _pick(seed: int, names: Any) -> Any:
    return names[int(np.random.default_rng([seed, 1]).integers(len(names)))]


def _odd(name: str, data: Dataset) -> jnp.ndarray:
    """What changes its sign under reflections, of the size of the law."""
    x = np.asarray(data.x).reshape(len(data), -1, data.group.dim)
    if name == "central":
        return jnp.asarray(np.cross(x[:, 0], x[:, 1]) * np.exp(-dot(x[:, 2], x[:, 2])))
    if name == "particle":
        return jnp.asarray(np.linalg.det(x)[:, None])
    minors = np.stack([(-1) ** i * np.linalg.det(np.delete(x, i, axis=2)) for i in range(4)], axis=1)
    return jnp.asarray(minors @ ETA)
