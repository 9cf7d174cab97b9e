"""Laws of real data: the field of the Earth, of coefficients that are known, and gravity, of the planets' positions."""

import numpy as np
import pytest

import earth_field
import scalaremlp as se
import solar_law
from earth_field import RADIUS, Parts, dipoles, fields, inputs, places, quadrupoles


def dipole(place, moment):
    r = np.linalg.norm(place)
    return 3 * (moment @ place) * place / r**5 - moment / r**3


def test_the_field_of_degree_one_is_that_of_a_dipole():
    coefficients = {(1, 0): -29000.0, (1, 1): -1500.0, (1, -1): 4700.0}
    moment, place = np.array([-1500.0, 4700.0, -29000.0]) * 1e-9 * RADIUS**3, np.array([3.0, -5.0, 4.0]) * RADIUS / 5
    np.testing.assert_allclose(fields(coefficients, place[None])[0], dipole(place, moment), rtol=1e-12)


@pytest.mark.parametrize("order", [-2, -1, 0, 1, 2])
def test_a_field_of_degree_two_is_a_quadrupole_and_has_no_sources(order):
    at = places(40, 1, 3)
    values = fields({(2, order): 1000.0}, at)
    assert Parts.of(quadrupoles(at), values).left < 1e-20
    step, place = 1e3, at[0]
    moved = fields({(2, order): 1000.0}, np.concatenate([place + step * np.eye(3), place - step * np.eye(3)]))
    slopes = (moved[:3] - moved[3:]) / (2 * step)
    assert abs(np.trace(slopes)) < 1e-5 * np.abs(slopes).max()
    np.testing.assert_allclose(slopes, slopes.T, atol=1e-5 * np.abs(slopes).max())


def test_the_law_of_a_dipole_gives_the_moment_of_another():
    axis, moment = np.array([0.0, 0.6, 0.8]), np.array([1.0, -2.0, 0.5]) * 1e15
    law = earth_field.found({(1, 0): -30000.0, (1, 1): 0.0, (1, -1): 0.0}, np.array([0.0, 0.0, 1.0]))
    assert law.verdict == "at rounding" and len(law.constants) <= 2
    at = places(50, 1, 2)
    assert Parts.of(dipoles(law, at), np.array([dipole(place, moment) for place in at])).numbers == pytest.approx(
        moment
    )
    assert np.asarray(se.predict(law, inputs(at, axis))).shape == (50, 3)


def test_gravity_is_found_and_the_masses_are_within_their_errors(tmp_path, capsys):
    numbers = solar_law.main(["--out", str(tmp_path)])
    assert str(numbers["law"]).endswith("s1 |x1|^-3 x1^a")
    value, error, published = numbers["sun"]
    assert abs(value - published) < 3 * error and error < 1e-5 * published
    by_name = {row["body"]: row for row in numbers["rows"]}
    assert abs(by_name["jupiter"]["gm"] / by_name["jupiter"]["published"] - 1) < 1e-6
    assert all(abs(row["pull"]) < 2 for row in numbers["rows"])
    assert "published" in capsys.readouterr().out and (tmp_path / "masses.json").exists()
