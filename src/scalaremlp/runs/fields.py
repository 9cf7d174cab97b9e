"""Settings that check themselves: what may be in a field is said by its annotation, for Python and JSON alike."""

from collections.abc import Callable, Collection
from dataclasses import Field, dataclass, field, fields, is_dataclass
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin, get_type_hints

MOST_SAMPLES = 10_000_000  # that a run makes
MOST_SEED = 2**63 - 1
_WORDS = {int: "a whole number", float: "a finite number", str: "a text", bool: "true or false", NoneType: "nothing"}
_SHOWN = 60


@dataclass(frozen=True)
class Between:
    """The range of a number, its ends included."""

    least: float
    most: float

    def broken_by(self, value: float) -> str:
        """The rule that a value breaks; empty if none."""
        return "" if self.least <= value <= self.most else self._bound(value)

    def _bound(self, value: float) -> str:
        return f"at most {self.most}" if value > self.most else f"at least {self.least}"


@dataclass(frozen=True)
class OneOf:
    """The names in a table, which is loaded when it is needed."""

    table: Callable[[], Collection[str]]

    def broken_by(self, value: str) -> str:
        """The rule that a value breaks; empty if none."""
        names = self.table()
        return "" if value in names else f"one of {', '.join(names)}"


@dataclass(frozen=True)
class EndsIn:
    """The endings that a name may have."""

    endings: Callable[[], tuple[str, ...]]

    def broken_by(self, value: str) -> str:
        """The rule that a value breaks; empty if none."""
        return "" if value.lower().endswith(self.endings()) else f"a file that ends in {', '.join(self.endings())}"


def left_out(default: Any, **absent: Any) -> Any:
    """A field that JSON does not have where it has the value `absent`, which is the default unless it is given."""
    return field(default=default, metadata={"absent": absent.get("absent", default)})


class Settings:
    """The base of settings, which are frozen data classes: checks at birth, and the way to JSON and back."""

    def __post_init__(self) -> None:
        for name, hint in _hints(type(self)).items():
            rule, wrong = _broken(hint, getattr(self, name))
            if rule:
                raise ValueError(f"`{name}` must be {rule}. Got {_shown(wrong)}. Choose another")

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
            absent = each.metadata.get("absent")
            found[each.name] = _made(hints[each.name], values[each.name], each) if each.name in values else absent
        if unknown := [name for name in values if name not in hints]:
            raise ValueError(f"{_shown(unknown[0])}, which is not known")
        return cls(**found)


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
    if isinstance(value, tuple | dict) or _broken(hint, made)[0]:
        raise ValueError(f"{of.name} {_shown(value)}")
    return made


def _broken(hint: Any, value: Any) -> tuple[str, Any]:
    """The rule for values of a kind that a value breaks, empty if it is one of them; and what of it does."""
    kind, args = get_origin(hint) or hint, get_args(hint)
    if kind is tuple and isinstance(value, tuple) and (args[-1] is ... or len(args) == len(value)):
        every = args[:1] * len(value) if args[-1] is ... else args
        return next((found for found in map(_broken, every, value) if found[0]), ("", value))
    return _rule(kind, args, value), value


def _rule(kind: Any, args: tuple[Any, ...], value: Any) -> str:
    """The rule for one value."""
    if kind is Annotated:
        rules = (rule for rule in args[1:] if hasattr(rule, "broken_by"))
        return _broken(args[0], value)[0] or next((found for rule in rules if (found := rule.broken_by(value))), "")
    if kind in (Union, UnionType):
        found = [_broken(each, value)[0] for each in args if each is not NoneType or value is None]
        return "" if "" in found else " or ".join(dict.fromkeys(found))
    if kind is Literal:
        return "" if isinstance(value, str) and value in args else f"one of {', '.join(args)}"
    if kind is tuple:
        return "values" if args[-1] is ... else f"{len(args)} values"
    if kind is float:
        return "" if type(value) in (int, float) and isfinite(value) else _WORDS[float]
    return "" if type(value) is kind else _WORDS.get(kind, f"{kind.__name__}")


def _hints(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {each.name: hints[each.name] for each in _fields(cls)}


def _fields(cls: Any) -> tuple[Field[Any], ...]:
    return fields(cls)


def _plain(value: Any) -> Any:
    return value.to_json() if isinstance(value, Settings) else list(value) if isinstance(value, tuple) else value


def _shown(value: Any) -> str:
    return repr(value)[:_SHOWN]
