"""All pairs of samples, each once: a covariance is symmetric, and half of its numbers are enough."""

from collections.abc import Hashable

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
        self._spaces: dict[Hashable, np.ndarray] = {}
        self.squares, self.products = np.empty((2, scalars.shape[1], len(self._rows)))
        for each, square, product in zip(scalars.T, self.squares, self.products, strict=True):
            left, right = each[self._rows], each[self._columns]
            np.multiply(left, right, out=product)
            np.subtract(left, right, out=square)
            np.multiply(square, square, out=square)

    def space(self, name: Hashable, *shape: int) -> Float[np.ndarray, "..."]:
        """An array to be written to, by default one number a pair, which is the same one for the same name.

        Thousands of covariances are computed of the same pairs: new memory for each costs as much as the numbers in it.
        """
        shape = shape or (len(self._rows),)
        if name not in self._spaces or self._spaces[name].shape != shape:
            self._spaces[name] = np.zeros(shape)
        return self._spaces[name]

    def upper(self, values: Float[np.ndarray, " pairs"]) -> Float[np.ndarray, "n n"]:
        """The upper triangle of a symmetric matrix with these values, zero below, until it is asked for again."""
        matrix = self.space("upper", self.count, self.count)
        matrix.ravel()[self._upper] = values
        return matrix

    def both(self, values: Float[np.ndarray, " pairs"]) -> Float[np.ndarray, "n n"]:
        """The symmetric matrix with these values."""
        matrix = self.space("both", self.count, self.count)
        matrix.ravel()[self._upper] = values
        matrix.ravel()[self._lower] = values
        return matrix

    def of_upper(self, matrix: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " pairs"]:
        """h with Σ h k over pairs = Σ matrix · k over both orders, of symmetric ones whose upper triangles count."""
        values = np.take(matrix, self._upper, out=self.space("taken"), mode="clip")  # other modes take a copy
        values *= 2.0
        values[self._same] *= 0.5
        return values

    def of_both(self, matrix: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " pairs"]:
        """The same of any matrix and a symmetric k."""
        values = np.take(matrix, self._upper, out=self.space("taken"), mode="clip")
        values += np.take(matrix, self._lower, out=self.space("taken below"), mode="clip")
        values[self._same] *= 0.5
        return values
