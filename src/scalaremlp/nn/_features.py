"""Which scalars a network sees: one choice for each kind of group."""

import numpy as np

from ..groups import Group
from ..reps import Rep
from ..scalars import Concatenate, Cosines, Invariants, Norms, Scalars


def scalar_features(rep_in: Rep, group: Group, *, norms: bool) -> Scalars:
    """All invariants and, where the group's form is positive definite, the norms and cosines of the vectors.

    Norms and cosines are functions of the products, but laws of physics are often simple in them, and smooth networks
    learn a square root near zero slowly. For an indefinite form they would be singular on the light cone.
    """
    invariants = Invariants(rep_in, group)
    if not (norms and group.compact and _positive(group) and invariants.squares):
        return invariants
    return Concatenate(invariants, Norms(invariants), Cosines(invariants))


def _positive(group: Group) -> bool:
    """Whether ⟨x, x⟩ > 0: O(0, n) is compact, but its form is −1."""
    forms = [tensor.array for tensor in group.fixed_tensors if tensor.kind == "form"]
    return all(np.linalg.eigvalsh(form).min() > 0 for form in forms)
