"""The Sun and the planets of DE421: what is known of them otherwise, and bad input."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import jax
import numpy as np
import pytest

from scalaremlp.data import SOLAR_SYSTEM, _solar_system, solar_system

YEAR = 365.25  # days


def parts(data):
    """Positions and velocities of the bodies by name, each of shape (times, 3)."""
    q, v = np.asarray(data.z[0]).reshape(-1, 2, len(SOLAR_SYSTEM), 3).transpose(1, 2, 0, 3)
    return dict(zip(SOLAR_SYSTEM, q, strict=True)), dict(zip(SOLAR_SYSTEM, v, strict=True))


@pytest.fixture(scope="module")
def states():
    return solar_system(np.arange(-7305.0, 18 * YEAR, 5.0))


def test_the_earth_keeps_its_distance(states):
    q, _ = parts(states)
    distance = np.linalg.norm(q["earth"] - q["sun"], axis=1)
    assert 0.9832 < distance.min() < 0.9834 and 1.0166 < distance.max() < 1.0168


def test_perihelion_is_in_january_and_the_equinox_in_march():
    dates = np.arange("2003-01-01T12:00", "2004-01-01T12:00", dtype="datetime64[D]")
    q, _ = parts(solar_system(dates))
    towards = q["sun"] - q["earth"]
    assert dates[np.linalg.norm(towards, axis=1).argmin()].astype(str)[:7] == "2003-01"
    rising = np.flatnonzero((towards[:-1, 2] < 0) & (towards[1:, 2] >= 0))  # the Sun crosses the equator northward
    assert [str(dates[day]) for day in rising] == ["2003-03-21"]


@pytest.mark.parametrize("planet", SOLAR_SYSTEM[1:7])
def test_keplers_third_law_holds_of_the_osculating_orbit(states, planet):
    """n² a³ = GM of Sun and planet, with the period seen as the passages of 2π in longitude."""
    q, v = parts(states)
    r, u = q[planet] - q["sun"], v[planet] - v["sun"]
    gm = np.asarray(states.parameters[0])
    mu = gm[0] + gm[SOLAR_SYSTEM.index(planet)]
    axis = 1 / (2 / np.linalg.norm(r, axis=1) - (u**2).sum(axis=1) / mu)
    plane = np.linalg.svd(r, full_matrices=False)[2][:2]
    x, y = plane @ r.T
    turned = np.unwrap(np.arctan2(y, x))
    rounds = abs(turned[-1] - turned[0]) / (2 * np.pi)
    whole = np.abs(np.abs(turned - turned[0]) - 2 * np.pi * int(rounds)).argmin()
    period = 5.0 * whole / int(rounds)
    assert (2 * np.pi / period) ** 2 * axis[:whole].mean() ** 3 == pytest.approx(mu, rel=1e-2)


def test_the_centre_of_mass_rests_at_the_origin():
    """But for relativity, which DE421 weighs in, and for Pluto where it is left out."""
    t = np.arange(-7305.0, 18 * YEAR, 100.0)
    for bodies, bound in (((*SOLAR_SYSTEM, "pluto"), (2.5e-9, 1e-11)), (SOLAR_SYSTEM, (2.5e-7, 4e-11))):
        data = solar_system(t, bodies=bodies)
        gm = np.asarray(data.parameters[0])
        centre = gm / gm.sum() @ np.asarray(data.z[0]).reshape(-1, 2, len(bodies), 3)
        assert (np.linalg.norm(centre, axis=-1).max(axis=0) < bound).all()


def test_velocities_are_the_derivatives_of_positions():
    h, t = 0.01, 1234.5
    z = np.asarray(solar_system([t - h, t, t + h]).z[0])
    difference = (z[2, :27] - z[0, :27]) / (2 * h)
    np.testing.assert_allclose(difference, z[1, 27:], atol=1e-8)


def test_planets_fall_towards_the_published_masses():
    """The second derivative is the sum of GM r/|r|³, but for relativity."""
    t, h = 4000.0, 0.05
    data = solar_system([t - h, t, t + h])
    q, gm = np.asarray(data.z[0, 1, :27]).reshape(9, 3), np.asarray(data.parameters[0])
    r = q[None] - q[:, None]
    distance = np.linalg.norm(r, axis=-1) + np.eye(9)
    newton = np.einsum("j,ijk->ik", gm, r / distance[..., None] ** 3)
    v = np.asarray(data.z[0, :, 27:])
    seen = ((v[2] - v[0]) / (2 * h)).reshape(9, 3)
    assert (np.linalg.norm(seen - newton, axis=1) < 2e-5 * np.linalg.norm(newton, axis=1)).all()


def test_pieces_bodies_and_dates():
    pieces = solar_system([[0.0, 10.0], [100.0, 120.0], [-5.0, 5.0]], bodies=("pluto", "sun"))
    assert pieces.z.shape == (3, 2, 12) and pieces.parameters.shape == (3, 2)
    assert str(pieces.rep) == "2*T(1) + 2*T(1)" and pieces.name == "Solar System"
    one = solar_system(np.array(["2000-01-01T12:00", "2000-01-11T12:00"], dtype="datetime64[m]"), bodies=("pluto",))
    np.testing.assert_array_equal(one.t, [[0.0, 10.0]])
    np.testing.assert_array_equal(np.asarray(one.z[0, :, :3]), np.asarray(pieces.z[0, :, :3]))
    assert np.linalg.norm(pieces.z[0, 0, :3]) == pytest.approx(30.2, abs=0.5)


def test_both_ends_of_the_ephemeris_are_in_it():
    ends = np.array(["1899-07-29", "2053-10-09"], dtype="datetime64[D]")
    assert np.isfinite(np.asarray(solar_system(ends).z)).all()


BAD = {
    "before": ([-36685.0], {}, "-36680.5 to 19639.5 days since J2000.0. Got -36685 days. Leave it out."),
    "after": (np.array(["2053-10-10"], "datetime64[D]"), {}, "1899-07-29 to 2053-10-09, .* Got 19640.5 days."),
    "nan": ([float("nan")], {}, "`t` must be within DE421, .* Got nan days."),
    "not a date": (np.array(["NaT"], "datetime64[D]"), {}, "`t` must be within DE421, .* Got nan days."),
    "twice": ([0.0, 5.0, 5.0], {}, "`t` must increase. Got 5 and then 5 days, at position 2. Sort the times"),
    "back": ([0.0, -5.0], {}, "`t` must increase. Got 0 and then -5 days, at position 1."),
    "text": (["2000-01-01"], {}, "`t` must be days since J2000.0 or NumPy dates, .* Got <U10 of shape"),
    "none": ([], {}, r"`t` must be days .* Got float64 of shape \(0,\). Try np.arange\(0, 3650, 10\)."),
    "shape": (np.zeros((1, 1, 1)), {}, r"Got float64 of shape \(1, 1, 1\)."),
    "misspelt": ([0.0], {"bodies": ("Jupitr",)}, "Got 'Jupitr'. Did you mean jupiter?"),
    "unknown": ([0.0], {"bodies": ("sun", "vulcan9x")}, "Got 'vulcan9x'. There are sun, mercury, .*, pluto."),
    "one word": ([0.0], {"bodies": "sun"}, r"must be a sequence of names. Got 'sun'. Write \('sun',\)."),
    "no body": ([0.0], {"bodies": ()}, r"must name at least one body, each once. Got \(\)."),
    "body twice": ([0.0], {"bodies": ("sun", "sun")}, r"each once. Got \('sun', 'sun'\)."),
    "no file": ([0.0], {"file": "nowhere.bsp"}, "must be a file. Got: No such file or directory, nowhere.bsp. Give"),
    "a folder": ([0.0], {"file": "."}, "must be a file. Got: Is a directory, .. Give a whole de421.bsp, or leave"),
}


@pytest.mark.parametrize("t, options, said", BAD.values(), ids=BAD)
@pytest.mark.usefixtures("unchecked")
def test_bad_input(t, options, said):
    with pytest.raises(ValueError, match=said) as caught:
        solar_system(t, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", ["cut", "bit", "other"])
def test_a_damaged_file(tmp_path, damage):
    whole = Path(find_spec("skyfield_data").submodule_search_locations[0], "data", "de421.bsp")
    file = tmp_path / "de421.bsp"
    shutil.copy(whole, file)
    with file.open("r+b") as stream:
        if damage == "cut":
            stream.truncate(1_000_000)
        elif damage == "bit":
            stream.seek(9_000_000)
            stream.write(b"\x01")
        else:
            stream.write(b"not an ephemeris at all")
    with pytest.raises(ValueError, match=r"must be JPL's DE421, undamaged. Got other bytes, in .*de421.bsp. Give a"):
        solar_system([0.0], file=file)


@pytest.mark.parametrize("missing", ["jplephem", "skyfield_data"])
def test_a_missing_package(monkeypatch, missing):
    monkeypatch.setattr(_solar_system, "find_spec", lambda name: None if name == missing else find_spec(name))
    said = rf"Got no {missing.replace('_', '-')}. Run: pip install 'scalaremlp\[ephemeris\]'."
    with pytest.raises(ValueError, match=said):
        solar_system([0.0])


@pytest.mark.skipif(not hasattr(jax, "enable_x64"), reason="JAX has jax.enable_x64 from 0.8 on")
def test_float32_is_refused():
    with jax.enable_x64(False), pytest.raises(ValueError, match="need float64"):
        solar_system([0.0])
