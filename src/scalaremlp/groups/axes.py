"""Which component of a vector is what: the order that the matrices of a group presume."""

from ._base import Group
from ._orthogonal import SO, O, SOp
from ._symplectic import Sp


def time_axis(group: Group | None) -> int | None:
    """The component of a vector that is time or energy: the first for O(1,q), the last for O(p,1); None for others.

    Of O(1,1) there is none: with time and space exchanged it is the same group.

    >>> time_axis(O(1, 3)), time_axis(SO(3, 1)), time_axis(O(3)), time_axis(O(1, 1))
    (0, 3, None, None)
    """
    if not isinstance(group, O | SO | SOp) or group.dim < 3:
        return None
    return 0 if group.p == 1 else group.p if group.q == 1 else None


def components(group: Group | None) -> str:
    """A sentence about the order of a vector's components; empty where none is presumed.

    >>> components(O(1, 3)), components(O(3))
    ('The first component of T(1) of O(1,3) is time or energy.', '')
    """
    if (axis := time_axis(group)) is not None:
        return f"The {'last' if axis else 'first'} component of T(1) of {group} is time or energy."
    if isinstance(group, Sp):
        return f"T(1) of {group} is all places q, then all momenta p."
    if isinstance(group, O | SO) and group.p and group.q:
        return f"The first {group.p} components of T(1) of {group} are those whose squares count as positive."
    return ""
