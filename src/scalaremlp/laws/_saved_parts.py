"""The formula of a saved law, read with distrust: a file may have been edited."""

from typing import Any

from ._atoms import Atoms, Tensors
from ._expression import Constant, Named, from_json, leaves
from ._problem import Parts

_MOST_CONSTANTS = 1000
_REMEDY = "Save the law again."


def read_parts(tree: Any) -> Parts:
    """What `to_json` wrote of each part; `ValueError` or `TypeError` for anything else."""
    try:
        return tuple((int(tensor), from_json(scalar)) for tensor, scalar in tree)
    except (ZeroDivisionError, IndexError, RecursionError) as error:
        raise ValueError(f"A formula is a tree of its nodes. Got one without: {error}. {_REMEDY}") from error


def check_parts(parts: Parts, constants: int, scalars: Atoms, tensors: Tensors) -> None:
    """Raise `ValueError` unless a formula is of constants, scalars and tensors that there are."""
    if not 0 <= constants <= _MOST_CONSTANTS:
        raise ValueError(f"A law has at most {_MOST_CONSTANTS} constants. Got {constants}. {_REMEDY}")
    names, count = {atom.name for atom in scalars.atoms}, len(tensors.atoms)
    for tensor, scalar in parts:
        if not 0 <= tensor < count:
            raise ValueError(f"A formula is of the {count} tensors of its types. Got number {tensor}. {_REMEDY}")
        for leaf in leaves(scalar):
            if isinstance(leaf, Named) and leaf.name not in names:
                raise ValueError(f"A formula is of the scalars of its type. Got {leaf.name!r}. {_REMEDY}")
            if isinstance(leaf, Constant) and not 0 <= leaf.index < constants:
                raise ValueError(f"A formula is of its {constants} constants. Got number {leaf.index}. {_REMEDY}")
