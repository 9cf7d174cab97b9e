"""What the contraction engine needs to know of a group, read off its fixed tensors."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ..groups import Group

MOST_PERMUTED = 24


@dataclass(frozen=True)
class Family:
    """A group as the first fundamental theorem of invariant theory sees it.

    All polynomial invariants are contractions of the inputs with the identity, a bilinear form, the Levi-Civita
    tensor and fixed vectors, as far as the group fixes them (Weyl, *The Classical Groups*, chapters II and VI).
    With a form, every index is raised first, so that there is one kind of index; without, upper and lower ones differ.
    """

    group: Group

    def __post_init__(self) -> None:
        if not (self.group.fundamental or self.group.fixes_diagonals):
            raise ValueError(
                "scalars are known for the classical groups, their axis stabilisers, S(n) and Trivial. "
                f"Got {self.group}: use a group that contains it, EMLP, or equivariant_basis for its linear maps."
            )
        if self.diagonal and self.dim > MOST_PERMUTED:
            raise ValueError(
                f"scalars of S(n) are known for n of at most {MOST_PERMUTED}. Got {self.group}: use EMLP, or give the "
                "components as identical particles with permutation=True."
            )

    @property
    def diagonal(self) -> bool:
        """Whether any number of indices may be joined, by the tensor that is 1 where all of them are equal."""
        return self.group.fixes_diagonals

    @property
    def dim(self) -> int:
        """The length of an index."""
        return self.group.dim

    @cached_property
    def form(self) -> np.ndarray | None:
        """The invariant form g_ij or ω_ij, or None; that of permutations is δ."""
        if self.diagonal:
            return np.eye(self.dim)
        found = (t.array for t in self.group.fixed_tensors if t.kind == "form" and t.p == 0)
        return next(found, None)

    @cached_property
    def inverse_form(self) -> np.ndarray | None:
        """The inverse F⁻¹ of the form, which raises an index: x = F⁻¹w, w = Fx; or None."""
        return None if self.form is None else np.linalg.inv(self.form)

    @cached_property
    def antisymmetric(self) -> bool:
        """Whether the form is."""
        return self.form is not None and bool(np.array_equal(self.form, -self.form.T))

    @cached_property
    def epsilon(self) -> bool:
        """Whether the Levi-Civita tensors are fixed."""
        return any(t.kind == "epsilon" for t in self.group.fixed_tensors)

    @cached_property
    def levi_civita(self) -> np.ndarray:
        """The Levi-Civita tensor, whose upper and lower components are the same, (dim, …, dim)."""
        return next(t.array for t in self.group.fixed_tensors if t.kind == "epsilon")

    @cached_property
    def fixed_up(self) -> np.ndarray:
        """Fixed vectors, (number, dim)."""
        return self._stack("vector")

    @cached_property
    def fixed_down(self) -> np.ndarray:
        """Fixed covectors, (number, dim); none where a form makes vectors of them."""
        return self._stack("covector") if self.form is None else np.zeros((0, self.dim))

    @cached_property
    def fixed_projection(self) -> tuple[np.ndarray, np.ndarray]:
        """Fixed vectors e_a and covectors e^a with ⟨e^a, e_b⟩ = δ: Σ e_a ⟨e^a, x⟩ is the part of x along them."""
        if self.form is None:
            return self.fixed_up, self.fixed_down
        squares = np.einsum("ai,ij,aj->a", self.fixed_up, self.form, self.fixed_up)
        duals = self.fixed_up @ self.form / squares[:, None]
        return self.fixed_up, duals

    def fixed_names(self, kind: str) -> tuple[str, ...]:
        """The names of the fixed vectors or covectors."""
        return tuple(t.name for t in self.group.fixed_tensors if t.kind == kind)

    def _stack(self, kind: str) -> np.ndarray:
        found = [t.array for t in self.group.fixed_tensors if t.kind == kind]
        return np.stack(found) if found else np.zeros((0, self.dim))


@cache
def family(group: Group) -> Family:
    """The family of a group, one for equal groups."""
    return Family(group)
