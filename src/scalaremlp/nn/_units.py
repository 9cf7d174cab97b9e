"""What brings the outputs and extreme inputs of a model to order one: offsets, sizes, powers of two."""

import warnings

import numpy as np
from jaxtyping import Array, Float, Inexact

from .._arrays import on_device
from ..groups import Group
from ..reps import Rep
from ..reps.terms import Term, offset_and_size, power_of_two, terms
from ..scalars import Later, Statistics

_EXTREME = 15  # inputs that can be multiplied so often, and divide 1 so often, are taken as they are


class Offset(Later):
    """What the output is without inputs: an element of its type that no group element moves."""

    mean: Inexact[Array, " size_out"]

    @classmethod
    def zero(cls, rep_out: Rep, group: Group) -> "Offset | None":
        """Zero, or None if the type has no invariant elements."""
        if not any(term.invariant.shape[1] for term in terms(rep_out, group)):
            return None
        return cls(on_device(np.zeros(rep_out(group).size, complex if group.field == "complex" else float)))


class InputScale(Statistics):
    """Powers of two, one for each term of the inputs, that bring extreme ones to order one."""

    factor: Float[Array, " size_in"]

    @classmethod
    def of(
        cls, rep_in: Rep, group: Group, x: Inexact[Array, "n size_in"], *, blocks: bool, kinds: bool = False
    ) -> "InputScale | None":
        """Of these inputs; None if none of them is extreme. With `blocks` all copies in a block share one factor.

        With `kinds` all tensors of one kind do, T(0) apart, so that their differences are multiplied by it as well.
        """
        values, factor = np.asarray(x), np.ones(x.shape[1])
        most = float(np.finfo(values.dtype).max) ** (1 / _EXTREME)  # 3e20 in float64
        for at in _together(terms(rep_in, group), blocks=blocks, kinds=kinds):
            unit = power_of_two(values[:, at])
            if not 1 / most < unit < most:
                factor[at] = 1 / unit
        return cls(on_device(factor.astype(values.real.dtype))) if (factor != 1).any() else None

    def __call__(self, x: Inexact[Array, "*batch size_in"]) -> Inexact[Array, "*batch size_in"]:
        return x * self.factor


def _together(every: tuple[Term, ...], *, blocks: bool, kinds: bool) -> list[np.ndarray]:
    """The columns of the terms that share one factor."""
    found: dict[str | int, list[np.ndarray]] = {}
    for term in every:
        columns = np.arange(term.part.start, term.part.stop)
        name: str | int = term.part.start - term.number * len(columns) if blocks else term.part.start
        found.setdefault(term.name if kinds and term.name != "T(0)" else name, []).append(columns)
    return [np.concatenate(each) for each in found.values()]


def without_covariants(rep_out: Rep, group: Group, blocks: np.ndarray) -> tuple[str, ...]:
    """The terms of the output for which there is no covariant: a model can only answer zero. Warns if there are any.

    Args:
        rep_out: the output type.
        group: the group.
        blocks: for each covariant, the number of the block of the output type that it is of.
    """
    names = [term.name for term in terms(rep_out, group) if term.number == 0]
    missing = tuple(names[number] for number in range(len(names)) if number not in blocks)
    if missing:
        warnings.warn(
            f"Every term of the output must have a covariant to be other than zero. Got none of {', '.join(missing)} "
            f"for {group} from these inputs: the model answers 0 there. Give it what the term depends on as further "
            "inputs, or leave the term out.",
            stacklevel=8,  # above the constructors of the body and of the model
        )
    return missing


def of_missing(missing: tuple[str, ...]) -> str:
    """That there are none, as an end of a summary."""
    return "".join(f", 0 covariants of {name}" for name in missing)


def output_units(
    rep_out: Rep, group: Group, y: Inexact[Array, "n size_out"] | None
) -> tuple[Offset | None, Float[Array, " terms"]]:
    """The invariant part of the mean of the outputs, and the root mean square of each term about it.

    Without outputs zero and ones.
    """
    every, zero = terms(rep_out, group), Offset.zero(rep_out, group)
    if y is None:
        return zero, on_device(np.ones(len(every)))
    values = np.asarray(y)
    found = [offset_and_size(values[:, term.part], term.invariant) for term in every]
    unit = on_device(np.array([size for _, size in found], values.real.dtype))
    if zero is None:
        return None, unit
    return Offset(on_device(np.concatenate([offset for offset, _ in found]).astype(zero.mean.dtype))), unit


def in_own_size(rep: Rep, group: Group, values: Inexact[Array, "n size"]) -> Inexact[Array, "n size"]:
    """Samples of a type, those of each kind of tensor divided by the root mean square of their components.

    Of scalars T(0) those of each block.
    """
    array, unit = np.asarray(values), np.ones(values.shape[1])
    for at in _together(terms(rep, group), blocks=True, kinds=True):
        near = power_of_two(array[:, at])
        unit[at] = near * (float(np.sqrt(np.mean(np.abs(array[:, at] / near) ** 2))) or 1.0)
    return on_device((array / unit).astype(array.dtype))
