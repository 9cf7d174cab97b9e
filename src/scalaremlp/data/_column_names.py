"""What the names of columns say: which of them are the components of one vector, and of which body."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_ANGLES = {"eta", "phi", "theta"}


class Component(NamedTuple):
    """One of the components x, y, z of a vector: `Fx2` is the first one of `f*2`."""

    vector: str
    axis: int

    @property
    def body(self) -> str:
        """Whose vector it is: 2 of `f*2`, the Sun of `sun_v*`."""
        numbers = re.findall(r"\d+", self.vector)
        return " ".join(numbers or [word for word in re.findall("[a-z*]+", self.vector) if "*" not in word])

    @property
    def kind(self) -> str:
        """Which vector of its body it is: `f*` of `f*2`, `v*` of `sun_v*`."""
        words = re.findall("[a-z*]+", self.vector)
        return " ".join(word for word in words if "*" in word or re.search(r"\d", self.vector))


def components(names: Sequence[str]) -> list[Component | None]:
    """Of each column the vector that it is a component of; None where no other column is one of the same.

    The names of a vector's components differ by x, y, z alone.

    >>> [part and tuple(part) for part in components(["E1", "px1", "py1", "pz1"])]
    [None, ('p*1', 0), ('p*1', 1), ('p*1', 2)]
    """
    possible = [_readings(name.lower()) for name in names]
    every = {component for readings in possible for component in readings}
    whole = {vector for vector, _ in every if {(vector, 0), (vector, 1)} <= every}
    return [next((each for each in readings if each.vector in whole), None) for readings in possible]


def is_one_vector(parts: Sequence[Component | None]) -> bool:
    """Whether they are components of one vector, all different."""
    found = {part for part in parts if part is not None}
    return len(found) == len(parts) and len({part.vector for part in found}) == 1


def odd_one(names: Sequence[str]) -> int | None:
    """Which of the names is the time component beside those of space, if they say so.

    >>> odd_one(["px", "py", "pz", "E"]), odd_one(["p_0", "p_1", "p_2", "p_3"]), odd_one(["a", "b", "c", "d"])
    (3, 0, None)
    """
    parts = components(names)
    if parts.count(None) == 1 and is_one_vector([part for part in parts if part is not None]):
        return parts.index(None)
    numbered = [match.groups() for name in names if (match := re.fullmatch(r"(.*?)(\d)", name))]
    if len({stem for stem, _ in numbered}) == 1 and sorted(n for _, n in numbered) == [*map(str, range(len(names)))]:
        return [number for _, number in numbered].index("0")
    return None


def is_mass(name: str) -> bool:
    """Whether a name says that the column is a mass, as m, m2, jet_mass, jetMass do."""
    return not {"m", "mass"}.isdisjoint(_words(name))


def are_angles(names: Sequence[str]) -> bool:
    """Whether they are polar coordinates, such as pt, eta, phi or r, theta, phi."""
    return len(_ANGLES.intersection(word for name in names for word in _words(name))) > 1


def _readings(name: str) -> list[Component]:
    """What a name may be a component of; the last of its letters x, y and z comes first."""
    places = [at for at in reversed(range(len(name))) if name[at] in "xyz"]
    return [Component(f"{name[:at]}*{name[at + 1 :]}", "xyz".index(name[at])) for at in places]


def _words(name: str) -> list[str]:
    return re.findall("[a-z]+", re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower())
