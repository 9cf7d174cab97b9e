"""The table of groups: their names in text, and examples that every test and benchmark of the contract runs over."""

from collections.abc import Callable
from typing import NamedTuple

from ._axial import O2eR3, SO2eR3
from ._base import Group
from ._cube import Cube, RubiksCube
from ._embed import Embed
from ._grid import ZksZnxZn
from ._linear import GL, SL
from ._lorentz import O11, O13, SO13, Lorentz, SO11p, SO13p
from ._matrices import Matrices
from ._orthogonal import SO, O, SOp
from ._permutation import S, Z
from ._polygon import C, D, DkeR3
from ._product import DirectProduct
from ._reflections import Parity, TimeReversal
from ._scaling import Scaling
from ._symplectic import Sp
from ._trivial import Trivial
from ._unitary import SU, U


class Entry(NamedTuple):
    """A line of the table: what a name calls, and examples of what it makes."""

    constructor: Callable[..., Group]
    examples: tuple[Group, ...]


_QUARTER_TURN = [[0.0, -1.0], [1.0, 0.0]]

GROUPS: dict[str, Entry] = {
    "O": Entry(O, (O(1), O(2), O(3), O(2, 2))),
    "SO": Entry(SO, (SO(1), SO(2), SO(3), SO(1, 1))),
    "SOp": Entry(SOp, (SOp(1, 3),)),
    "Lorentz": Entry(Lorentz, (Lorentz(),)),
    "O13": Entry(O13, (O13(),)),
    "SO13": Entry(SO13, (SO13(),)),
    "SO13p": Entry(SO13p, (SO13p(),)),
    "O11": Entry(O11, (O11(),)),
    "SO11p": Entry(SO11p, (SO11p(),)),
    "Sp": Entry(Sp, (Sp(1), Sp(2))),
    "U": Entry(U, (U(1), U(2))),
    "SU": Entry(SU, (SU(1), SU(2), SU(3))),
    "GL": Entry(GL, (GL(1), GL(2))),
    "SL": Entry(SL, (SL(1), SL(2), SL(3))),
    "S": Entry(S, (S(1), S(2), S(4))),
    "Z": Entry(Z, (Z(1), Z(2), Z(4))),
    "C": Entry(C, (C(1), C(3), C(4))),
    "D": Entry(D, (D(1), D(3), D(4))),
    "DkeR3": Entry(DkeR3, (DkeR3(3),)),
    "Cube": Entry(Cube, (Cube(),)),
    "RubiksCube": Entry(RubiksCube, (RubiksCube(),)),
    "ZksZnxZn": Entry(ZksZnxZn, (ZksZnxZn(2, 3), ZksZnxZn(4, 2))),
    "Scaling": Entry(Scaling, (Scaling(1), Scaling(3))),
    "Parity": Entry(Parity, (Parity(),)),
    "TimeReversal": Entry(TimeReversal, (TimeReversal(),)),
    "Embed": Entry(Embed, (Embed(SO(2), 4, 1), Embed(U(1), 2), Embed(O(1, 1), 3, 1))),
    "Trivial": Entry(Trivial, (Trivial(1), Trivial(3))),
    "O2eR3": Entry(O2eR3, (O2eR3(),)),
    "SO2eR3": Entry(SO2eR3, (SO2eR3(),)),
    "DirectProduct": Entry(DirectProduct, (SO(2) * S(4), SU(2) * O(1, 1), O(1) * Z(2) * U(1))),
    "Matrices": Entry(
        Matrices,
        (
            Matrices(lie_algebra=[[[1.0, 0.0], [0.0, -1.0]]], name="squeeze"),
            Matrices(generators=[_QUARTER_TURN], name="C4"),
            Matrices(lie_algebra=[[[1j, 0.0], [0.0, 2j]]], generators=[[[0.0, 1.0], [1.0, 0.0]]], name="phases"),
            Matrices(generators=[[[-1.0]]]),
        ),
    ),
}

EXAMPLES: tuple[Group, ...] = tuple(dict.fromkeys(group for entry in GROUPS.values() for group in entry.examples))
