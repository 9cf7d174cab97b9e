"""The degree of a polynomial at which samples left out are predicted best."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from ._left_out import left_out, typical

_WORSE, _MUCH = 3, 100.0  # degrees without a gain, after which no higher one is tried; one less if it is much worse
_GAIN = 0.9  # of the error of samples left out
_DONE = 1e-20  # of the squares of the outputs: what a higher degree would gain costs more than it is worth
_RANK = 1e-14  # of the largest column that could be: what is left of a column below is rounding

Columns = Float[np.ndarray, "n size products"]


class Chosen(NamedTuple):
    """A degree, and the error of samples left out."""

    degree: int
    error: float


def best_degree(columns: Callable[[int], Columns], degrees: Iterable[int], outputs: np.ndarray) -> Chosen:
    """The degree that predicts samples left out best.

    Each degree adds columns to those below: these are made orthogonal to the others, so that all degrees together take
    little more than the last of them alone.

    Args:
        columns: what a degree adds, at all samples.
        degrees: in their order.
        outputs: (n, size, copies).
    """
    fitted, best, since = _Fitted(outputs), Chosen(0, np.inf), 0
    for degree in degrees:
        fitted.add(columns(degree))
        if not fitted.count:
            continue
        error = typical(left_out(fitted.hat, fitted.residuals, outputs), outputs)
        since = 0 if error < _GAIN * best.error else since + 1
        if not since:
            best = Chosen(degree, error)
        if since >= _WORSE - (error > _MUCH * best.error) or best.error < _DONE:
            break
    return best


class _Fitted:
    """A least-squares fit to which columns are added: an orthonormal basis, the hat matrix of each sample, the rest."""

    def __init__(self, outputs: Float[np.ndarray, "n size copies"]):
        n, size, _ = outputs.shape
        self.basis = np.zeros((n * size, 0))
        self.count, self.hat, self.residuals = 0, np.zeros((n, size, size)), outputs.copy()

    def add(self, columns: Columns) -> None:
        """Fit these as well; of those that are combinations of others nothing is left."""
        n, size, count = columns.shape
        self.count += count
        flat = columns.reshape(n * size, count)
        norms = np.linalg.norm(flat, axis=0)
        q, r = np.linalg.qr(self._apart(flat / np.where(norms > 0, norms, 1.0)))
        u, s, _ = np.linalg.svd(r, full_matrices=False)
        q = q @ u[:, s > _RANK * max(n * size, self.count) * np.sqrt(self.count)]
        q = self._apart(q)  # of which rounding in what was left of the columns is within the basis
        self.basis = np.concatenate([self.basis, q], axis=1)
        for basis in (q, self.basis):  # the whole once more: of a sample that decides much the residual is tiny
            rest = basis @ (basis.T @ self.residuals.reshape(n * size, -1))
            self.residuals -= rest.reshape(self.residuals.shape)
        each = q.reshape(n, size, -1)
        self.hat += each @ each.transpose(0, 2, 1)

    def _apart(self, columns: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, "rows columns"]:
        """What is orthogonal to the basis."""
        return columns - self.basis @ (self.basis.T @ columns)
