"""How people write groups and types: what is read as it stands, and what was probably meant."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

Value = TypeVar("Value")

_LONGEST_SHOWN = 80  # characters of a text that are quoted
_LONGEST_READ = 1000  # characters of a text that are corrected
_SIGNS = str.maketrans(
    {"×": "*", "⊗": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*", "⊕": "+", "−": "-", "–": "-", "→": "->"}
)
_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_BRACKETS = str.maketrans("[{}]", "(())")

# Groups of motions: translations are no matrices of the space that they act on.
_MOTIONS = {"E": "O", "Euclidean": "O", "SE": "SO", "ISO": "SO", "Poincare": "Lorentz", "Poincaré": "Lorentz"}

_IRREP = re.compile(r"(?<!\w)(?:(\d+)x)?(0e|1o)\b")  # scalars and vectors of O(3) as e3nn writes them


def read(text: str, strict: Callable[[str], Value], names: Iterable[str], rule: str, joined: str) -> Value:
    """The value that `strict` reads from a text, or from the text as it was clearly meant.

    Arguments:
        text: what was typed.
        strict: reads a text, or raises `ValueError`; of a text that is no expression at all, from a `SyntaxError`.
        names: the names that `strict` knows.
        rule: the first sentence of the error.
        joined: the operator that stands between terms, for a text where it is missing.

    Raises:
        ValueError: of `strict`, or with what was probably meant.
    """
    try:
        return strict(text)
    except ValueError as error:
        first = error
    if not isinstance(text, str) or len(text) > _LONGEST_READ:
        raise first
    names = list(names)
    plain = readable(text, names)
    if plain != text:
        try:
            return strict(plain)
        except ValueError as error:
            first = error if isinstance(first.__cause__, SyntaxError) else first
    if meant := _meant(text, plain, strict, names, joined):
        raise ValueError(f"{rule} Got {shown(text)}. {meant}") from first
    raise first


def shown(text: object) -> str:
    """A text as it is quoted in an error, without the end of a very long one.

    >>> shown("O(3"), shown("(" * 1000)[-5:]
    ("'O(3'", "((('…")
    """
    quoted = repr(text)
    return quoted if len(quoted) <= _LONGEST_SHOWN else f"{quoted[:_LONGEST_SHOWN]}'…"


def readable(text: str, names: Collection[str]) -> str:
    """The text with the operators of Python; the letter x is none where it is a name.

    >>> readable("3T(1) ⊕ 2 T(0)", []), readable("SO⁺(1, 3) × S(4)", []), readable("V² + V^3", [])
    ('3*T(1) + 2*T(0)', 'SOp(1, 3) * S(4)', 'V**2 + V**3')
    """
    text = "".join(sign for sign in text.translate(_SIGNS) if unicodedata.category(sign) != "Cf")  # of no width
    text = re.sub(r"\bSO\^?[⁺+]\s*(?=\()", "SOp", text)
    text = re.sub(r"\bSO(\([^()]*\))\^?[⁺+](?=\s*(?:$|[*)]))", r"SOp\1", text)
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"**{found[0].translate(_POWERS)}", text)
    text = " ".join(unicodedata.normalize("NFKC", text).split()).replace("^", "**")
    if "x" not in names:
        text = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[A-Z(])", "*", text)
    return re.sub(r"(?<![\w.])(\d+)\s*(?=[^\W\d]|\()", r"\1*", text)


def _in_our_case(word: str, names: list[str]) -> str:
    """The one name that differs from a word by capital letters alone."""
    alike = [name for name in names if name.casefold() == word.casefold()]
    return alike[0] if len(alike) == 1 and word not in names else word


def _meant(typed: str, text: str, strict: Callable[[str], object], names: list[str], joined: str) -> str:
    """What was probably meant by a text that cannot be read: a remedy for an error, or nothing."""
    capitals = re.sub(r"(?<![\w.])[^\W\d]\w*", lambda found: _in_our_case(found[0], names), text)
    corrected = [guess for each in (text, capitals) for guess in _guesses(each, names, joined)]
    guesses = dict.fromkeys([capitals, *corrected, _IRREP.sub(_of_irrep, typed)])
    found = [guess for guess in guesses if guess != text and _reads(strict, guess)]
    if found:
        return f"Did you mean {' or '.join(map(repr, found[:2]))}?"
    motions = "|".join(_MOTIONS)
    still = re.sub(rf"\b({motions})\b", lambda found: _MOTIONS[found[0]], text)
    if still != text and _reads(strict, still):
        return f"Translations are no matrices: take differences of places as inputs, and the group {still!r}."
    return ""


def _guesses(text: str, names: list[str], joined: str) -> Iterator[str]:
    known = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    numbers = re.compile(rf"\b({known})\s?[_-]?((\d)(\d)|\d+(?:,\s?\d+)?)(?![\w(])", re.IGNORECASE)
    yield numbers.sub(lambda found: _called(found, names, r"\3,\4"), text)  # O31 is rather O(3,1) than O(31)
    yield numbers.sub(lambda found: _called(found, names, r"\2"), text)
    yield re.sub(r"\s*->\s*", " >> ", text)
    yield text.translate(_BRACKETS)
    yield re.sub(r"(?<=\d)\s*[ ;]\s*(?=\d)", ",", text)
    for terms in (text, text[1:-1]):
        yield re.sub(r"\)\s*(?:[,;&]|and\b)?\s*(?=[\w(])", f"){joined}", terms)
    yield re.sub(r"([^\W\d]\w+)s\b", lambda found: _in_our_case(found[1], names), text)


def _called(found: re.Match[str], names: list[str], pair: str) -> str:
    numbers = found.expand(pair) if found[3] else found[2]
    return f"{_in_our_case(found[1], names)}({numbers})"


def _of_irrep(found: re.Match[str]) -> str:
    return f"{found[1] or 1}*T({found[2][0]})"


def _reads(strict: Callable[[str], object], text: str) -> bool:
    try:
        strict(text)
    except ValueError:
        return False
    return True
