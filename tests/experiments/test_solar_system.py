"""The law of gravity and the masses come out of the positions of the planets."""

import json

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
import solar_system
from scalaremlp.data import SOLAR_SYSTEM
from scalaremlp.groups import O
from scalaremlp.reps import T
from solar_system import LEARNED, NEWTON, YEAR, Gravity, Newton, position_errors

SMALL = ["--degree", "2", "--pieces", "9", "--years", "8", "--test-years", "1", "--steps", "22"]


def field(degree=4, bodies=5):
    """A law of force that is none of the usual ones."""
    return Gravity(jr.normal(jr.key(0), (degree,)), jnp.arange(1.0, bodies + 1))


@pytest.mark.slow
def test_the_whole_experiment_in_small(tmp_path, capsys):
    numbers = solar_system.main([*SMALL, "--out", str(tmp_path / "run")])
    assert numbers["exponent"] == pytest.approx(-2, abs=1e-4)
    assert all(abs(numbers["gm_error"][body]) < 1e-3 for body in ("sun", "jupiter", "saturn"))
    errors = numbers["largest position error"]
    assert list(errors) == [LEARNED, NEWTON] and list(errors[LEARNED]) == list(SOLAR_SYSTEM[1:])
    assert max(errors[LEARNED].values()) < 1e-4 and max(errors[NEWTON].values()) < 5e-5
    files = {str(path.relative_to(tmp_path / "run")) for path in (tmp_path / "run").rglob("*")}
    assert files > {"figures/force.png", "figures/masses.png", "figures/positions.png", "table.md", "config.json"}
    assert json.loads((tmp_path / "run" / "numbers.json").read_text()) == numbers
    text = (tmp_path / "run" / "table.md").read_text()
    assert text in capsys.readouterr().out and text.count("\n| ") == 1 + 1 + 9
    like = Gravity(jnp.zeros(2), jnp.zeros(9))
    model = se.load(tmp_path / "run", like=like)
    assert float(1e-4 * model.masses[0]) == numbers["gm"]["sun"]


@pytest.mark.slow
def test_at_full_length_the_bars_are_met(tmp_path):
    numbers = solar_system.main(["--out", str(tmp_path)])
    assert numbers["exponent"] == pytest.approx(-2, abs=1e-5)
    assert max(np.abs(numbers["slopes"]) - 2) < 1e-3
    assert all(abs(numbers["gm_error"][body]) < 1e-5 for body in ("jupiter", "saturn"))
    assert all(abs(error) < 1e-3 for error in numbers["gm_error"].values())
    errors = numbers["largest position error"][LEARNED]
    assert errors.pop("mercury") < 1e-3 and max(errors.values()) < 1e-5
    for planet in ("mercury", "venus"):  # what relativity takes from the pull of the Sun, to a tenth
        assert numbers["pull"][planet] == pytest.approx(numbers["pull of relativity"][planet], rel=0.1)


def test_any_law_of_force_is_equivariant_and_any_order_of_the_bodies_is_as_good():
    model, rep = field(), 5 * T(1) + 5 * T(1)
    assert se.equivariance_error(model, rep, rep, O(3), key=jr.key(1)) < 1e-10
    z, order = jr.normal(jr.key(2), (2, 5, 3)), jnp.array([3, 0, 4, 1, 2])
    permuted = Gravity(model.coefficients, model.masses[order])(z[:, order].ravel())
    shifted = model((z + jnp.array([1.0, 2, 3]) * jnp.array([1.0, 0])[:, None, None]).ravel())
    expected = model(z.ravel()).reshape(2, 5, 3)
    np.testing.assert_allclose(permuted.reshape(2, 5, 3), expected[:, order], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(shifted.reshape(2, 5, 3), expected, rtol=1e-10, atol=1e-12)
    total = jnp.sum(model.masses[:, None] * expected[1], axis=0)  # action and reaction
    assert float(jnp.abs(total).max()) < 1e-12 * float(jnp.abs(expected[1]).max())


def test_the_force_is_one_at_one_au_and_a_power_law_is_a_line():
    assert float(field().log_force(jnp.array(0.0))) == 0
    low, high = np.log(solar_system.SPAN)
    line = Gravity(jnp.array([-2.0 * (high - low) / 2, 0, 0]), jnp.ones(2))
    log_r = jnp.linspace(low, high, 7)
    np.testing.assert_allclose(jax.vmap(line.log_force)(log_r), -2 * log_r, atol=1e-14)
    z = jnp.array([0.0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(line(z)[6:9], 1e-4 / 25 * np.array([0.6, 0, 0.8]), rtol=1e-12)


def test_newtons_law_predicts_the_planets_but_for_relativity():
    year = se.data.solar_system(np.linspace(0, YEAR, 13))
    errors = position_errors(Newton(year.parameters[0]), year)
    assert errors.shape == (13, 8) and (errors[0] == 0).all() and 1e-6 < errors.max() < 2e-5
    np.testing.assert_allclose(position_errors(lambda z: 0 * z, year)[1, 2], 0.52, atol=0.03)  # the Earth stands still
