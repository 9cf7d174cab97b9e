"""The products of monomials and covariants of which a term of the output of a polynomial is made, at many samples."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from ._monomials import Products, monomials_of_all, products

Rows = np.ndarray | slice


class PolynomialTerm(NamedTuple):
    """What the products are made of, at every sample.

    Attributes:
        kinds: the degrees of the scalars, and those of the covariants.
        scalars: their values.
        tensors: those of the covariants.
    """

    kinds: tuple[tuple[int, ...], tuple[int, ...]]
    scalars: Float[np.ndarray, "n scalars"]
    tensors: Float[np.ndarray, "n covariants size"]

    def of(self, rows: Rows) -> "PolynomialTerm":
        """At some samples."""
        return PolynomialTerm(self.kinds, self.scalars[rows], self.tensors[rows])

    def added(self, degree: int) -> Float[np.ndarray, "n size products"]:
        """The products of a degree, and none below."""
        table = products(*self.kinds, degree)
        return self._columns(table, table.degree == degree)

    def columns(self, degree: int) -> Float[np.ndarray, "n size products"]:
        """The products up to a degree."""
        table = products(*self.kinds, degree)
        return self._columns(table, np.full(len(table.degree), True))

    def _columns(self, table: Products, wanted: Bool[np.ndarray, " products"]) -> np.ndarray:
        """Laid out column by column, as linear algebra takes them."""
        monomials = monomials_of_all(self.scalars, table.exponents)
        monomial, covariant = table.monomial[wanted], table.covariant[wanted]
        found = np.empty((len(monomial), len(self.tensors), self.tensors.shape[2]))
        for number in range(self.tensors.shape[1]):
            of = covariant == number
            found[of] = monomials[monomial[of], :, None] * self.tensors[:, number]
        return found.transpose(1, 2, 0)

    def predicted(self, degree: int, weights: Float[np.ndarray, "products copies"]) -> np.ndarray:
        """Σ weight · product up to a degree, of shape (n, size, copies), without the products one by one."""
        table = products(*self.kinds, degree)
        sums = np.zeros((len(table.exponents), self.tensors.shape[1], weights.shape[1]))
        sums[table.monomial, table.covariant] = weights
        coefficients = np.tensordot(monomials_of_all(self.scalars, table.exponents), sums, (0, 0))
        return self.tensors.transpose(0, 2, 1) @ coefficients
