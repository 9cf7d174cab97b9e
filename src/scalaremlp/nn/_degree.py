"""How far in degree the scalars and covariants of tensors are taken, where their user has not said it."""

from functools import cache

from .._check import TooLargeError
from ..groups import Group
from ..reps import Rep
from ..scalars import Covariants, Invariants
from ..scalars.inputs import takes_tensors
from ._tuples import tuple_rep

_MOST_PAIRS = 600  # of a scalar and a covariant: the numbers that a fit has to find grow with them
_MOST_DEGREE = 10


@cache
def affordable_degree(rep_in: Rep, rep_out: Rep, group: Group, *, pairs: bool = False) -> int | None:
    """The highest degree at which there are not too many; `None` where all may be taken, as of vectors.

    Scalars and covariants of low degree tell apart all but special inputs, long before they generate all others.

    Args:
        rep_in: the input type.
        rep_out: the output type.
        group: the group.
        pairs: whether the inputs are particles, of which two are looked at together.
    """
    if not takes_tensors(rep_in, rep_out, group):
        return None
    rep = tuple_rep(rep_in, group, 2) if pairs else rep_in
    for degree in range(1, _MOST_DEGREE + 1):
        try:
            scalars, tensors = Invariants(rep, group, degree), Covariants(rep, rep_out, group, degree=degree)
        except TooLargeError:
            return degree - 1
        every_term = len(set(tensors.block.tolist())) == len(rep_out(group).blocks)
        if scalars.size * tensors.size > _MOST_PAIRS and every_term and degree > 1:
            return degree - 1
        if scalars.complete and tensors.complete:
            return None
    return None
