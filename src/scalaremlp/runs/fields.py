"""Settings that check themselves: what may be in a field is said by its annotation, for Python and JSON alike."""

from collections.abc import Callable, Collection
from dataclasses import Field, dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Self, Union, get_args, get_origin, get_type_hints

import numpy as np

MOST_SAMPLES = 10_000_000  # that a run makes
MOST_SEED = 2**63 - 1
_WORDS = {int: "a whole number", float: "a finite number", str: "a text", bool: "true or false", NoneType: "nothing"}
_SHOWN = 60


class Broken(NamedTuple):
    """A rule that a value breaks, and what to do instead."""

    rule: str
    value: Any
    remedy: str = "Choose another"


@dataclass(frozen=True)
class Between:
    """The range of a number, its ends included."""

    least: float
    most: float

    def broken_by(self, value: float) -> Broken | None:
        """What is wrong with a value, if anything."""
        if self.least <= value <= self.most:
            return None
        return Broken(f"at most {self.most}" if value > self.most else f"at least {self.least}", value)


@dataclass(frozen=True)
class OneOf:
    """The names in a table, which is loaded when it is needed."""

    table: Callable[[], Collection[str]]

    def broken_by(self, value: str) -> Broken | None:
        """What is wrong with a value, if anything."""
        names = self.table()
        if value in names:
            return None
        near = [f"Did you mean {name}?" for name in get_close_matches(value, names, 1)]
        return Broken(f"one of {', '.join(names)}", value, *near)


@dataclass(frozen=True)
class EndsIn:
    """The endings that a name may have."""

    endings: Callable[[], tuple[str, ...]]

    def broken_by(self, value: str) -> Broken | None:
        """What is wrong with a value, if anything."""
        right = value.lower().endswith(self.endings())
        return None if right else Broken(f"a file that ends in {', '.join(self.endings())}", value)


def left_out(default: Any, **absent: Any) -> Any:
    """A field that JSON does not have where it has the value `absent`, which is the default unless it is given."""
    return field(default=default, metadata={"absent": absent.get("absent", default)})


class Settings:
    """The base of settings, which are frozen data classes: checks at birth, and the way to JSON and back.

    Numbers of NumPy become Python's own, which JSON has.
    """

    def __post_init__(self) -> None:
        for name, hint in _hints(type(self)).items():
            object.__setattr__(self, name, _own(getattr(self, name)))
            if wrong := _broken(hint, getattr(self, name)):
                raise ValueError(f"`{name}` must be {wrong.rule}. Got {_shown(wrong.value)}. {wrong.remedy}")

    def to_json(self) -> dict[str, Any]:
        """JSON values, from which `from_json` makes the same settings again."""
        own = [each for each in _fields(type(self)) if getattr(self, each.name) != each.metadata.get("absent", self)]
        return {each.name: _plain(getattr(self, each.name)) for each in own}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The settings that JSON values say; every one is there, known, and of its kind.

        Raises:
            ValueError: which says in a few words what is there instead.
        """
        if not isinstance(values, dict):
            raise ValueError(f"{_shown(values)} for settings")
        found, hints = {}, _hints(cls)
        for each in _fields(cls):
            if each.name not in values and "absent" not in each.metadata:
                raise ValueError(f"no {each.name}")
            found[each.name] = each.metadata.get("absent")
            if each.name in values:
                found[each.name] = _made(hints[each.name], values[each.name], each)
                if "absent" in each.metadata and found[each.name] == each.metadata["absent"]:  # as no run writes it
                    raise ValueError(f"{each.name} {_shown(values[each.name])}")
        if unknown := [name for name in values if name not in hints]:
            raise ValueError(f"{_shown(unknown[0])}, which is not known")
        return cls(**found)


def _own(value: Any) -> Any:
    """A number of NumPy, or those in a tuple, as Python's own."""
    if isinstance(value, tuple):
        return tuple(map(_own, value))
    return value.item() if isinstance(value, np.integer | np.floating) else value


def _made(hint: Any, value: Any, of: Field[Any]) -> Any:
    """What a JSON value stands for in a field; settings that a subclass has made already stand for themselves."""
    if isinstance(value, Settings):
        return value
    if isinstance(hint, type) and is_dataclass(hint) and issubclass(hint, Settings):
        try:
            return hint.from_json(value)
        except ValueError as error:
            raise ValueError(f"{of.name} with {error}") from None
    made = tuple(value) if isinstance(value, list) else value
    if isinstance(value, tuple | dict) or _broken(hint, made):
        raise ValueError(f"{of.name} {_shown(value)}")
    return made


def _broken(hint: Any, value: Any) -> Broken | None:
    """What is wrong with a value where such are expected; nothing if it is one of them."""
    kind, args = get_origin(hint) or hint, get_args(hint)
    if kind is Annotated:
        rules = (rule.broken_by for rule in args[1:] if hasattr(rule, "broken_by"))
        return _broken(args[0], value) or next(filter(None, (broken(value) for broken in rules)), None)
    if kind in (Union, UnionType):
        found = [_broken(each, value) for each in args if each is not NoneType or value is None]
        return None if None in found else found[0]
    if kind is Literal:
        return None if isinstance(value, str) and value in args else OneOf(lambda: args).broken_by(str(value))
    if kind is tuple:
        every = args[:1] * len(value) if args[-1] is ... and isinstance(value, tuple) else args
        if not isinstance(value, tuple) or len(value) != len(every):
            return Broken("a tuple of values" if args[-1] is ... else f"a tuple of {len(args)} values", value)
        return next(filter(None, map(_broken, every, value)), None)
    right = type(value) in (int, float) and isfinite(value) if kind is float else type(value) is kind
    return None if right else Broken(_WORDS.get(kind, f"{kind.__name__}"), value)


def _hints(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {each.name: hints[each.name] for each in _fields(cls)}


def _fields(cls: Any) -> tuple[Field[Any], ...]:
    return fields(cls)


def _plain(value: Any) -> Any:
    return value.to_json() if isinstance(value, Settings) else list(value) if isinstance(value, tuple) else value


def _shown(value: Any) -> str:
    return repr(value)[:_SHOWN]
