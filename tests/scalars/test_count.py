"""The number of contractions that is told beforehand is that of those that are written out."""

from itertools import product

import pytest

from scalaremlp.contractions.family import family
from scalaremlp.groups import GL, SL, SO, SU, Lorentz, O, O2eR3, SO2eR3, Sp, Trivial, U
from scalaremlp.scalars._count import candidates
from scalaremlp.scalars._enumerate import open_contractions
from scalaremlp.scalars.generators import _patterns

GROUPS = [
    (O(1), 2, 0), (O(3), 2, 0), (O(3), 3, 0), (SO(1), 2, 0), (SO(2), 3, 0), (SO(3), 2, 0), (SO(3), 3, 0),
    (Lorentz(), 2, 0), (Sp(1), 3, 0), (U(2), 2, 2), (SU(2), 1, 1), (GL(2), 2, 1), (SL(1), 1, 1), (SL(2), 1, 2),
    (SL(3), 2, 1), (O2eR3(), 2, 0), (SO2eR3(), 2, 0), (Trivial(2), 2, 1),
]  # fmt: skip


@pytest.mark.parametrize("group, n_up, n_down", GROUPS, ids=str)
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_count_is_that_of_what_is_written_out(group, n_up, n_down, rank):
    of = family(group)
    for legs in product(("V", "V*"), repeat=rank):
        written = [c for degree in _patterns(of, n_up, n_down, legs) for c in open_contractions(of, degree, legs)]
        assert candidates(of, n_up, n_down, legs) == len(written) == len(set(written))
