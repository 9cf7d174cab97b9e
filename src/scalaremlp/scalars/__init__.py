"""All invariants and covariants of vectors and tensors under classical groups, and scalars derived from them."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from ._covariants import Covariants as Covariants
    from ._decades import Decades as Decades
    from ._decades import spans_decades as spans_decades
    from ._derived import Concatenate as Concatenate
    from ._derived import Cosines as Cosines
    from ._derived import Monomials as Monomials
    from ._derived import Norms as Norms
    from ._derived import RadialBasis as RadialBasis
    from ._derived import Scalars as Scalars
    from ._derived import SignedLog as SignedLog
    from ._derived import SignedRoot as SignedRoot
    from ._derived import monomial_rows as monomial_rows
    from ._derived import monomials as monomials
    from ._derived import safe_sqrt as safe_sqrt
    from ._differences import Differences as Differences
    from ._evaluate import gram as gram
    from ._invariants import Invariants as Invariants
    from ._orientation import orientations as orientations
    from ._statistics import Later as Later
    from ._statistics import Statistics as Statistics
    from ._statistics import false_like as false_like
    from ._statistics import learned as learned
    from ._symbols import Symbol as Symbol
    from ._table import plain_names as plain_names
    from ._table import table as table
    from ._together import together as together
    from ._unit import Sizes as Sizes
    from ._unit import UnitScalars as UnitScalars
    from ._units_of import units_of_scalars as units_of_scalars
else:
    _FILES = {
        "_covariants": "Covariants",
        "_decades": "Decades spans_decades",
        "_derived": "Concatenate Cosines Monomials Norms RadialBasis Scalars SignedLog SignedRoot "
        "monomial_rows monomials safe_sqrt",
        "_differences": "Differences",
        "_evaluate": "gram",
        "_invariants": "Invariants",
        "_orientation": "orientations",
        "_statistics": "Later Statistics false_like learned",
        "_symbols": "Symbol",
        "_table": "plain_names table",
        "_together": "together",
        "_unit": "Sizes UnitScalars",
        "_units_of": "units_of_scalars",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)
