"""What was asked of a run, read back from its folder: every value of its kind, or a refusal."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scalaremlp.cli._errors import MOST_SAMPLES, MOST_SEED, BadInput
from scalaremlp.cli._settings import MODELS
from scalaremlp.data import DATASETS, ENDINGS
from scalaremlp.nn import FEATURES
from scalaremlp.train import LOSSES, OPTIMIZERS

Kinds = Mapping[str, Callable[[Any], bool]]


def checked_settings(settings: Any, file: Path) -> dict[str, Any]:
    """The settings of a run, if they are such as `scalaremlp train` writes them.

    Args:
        settings: what the file holds.
        file: where they were read.
    """
    of_file = isinstance(settings, dict) and "file" in settings
    source, may_be = (_FILE, {**_OPTIONAL, **_OPTIONAL_OF_FILE}) if of_file else (_TASK, _OPTIONAL)
    optional = {name: kind for name, kind in may_be.items() if isinstance(settings, dict) and name in settings}
    wrong = _wrong(settings, {**_EVERY, **optional, **source})
    if wrong:
        raise BadInput(f"{file} must be as `scalaremlp train` wrote it. Got {wrong}. Train anew, or copy it again")
    return dict(settings)


def _wrong(values: Any, kinds: Kinds) -> str:
    """The first value that is missing, unknown or of another kind, in words."""
    if not isinstance(values, dict):
        return f"{_shown(values)} for settings"
    for name in [*kinds, *values]:
        if name not in values:
            return f"no {name}"
        if name not in kinds:
            return f"{_shown(name)}, which is not known"
        if not kinds[name](values[name]):
            return f"{name} {_shown(values[name])}"
    return ""


def _shown(value: Any) -> str:
    return repr(value)[:60]


def _whole(least: int, most: int = MOST_SAMPLES) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def _or_none(kind: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or kind(value)


def _one_of(names: Any) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in names


def _some_of(kinds: Kinds) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict) and not _wrong(value, {name: kinds[name] for name in value.keys() & kinds.keys()})
    )


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _model(value: Any) -> bool:
    return isinstance(value, dict) and not _wrong(value, {"name": _one_of(MODELS), "options": _some_of(_OPTIONS)})


_OPTIONS: Kinds = {
    "width": _whole(1), "depth": _whole(1), "permutation": _flag, "quadratic": _flag, "norms": _flag,
    "scalars": _one_of(FEATURES), "dtype": _one_of(("float32", "float64")),
}  # fmt: skip
_EVERY: Kinds = {
    "seed": _whole(0, MOST_SEED),
    "model": _model,
    "fit": _some_of({"optimizer": _one_of(OPTIMIZERS), "epochs": _whole(1), "loss": _one_of(LOSSES)}),
}
_OPTIONAL: Kinds = {"tensorboard": _flag, "nval": _whole(0), "validation": _one_of(("auto",))}
_OPTIONAL_OF_FILE: Kinds = {
    **dict.fromkeys(("x_names", "y_names"), _or_none(_texts)),
    **dict.fromkeys(("header", "ordered"), _flag),
}
_TASK: Kinds = {"task": _one_of(DATASETS), "ntrain": _whole(1), "ntest": _whole(1)}
_FILE: Kinds = {
    "file": lambda value: _text(value) and value.lower().endswith(ENDINGS),
    "sha256": _text,
    **dict.fromkeys(("rep_in", "rep_out", "group"), _text),
    **dict.fromkeys(("x_columns", "y_columns"), _or_none(_text)),
    "ntrain": _or_none(_whole(1)),
    "nval": _or_none(_whole(0)),
    "ntest": _or_none(_whole(1)),
}
