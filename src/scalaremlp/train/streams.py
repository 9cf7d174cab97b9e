"""Fits to samples that memory does not hold: what is fitted to a part of them, and how all of them are met."""

from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from ..data import Dataset, Stream
from ._history import History
from ._of_invariants import OfInvariants
from ._ranges import in_pieces
from ._verdict import Verdict, terms_of
from .second_order import LevenbergMarquardt

_SUMMED = 2**15  # samples that are predicted at once


def in_memory(data: Any) -> tuple[Any, Stream | None]:
    """The data to choose by, and the stream that they are a part of, if there is more of it."""
    if not isinstance(data, Stream):
        return data, None
    sample = data.sample()
    return sample, data if len(sample) < len(data) else None


def check_passes(method: Any, reason: str, stream: Stream | None) -> str:
    """The reason for a method, with the passes over all rows that it ends with.

    Raises:
        ValueError: if there is a stream, and the method makes no passes over all rows.
    """
    if stream is None:
        return reason
    if not isinstance(method, LevenbergMarquardt):
        name = getattr(method, "name", type(method).__name__)
        raise ValueError(
            f"Models are fitted to a stream by Levenberg-Marquardt, or fit themselves. Got {name}: {reason}. Fit to a "
            "part of it in memory, stream.sample(100_000), for a command --ntrain 100000."
        )
    return f"{reason}; the last ones see all {len(stream)} rows"


def check_rows(loss: Any, stream: Stream | None, model: Any) -> None:
    """Raise `ValueError` if a loss of relative errors or logarithms refuses rows."""
    if stream is not None and isinstance(loss, OfInvariants):
        for _, y in stream.pieces():
            loss.check(jnp.asarray(y), "rows of the file", stream, model)


def with_all_rows(history: History, model: Any, stream: Stream, sample: Dataset) -> Verdict | None:
    """The verdict of a history, with what a pass over all rows says of the model."""
    verdict = history.verdict
    if verdict is None or verdict.training is None:  # the loss is not one of predictions
        return verdict
    fitted = int(history.records[-1].details.get("samples") or len(sample)) if len(history) else len(sample)
    rows = {**_over_all(model, stream, sample), "of": len(sample), "fitted": fitted}
    per_sample = verdict.residuals // len(sample)
    return replace(verdict, rows=rows, residuals=per_sample * max(fitted, len(sample)))


def _over_all(model: Any, stream: Stream, sample: Dataset) -> dict[str, Any]:
    """Relative squared errors of all rows together, of each term, and the row of the largest error."""
    terms = terms_of(model, stream) or {"": slice(None)}
    center = np.asarray(sample.y).mean(axis=0)
    unit = float(np.max(np.abs(np.asarray(sample.y)), initial=0.0)) or 1.0
    shifted, spread, error = (np.zeros(sample.y.shape[1], kind) for kind in (complex, float, float))
    start, worst = 0, (-1.0, 0)
    for x, y in stream.pieces(_SUMMED):
        squares = np.abs((y - in_pieces(model, x)) / unit) ** 2
        single = np.where(np.isnan(squares), np.inf, squares).sum(axis=1)
        worst = max(worst, (float(single.max()), start + int(single.argmax())), key=lambda each: each[0])
        apart, start, error = (y - center) / unit, start + len(x), error + squares.sum(axis=0)
        shifted, spread = shifted + apart.sum(axis=0), spread + (np.abs(apart) ** 2).sum(axis=0)
    spread -= np.abs(shifted) ** 2 / start
    relative = {name: _ratio(error[part], spread[part]) for name, part in terms.items()}
    return {
        "rows": start, "relative": _ratio(error, spread), "terms": relative if len(relative) > 1 else {},
        "row": int(stream.rows([worst[1]])[0]),
    }  # fmt: skip


def _ratio(error: np.ndarray, spread: np.ndarray) -> float:
    return float(error.sum() / spread.sum()) if spread.sum() > 0 else float("nan")
