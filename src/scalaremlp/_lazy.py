"""Names of a folder that are imported when they are first used: a fit then loads what it needs of it, and no more."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy(package: str, files: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a folder whose files are imported by the first use of a name of theirs.

    Type checkers, documentation and the contract between the layers read the imports that stand beside the table; a
    test compares the two.

    Args:
        package: the name of the folder's package.
        files: for each of its files the names to be had from it, with spaces between, of which none may be that of a
            file; without any, the file itself.

    Example:
        >>> found, _, names = lazy("scalaremlp.reps", {"_tensor": "Scalar T"})
        >>> names, found("Scalar")
        (['Scalar', 'T'], T(0))
    """
    home = {name: file for file, names in files.items() for name in names.split() or [file]}

    def __getattr__(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}; it offers {', '.join(sorted(home))}")
        file = import_module(f"{package}.{home[name]}")
        value = file if name == home[name] else getattr(file, name)
        setattr(sys.modules[package], name, value)
        return value

    def __dir__() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home})

    return __getattr__, __dir__, sorted(home)
