"""Names by which saved models are found again, wherever their classes are moved."""

import re
from importlib import import_module
from typing import Any

_PACKAGE = __name__.split(".")[0]
_HOMES = tuple(f"{_PACKAGE}.{home}" for home in ("nn", "pendulum", "laws"))  # whose models are registered when imported
_OF_FORMAT_1 = re.compile(rf"{_PACKAGE}(\.[A-Za-z]\w*)*:([A-Za-z]\w*)")

_classes: dict[str, type] = {}


def register(kind: type, name: str | None = None) -> str:
    """Give a class the name that its saved models are found by, which is returned.

    A class of this library has its own name, any other one that of its module before it, "mine:Net", unless told
    otherwise. A class that is defined again, as in a notebook, takes the place of the first.

    Raises:
        ValueError: if another class has that name.
    """
    ours = kind.__module__.split(".")[0] == _PACKAGE
    name = name or (kind.__qualname__ if ours else f"{kind.__module__}:{kind.__qualname__}")
    known = _classes.get(name)
    if known is not None and (known.__module__, known.__qualname__) != (kind.__module__, kind.__qualname__):
        raise ValueError(
            f"A model is saved by a name of its own. Got {name!r} for {kind.__module__}:{kind.__qualname__}, the name "
            f"of {known.__module__}:{known.__qualname__}. Choose another: class Net(AbstractModel, saved_as=...)."
        )
    _classes[name] = kind
    return name


def name_of(kind: type) -> str | None:
    """The name of a class, or `None` if it has none."""
    return next((name for name, known in _classes.items() if known is kind), None)


def _load(home: str) -> None:
    """Import a folder of models, and what it imports when it is asked for."""
    module = import_module(home)
    for name in getattr(module, "__all__", ()):
        getattr(module, name)


def find(name: str) -> Any:
    """The class of that name, or `None`. Nothing is imported but this library's own models.

    In the first format a model was named by its module, "scalaremlp.nn:ScalarMLP".
    """
    if old := _OF_FORMAT_1.fullmatch(name):
        name = old[2]
    for home in (None, *_HOMES):
        if home is not None:
            _load(home)
        if name in _classes:
            return _classes[name]
    return None
