"""Order, symplecticity and symmetry of the steppers, and what they refuse."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.dynamics import Composition, Gauss, HamiltonianField, Oscillator, RungeKutta, rollout

from .systems import SYSTEMS, state

FIELD = HamiltonianField(SYSTEMS["quartic"][0])
STEPPERS = {
    **{f"composition {order}": Composition(order) for order in (2, 4, 6)},
    **{f"gauss {2 * stages}": Gauss(stages) for stages in (1, 2, 3)},
    **{f"runge-kutta {order}": RungeKutta(order) for order in (4, 5, 8)},
}
SYMPLECTIC = [name for name in STEPPERS if not name.startswith("runge")]


@cache
def stepping(name):
    """A compiled function of (z, h, n): n steps."""
    method = STEPPERS[name]
    return jax.jit(lambda z, h, n: jax.lax.fori_loop(0, n, lambda _, state: method.step(FIELD, state, h), z))


@cache
def truth():
    return stepping("gauss 6")(state(4), 1 / 512, 512)


@pytest.mark.parametrize("name", STEPPERS)
def test_order_by_halving_the_step(name):
    order = STEPPERS[name].order
    steps = {2: 64, 4: 32, 5: 16, 6: 16, 8: 3}[order]
    coarse, fine = (float(jnp.linalg.norm(stepping(name)(state(4), 1 / n, n) - truth())) for n in (steps, 2 * steps))
    assert order - 0.35 < np.log2(coarse / fine) < order + 1
    assert coarse < 2e-4 and fine > 1e-15


@pytest.mark.parametrize("name", SYMPLECTIC)
def test_symplectic(name):
    """JᵀΩJ = Ω for the Jacobian of one step; not so for Runge-Kutta methods."""
    omega = np.block([[np.zeros((2, 2)), np.eye(2)], [-np.eye(2), np.zeros((2, 2))]])
    jacobian = jax.jit(jax.jacfwd(lambda z: STEPPERS[name].step(FIELD, z, jnp.asarray(0.2))))(state(4))
    np.testing.assert_allclose(jacobian.T @ omega @ jacobian, omega, atol=1e-12)


def test_runge_kutta_is_not_symplectic():
    omega = np.block([[np.zeros((2, 2)), np.eye(2)], [-np.eye(2), np.zeros((2, 2))]])
    jacobian = jax.jit(jax.jacfwd(lambda z: RungeKutta(4).step(FIELD, z, jnp.asarray(0.2))))(state(4))
    assert np.abs(jacobian.T @ omega @ jacobian - omega).max() > 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("name", SYMPLECTIC)
def test_symmetric(name):
    """A step back undoes a step."""
    there = stepping(name)(state(4), 0.2, 1)
    np.testing.assert_allclose(stepping(name)(there, -0.2, 1), state(4), atol=1e-13)


def test_substeps_are_equal_steps():
    method = Composition(4, substeps=5)
    expected = stepping("composition 4")(state(4), 0.1, 5)
    np.testing.assert_allclose(method.advance(FIELD, state(4), jnp.asarray(0.5)), expected, rtol=1e-12)
    path = method.path(FIELD, state(4), jnp.asarray(1.0), jnp.asarray([1.0, 1.5, 2.5]))
    np.testing.assert_allclose(path.states[:2], [state(4), expected], rtol=1e-12)
    assert (int(path.steps), int(path.reason), float(path.last_time)) == (15, 0, 2.5)


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize("mode", [jax.jacfwd, jax.jacrev])
def test_runge_kutta_can_be_differentiated_both_ways(mode):
    @jax.jit
    def end(z):
        return RungeKutta(8, substeps=2).advance(FIELD, z, jnp.asarray(0.3))

    h = 1e-5
    expected = [(end(state(4) + h * e) - end(state(4) - h * e)) / (2 * h) for e in np.eye(4)]
    np.testing.assert_allclose(jax.jit(mode(end))(state(4)), np.transpose(expected), rtol=1e-8, atol=1e-8)


def test_too_long_an_implicit_step_ends_the_trajectory():
    field = HamiltonianField(Oscillator(spring=1e6))
    with pytest.warns(UserWarning, match=r"Got 1 of 1 that end early, number 0 at t = 0 .* take shorter steps"):
        states = rollout(field, jnp.array([1.0, 0.0]), np.array([0.0, 1.0]), method=Gauss()).states
    assert states[0].tolist() == [1, 0] and np.isnan(states[1]).all()


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: Composition(3), r"`order` must be 2, 4 or 6\. Got 3\. For others use `Gauss`"),
        (lambda: Gauss(6), r"`stages` must be 1 to 5.* Got 6\. Try 2"),
        (lambda: RungeKutta(3), r"`order` must be 4, 5 or 8\. Got 3\. For others use `Adaptive`"),
        (lambda: RungeKutta(substeps=0), r"`substeps` must be a whole number of at least 1\. Got 0\. Try 4"),
        (
            lambda: Composition().step(HamiltonianField(SYSTEMS["charged"][0]), state(6), jnp.asarray(0.1)),
            r"a Separable Hamiltonian, H = T\(p\) \+ V\(q\)\. Got ChargedParticle\. Use `Gauss`",
        ),
        (lambda: Composition().step(jnp.sin, state(6), jnp.asarray(0.1)), r"Got .*\. Use `Gauss`"),
    ],
)
def test_refusals(make, text):
    with pytest.raises(ValueError, match=text):
        make()
