"""All pairs of samples, each once: a covariance is symmetric, and half of its numbers are enough."""

import numpy as np
from jaxtyping import Float


class Pairs:
    """(s − s')² and s s' of the pairs of samples, each pair once: those of the upper triangle, row by row.

    Attributes:
        count: of the samples.
        squares: (s − s')² for each scalar.
        products: s s' for each scalar.
    """

    def __init__(self, scalars: Float[np.ndarray, "n scalars"]):
        self.count = len(scalars)
        self._rows, self._columns = np.triu_indices(self.count)
        self._upper = self._rows * self.count + self._columns
        self._lower = self._columns * self.count + self._rows
        self._same = np.flatnonzero(self._rows == self._columns)
        left, right = scalars.T[:, self._rows], scalars.T[:, self._columns]
        self.squares, self.products = (left - right) ** 2, left * right

    def upper(self, values: Float[np.ndarray, " pairs"]) -> Float[np.ndarray, "n n"]:
        """The upper triangle of a symmetric matrix with these values, zero below."""
        matrix = np.zeros((self.count, self.count))
        matrix.ravel()[self._upper] = values
        return matrix

    def both(self, values: Float[np.ndarray, " pairs"]) -> Float[np.ndarray, "n n"]:
        """The symmetric matrix with these values."""
        matrix = self.upper(values)
        matrix.ravel()[self._lower] = values
        return matrix

    def of_upper(self, matrix: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " pairs"]:
        """h with Σ h k over pairs = Σ matrix · k over both orders, of symmetric ones whose upper triangles count."""
        values = 2.0 * np.take(matrix, self._upper)
        values[self._same] *= 0.5
        return values

    def of_both(self, matrix: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " pairs"]:
        """The same of any matrix and a symmetric k."""
        values = np.take(matrix, self._upper) + np.take(matrix, self._lower)
        values[self._same] *= 0.5
        return values
