"""The linearised problem against a dense Jacobian, whole and along random directions of the residuals."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from scalaremlp.groups import O, U
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import T
from scalaremlp.train import LeastSquares, Regression, split_parameters
from scalaremlp.train.second_order.linearise import bend_of, bends, linearise, squares_of
from scalaremlp.train.second_order.normal import Normal
from scalaremlp.train.second_order.problem import (
    chunk_size,
    evenly,
    make_problem,
    random_directions,
    residuals_per_sample,
)
from scalaremlp.train.second_order.rows import Rows

SAMPLES, KEY = 11, jr.key(3)
RNG = np.random.default_rng(0)
X, Y = jnp.asarray(RNG.standard_normal((SAMPLES, 3))), jnp.asarray(RNG.standard_normal((SAMPLES, 5)))
NETWORK = eqx.nn.MLP(3, 5, 4, 1, jnp.tanh, key=jr.key(0))


class Wave(eqx.Module):
    """Complex outputs of real parameters."""

    size: jax.Array
    phase: jax.Array

    def __call__(self, x):
        return self.size * jnp.exp(1j * self.phase @ x)


WAVE = Wave(jnp.array([1.0, 2.0]), jnp.asarray(RNG.standard_normal((2, 3))))
WAVES = jnp.asarray(RNG.standard_normal((SAMPLES, 2)) + 1j * RNG.standard_normal((SAMPLES, 2)))


class Pairs(LeastSquares):
    """Residuals of a loss of one's own, of data that are no pair of arrays."""

    def residuals(self, model, batch, key):
        out = jax.vmap(model)(batch["at"]["x"])
        return jnp.stack([out[:, 0] * out[:, 1] - batch["target"], jnp.sin(out).sum(1), out[:, 2] ** 3], axis=1)


CASES = {
    "real": (Regression(), NETWORK, (X, Y), 5),
    "complex": (Regression(), WAVE, (X, WAVES), 4),
    "own": (Pairs(), NETWORK, {"at": {"x": X}, "target": Y[:, 0]}, 3),
}
cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def flat(model):
    """Parameters away from those of the model, so that the model's own are not used by mistake."""
    theta = ravel_pytree(split_parameters(model)[0])[0]
    return theta + 0.3 * jr.normal(KEY, theta.shape)


def dense(case, directions=None):
    """The residuals and their Jacobian at `flat(model)`, all at once by forward differentiation."""
    loss, model, data, _ = case
    parameters, static = split_parameters(model)
    unravel = ravel_pytree(parameters)[1]

    def residuals(theta):
        values = loss.residuals(eqx.combine(unravel(theta), static), data, KEY)
        return (values if directions is None else jnp.einsum("nkm,nm->nk", directions, values)).ravel()

    values, jacobian = jax.jit(lambda theta: (residuals(theta), jax.jacfwd(residuals)(theta)))(flat(model))
    return np.asarray(values), np.asarray(jacobian)


def equal(problem, residuals, jacobian):
    """JᵀJ is kept unless there are fewer residuals than parameters."""
    scale = np.linalg.norm(jacobian) ** 2
    assert isinstance(problem, Rows) == (len(jacobian) < jacobian.shape[1])
    matrix = problem.jacobian.T @ problem.jacobian if isinstance(problem, Rows) else problem.matrix
    np.testing.assert_allclose(matrix, jacobian.T @ jacobian, rtol=1e-12, atol=1e-13 * scale)
    np.testing.assert_allclose(problem.gradient, jacobian.T @ residuals, rtol=1e-12, atol=1e-13 * scale)
    np.testing.assert_allclose(problem.squares, residuals @ residuals, rtol=1e-12)


def problem(case, **options):
    loss, model, data, _ = case
    return make_problem(loss, model, data, parameters=flat(model).size, key=KEY, **options)


@pytest.mark.parametrize(
    "case, chunk", [("real", 1), ("real", 4), ("real", 11), ("real", 50), ("complex", 4), ("own", None)]
)
def test_normal_equations_are_those_of_the_dense_jacobian(case, chunk):
    """Chunks of 4 leave one row to be filled up, which must not count."""
    case = CASES[case]
    theta, whole = flat(case[1]), problem(case, chunk=chunk)
    residuals, jacobian = dense(case)
    equal(linearise(whole, theta, np.arange(theta.size)), residuals, jacobian)
    sizes = [len(part.weights) for part in whole.chunks]
    assert sizes == {None: [11], 1: [1] * 11, 4: [4] * 3, 11: [11], 50: [11]}[chunk]
    assert whole.count == SAMPLES * case[3] and sum(float(part.weights.sum()) for part in whole.chunks) == SAMPLES
    np.testing.assert_allclose(squares_of(whole, theta), residuals @ residuals, rtol=1e-12)


@pytest.mark.parametrize("chosen", [[0], [2, 3, 17], [20, 4, 9]])
def test_chosen_parameters_are_a_part_of_the_equations(chosen):
    case = CASES["real"]
    residuals, jacobian = dense(case)
    normal = linearise(problem(case, chunk=4), flat(case[1]), np.asarray(chosen))
    equal(normal, residuals, jacobian[:, np.asarray(chosen)])


class Traced(Regression):
    """Writes down each time that JAX reads it."""

    traced: list = eqx.field(static=True)

    def residuals(self, model, batch, key):
        self.traced.append(1)
        return super().residuals(model, batch, key)


def test_all_choices_of_parameters_share_what_is_compiled():
    """Unless the problem was made for few parameters: then no more derivatives are taken than these."""
    theta, every = flat(NETWORK), np.arange(flat(NETWORK).size)
    for parameters, times, samples in ((theta.size, 1, SAMPLES), (3, 2, SAMPLES - 1)):
        loss = Traced(traced=[])
        whole = make_problem(loss, NETWORK, (X[:samples], Y[:samples]), parameters=parameters, key=KEY)
        del loss.traced[:]
        some = linearise(whole, theta, every[2:5])
        first = len(loss.traced)
        np.testing.assert_allclose(some.matrix, linearise(whole, theta, every).matrix[2:5, 2:5], rtol=1e-12)
        assert len(loss.traced) == times * first > 0


class Sampled(LeastSquares):
    """Many residuals of a sample; `root` knows reverse differentiation alone, as Diffrax's default adjoint does."""

    reverse_only: bool

    def residuals(self, model, batch, key):
        wave = jnp.outer(batch, jnp.arange(7.0)) * model
        return root(wave) if self.reverse_only else wave**3


@jax.custom_vjp
def root(x):
    return x**3


root.defvjp(lambda x: (x**3, x), lambda x, ct: (3 * x**2 * ct,))


@pytest.mark.parametrize("reverse_only", [False, True])
def test_few_parameters_of_many_residuals_are_differentiated_forward_if_that_is_known(monkeypatch, reverse_only):
    modes = []
    for name in ("jacfwd", "jacrev"):
        original = getattr(jax, name)
        monkeypatch.setattr(
            jax, name, lambda f, original=original, name=name, **k: (modes.append(name), original(f, **k))[1]
        )
    theta, data = jnp.array([1.5]), jnp.linspace(0.0, 1.0, SAMPLES)
    whole = make_problem(Sampled(reverse_only), theta, data, parameters=1, key=KEY)
    normal = linearise(whole, theta, np.arange(1))
    assert modes == (["jacfwd", "jacrev"] if reverse_only else ["jacfwd"])
    products = np.outer(data, np.arange(7.0)).ravel()
    equal(normal, (1.5 * products) ** 3, (3 * 1.5**2 * products**3)[:, None])


@pytest.mark.parametrize("case, count, chunk", [("real", 2, 4), ("complex", 1, None), ("own", 2, 11)])
def test_with_directions_the_residuals_are_projected(case, count, chunk):
    case = CASES[case]
    directions = random_directions(KEY, SAMPLES, count, case[3])
    part, theta = problem(case, directions=directions, chunk=chunk), flat(case[1])
    assert part.count == SAMPLES * count
    residuals, jacobian = dense(case, directions)
    assert residuals.shape == (SAMPLES * count,)
    equal(linearise(part, theta, np.arange(theta.size)), residuals, jacobian)
    np.testing.assert_allclose(squares_of(part, theta), residuals @ residuals, rtol=1e-12)


@pytest.mark.parametrize("case", ["real", "complex"])
def test_as_many_directions_as_residuals_lose_nothing(case):
    case = CASES[case]
    theta = flat(case[1])
    full = problem(case, directions=random_directions(KEY, SAMPLES, case[3], case[3]), chunk=4)
    equal(linearise(full, theta, np.arange(theta.size)), *dense(case))


@pytest.mark.parametrize("case, few", [("real", 1), ("real", 2), ("real", 4), ("complex", 3), ("own", 2)])
def test_residuals_that_are_differentiated_a_few_at_a_time_are_the_same(case, few):
    """Also where few do not divide all, and for a choice of the parameters."""
    case = CASES[case]
    theta, parts = flat(case[1]), replace(problem(case, chunk=4), at_once=few)
    residuals, jacobian = dense(case)
    equal(linearise(parts, theta, np.arange(theta.size)), residuals, jacobian)
    equal(linearise(parts, theta, np.array([1, 3])), residuals, jacobian[:, [1, 3]])
    delta, normal = np.asarray(jr.normal(KEY, theta.shape)), Normal(jacobian.T @ jacobian, jacobian.T @ residuals, 1.0)
    bend = bend_of(problem(case), theta, np.arange(theta.size), delta, None, normal)
    found = bend_of(parts, theta, np.arange(theta.size), delta, None, normal)
    np.testing.assert_allclose(found, bend, rtol=1e-11, atol=1e-11 * np.abs(bend).max())


def test_what_is_compiled_for_directions_serves_for_all_residuals():
    theta, loss = flat(NETWORK), Traced(traced=[])
    options = {"parameters": theta.size, "key": KEY, "chunk": 4}
    directions = random_directions(KEY, SAMPLES, 2, 5)
    part = make_problem(loss, NETWORK, (X, Y), directions=directions, **options)
    whole = replace(make_problem(loss, NETWORK, (X, Y), **options), at_once=2)
    every, delta = np.arange(theta.size), np.ones(theta.size)
    linear = linearise(part, theta, every)
    squares_of(part, theta)
    bend_of(part, theta, every, delta, None, linear)
    del loss.traced[:]
    linear = linearise(whole, theta, every)
    squares_of(whole, theta)
    bend_of(whole, theta, every, delta, None, linear)
    assert not loss.traced


def test_directions_turn_the_second_derivative_too():
    case, count = CASES["real"], 2
    directions, theta = random_directions(KEY, SAMPLES, count, case[3]), flat(NETWORK)
    part, whole = problem(case, directions=directions, chunk=4), problem(case, chunk=4)
    residuals, jacobian = dense(case, directions)
    every, delta = np.arange(theta.size), np.asarray(jr.normal(KEY, theta.shape))
    all_rows, rows = Rows(*dense(case)[::-1]), Rows(jacobian, residuals)
    bend = bend_of(whole, theta, every, delta, None, all_rows).reshape(SAMPLES, -1)
    expected = np.einsum("nkm,nm->nk", directions, bend).ravel()
    np.testing.assert_allclose(bend_of(part, theta, every, delta, None, rows), expected, rtol=1e-10, atol=1e-12)
    normal = Normal(jacobian.T @ jacobian, jacobian.T @ residuals, 1.0)
    np.testing.assert_allclose(bend_of(part, theta, every, delta, None, normal), jacobian.T @ expected, rtol=1e-10)


@pytest.mark.parametrize(
    "samples, most, size", [(1000, 729, 500), (1000, 1000, 1000), (1000, 3000, 1000), (7, 3, 3), (0, 5, 1), (5, 1, 1)]
)
def test_chunks_are_as_few_as_there_must_be_and_nearly_equal(samples, most, size):
    assert evenly(samples, most) == size


@pytest.mark.parametrize("count, residuals", [(1, 1), (1, 6), (4, 6), (6, 6)])
def test_directions_are_orthogonal(count, residuals):
    directions = random_directions(KEY, 50, count, residuals)
    expected = np.broadcast_to(residuals / count * np.eye(count), (50, count, count))
    np.testing.assert_allclose(jnp.einsum("nkm,nlm->nkl", directions, directions), expected, atol=1e-12)


@pytest.mark.parametrize("count, residuals", [(1, 6), (4, 6)])
def test_directions_keep_the_squares_of_on_average(count, residuals):
    """For a unit vector v, (k/m)|Dv|² is distributed as Beta(k/2, (m - k)/2): mean k/m, and a known variance."""
    n, m, k = 40_000, residuals, count
    directions = random_directions(KEY, n, k, m)
    for v in (np.eye(m)[0], np.ones(m) / m**0.5):
        squares = k / m * np.sum(np.asarray(directions @ v) ** 2, axis=1)
        variance = 2 * k * (m - k) / (m**2 * (m + 2))
        assert abs(squares.mean() - k / m) < 4 * (variance / n) ** 0.5
        assert squares.var() == pytest.approx(variance, rel=0.05)


def test_each_sample_has_directions_of_its_own():
    one, other, again = (random_directions(jr.key(seed), 2, 1, 4) for seed in (0, 1, 0))
    assert float(jnp.abs(one[0] - one[1]).max()) > 0.1 and float(jnp.abs(one - other).max()) > 0.1
    np.testing.assert_array_equal(one, again)


@pytest.mark.parametrize("parameters, residuals", [(1, 1), (7, 3), (1000, 3), (25_000_000, 1), (10**6, 10**3)])
def test_a_chunk_holds_at_most_200_megabytes_or_one_sample(parameters, residuals):
    bytes_each, size = 8 * parameters * residuals, chunk_size(parameters, residuals)
    assert size == 1 or size * bytes_each <= 2e8
    assert (size + 1) * bytes_each > 2e8


@cases
def test_residuals_per_sample(case):
    assert residuals_per_sample(*case[:3]) == case[3]


@pytest.mark.parametrize("group", [O(2), U(2)], ids=str)
@pytest.mark.parametrize("dtype", [float, complex])
def test_residuals_of_a_model_of_known_types_are_counted_without_a_trace(group, dtype):
    model = ScalarMLP(2 * T(1), T(1) + T(0), group, width=2, depth=1, key=KEY)
    x, y = RNG.standard_normal((3, 4)) + 0j, RNG.standard_normal((3, 3)).astype(dtype)
    data = jnp.asarray(x if group == U(2) else x.real), jnp.asarray(y)
    assert residuals_per_sample(Regression(), model, data) == Regression().residuals(model, data, KEY).shape[1]


def test_statistics_and_constants_of_the_model_stay():
    theta = flat(NETWORK)
    model = problem(CASES["real"]).model(theta)
    assert model.activation is NETWORK.activation
    np.testing.assert_array_equal(ravel_pytree(split_parameters(model)[0])[0], theta)


@pytest.mark.parametrize("case", ["real", "complex", "own"])
@pytest.mark.parametrize("chunk", [4, 11])
def test_the_second_derivative_along_a_direction_is_that_of_finite_differences(case, chunk):
    """Beside JᵀJ it is multiplied by J, where weights of terms count; beside J it is left as it is."""
    case = CASES[case]
    loss, model, data, each = case
    theta, whole = flat(model), problem(case, chunk=chunk)
    direction, step = jr.normal(jr.key(5), theta.shape), 1e-4
    residuals, jacobian = dense(case)
    parameters, static = split_parameters(model)
    unravel = ravel_pytree(parameters)[1]

    def at(point):
        return np.asarray(loss.residuals(eqx.combine(unravel(point), static), data, KEY)).ravel()

    bend = (at(theta + step * direction) - 2 * at(theta) + at(theta - step * direction)) / step**2
    every, delta = np.arange(theta.size), np.asarray(direction)
    rows, normal = Rows(jacobian, residuals), Normal(jacobian.T @ jacobian, jacobian.T @ residuals, 1.0)
    assert bends(whole, theta.size)
    np.testing.assert_allclose(bend_of(whole, theta, every, delta, None, rows), bend, rtol=1e-5, atol=1e-5)
    pulled = bend_of(whole, theta, every, delta, None, normal)
    np.testing.assert_allclose(pulled, jacobian.T @ bend, rtol=1e-5, atol=1e-4)
    noises = tuple(number % 2 for number in range(each))
    weights, by_term = np.array([1.0, 1e-3]), replace(whole, noises=noises)
    each_weight = np.resize(weights[np.array(noises)], len(bend))
    weighed = bend_of(by_term, theta, every, delta, weights, rows)
    np.testing.assert_allclose(weighed, np.sqrt(each_weight) * bend, rtol=1e-5, atol=1e-5)
    weighed = bend_of(by_term, theta, every, delta, weights, normal)
    np.testing.assert_allclose(weighed, jacobian.T @ (each_weight * bend), rtol=1e-5, atol=1e-4)


def test_what_is_differentiated_in_reverse_alone_does_not_bend():
    theta, data = jnp.array([1.5]), jnp.linspace(0.0, 1.0, SAMPLES)
    made = [make_problem(Sampled(only), theta, data, parameters=1, key=KEY) for only in (False, True)]
    assert [bends(each, 1) for each in made] == [True, False]
