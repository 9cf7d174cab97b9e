"""The verdict on a fit that has ended, from the model and what it was given."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import PyTree

from .._model import as_model
from ..scalars import Covariants
from ..scalars.inputs import takes_tensors
from ._batches import sample_count
from ._endings import Ending
from ._errors import Errors
from ._hints import DOUBTED
from ._history import History
from ._index_symmetry import unstated
from ._loss import Loss, Regression
from ._of_invariants import OfInvariants
from ._parameters import count_parameters
from ._ranges import decades, in_pieces, ranges_of
from ._repeats import repeats
from ._smaller import smaller
from ._verdict import Verdict, evenly, scalars_of, terms_of, types_of

_MOST, _MOST_NUMBERS = 4096, 10_000_000  # samples that are looked at, and numbers of their outputs
_COMPARED = 3000  # numbers, the samples whose residuals are compared with the tensors of a smaller group
_LIMIT = 2000  # covariants, above which they are not built for a verdict


def judge(
    loss: Loss,
    model: Any,
    data: Any,
    batch: PyTree,
    held_out: PyTree,
    history: History,
    *,
    left_out: Any = None,
    rows: Any = None,
) -> Verdict:
    """The verdict, of at most 4096 samples of each kind.

    Args:
        loss: what was made small; for another than `Regression` the verdict holds its values alone.
        model: the fitted model.
        data: what `fit` was given, asked for its types if the model does not tell them.
        batch: its arrays.
        held_out: those of the samples that the model was chosen by, or `None`.
        history: of the fit.
        left_out: what some outputs were, or would have been, predicted wrong by without their samples: these errors
            stand for those of held-out samples, if there are none.
        rows: which samples these are; all by default.
    """
    losses, falling = _course(history)
    verdict = Verdict(
        losses=losses, how=history.how, ending=history.ending, stopped=history.stopped, falling=falling,
        iterations=history.records[-1].step if len(history) else 0,
        parameters=count_parameters(model), determined=_determined(history),
        knows_decades=as_model(model).knows_decades, by_loss=isinstance(loss, OfInvariants),
    )  # fmt: skip
    if not isinstance(loss, Regression) or not isinstance(batch, tuple):
        return verdict.with_hints()
    if held_out is not None:
        verdict = replace(verdict, held_out=_errors(model, data, held_out)[0])
    elif left_out is not None:
        truth = np.asarray(batch[1]) if rows is None else np.asarray(batch[1])[rows]
        errors = Errors.of(truth, truth - left_out, terms_of(model, data))
        verdict = replace(verdict, held_out=errors if rows is None else replace(errors, row=int(rows[errors.row])))
    verdict = _of_training(verdict, model, data, batch, held_out)
    return _of_symmetry(verdict, model, data, batch).with_hints()


def _errors(model: Any, data: Any, batch: PyTree) -> tuple[Errors, np.ndarray]:
    """The errors on at most 4096 samples, with the rows that these are."""
    rows = evenly(sample_count(batch), min(_MOST, max(64, _MOST_NUMBERS // batch[1].shape[1])))
    x, y = (np.asarray(array)[rows] for array in batch)
    errors = Errors.of(y, in_pieces(model, x), terms_of(model, data))
    return replace(errors, row=int(rows[errors.row])), rows


def _of_training(verdict: Verdict, model: Any, data: Any, batch: PyTree, held_out: PyTree) -> Verdict:
    """With what the training samples say: errors, noise, spreads and ranges."""
    errors, rows = _errors(model, data, batch)
    x, y = (np.asarray(array) for array in batch)
    residuals = y.size * (2 if np.iscomplexobj(y) else 1)
    terms = terms_of(model, data) or {"the outputs": slice(None)}
    targets = {name: decades(_lengths(y[rows][:, part])) for name, part in terms.items()}
    verdict = replace(verdict, training=errors, residuals=residuals, targets=targets, repeats=repeats(x, y))
    verdict = replace(verdict, noise=_noise(verdict))
    scalars = scalars_of(model, data)
    if scalars is None:
        return verdict
    values = scalars(x[rows])
    spreads = [decades(column) for column in values.T]
    widest, ranges = int(np.argmax(spreads)), ranges_of(scalars.names, values)
    source, row = batch, errors.row
    if verdict.held_out is not None:
        source, row = batch if held_out is None else held_out, verdict.held_out.row
    largest = scalars.most_unusual(scalars(np.asarray(source[0])[row][None])[0], ranges)
    return replace(verdict, ranges=ranges, scalars=(scalars.names[widest], spreads[widest]), largest=largest)


def _of_symmetry(verdict: Verdict, model: Any, data: Any, batch: PyTree) -> Verdict:
    """With what the group allows and what it forbids; the latter is asked only of a fit that is far off."""
    types = types_of(model, data)
    if types is None:
        return verdict
    rep_in, rep_out, group = types
    packed = unstated(rep_in, group, np.asarray(batch[0])[evenly(sample_count(batch), _MOST)])
    verdict = replace(verdict, group=str(group), packed=packed)
    try:
        tensors = takes_tensors(rep_in, rep_out, group)
        covariants = None if tensors else Covariants(rep_in, rep_out, group, limit=_LIMIT)
    except (ValueError, TypeError):
        return verdict
    bare: tuple[str, ...] = ()
    if covariants is not None:  # of tensors all would have to be found; the model says it when it is made
        counts = np.bincount(covariants.block, minlength=len(rep_out(group).blocks))
        bare = tuple(name for name, count in zip(terms_of(model, data), counts, strict=True) if not count)
    verdict = replace(verdict, bare=bare)
    if verdict.training is None or not verdict.training.worst(bare) > DOUBTED:
        return verdict
    rows = evenly(sample_count(batch), max(100, _COMPARED // batch[1].shape[1]))
    x, y = (np.asarray(array)[rows] for array in batch)
    unit = np.ones(y.shape[1])
    for part in terms_of(model, data).values():
        unit[part] = np.sqrt(np.mean(np.abs(y[:, part] - y[:, part].mean(axis=0)) ** 2)) or 1.0
    residuals = (y - in_pieces(model, x)) / unit
    return replace(verdict, remedy=smaller(rep_in, rep_out, group, x, residuals))


def _noise(verdict: Verdict) -> float | None:
    """√(Σr² / (N − γ)), unless about as many parameters are determined as there are numbers."""
    at_rounding = verdict.ending in (Ending.LINEAR, Ending.AT_ROUNDING)
    if verdict.training is None or verdict.determined is None or at_rounding:
        return None
    free = 1 - verdict.determined / verdict.residuals
    return verdict.training.error / free**0.5 if free > 0.1 else None


def _determined(history: History) -> float | None:
    """γ where the model that was kept was recorded."""
    known = [record for record in history if record.details.get("determined") is not None]
    if not known:
        return None
    watched = [(record.validation, number) for number, record in enumerate(known) if record.validation is not None]
    found = known[min(watched)[1] if watched else -1].details["determined"]
    return None if found != found else found


def _course(history: History) -> tuple[tuple[float, float | None], float]:
    """The training and held-out loss at the end, and by what factor the one watched fell in the last quarter."""
    if not len(history):
        return (float("nan"), None), 1.0
    watched = [each for each in history["validation"] if each is not None] or history["loss"]
    # Where the learning rate falls to zero, the last quarter is flat whatever would have come.
    early = watched[: max(1, len(watched) // 2 if history.ending is Ending.STEPS else (3 * len(watched)) // 4)]
    falling = min(early) / min(watched) if min(watched) > 0 else 1.0
    last = history.records[-1]
    return (last.loss, last.validation), float(falling)


def _lengths(values: np.ndarray) -> np.ndarray:
    unit = np.max(np.abs(values), initial=0.0) or 1.0
    return unit * np.sqrt(np.sum(np.abs(values / unit) ** 2, axis=1))
