"""Representations: the types of arrays, by how they change under a group."""

from typing import TYPE_CHECKING

from .._lazy import lazy
from .index_symmetry import IndexSymmetry as IndexSymmetry
from .index_symmetry import index_symmetry as index_symmetry  # a file of this name hides what is lazy

if TYPE_CHECKING:
    from . import voigt as voigt
    from ._base import Base as Base
    from ._linear_map import LinearMap as LinearMap
    from ._parse import parse as parse
    from ._product import Product as Product
    from ._rep import Rep as Rep
    from ._sum import Sum as Sum
    from ._symmetric import Alt as Alt
    from ._symmetric import Sym as Sym
    from ._symmetric import Sym0 as Sym0
    from ._symmetric import Symmetric as Symmetric
    from ._tensor import Scalar as Scalar
    from ._tensor import T as T
    from ._tensor import V as V
    from ._tensor import Vector as Vector
    from .action import Action as Action
else:
    _FILES = {
        "voigt": "",
        "_base": "Base",
        "_linear_map": "LinearMap",
        "_parse": "parse",
        "_product": "Product",
        "_rep": "Rep",
        "_sum": "Sum",
        "_symmetric": "Alt Sym Sym0 Symmetric",
        "_tensor": "Scalar T V Vector",
        "action": "Action",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)
    __all__ += ["IndexSymmetry", "index_symmetry"]

    from . import _base as _base  # these teach representations to be added and multiplied
    from . import _product as _product
    from . import _sum as _sum
