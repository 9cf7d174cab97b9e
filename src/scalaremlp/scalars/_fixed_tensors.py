"""The arrays of fixed tensors, and how indices of brackets are brought where the output has them."""

import numpy as np

from ..contractions.family import Family
from ..contractions.network import Step
from ._wedge import hodge


def fixed_tensor(family: Family, kind: str, wanted: list[str]) -> np.ndarray:
    """The fixed tensor of a bracket that carries legs alone: a form, the identity or a Levi-Civita tensor."""
    if kind == "pair":
        same = family.form is not None and wanted[0] == wanted[1]
        form = family.inverse_form if wanted[0] == "V" else family.form
        return form if same and form is not None else np.eye(family.dim)
    array = hodge(family.dim, 0)[1]
    for axis, matrix in moves(family, kind, wanted):
        array = np.moveaxis(np.moveaxis(array, axis, -1) @ matrix.T, -1, axis)
    return array


def moves(family: Family, kind: str, wanted: list[str]) -> list[tuple[int, np.ndarray]]:
    """How to bring each index of a bracket where the output has it; without a form it is there already."""
    if family.form is None or family.inverse_form is None:
        return []
    lies_up = kind == "pair"
    found = []
    for axis, leg in enumerate(wanted):
        if lies_up != (leg == "V"):
            found.append((axis, family.inverse_form if leg == "V" else family.form))
    return [(axis, matrix) for axis, matrix in found if not np.array_equal(matrix, np.eye(family.dim))]


def fixed_array(family: Family, step: Step) -> np.ndarray:
    """The fixed tensor of a step."""
    match step.kind:
        case "one":
            return np.ones(())
        case "ones":
            return np.ones(family.dim)
        case "delta":
            return np.eye(family.dim)
        case "epsilon":
            return family.levi_civita
        case "form" | "inverse":
            found = family.form if step.kind == "form" else family.inverse_form
            assert found is not None
            return found
        case _:
            return (family.fixed_up if step.kind == "fixed_up" else family.fixed_down)[step.sources[0]]
