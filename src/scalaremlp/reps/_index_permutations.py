"""Symmetries of a tensor's indices: signed permutations, written as equations, and the groups that they generate."""

from ..contractions.tensor import closure

SignedPermutation = tuple[tuple[int, ...], int]  # (axes, sign): t = sign · t.transpose(axes)

MOST_INDICES = 8  # of a tensor with equations: 8! permutations are still listed in a moment
_REMEDY = 'Write for example Symmetric(T(4), "ijkl=jikl=klij") or Symmetric(T(2), "ij=-ji").'


def totally(rank: int, sign: int) -> tuple[SignedPermutation, ...]:
    """The exchanges of neighbouring indices, each with the sign: the canonical generators of all permutations.

    >>> totally(3, -1)
    (((0, 2, 1), -1), ((1, 0, 2), -1))
    """
    return tuple((_exchange(rank, k), sign) for k in reversed(range(rank - 1)))


def canonical(rank: int, equations: str) -> tuple[SignedPermutation, ...]:
    """Generators of the symmetry that equations state, which depend on all that they generate alone.

    In the order of the permutations, they are those that earlier ones do not make.

    Raises:
        TypeError: if the equations are no text.
        ValueError: if they are none, or leave nothing but zero.

    >>> canonical(3, "abc=bac=-acb")
    Traceback (most recent call last):
    ...
    ValueError: An index symmetry leaves more than zero. Got 'abc=bac=-acb', by which all is minus itself. Check signs.
    >>> canonical(4, "ijkl=jikl=klij")
    (((0, 1, 3, 2), 1), ((1, 0, 2, 3), 1), ((2, 3, 0, 1), 1))
    """
    stated = read(rank, equations)
    try:
        whole = sorted(closure(stated, rank))
    except ValueError:
        raise ValueError(
            f"An index symmetry leaves more than zero. Got {equations!r}, by which all is minus itself. Check signs."
        ) from None
    kept: tuple[SignedPermutation, ...] = ()
    for symmetry in whole:
        if symmetry not in closure(kept, rank):
            kept = (*kept, symmetry)
    return kept


def read(rank: int, equations: str) -> tuple[SignedPermutation, ...]:
    """The signed permutations that equations between index words state, each in turn equal to the first word.

    Raises:
        TypeError: if the equations are no text.
        ValueError: if a word is none of `rank` different letters, or no permutation of the first.

    >>> read(4, "ijkl=jikl=-klij")
    (((1, 0, 2, 3), 1), ((2, 3, 0, 1), -1))
    """
    if not isinstance(equations, str):
        raise TypeError(f"The symmetry of a tensor is a text of index words. Got {equations!r}. {_REMEDY}")
    first, *others = ("".join(word.split()) for word in equations.split("="))
    if not others:
        raise ValueError(f"The symmetry of a tensor is an equation of index words. Got {equations!r}. {_REMEDY}")
    if len(first) != rank or len(set(first)) != rank or not first.isalpha():
        raise ValueError(
            f"The first index word names each of the {rank} indices of T({rank}) by a letter of its own. "
            f"Got {first!r} in {equations!r}. {_REMEDY}"
        )
    return tuple(_read(first, word, equations) for word in others)


def _exchange(rank: int, at: int) -> tuple[int, ...]:
    axes = list(range(rank))
    axes[at], axes[at + 1] = at + 1, at
    return tuple(axes)


def _read(first: str, word: str, equations: str) -> SignedPermutation:
    letters, sign = word.removeprefix("-").removeprefix("+"), -1 if word.startswith("-") else 1
    if sorted(letters) != sorted(first):
        raise ValueError(
            f"Every index word is a permutation of the first, {first!r}, perhaps with a sign. "
            f"Got {word!r} in {equations!r}. {_REMEDY}"
        )
    return tuple(letters.index(letter) for letter in first), sign
