"""The contraction engine: all invariants and covariants of classical groups, and scalars derived from them."""

from ._covariants import Covariants as Covariants
from ._evaluate import gram as gram
from ._invariants import Invariants as Invariants
from ._orientation import orientations as orientations
from ._statistics import Statistics as Statistics
