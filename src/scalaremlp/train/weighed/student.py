"""A loss that outliers do not lead: residuals follow Student's distribution."""

import equinox as eqx
import numpy as np
from jaxtyping import Float, Inexact

from ..._check import positive
from .._loss import Regression

_MEDIAN = 0.455  # of the square of a number of the normal distribution
_STEPS = 30  # by which the scale and the weights of one set of residuals settle


class Student(Regression):
    r"""Squared errors of which the large ones count less: $\frac{\nu+m}{2}\sum_i \ln(1 + |r_i|^2/\nu s^2)$.

    A sample of m components at the distance d = |r|/s has the weight (ν + m)/(ν + d²), and the scale s of each term of
    the output follows from the weighed residuals. `fit` alternates fits with these weights; the first one is without.

    Args:
        freedom: ν, the degrees of freedom: about 4 where a few samples in a hundred are wrong; the larger it is, the
            nearer to the squared error.

    References:
        Lange, Little and Taylor, *Robust statistical modeling using the t distribution*, JASA 84, 881 (1989).
    """

    freedom: float = eqx.field(static=True, default=4.0, kw_only=True)

    def __check_init__(self) -> None:
        positive("freedom", self.freedom)

    def weighed(
        self, residuals: Inexact[np.ndarray, "n size_out"], numbers: tuple[int, ...]
    ) -> tuple[Float[np.ndarray, " size_out"], Float[np.ndarray, " n"]]:
        """The scale of each component and the weight of each sample; these settle together.

        Args:
            residuals: of all samples.
            numbers: for each component the number of its term.
        """
        terms, squares = np.array(numbers), np.abs(residuals) ** 2
        parts, tiny = 2 if np.iscomplexobj(residuals) else 1, np.finfo(float).tiny
        each = [squares[:, terms == term] for term in range(terms.max() + 1)]
        scale = np.maximum([np.median(own) / _MEDIAN / parts for own in each], tiny)
        weight = np.ones(len(residuals))
        for _ in range(_STEPS):
            distance = np.sum(squares / scale[terms], axis=1)
            weight = (self.freedom + parts * terms.size) / (self.freedom + distance)
            scale = np.maximum([np.mean(weight[:, None] * own) / parts for own in each], tiny)
        return np.sqrt(scale[terms]), weight
