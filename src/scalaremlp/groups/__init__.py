"""Matrix groups as frozen values: their Lie algebras, generators, fixed tensors and random elements."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from ._axial import O2eR3 as O2eR3
    from ._axial import SO2eR3 as SO2eR3
    from ._base import Field as Field
    from ._base import FixedTensor as FixedTensor
    from ._base import Group as Group
    from ._cube import Cube as Cube
    from ._cube import RubiksCube as RubiksCube
    from ._embed import Embed as Embed
    from ._finite import Finite as Finite
    from ._grid import ZksZnxZn as ZksZnxZn
    from ._lattice import BasisWarning as BasisWarning
    from ._linear import GL as GL
    from ._linear import SL as SL
    from ._lorentz import O11 as O11
    from ._lorentz import O13 as O13
    from ._lorentz import SO13 as SO13
    from ._lorentz import Lorentz as Lorentz
    from ._lorentz import SO11p as SO11p
    from ._lorentz import SO13p as SO13p
    from ._matrices import Matrices as Matrices
    from ._orthogonal import SO as SO
    from ._orthogonal import O as O
    from ._orthogonal import SOp as SOp
    from ._permutation import S as S
    from ._permutation import Z as Z
    from ._polygon import C as C
    from ._polygon import D as D
    from ._polygon import DkeR3 as DkeR3
    from ._product import DirectProduct as DirectProduct
    from ._reflections import Parity as Parity
    from ._reflections import TimeReversal as TimeReversal
    from ._scaling import Scaling as Scaling
    from ._symplectic import Sp as Sp
    from ._trivial import Trivial as Trivial
    from ._unitary import SU as SU
    from ._unitary import U as U
    from .parsing import parse as parse
    from .table import EXAMPLES as EXAMPLES
    from .table import GROUPS as GROUPS
else:
    _FILES = {
        "_axial": "O2eR3 SO2eR3",
        "_base": "Field FixedTensor Group",
        "_cube": "Cube RubiksCube",
        "_embed": "Embed",
        "_finite": "Finite",
        "_grid": "ZksZnxZn",
        "_lattice": "BasisWarning",
        "_linear": "GL SL",
        "_lorentz": "O11 O13 SO13 Lorentz SO11p SO13p",
        "_matrices": "Matrices",
        "_orthogonal": "SO O SOp",
        "_permutation": "S Z",
        "_polygon": "C D DkeR3",
        "_product": "DirectProduct",
        "_reflections": "Parity TimeReversal",
        "_scaling": "Scaling",
        "_symplectic": "Sp",
        "_trivial": "Trivial",
        "_unitary": "SU U",
        "parsing": "parse",
        "table": "EXAMPLES GROUPS",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)

    from . import _product as _product  # which teaches groups to be multiplied
