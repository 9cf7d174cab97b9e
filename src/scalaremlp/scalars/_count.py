"""How many contractions a choice of covariants begins with, told before one of them is written out."""

from functools import cache
from math import comb

from .._check import TooLargeError
from ..contractions.family import Family

MOST_LEGS = 10
_OF_LIMIT = 10  # numbers, so many times the limit, of all contractions take seconds to choose from
_SMALL, _LARGE = 100, 1000  # numbers that one of them counts for at least and at most
_FEW = 100  # contractions, whatever the limit


def check_candidates(family: Family, n_up: int, n_down: int, legs: tuple[str, ...], limit: int) -> None:
    """Raise `TooLargeError` unless covariants with these legs can be chosen in a time that a person waits."""
    check_legs(legs)
    size = family.dim ** len(legs)
    most = max(_OF_LIMIT * limit // min(max(size, _SMALL), _LARGE), _FEW)
    count = max(ways_along_fixed(family, legs), candidates(family, n_up, n_down, legs))
    if count > most:
        raise TooLargeError(
            f"covariants are chosen from at most {most} contractions where limit={limit}. Got {count} with {len(legs)} "
            f"indices of {n_up + n_down} vectors: raise limit=, or take a smaller tensor."
        )


def check_legs(legs: tuple[str, ...]) -> None:
    """Raise `TooLargeError` for a tensor of more indices than there are letters for."""
    if len(legs) > MOST_LEGS:
        raise TooLargeError(f"covariants have at most {MOST_LEGS} indices. Got {len(legs)}: take a smaller tensor.")


def ways_along_fixed(family: Family, legs: tuple[str, ...]) -> int:
    """The number of ways to lay some legs along fixed vectors, or none."""
    fixed = {"V": len(family.fixed_up), "V*": len(family.fixed_up if family.form is not None else family.fixed_down)}
    ways = 1
    for kind in legs:
        ways *= 1 + fixed[kind]
    return ways


def candidates(family: Family, n_up: int, n_down: int, legs: tuple[str, ...]) -> int:
    r"""The number of contractions with these legs, up to names of the inputs that keep their order.

    Those of exactly j upper and l lower inputs are found from N(i, k), the number of those that take any of i and k
    inputs: $\sum_{i,k} (-1)^{j-i+l-k} \binom{j}{i} \binom{l}{k} N(i, k)$.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.contractions.family import family
        >>> candidates(family(O(3)), 600, 0, ("V", "V")), candidates(family(O(3)), 2, 0, ("V",) * 12)
        (4, 2300598)
    """
    most = len(legs) * max(1, family.dim - 1) if family.epsilon else len(legs)
    found = 0
    for ups in range(min(n_up, most) + 1):
        for downs in range(min(n_down, most - ups) + 1):
            for i in range(ups + 1):
                for k in range(downs + 1):
                    sign = (-1) ** (ups - i + downs - k)
                    found += sign * comb(ups, i) * comb(downs, k) * _any_of(family, i, k, legs)
    return found


def _any_of(family: Family, n_up: int, n_down: int, legs: tuple[str, ...]) -> int:
    """The number of contractions that take any of so many inputs, any number of times."""
    lower = legs.count("V*")
    if family.form is not None:
        return _with_form(family, n_up, len(legs), family.epsilon)
    return _without_form(family, (n_up, n_down), (len(legs) - lower, lower), "any" if family.epsilon else "")


@cache
def _with_form(family: Family, inputs: int, legs: int, epsilon: bool) -> int:
    """All indices are of one kind; one Levi-Civita tensor may be used."""
    if not legs:
        return 1
    found = inputs * _with_form(family, inputs, legs - 1, epsilon)
    if legs > 1:
        found += (legs - 1) * _with_form(family, inputs, legs - 2, epsilon)
    for more in range(min(legs, family.dim) if epsilon else 0):  # legs on the tensor, beside the first
        taken = comb(inputs + len(family.fixed_up), family.dim - 1 - more)
        found += comb(legs - 1, more) * taken * _with_form(family, inputs, legs - 1 - more, False)
    return found


@cache
def _without_form(family: Family, inputs: tuple[int, int], legs: tuple[int, int], epsilon: str) -> int:
    """Upper and lower indices; any number of Levi-Civita tensors of one kind ("any": none has been used yet)."""
    if not sum(legs):
        return 1
    side = 0 if legs[0] else 1
    own, other = legs[side], legs[1 - side]

    def left(own: int, other: int, epsilon: str = epsilon) -> int:
        return _without_form(family, inputs, (own, other) if side == 0 else (other, own), epsilon)

    found = inputs[side] * left(own - 1, other)
    if other:
        found += other * left(own - 1, other - 1)
    kind, slots = (("up", inputs[1] + len(family.fixed_down)), ("down", inputs[0] + len(family.fixed_up)))[side]
    for more in range(min(own, family.dim) if epsilon in ("any", kind) else 0):
        taken = comb(own - 1, more) * comb(slots, family.dim - 1 - more)
        found += taken * left(own - 1 - more, other, kind) if taken else 0
    return found
