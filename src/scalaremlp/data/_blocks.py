"""Several columns by one name: E for Ex, Ey, Ez or E_0, E_1, E_2."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import product

Index = tuple[int, ...]

_SIGNS = r"([_. -]?)"  # between the name and its index
_PATTERNS = [
    re.compile(rf"{_SIGNS}([xyz]+|[XYZ]+)"),  # Ex, E_x, Sxy
    re.compile(rf"{_SIGNS}(\d+)"),  # E0, E_1, S_12
    re.compile(r"(_)(\d(?:_\d+)+|[xyz](?:_[xyz])+)"),  # S_0_1, S_x_y
    re.compile(r"(\[|\()(\d+(?:, ?\d+)*|[xyz](?:, ?[xyz])*)[\])]"),  # E[0], S(1,2)
    re.compile(r"(\[)(\d+(?:\]\[\d+)+)\]"),  # S[0][1]
]


def block(names: Sequence[str], stem: str) -> list[int]:
    """The positions of the components of `stem`, by their indices, the last of which is the fastest.

    Returns:
        Nothing if there are no components of this name.

    Raises:
        ValueError: if some are missing, or there are several sets.

    Example:
        >>> block(["q", "Ez", "Ex", "Ey"], "E"), block(["m11", "m21", "m12", "m22"], "m"), block(["q"], "E")
        ([2, 3, 1], [0, 2, 1, 3], [])
    """
    styles: dict[tuple[int, str, bool], dict[str, int]] = defaultdict(dict)
    for position, name in enumerate(names):
        if stem and name.startswith(stem) and (found := _split(name[len(stem) :])):
            style, index = found
            styles[style][index] = position
    whole = [ordered for written in styles.values() if (ordered := _whole(written))]
    if len(whole) > 1 or (styles and not whole):
        members = [names[position] for written in styles.values() for position in written.values()]
        rule = "several sets of components" if whole else "no whole set of components"
        raise ValueError(f"{rule}, {', '.join(members[:20])}")
    return whole[0] if whole else []


def _split(rest: str) -> tuple[tuple[int, str, bool], str] | None:
    """How an index is written, and the index with one space between its parts."""
    for number, pattern in enumerate(_PATTERNS):
        if match := pattern.fullmatch(rest):
            letters = not match[2][0].isdigit()
            index = re.sub(r"\]\[|, ?|_", " ", match[2])
            return (number, match[1] + ("X" if match[2].isupper() else ""), letters), index
    return None


def _whole(written: dict[str, int]) -> list[int]:
    """The positions in the order of the indices, if there is one for each index of an array, and several of them."""
    for read in (_counted, _digits):
        indices = {index: position for text, position in written.items() if (index := read(text)) is not None}
        if len(indices) == len(written) > 1 and _is_full(set(indices)):
            return [indices[index] for index in sorted(indices)]
    return []


def _counted(text: str) -> Index | None:
    """An index of numbers, as 12 or 1 2, or of letters, as xy or x y."""
    if text[0].isdigit():
        return tuple(map(int, text.split()))
    return tuple("xyz".index(letter) for letter in text.replace(" ", "").lower())


def _digits(text: str) -> Index | None:
    """An index of a digit each, as 12 for 1 2."""
    return tuple(map(int, text)) if text.isdigit() else None


def _is_full(indices: set[Index]) -> bool:
    """Whether indices are all those of an array, counted from 0 or from 1, of one length in every direction."""
    ranks, least = {len(index) for index in indices}, min(map(min, indices))
    if len(ranks) > 1 or least > 1:
        return False
    size = max(map(max, indices)) + 1 - least
    return indices == set(product(range(least, least + size), repeat=ranks.pop()))
