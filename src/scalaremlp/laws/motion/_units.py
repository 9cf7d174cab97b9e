"""The units of a law of motion."""

from dataclasses import dataclass

from ...data import Trajectories
from ...groups import Group
from ...reps import Rep
from ...units import Unit
from .._law import HAMILTONIAN
from .._prepare import Units
from .._units import units_of
from ._kind import Kind


@dataclass(frozen=True)
class _Typed:
    """What `units_of` asks of a data set."""

    rep_in: Rep
    rep_out: Rep
    group: Group
    units_in: tuple[Unit, ...]
    units_out: tuple[Unit, ...]


def units_of_motion(data: Trajectories, kind: Kind, any_constants: bool) -> Units | None:
    """Those that trajectories tell; `None` if they tell none.

    Raises:
        ValueError: if only some are told, or if the law's cannot be made of them.
    """
    needed = {"units": data.units, "time_unit": data.time_unit}
    if data.rep_parameters is not None:
        needed["units_parameters"] = data.units_parameters
    lacking = [name for name, value in needed.items() if value is None]
    if len(lacking) == len(needed):
        return None
    if lacking:
        raise ValueError(
            f"Formulas of a motion need all units. Got none for `{lacking[0]}`. Tell `{lacking[0]}` too, or no units."
        )
    assert data.units is not None and data.time_unit is not None
    if kind.motion == HAMILTONIAN:
        out: tuple[Unit, ...] = (_energy(data.units, data.time_unit),)
    else:
        out = tuple(unit / data.time_unit for unit in data.units)
    more = data.units_parameters or ()
    return units_of(_Typed(kind.rep_in, kind.rep_out, kind.group, (*data.units, *more), out), any_constants)


def _energy(units: tuple[Unit, ...], time: Unit) -> Unit:
    """q·p/t, which is one unit for all pairs."""
    half = len(units) // 2
    found = {q * p / time for q, p in zip(units[:half], units[half:], strict=False)}
    if len(units) % 2 or len(found) != 1:
        told = ", ".join(map(str, sorted(found, key=str))) or "an odd number of terms"
        raise ValueError(
            f"A Hamiltonian has one unit, that of each q·p/t. Got {told}. Check the order of positions and momenta, or "
            'ask for motion="field".'
        )
    return found.pop()
