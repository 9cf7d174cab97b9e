"""Laws of motion are found in trajectories: a Hamiltonian, or the rate of change of the state."""

from functools import cache

import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
from benchmarks.motion import Pendulum

import scalaremlp as se
from scalaremlp.data import Trajectories
from scalaremlp.dynamics import Adaptive, HamiltonianField, rollout
from scalaremlp.groups import O, U
from scalaremlp.laws import Law
from scalaremlp.laws.motion._polish import Gram, polished
from scalaremlp.laws.motion._windows import integrals
from scalaremlp.reps import T

EXACT = Adaptive(rtol=1e-12, atol=1e-12)


@cache
def pendulum():
    data = Pendulum().training(80)
    return data, se.laws.discover(data, key=jr.key(0))


@cache
def damped():
    """A spring with drag, at times that are not even, and its law."""
    rng = np.random.default_rng(0)
    t, z = np.cumsum(rng.uniform(0.1, 0.2, (12, 9)), axis=1), rng.normal(size=(12, 6))
    states = rollout(drag, jnp.array(z), jnp.array(t), method=EXACT).states
    data = Trajectories(t, states, None, 2 * T(1), None, O(3))
    return data, se.laws.discover(data, key=jr.key(0))


def drag(z):
    return jnp.concatenate([z[3:], -2 * z[:3] - 0.3 * z[3:]])


def test_a_hamiltonian_is_found_up_to_a_constant():
    _, law = pendulum()
    test = Pendulum().wider(200)
    left = np.asarray(se.predict(law, test.x) - test.y)
    assert np.var(left) < 1e-24 * np.var(test.y)
    assert (
        law.verdict == "at rounding"
        and law.motion == "hamiltonian"
        and not any(c.standard_error for c in law.constants)
    )
    terms = {"-|x1|", "1/2 |x1|^2", "1/2 |x3|^2", "1/2 |x4|^2", "-2 |x1-x2|", "-<x1,x5>", "-<x2,x5>", "|x1-x2|^2"}
    assert str(law).startswith("H = ") and set(str(law)[4:].replace(" - ", " + -").split(" + ")) == terms
    assert min(each.error for each in law.candidates) < 1e-20


def test_a_hamiltonian_rolls_out_and_is_saved(tmp_path):
    data, law = pendulum()
    se.save(tmp_path / "law", law)
    again = se.load(tmp_path / "law")
    assert str(again) == str(law) and again.motion == "hamiltonian"
    found = rollout(HamiltonianField(again), data.z[:3, 0], data.t[:3], parameters=data.parameters[:3], method=EXACT)
    np.testing.assert_allclose(found.states, data.z[:3], atol=1e-8)
    made = {}
    exec(law.to_python(), made)
    x = np.concatenate([data.z[:, 0], data.parameters], axis=1)
    np.testing.assert_allclose(made["law"](x), se.predict(law, x), rtol=1e-12)


def test_a_motion_that_no_hamiltonian_has_is_a_field(tmp_path):
    data, law = damped()
    assert str(law) == "dx1/dt = x2^a, dx2/dt = -2 x1^a - 3/10 x2^a"
    assert law.verdict == "at rounding" and law.motion == "field"
    np.testing.assert_allclose(law(data.z[0, 0]), drag(data.z[0, 0]), rtol=1e-12)
    assert all(each.formula.startswith(("dx1/dt = ", "dx2/dt = ")) for each in law.candidates)
    se.save(tmp_path / "law", law)
    np.testing.assert_allclose(rollout(se.load(tmp_path / "law"), data.z[0, 0], data.t[0], method=EXACT).states,
                               data.z[0], atol=1e-9)  # fmt: skip


def test_errors_of_constants_hold_the_truth_under_noise():
    rng = np.random.default_rng(0)
    z, t = rng.uniform(-2, 2, size=(12, 2)), np.linspace(0, 3, 25)
    field = HamiltonianField(lambda z: z[1] ** 2 / 2 - 1.5 * jnp.cos(z[0]))
    states = np.asarray(rollout(field, jnp.array(z), jnp.array(t), method=EXACT).states)
    states = states + 0.02 * states.std() * rng.standard_normal(states.shape)
    data = Trajectories(np.tile(t, (12, 1)), states, None, 2 * T(0), None, O(3))
    law = se.laws.discover(data, key=jr.key(0))
    assert law.verdict == "at the noise" and str(law.sympy().free_symbols) in ("{s1, s2}", "{s2, s1}")
    values = {c.value: c.standard_error for c in law.constants}
    for truth in (0.5, -1.5):
        near = min(values, key=lambda value: abs(value - truth))
        assert 0 < values[near] < 0.02 and abs(near - truth) < 4 * values[near]
    assert len(values) == 2 and "cos(s1)" in str(law)


def test_units_of_a_hamiltonian_are_told_and_kept():
    rng = np.random.default_rng(0)
    m, q, p = rng.uniform(0.5, 2, (12, 1)), rng.normal(size=(12, 3)), rng.normal(size=(12, 3))
    t, stiff = np.tile(np.linspace(0, 1, 6), (12, 1)), rng.uniform(0.5, 2, (12, 1))
    turn = np.sqrt(stiff / m)[:, None] * t[..., None]
    z = [q[:, None] * np.cos(turn) + (p / np.sqrt(stiff * m))[:, None] * np.sin(turn),
         p[:, None] * np.cos(turn) - (q * np.sqrt(stiff * m))[:, None] * np.sin(turn)]  # fmt: skip
    data = Trajectories(t, np.concatenate(z, axis=2), np.hstack([m, stiff]), 2 * T(1), 2 * T(0), O(3),
                        units=["m", "kg m/s"], units_parameters=["kg", "N/m"], time_unit="s")  # fmt: skip
    law = se.laws.discover(data, motion="hamiltonian", key=jr.key(0))
    assert set(str(law)[4:].split(" + ")) == {"1/2 s2 |x1|^2", "1/2 s1^-1 |x2|^2"}


def _small(size=4, states=5, n=10, **options):
    t = np.tile(np.arange(float(states)), (n, 1))
    z = np.random.default_rng(0).normal(size=(n, states, size))
    return Trajectories(t, z, None, options.pop("rep", size * T(0)), None, options.pop("group", O(3)), **options)


@pytest.mark.parametrize("data, asked, text", [
    (_small(states=2), {}, r"at least 3 states of a trajectory. Got 2. Take longer ones"),
    (_small(states=3, n=4), {}, r"at least 20 steps from state to state, .*Got 8. Take more"),
    (_small(size=3), {"motion": "hamiltonian"}, r"of even size. Got states of size 3. Ask for motion=\"field\""),
    (_small(), {"motion": "force"}, r"`motion` must be one of hamiltonian, field. Got 'force'"),
    (_small(), {"permutation": True}, r"Laws of motion are not sums over particles. Got permutation=True. Leave it"),
    (_small(), {"terms": 3}, r"`terms` is of a Dataset.* Got 3 for Trajectories. Leave it out"),
    (
        _small(size=2, units=["m", "m/s^2"], time_unit="s"),  # a speed is a root, of scalars of both signs
        {"motion": "field"},
        r"Got no product of the inputs that does, .*Check `units`",
    ),
    ([1.0], {}, r"in a Dataset or Trajectories. Got a list"),
    (_small(), {"constants": "some"}, r"Got 'some'. Choose one"),
    (_small(rep=4 * T(0), group=U(2)), {}, r"real groups. Got U\(2\)"),
    (_small(units="m"), {}, r"need all units. Got none for `time_unit`. Tell `time_unit` too, or no units"),
    (
        _small(units=["m", "m", "kg", "s"], time_unit="s"),
        {"motion": "hamiltonian"},
        r"one unit, that of each q·p/t. Got .*Check the order",
    ),
])  # fmt: skip
def test_refused(data, asked, text):
    with pytest.raises((ValueError, TypeError), match=text) as told:
        se.laws.discover(data, **asked, key=jr.key(0))
    assert "\n" not in str(told.value)


def test_a_law_of_motion_is_called_with_single_states(unchecked):
    law = Law(jnp.zeros(0), T(1) + T(0), T(0), O(3), (), motion="hamiltonian")
    assert law(jnp.ones(3), jnp.ones(1)).shape == (1,)
    with pytest.raises(ValueError, match=r"Got shapes \(5, 3\), \(1,\)\. For a batch use jax\.vmap\(law\)\(z, more\)"):
        law(jnp.ones((5, 3)), jnp.ones(1))


def test_states_that_do_not_move_and_motions_of_data_sets_are_refused():
    still = Trajectories(np.tile(np.arange(5.0), (10, 1)), np.ones((10, 5, 2)), None, 2 * T(0), None, O(3))
    with pytest.raises(ValueError, match=r"states of a motion move. Got the same state all along"):
        se.laws.discover(still, key=jr.key(0))
    data = se.data.Dataset(np.ones((30, 1)), np.ones((30, 1)), T(0), T(0), O(3))
    with pytest.raises(ValueError, match=r"`motion` is of Trajectories. Got 'field' for a Dataset. Leave it out"):
        se.laws.discover(data, motion="field", key=jr.key(0))


def test_circles_of_one_size_tell_of_a_field_alone():
    turn = np.arange(8.0)[:, None] + np.linspace(0, 3, 16)
    z = np.stack([np.cos(turn), np.sin(turn), -np.sin(turn), np.cos(turn)], axis=-1)
    data = Trajectories(np.tile(np.linspace(0, 3, 16), (8, 1)), z, None, 2 * T(1), None, O(2))
    with pytest.raises(ValueError, match=r"a law is made of vary. Got none for a hamiltonian of 2\*T\(1\). Take"):
        se.laws.discover(data, motion="hamiltonian", key=jr.key(0))
    assert str(se.laws.discover(data, key=jr.key(0))) == "dx1/dt = x2^a, dx2/dt = -x1^a"


def test_integrals_are_exact_for_polynomials():
    t = np.cumsum(np.random.default_rng(0).uniform(0.1, 1, (3, 8)), axis=1)
    for power in range(6):
        whole = (t ** (power + 1) - t[:, :1] ** (power + 1)) / (power + 1)
        found = (integrals(t) @ (t**power)[..., None])[..., 0]
        np.testing.assert_allclose(found, whole - whole.mean(axis=1, keepdims=True), rtol=1e-9, atol=1e-9 * whole.max())


def test_a_polished_sum_is_one_that_no_step_betters():
    """Two terms that nearly make up for three, of which the sum was."""
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(200, 12))
    columns[:, 5] = columns[:, 0] + columns[:, 1] + columns[:, 2]
    columns /= np.linalg.norm(columns, axis=0)
    target = columns[:, 5] + 2 * columns[:, 7]
    target /= np.linalg.norm(target)
    gram = Gram(columns.T @ columns, columns.T @ target, np.full(12, 3.0), 200.0, 1e-10)
    assert set(polished(gram, (0, 1, 2, 7, 9))) == {5, 7}
    assert set(polished(gram, (0, 3))) == {5, 7}
