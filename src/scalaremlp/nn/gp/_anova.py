"""A covariance of scalars in which every scalar counts as much as the data ask for, with its derivatives.

Duvenaud, Nickisch and Rasmussen, *Additive Gaussian processes*, NIPS 2011, section 3; Neal, *Bayesian learning for
neural networks* (1996), on automatic relevance determination.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from ._pairs import Pairs

ABSENT = float(np.log(1e-10))  # v of a covariant that a law does not contain
_NEGLIGIBLE = 1e-4  # the part of v by which dependences are counted in e-folds


@dataclass(frozen=True)
class Anova:
    r"""k_c(s, s') = v_c (1 + Σ_i b_ci s_i s'_i) Π_i (1 + a_ci exp(−(s_i − s'_i)²/2ℓ_ci²)), divided by its value at 0.

    The covariance of the coefficient of each covariant c. Multiplied out it is a sum over sets of scalars: functions of
    one scalar, of two, and so on, and these times a linear function. Where a and b are zero the coefficient does not
    depend on the scalar.

    Attributes:
        size: log v.
        weight: log a.
        length: log ℓ.
        slope: log b.
        alive: the scalars that count; a and b of the others are zero.
    """

    size: Float[np.ndarray, " covariants"]
    weight: Float[np.ndarray, "covariants scalars"]
    length: Float[np.ndarray, "covariants scalars"]
    slope: Float[np.ndarray, "covariants scalars"]
    alive: Bool[np.ndarray, "covariants scalars"]

    @classmethod
    def first(
        cls,
        covariants: int,
        usable: Bool[np.ndarray, " scalars"],
        *,
        length: float = 1.35,
        weight: float = 0.1,
        slope: float = 1e-6,
    ) -> "Anova":
        """A guess to begin with: smooth functions of any usable scalar."""
        alive = np.tile(usable, (covariants, 1))
        every = np.ones(alive.shape)
        size = np.full(covariants, -np.log(max(covariants, 1)))
        return cls(size, np.log(weight) * every, np.log(length) * every, np.log(slope) * every, alive)

    @property
    def numbers(self) -> Float[np.ndarray, " numbers"]:
        """All that is to be found, as one vector."""
        return np.concatenate([self.size, self.weight.ravel(), self.length.ravel(), self.slope.ravel()])

    def with_numbers(self, numbers: Float[np.ndarray, " numbers"]) -> "Anova":
        """The covariance with these `numbers`."""
        size, rest = numbers[: self.size.size], numbers[self.size.size :].reshape(3, *self.alive.shape)
        return replace(self, size=size, weight=rest[0], length=rest[1], slope=rest[2])

    def counts(self, covariant: int) -> bool:
        """Whether the covariant is there at all."""
        return bool(self.size[covariant] > ABSENT)

    def without(self, least: int) -> "Anova":
        """Without so many dependences of covariants on scalars, those that vary least."""
        bend = np.exp(self.weight) * np.minimum(1.0, np.exp(-2 * self.length)) + np.exp(self.slope)
        amount = np.where(self.alive, bend * np.exp(self.size)[:, None], np.inf)
        alive = self.alive.copy()
        alive.flat[np.argsort(amount, axis=None, kind="stable")[:least]] = False
        return replace(self, alive=alive)

    def without_covariant(self, covariant: int) -> "Anova":
        """Without a covariant and what its coefficient depends on."""
        size, alive = self.size.copy(), self.alive.copy()
        size[covariant], alive[covariant] = ABSENT - 1, False
        return replace(self, size=size, alive=alive)

    def between(
        self, covariant: int, scalars: Float[np.ndarray, "n scalars"], others: Float[np.ndarray, "k scalars"]
    ) -> Float[np.ndarray, "n k"]:
        """k of one covariant between samples and others."""
        used = np.flatnonzero(self.alive[covariant])
        left, right = scalars[:, used], others[:, used]
        value = 1.0 + (left * np.exp(self.slope[covariant, used])) @ right.T
        value *= self.largest(covariant)
        for i in range(len(used)):
            bell = np.exp(-0.5 * np.exp(-2 * self.length[covariant, used[i]]) * (left[:, i, None] - right[:, i]) ** 2)
            value *= 1.0 + np.exp(self.weight[covariant, used[i]]) * bell
        return value

    def diagonal(self, covariant: int, scalars: Float[np.ndarray, "n scalars"]) -> Float[np.ndarray, " n"]:
        """k of one covariant at each sample."""
        used = self.alive[covariant]
        bells = np.prod(1 + np.exp(self.weight[covariant, used]))
        return self.largest(covariant) * bells * (1 + scalars[:, used] ** 2 @ np.exp(self.slope[covariant, used]))

    def factors(self, covariant: int, pairs: Pairs) -> "Factors":
        """k of each pair with its factors, for the derivatives; in the space of the pairs, until it is asked again."""
        used = np.flatnonzero(self.alive[covariant])
        linear, bells = self._linear(covariant, pairs), [self._bell(covariant, int(i), pairs) for i in used]
        value = np.multiply(linear, self.largest(covariant), out=pairs.space(("value", covariant)))
        for bell in bells:
            value *= np.add(bell, 1.0, out=pairs.space("factor"))
        return Factors(value, linear, used, bells)

    def largest(self, covariant: int) -> float:
        """v divided by the value at 0 of what it is multiplied by."""
        used = self.alive[covariant]
        bells = np.log1p(np.exp(self.weight[covariant, used])).sum()
        return float(np.exp(self.size[covariant] - bells) / (1 + np.exp(self.slope[covariant, used]).sum()))

    def _bell(self, covariant: int, scalar: int, pairs: Pairs) -> Float[np.ndarray, " pairs"]:
        rate, space = -0.5 * np.exp(-2 * self.length[covariant, scalar]), pairs.space(("bell", covariant, scalar))
        exponents = np.multiply(pairs.squares[scalar], rate, out=space)
        exponents += self.weight[covariant, scalar]
        return np.exp(exponents, out=exponents)

    def _linear(self, covariant: int, pairs: Pairs) -> Float[np.ndarray, " pairs"]:
        slopes = np.where(self.alive[covariant], np.exp(self.slope[covariant]), 0.0)
        linear = np.matmul(slopes, pairs.products, out=pairs.space(("linear", covariant)))
        linear += 1.0
        return linear

    def pulled_back(
        self, covariant: int, factors: "Factors", weights: Float[np.ndarray, " pairs"], pairs: Pairs
    ) -> Float[np.ndarray, " numbers"]:
        """Derivatives of Σ weights · k over the pairs, of one covariant, by all `numbers`."""
        weighted = np.multiply(weights, factors.value, out=pairs.space("weighted"))
        total = float(weighted.sum())
        size, (weight, length, slope) = np.zeros_like(self.size), np.zeros((3, *self.alive.shape))
        size[covariant] = total
        a, b = np.exp(self.weight[covariant]), np.where(self.alive[covariant], np.exp(self.slope[covariant]), 0.0)
        for i, bell in zip(factors.used, factors.bells, strict=True):
            of_bell = np.add(bell, 1.0, out=pairs.space("factor"))
            np.divide(bell, of_bell, out=of_bell)
            of_bell *= weighted
            weight[covariant, i] = of_bell.sum() - total * a[i] / (1 + a[i])
            length[covariant, i] = np.vdot(of_bell, pairs.squares[i]) * np.exp(-2 * self.length[covariant, i])
        of_linear = np.divide(weighted, factors.linear, out=pairs.space("factor"))
        slope[covariant] = b * (pairs.products @ of_linear - total / (1 + b.sum()))
        return replace(self, size=size, weight=weight, length=length, slope=slope).numbers

    def prior(self, price: float) -> tuple[float, Float[np.ndarray, " numbers"]]:
        """−log p(numbers): few scalars, lengths of order one, give or take a factor of 4; with its derivatives.

        `price` is the log evidence that every e-fold of dependence on a scalar has to bring.
        """
        off = np.where(self.alive, (self.length - 0.5) / 1.5, 0.0)
        value, slopes = 0.5 * float(np.sum(off**2)), []
        for numbers in (self.weight, self.slope):
            amount = np.where(self.alive, np.exp(numbers), 0.0)
            value += float(np.sum(price * np.log1p(amount / _NEGLIGIBLE) + 0.05 * amount))
            slopes.append(price * amount / (amount + _NEGLIGIBLE) + 0.05 * amount)
        every = [np.zeros_like(self.size), slopes[0], off / 1.5, slopes[1]]
        return value, np.concatenate([part.ravel() for part in every])


@dataclass(frozen=True)
class Factors:
    """The covariance of one covariant of each pair, and what it is a product of."""

    value: Float[np.ndarray, " pairs"]
    linear: Float[np.ndarray, " pairs"]  # 1 + Σ b s s'
    used: Int[np.ndarray, " used"]  # the scalars of the bells
    bells: list[Float[np.ndarray, " pairs"]]  # a exp(−…)
