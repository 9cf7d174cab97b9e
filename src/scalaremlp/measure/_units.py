"""Changes of units: what they do to numbers, and what a law must then give."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Array, Float, Key

from .._check import positive
from .._model import Quantities
from ..reps import Rep
from ..reps.measured import checked_units, named_sizes
from ..units import BASE, Unit
from ._symmetry import Move, Symmetry, check_some


@dataclass(frozen=True, eq=False)
class Rescaled:
    """Each component times a number."""

    factors: Float[np.ndarray, " size"]

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        return rows * self.factors

    def sizes(self, rows: np.ndarray) -> np.ndarray:
        return abs(rows) * self.factors


@dataclass(frozen=True)
class UnitChanges(Symmetry):
    """Random changes of the base units kg, m, s, A, K, mol and cd, each by its own factor.

    A number with the unit kg m/s² is multiplied by f_kg f_m / f_s², and so must be the output, by its own unit.
    Constants with a unit stay what they are, so no change is tried that would change them.

    Args:
        units_in: the unit of each term of the input.
        units_out: those of the output.
        constants: units of constants in the function.
        changes: how many.
        decades: factors are between 10^−decades and 10^decades.

    Example:
        >>> import jax.random as jr, scalaremlp as se
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> se.enable_x64()
        >>> changes = se.measure.UnitChanges.of(["kg", "m/s"], "J", T(0) + T(1), T(0), O(3))
        >>> energy, wrong = lambda x: x[:1] * (x[1:] @ x[1:]), lambda x: x[:1] + x[1:] @ x[1:]
        >>> for f in (energy, wrong):
        ...     found = se.measure.equivariance_errors(
        ...         f, T(0) + T(1), T(0), O(3), key=jr.key(0), symmetries=[changes]
        ...     )
        ...     print({name: error > 0.1 for name, error in found.items()})
        {'changes of units': False}
        {'changes of units': True}
    """

    name: ClassVar[str] = "changes of units"
    units_in: tuple[Unit, ...]
    units_out: tuple[Unit, ...]
    constants: tuple[Unit, ...] = ()
    changes: int = 16
    decades: float = 3.0

    def __post_init__(self) -> None:
        check_some(changes=self.changes)
        positive("decades", self.decades)

    @classmethod
    def of(cls, units_in: Any, units_out: Any, rep_in: Rep, rep_out: Rep, group: Any, **options: Any) -> "UnitChanges":
        """Those of units that are text, or one for all terms, as of `data.Dataset`."""
        inside = checked_units(units_in, rep_in, group, "units_in")
        outside = checked_units(units_out, rep_out, group, "units_out")
        if inside is None or outside is None:
            raise ValueError("Changes of units need those of inputs and outputs. Got None. Give both.")
        return cls(inside, outside, **options)

    @classmethod
    def claimed(cls, model: Any) -> "list[UnitChanges]":
        """Those that a model claims to follow: one that knows its units and all constants, or none."""
        found = Quantities.of(model)
        return (
            [] if found is None or found.constants is None else [cls(found.units_in, found.units_out, found.constants)]
        )

    def moves(self, rep_in: Any, rep_out: Any, key: Key[Array, ""], rng: np.random.Generator) -> Iterator[Move]:
        """Factors of the components of inputs and outputs."""
        for _ in range(self.changes):
            base = self._allowed(rng.uniform(-self.decades, self.decades, len(BASE)))
            inside, outside = (
                Rescaled(10.0 ** (_exponents(units, rep) @ base))
                for units, rep in ((self.units_in, rep_in), (self.units_out, rep_out))
            )
            yield Move((inside,), (outside,), (("factors of kg, m, s, A, K, mol, cd", 10.0**base),))

    def _allowed(self, logs: Float[np.ndarray, " base"]) -> Float[np.ndarray, " base"]:
        """The part of a change that leaves the constants as they are."""
        if not self.constants:
            return logs
        rows = np.array([_floats(unit.exponents) for unit in self.constants])
        return logs - np.linalg.pinv(rows) @ (rows @ logs)


def _floats(exponents: tuple[Fraction, ...]) -> list[float]:
    return [float(each) for each in exponents]


def _exponents(units: tuple[Unit, ...], rep: Any) -> Float[np.ndarray, "size base"]:
    """The exponents of the unit of each component."""
    sizes = [size for _, size in named_sizes(rep, None)]
    if len(sizes) != len(units):
        raise ValueError(f"Units must be one for each term of {rep}, {len(sizes)}. Got {len(units)}. Give all.")
    return np.repeat(np.array([_floats(unit.exponents) for unit in units]), sizes, axis=0)
