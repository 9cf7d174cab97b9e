"""What a person should know of a fit: its errors, its end, and what may be wrong, in one paragraph."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from .._files import finite
from .._model import Types, as_model
from ..data.batches import as_batch
from ..groups import Group
from ..reps import Rep
from ._endings import Ending
from ._errors import Errors
from ._hints import hints_of
from ._paragraph import paragraph
from ._ranges import Scalars, in_pieces, outside
from ._repeats import Repeats
from ._smaller import Remedy

_MOST_TEST = 16384  # test samples that are looked at


@dataclass(frozen=True)
class Verdict:
    """The verdict on a fit; `str(verdict)` is the paragraph, `verdict.hints` what it advises, by name.

    Args:
        training: errors on the samples that were fitted, or on at most 4096 of them; `None` if the loss is not one of
            predictions.
        held_out: on those that the model was chosen by.
        test: on others, see `with_test`.
        losses: the training loss and the held-out one, of the model that was kept.
        how: how the held-out samples were chosen.
        ending: why the fit ended.
        stopped: the same as the history says it.
        iterations: how many steps were made.
        falling: by what factor the loss that was watched fell over the last quarter of the fit, or the last half of
            one whose steps were set beforehand.
        noise: the standard deviation of the noise in an output, as the fit infers it; `None` if it cannot.
        residuals: how many numbers were fitted.
        parameters: of the model.
        determined: how many of them the data determine; `None` if the method does not tell.
        knows_decades: whether the model takes logarithms of what spans powers of ten.
        by_loss: whether the fit made other than squared errors small, and is to be judged by its losses.
        group: the symmetry, as text.
        remedy: a smaller group that may be the right one.
        bare: the terms of the output that no tensor can be built for.
        packed: the tensors of the inputs that are symmetric or antisymmetric in every sample without their type saying
            so, each with the type that does.
        repeats: how many samples have the inputs of others and other outputs, and by what share of the variance.
        targets: over how many powers of ten the size of each term of the outputs is spread.
        scalars: likewise of the scalar that is spread the most, its name before.
        ranges: the least and greatest value of each invariant scalar of the training samples.
        largest: the scalar that marks the sample of the largest error.
        rows: of a fit to a file larger than memory, what a pass over all `rows` of it says: the `relative` squared
            error, that of each of several `terms`, the `row` of the largest error; all else is `of` so many drawn from
            them, and the last iterations saw as many as were `fitted`.
        outside: how many test samples lie outside the ranges: `rows`, `of` how many, and by which `scalar`.
        hints: what may be wrong and what to do about it, by name.

    Example:
        >>> import jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> train, val = se.data.particle(300, key=jr.key(0)).split(200)
        >>> model = se.nn.ScalarMLP(train.rep_in, train.rep_out, train.group, width=4, key=jr.key(1))
        >>> model, history = se.fit(model, train, validation=val, key=jr.key(2))
        >>> history.verdict.held_out.relative < 1e-20, dict(history.verdict.hints)
        (True, {})
    """

    training: Errors | None = None
    held_out: Errors | None = None
    test: Errors | None = None
    losses: tuple[float, float | None] = (float("nan"), None)
    how: str = ""
    ending: Ending | None = None
    stopped: str = ""
    iterations: int = 0
    falling: float = 1.0
    noise: float | None = None
    residuals: int = 0
    parameters: int = 0
    determined: float | None = None
    knows_decades: bool = False
    by_loss: bool = False
    group: str = ""
    remedy: Remedy | None = None
    bare: tuple[str, ...] = ()
    packed: tuple[tuple[str, str], ...] = ()
    repeats: Repeats | None = None
    targets: Mapping[str, float] = field(default_factory=dict)
    scalars: tuple[str, float] = ("", 0.0)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    largest: str = ""
    rows: Mapping[str, Any] | None = None
    outside: Mapping[str, Any] | None = None
    hints: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return paragraph(self)

    def with_hints(self) -> "Verdict":
        """With the hints that are due."""
        return replace(self, hints=hints_of(self))

    def with_test(self, model: Any, data: Any) -> "Verdict":
        """With the errors on other samples, and whether they are of the kind that was fitted.

        Args:
            model: the fitted model.
            data: a data set, or the arrays (x, y); of very many samples some, evenly spaced.
        """
        if self.training is None:
            return self
        x, y = as_batch(data)
        rows = evenly(len(x), _MOST_TEST)
        x, y = (np.asarray(array)[rows] for array in (x, y))
        errors = Errors.of(y, in_pieces(model, x), terms_of(model, data))
        at, errors = errors.row, replace(errors, row=int(rows[errors.row]))
        scalars, found, largest = scalars_of(model, data), None, ""
        if scalars is not None and set(scalars.names) == set(self.ranges):
            values = scalars(x)
            found = outside(scalars.names, values, self.ranges)
            largest = scalars.most_unusual(values[at], self.ranges)
        return replace(self, test=errors, outside=found, largest=largest).with_hints()

    def as_dict(self) -> dict[str, Any]:
        """All numbers and hints by name, as JSON values; numbers that are not finite become `None`."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        nested = {name: None if v is None else v.as_dict() for name, v in values.items() if name in _ERRORS}
        remedy = None if self.remedy is None else self.remedy._asdict()
        ending = None if self.ending is None else self.ending.value
        found: dict[str, Any] = finite({**values, **nested, "remedy": remedy, "ending": ending})
        return found

    @classmethod
    def from_dict(cls, values: Any) -> "Verdict":
        """The verdict that `as_dict` described; `ValueError` for anything else."""
        try:
            known: dict[str, Any] = {each.name: values[each.name] for each in fields(cls) if each.name in values}
            known |= {name: Errors.from_dict(known[name]) for name in _ERRORS if name in known}
            known["remedy"] = Remedy(*_numbers(known["remedy"]).values()) if known.get("remedy") else None
            known["ending"] = Ending(known["ending"]) if known.get("ending") else None
            known |= _numbers({"falling": known["falling"]}) | {"bare": tuple(known["bare"])}
            known["packed"] = tuple((term, kind) for term, kind in known.get("packed", ()))
            known["repeats"] = Repeats(*known["repeats"]) if known.get("repeats") else None
            known["losses"] = (_numbers({"": known["losses"][0]})[""], known["losses"][1])
            known["scalars"], known["targets"] = tuple(known["scalars"]), _numbers(known["targets"])
            known["ranges"] = {name: (low, high) for name, (low, high) in known["ranges"].items()}
            return cls(**known)
        except (TypeError, KeyError, AttributeError, ValueError) as error:
            raise ValueError(f"a verdict with {error}") from error


_ERRORS = ("training", "held_out", "test")


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """NaN for each number that was not finite and is null in JSON."""
    return {name: float("nan") if value is None else value for name, value in values.items()}


def types_of(model: Any, data: Any) -> tuple[Rep, Rep, Group] | None:
    """rep_in, rep_out and the group of a model, or else of the data, if there is one group."""
    found = as_model(model).types or Types.of(data)
    return None if found is None or found.group is None else (found.rep_in, found.rep_out, found.group)


def scalars_of(model: Any, data: Any) -> Scalars | None:
    """The invariant scalars of a model's inputs, if they are known."""
    types = types_of(model, data)
    return None if types is None else Scalars.of(types[0], types[2])


def terms_of(model: Any, data: Any) -> dict[str, slice]:
    """The columns of each term of the outputs by its name, a number after it where there are several alike."""
    types = types_of(model, data)
    return {} if types is None else Types(*types).columns_out


def evenly(samples: int, most: int) -> np.ndarray:
    """The rows of at most that many samples, evenly spaced."""
    return np.unique(np.linspace(0, samples - 1, min(samples, most)).astype(int))
