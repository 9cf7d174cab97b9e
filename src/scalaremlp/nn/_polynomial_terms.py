"""The products of monomials and covariants of which a term of the output of a polynomial is made, at many samples."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from ._monomials import Products, monomials_of, of_degree

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
        return self.columns(of_degree(*self.kinds, degree))

    def columns(self, table: Products) -> Float[np.ndarray, "n size products"]:
        """Some products."""
        found = self.tensors.transpose(0, 2, 1)[:, :, table.covariant]
        monomials = monomials_of(self.scalars, table.exponents)
        return np.multiply(found, monomials[:, None, table.monomial], out=np.empty(found.shape))

    def predicted(self, table: Products, weights: Float[np.ndarray, "products copies"]) -> np.ndarray:
        """Σ weight · product, of shape (n, size, copies), without the products one by one."""
        sums = np.zeros((len(table.exponents), self.tensors.shape[1], weights.shape[1]))
        sums[table.monomial, table.covariant] = weights
        coefficients = np.tensordot(monomials_of(self.scalars, table.exponents), sums, 1)
        return self.tensors.transpose(0, 2, 1) @ coefficients
