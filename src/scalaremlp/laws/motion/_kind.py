"""What a law of motion is of: a Hamiltonian, or the rate of change of the state itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from ...data import Trajectories
from ...dynamics import HamiltonianField
from ...groups import Group
from ...reps import Rep, T
from ...scalars.inputs import inputs
from .._atoms import Atoms, Tensors
from .._law import HAMILTONIAN, Law
from .._problem import Guess


@dataclass(frozen=True)
class Kind:
    """The types of a law of motion.

    Attributes:
        motion: "hamiltonian" or "field".
        rep: of a state.
        rep_in: of a state and of what the motion depends on besides.
        group: the group.
    """

    motion: str
    rep: Rep
    rep_in: Rep
    group: Group

    @classmethod
    def of(cls, data: Trajectories, motion: str) -> "Kind":
        """Of some trajectories."""
        more = data.rep_parameters
        return cls(motion, data.rep, data.rep if more is None else data.rep + more, data.group)

    @property
    def rep_out(self) -> Rep:
        """The type of the law's values."""
        return T(0) if self.motion == HAMILTONIAN else self.rep

    @property
    def size(self) -> int:
        """The number of components of a state."""
        return self.rep(self.group).size

    @property
    def scalars(self) -> Atoms:
        """What the law may depend on."""
        return Atoms(self.rep_in, self.group)

    @property
    def tensors(self) -> Tensors:
        """What its scalars are multiplied by."""
        return Tensors(self.rep_in, self.rep_out, self.group)

    @property
    def blocks(self) -> list[slice]:
        """The components of each scalar, vector or tensor of a state."""
        return sorted(inputs(self.rep, self.group).columns.values(), key=lambda at: at.start)

    @property
    def targets(self) -> list[slice]:
        """The components of a state that one formula moves: all of them, or those of one tensor."""
        return [slice(0, self.size)] if self.motion == HAMILTONIAN else self.blocks

    def mixes(self, names: Sequence[str]) -> bool:
        """Whether some inputs are of the state and others are not."""
        columns = inputs(self.rep_in, self.group).columns
        return len({columns[name].start < self.size for name in names}) > 1

    def copies(self, numbers: tuple[int, ...]) -> list[int]:
        """Of some tensors, by their numbers, which tensor of the law's value each belongs to."""
        return [self.tensors.copy_numbers[number] for number in numbers]

    def law(self, guess: Guess) -> Law:
        """A formula of this kind as a model."""
        return Law(jnp.array(guess.constants), self.rep_in, self.rep_out, self.group, guess.parts, motion=self.motion)

    def field(self, law: Any) -> Callable[..., Any]:
        """The rate of change of a state by a law."""
        return HamiltonianField(law) if self.motion == HAMILTONIAN else law

    def moved(self, slopes: np.ndarray) -> np.ndarray:
        """J∇H of a Hamiltonian's gradients, (n, size)."""
        half = self.size // 2
        return np.concatenate([slopes[:, half:], -slopes[:, :half]], axis=1)
