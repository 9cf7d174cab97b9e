"""All invariants and covariants of vectors and tensors under classical groups, and scalars derived from them."""

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
from ._unit import Sizes as Sizes
from ._unit import UnitScalars as UnitScalars
