"""The Sun and the planets: real positions and velocities, from an ephemeris of JPL."""

import difflib
import hashlib
import json
import os
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from ..groups import O
from ..reps import T
from ._trajectories import Trajectories

#: The Sun and the eight planets, in the order of `solar_system`.
SOLAR_SYSTEM = ("sun", "mercury", "venus", "earth", "mars", "jupiter", "saturn", "uranus", "neptune")

_EPOCH = 2451545.0  # J2000.0, as a Julian day
_DAY = np.timedelta64(1, "D")


def solar_system(
    t: Any, *, bodies: Sequence[str] = SOLAR_SYSTEM, file: str | os.PathLike[str] | None = None
) -> Trajectories:
    r"""Where the Sun and the planets were, and how fast they moved, by JPL's ephemeris DE421.

    Positions are relative to the barycentre of the Solar System, in au, along the axes of the ICRF; velocities, the
    derivatives of the same Chebyshev polynomials, in au/day. A planet is the barycentre of its system: `earth` is that
    of the Earth and the Moon. The au is that of DE421, 149597870.6996262 km.

    The ephemeris was fitted to observations by a model that has relativity and asteroids in it. It ships inside the
    package skyfield-data, 17 MB, and is read by jplephem: `pip install 'scalaremlp[ephemeris]'`; nothing is downloaded.

    Args:
        t: times (TDB) as days since J2000.0, 2000-01-01 12:00, or as NumPy dates, whose clock is then TDB: shape (k,)
            for one trajectory, (n, k) for n pieces; increasing, from 1899-07-29 to 2053-10-09.
        bodies: names of `SOLAR_SYSTEM`, or `pluto`.
        file: another copy of de421.bsp than that of skyfield-data.

    Returns:
        States (q₁ … qₙ, v₁ … vₙ) of type n*T(1) + n*T(1) of O(3) at times in days since J2000.0, one trajectory or n,
        with the published masses GM in au³/day² as parameters, of type n*T(0), in the order of `bodies`. They are those
        that DE421 was integrated with.

    Raises:
        ValueError: without the ephemeris or a package to read it; for a file that is not DE421, whole; for times
            outside it, or that do not increase; for unknown bodies; without float64.

    References:
        Folkner, Williams, Boggs, *The Planetary and Lunar Ephemeris DE421*, IPN Progress Report 42-178 (2009).

    Example: the distance of Jupiter from the Sun over a year

        >>> import numpy as np, scalaremlp as se
        >>> se.enable_x64()
        >>> days = np.arange("1980-01-01", "1981-01-01", 73, dtype="datetime64[D]")
        >>> data = se.data.solar_system(days, bodies=("sun", "jupiter"))
        >>> data
        Trajectories(Solar System: 1 of 6 states, 2*T(1) + 2*T(1) given 2*T(0), O(3))
        >>> sun, jupiter = data.z[0, :, :3], data.z[0, :, 3:6]
        >>> print(np.linalg.norm(jupiter - sun, axis=1).round(2))
        [5.38 5.4  5.41 5.42 5.43 5.44]
    """
    days, names, known = _days(t), _names(bodies), _known()
    if jnp.result_type(float) != jnp.float64:
        raise ValueError(
            "The planets' states need float64. Got JAX in float32. Call scalaremlp.enable_x64() before making arrays."
        )
    z = _states(_ephemeris(file), days.ravel(), [known["number"][name] for name in names]) / known["au_km"]
    gm = np.tile([known["gm_au3_per_day2"][name] for name in names], (len(days), 1))
    n = len(names)
    types = (n * T(1) + n * T(1), n * T(0), O(3))
    return Trajectories(days, z.reshape(*days.shape, -1), gm, *types, name="Solar System")


@cache
def _known() -> dict[str, Any]:
    text = (files("scalaremlp.data") / "solar_system.json").read_text(encoding="utf-8")
    known: dict[str, Any] = json.loads(text)
    return known


def _states(file: Path, days: np.ndarray, numbers: list[int]) -> np.ndarray:
    """Positions and then velocities, in km and km/day, shape (times, 6 bodies)."""
    from jplephem.spk import SPK

    with SPK.open(str(file)) as kernel:
        parts = [kernel[0, number].compute_and_differentiate(_EPOCH, days) for number in numbers]
        return np.concatenate([part[which] for which in (0, 1) for part in parts]).T


def _ephemeris(file: str | os.PathLike[str] | None) -> Path:
    """The file, if it is DE421, byte for byte."""
    wanted = ("jplephem",) if file is not None else ("jplephem", "skyfield_data")
    missing = [name.replace("_", "-") for name in wanted if find_spec(name) is None]
    if missing:
        raise ValueError(
            f"The Solar System needs the packages jplephem and skyfield-data. Got no {' and no '.join(missing)}. "
            "Run: pip install 'scalaremlp[ephemeris]'."
        )
    told = _known()["file"]
    if file is None:
        spec = find_spec("skyfield_data")  # not imported
        path = Path(*((spec and spec.submodule_search_locations) or ())[:1], "data", told["name"])
        remedy = "Run: pip install --force-reinstall skyfield-data."
    else:
        path, remedy = Path(file), f"Give a whole {told['name']}, or leave `file` out for that of skyfield-data."
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ValueError(f"The ephemeris must be a file. Got: {error.strerror}, {path}. {remedy}") from error
    if digest != told["sha256"]:
        raise ValueError(f"The ephemeris must be JPL's DE421, undamaged. Got other bytes, in {path}. {remedy}")
    return path


def _days(t: Any) -> np.ndarray:
    """The times as days since J2000.0, shape (n, k)."""
    times = np.asarray(t)
    if times.dtype.kind == "M":
        times = (times - np.datetime64("2000-01-01T12:00")) / _DAY
    if times.dtype.kind not in "fiu" or times.ndim not in (1, 2) or not times.size:
        raise ValueError(
            "`t` must be days since J2000.0 or NumPy dates, of shape (k,) or (n, k). "
            f"Got {times.dtype} of shape {times.shape}. Try np.arange(0, 3650, 10)."
        )
    days = np.atleast_2d(times.astype(float))
    told = _known()["file"]
    first, last = (_julian(told[end]) - _EPOCH for end in ("first", "last"))
    outside = days[~((days >= first) & (days <= last))]  # NaN too
    if outside.size:
        raise ValueError(
            f"`t` must be within DE421, {told['first']} to {told['last']}, {first} to {last} days since J2000.0. "
            f"Got {outside[0]:.15g} days. Leave it out."
        )
    if (wrong := np.argwhere(np.diff(days) <= 0)).size:
        row, at = wrong[0].tolist()
        raise ValueError(
            f"`t` must increase. Got {days[row, at]:.15g} and then {days[row, at + 1]:.15g} days, at position "
            f"{at + 1}. Sort the times and drop what comes twice."
        )
    return days


def _julian(date: str) -> float:
    """The Julian day on which a date begins."""
    return float((np.datetime64(date) - np.datetime64("2000-01-01")) / _DAY) + _EPOCH - 0.5


def _names(bodies: Sequence[str]) -> tuple[str, ...]:
    if isinstance(bodies, str):
        raise ValueError(f"`bodies` must be a sequence of names. Got {bodies!r}. Write ({bodies!r},).")
    known = tuple(_known()["number"])
    for body in bodies:
        if body not in known:
            near = difflib.get_close_matches(str(body).lower(), known, 1)
            remedy = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
            raise ValueError(f"`bodies` must be the Sun and planets, in small letters. Got {body!r}. {remedy}")
    if not bodies or len(set(bodies)) < len(bodies):
        raise ValueError(f"`bodies` must name at least one body, each once. Got {tuple(bodies)}. Leave it out for all.")
    return tuple(bodies)
