"""The types and the group of samples, from texts."""

from collections.abc import Mapping
from typing import Any

from scalaremlp import groups, reps

from .bounds import MOST_ROWS, check_group, check_type, short

_MOST_NUMBERS = 1_000_000  # of one sample


def parse_types(texts: Mapping[str, Any]) -> tuple[reps.Rep, reps.Rep, groups.Group]:
    """The types of inputs and outputs and the group, from texts by the names `rep_in`, `rep_out` and `group`.

    Raises:
        ValueError: if one is none, or of sizes that no memory holds.
    """
    for name in ("rep_in", "rep_out"):
        check_type(f"`{name}`", texts[name])
    check_group("`group`", texts["group"])
    rep_in, rep_out = (_parsed(reps.parse, name, texts[name]) for name in ("rep_in", "rep_out"))
    group = _parsed(groups.parse, "group", texts["group"])
    _check_size(rep_in, rep_out, group, texts)
    return rep_in, rep_out, group


def _parsed(parse: Any, name: str, text: str) -> Any:
    try:
        return parse(text)
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise ValueError(f"`{name}` {short(text)}: {error}") from error


def _check_size(rep_in: reps.Rep, rep_out: reps.Rep, group: groups.Group, texts: Mapping[str, Any]) -> None:
    """Refuse a group of enormous matrices, and types of which one sample is enormous."""
    if group.dim > MOST_ROWS:
        rule = f"a group is one of matrices of at most {MOST_ROWS} rows"
        raise ValueError(f"{rule}. Got `group` {short(texts['group'])}. Choose a smaller one")
    for name, rep in (("rep_in", rep_in), ("rep_out", rep_out)):
        try:
            size = rep(group).size
        except (ValueError, TypeError, OverflowError, MemoryError) as error:
            raise ValueError(f"`{name}` {short(texts[name])}: {error}") from error
        if size > _MOST_NUMBERS:
            rule = f"a sample has at most {_MOST_NUMBERS} numbers"
            raise ValueError(f"{rule}. Got `{name}` {short(texts[name])}, {size} numbers. Choose a smaller type")
