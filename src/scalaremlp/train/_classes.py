"""The library's own models by name, so that a saved one can be made again without pickling code."""

import re
from importlib import import_module
from typing import Any

import equinox as eqx

_PACKAGE = __name__.split(".")[0]
_NAME = re.compile(rf"{_PACKAGE}(\.[A-Za-z]\w*)*:[A-Za-z]\w*")


def class_name(model: Any) -> str | None:
    """`"scalaremlp.nn:ScalarMLP"` for a model of the library that can describe itself, `None` for any other."""
    kind = type(model)
    public = [part for part in kind.__module__.split(".") if not part.startswith("_")]
    name = f"{'.'.join(public)}:{kind.__qualname__}"
    described = hasattr(kind, "config") and hasattr(kind, "from_config")
    return name if described and _NAME.fullmatch(name) and find_class(name) is kind else None


def find_class(name: str) -> Any:
    """The class of that name, or `None` if there is none: an Equinox module of this package with `from_config`."""
    if not _NAME.fullmatch(name):
        return None
    module, attribute = name.split(":")
    try:
        found = getattr(import_module(module), attribute, None)
    except ImportError:
        return None
    ours = isinstance(found, type) and found.__module__.split(".")[0] == _PACKAGE and issubclass(found, eqx.Module)
    return found if ours and hasattr(found, "from_config") else None
