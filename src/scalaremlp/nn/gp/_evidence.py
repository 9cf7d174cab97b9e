"""The covariance under which the outputs are most probable, and what then follows of the outputs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.linalg import blas, lapack

from ._anova import ABSENT, Anova, Factors
from ._descent import descend
from ._fitted import SEARCHES
from ._pairs import Pairs

_ROWS = 360  # outputs that the covariance is chosen by: 600 measured no better, in three times the time
_FEWEST = 40  # samples of them
_DIGITS = 2.0**28  # of numbers of order one that a search sees: rounding in others would lead it elsewhere
_HALVED = 120  # samples from which on half of them tell which start is best
_ROUNDS, _STEPS = 6, 45
_TRIALS, _PATIENT = 6, 8  # evaluations along one direction: of a start that may lose, and to the end
#: Starts: a slope makes polynomials of the scalars, which are wild where there are no samples, so two go without.
_GUESSES = ({"weight": 0.1}, {"length": 3.0, "weight": 0.03, "slope": 1e-3}, {"length": 0.7, "weight": 0.3})
_LITTLE, _NOISY = 3e-3, 1e-3  # noise that is granted at first, and noise that may be misunderstanding
_SURE = 1.0  # log evidence of each output: with less, noise may have been understood as a law
_SLIGHT = 10.0  # log evidence below which a dependence is dropped: it may be left from the way there
_LEAST_NOISE = 1e-6  # standard deviation, relative to the outputs: below it rounding decides
_ROUNDING = 1e-13  # of the mean variance: what a Cholesky factor needs
_IMPROBABLE = 1e10


@dataclass(frozen=True)
class Samples:
    """What is known of one tensor of the output, in units in which everything is of order one.

    Attributes:
        scalars: standardised.
        tensors: the covariants.
        outputs: the values.
        copies: a number for each sample, the same for those whose scalars are all the same.
    """

    scalars: Float[np.ndarray, "n scalars"]
    tensors: Float[np.ndarray, "n covariants m"]
    outputs: Float[np.ndarray, "n m"]
    copies: Int[np.ndarray, " n"]

    def __getitem__(self, chosen: np.ndarray | slice) -> "Samples":
        return Samples(self.scalars[chosen], self.tensors[chosen], self.outputs[chosen], self.copies[chosen])

    def __len__(self) -> int:
        return len(self.scalars)

    def rounded(self) -> "Samples":
        """The same to about eight digits: far more than the least noise, and the same in any units, but for a few."""
        scalars, tensors, outputs = (
            np.round(array * _DIGITS) / _DIGITS for array in (self.scalars, self.tensors, self.outputs)
        )
        return Samples(scalars, tensors, outputs, self.copies)

    def covariance(self, values: Iterable[Float[np.ndarray, " pairs"]], pairs: Pairs) -> Float[np.ndarray, "rows rows"]:
        """Σ_c k_c(s, s') t_c(x) t_c(x')ᵀ for all pairs, in rows (component, sample): its upper triangle alone."""
        n, _, m = self.tensors.shape
        total, product = pairs.space("covariance", m, n, m, n), pairs.space("product", n, n)
        total.fill(0.0)
        for c, value in enumerate(values):
            matrix = pairs.upper(value) if m == 1 else pairs.both(value)
            for i, j, left, right in self._components(c):
                np.multiply(left[:, None], matrix, out=product)
                product *= right
                total[i, :, j] += product
        return total.reshape(m * n, m * n)

    def contracted(
        self, matrix: Float[np.ndarray, "rows rows"], covariant: int, pairs: Pairs
    ) -> Float[np.ndarray, " pairs"]:
        """h with Σ h k = tr(matrix · covariance) for the share of one covariant.

        Of the symmetric `matrix` the upper triangle is enough.
        """
        n, _, m = self.tensors.shape
        blocks, total, block = matrix.reshape(m, n, m, n), pairs.space("contracted"), pairs.space("product", n, n)
        total.fill(0.0)
        for i, j, left, right in self._components(covariant):
            np.multiply(left[:, None], blocks[i, :, j], out=block)
            block *= right
            total += pairs.of_upper(block) if i == j else 2.0 * pairs.of_both(block)
        return total

    def _components(self, covariant: int) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
        """The pairs of components i ≤ j, and the covariant's values of these."""
        t = self.tensors[:, covariant].T
        used = np.flatnonzero(t.any(axis=1))
        return ((i, j, t[i], t[j]) for i, j in combinations_with_replacement(used.tolist(), 2))


@dataclass(frozen=True)
class Found:
    """The most probable covariance.

    Attributes:
        anova: of the coefficients.
        noise: the standard deviation of the outputs about the law.
        log_evidence: of the samples it was chosen by.
    """

    anova: Anova
    noise: float
    log_evidence: float

    def is_like(self, other: "Found") -> bool:
        """Whether the covariance is that of `other`, to rounding."""
        one, another = (np.append(found.anova.numbers, found.noise) for found in (self, other))
        return np.array_equal(self.anova.alive, other.anova.alive) and np.allclose(one, another, rtol=1e-12, atol=0.0)


def parts_of(samples: Samples) -> list[Samples]:
    """The samples that the covariance can be chosen by: all, or of many some parts in the order to try them.

    Of one half of a part the outputs are the largest, where a law is steep; of the next a quarter, then none.
    """
    few = max(_FEWEST, _ROWS // samples.outputs.shape[1])
    if few >= len(samples):
        return [samples]
    order = np.argsort(-np.sum(samples.outputs**2, axis=1), kind="stable")
    parts = []
    for seed, steep in enumerate((few // 2, few // 4, 0)):
        others = np.random.default_rng(seed).permutation(order[steep:])
        parts.append(samples[np.concatenate([order[:steep], others])[:few]])
    return parts


def most_probable(samples: Samples, usable: Bool[np.ndarray, " scalars"], *, searches: int = SEARCHES) -> Found:
    """The covariance of the largest evidence, with a weak prior on its numbers; cubic in the number of outputs.

    The evidence has several maxima. Three starts are followed for a few steps, by every second one of many samples, and
    the best one of them to the end, by all. Noise
    and the price of a scalar are held small at first: what is hard to understand would be taken for noise altogether.
    Where noise remains, or little is understood, the other starts are followed as well, and one that is free to see
    noise at once, `searches` of them altogether.

    Source:
        MacKay, *Introduction to Gaussian processes* (1998), section 5; Rasmussen and Williams (2006), section 5.4.
    """
    samples = samples.rounded()
    pairs = Pairs(samples.scalars)
    return _without_slight_covariants(_search(samples, pairs, usable, searches), samples, pairs)


def _search(samples: Samples, pairs: Pairs, usable: Bool[np.ndarray, " scalars"], searches: int) -> Found:
    covariants = samples.tensors.shape[1]
    starts = [Found(Anova.first(covariants, usable, **guess), 1e-2, -np.inf) for guess in _GUESSES]
    half = samples[::2] if len(samples) >= _HALVED else samples
    few = pairs if half is samples else Pairs(half.scalars)
    first = [_followed(start, half, few, most=_LITTLE, price=0.0, trials=_TRIALS) for start in starts]
    first.sort(key=lambda found: -found.log_evidence)
    best = _to_the_end(first[0], samples, pairs, patient=True)
    if best.noise < _NOISY and best.log_evidence > _SURE * samples.outputs.size:
        return best
    others = [(starts[1], False), *((start, True) for start in first[1:])][: searches - 1]
    ends = [_to_the_end(start, samples, pairs, patient=patient) for start, patient in others]
    return max([best, *ends], key=lambda found: found.log_evidence)


def _to_the_end(found: Found, samples: Samples, pairs: Pairs, *, patient: bool) -> Found:
    """The maximum near `found`; if `patient`, the noise is held small for a while."""
    for number in range(_ROUNDS):
        most = _LITTLE if patient and number < 2 else 1.0
        last, found = found, _followed(found, samples, pairs, most=most, price=min(1.0, 0.5 * number))
        if number > 2 and found.log_evidence - last.log_evidence < 0.1:
            break
        if number == 2 and found.is_like(last):  # the next round would be this one again
            break
    return found


def _followed(
    start: Found, samples: Samples, pairs: Pairs, *, most: float, price: float, trials: int = _PATIENT
) -> Found:
    """A few steps uphill from `start`, with a noise of at most `most` and a `price` of each scalar, then pruned.

    Where little noise is left rounding decides which way is up, and `trials` in one direction end the search.
    """
    anova, noise = start.anova, min(start.noise, most)

    def improbability(numbers: Float[np.ndarray, " numbers"]) -> tuple[float, Float[np.ndarray, " numbers"]]:
        return _improbability(numbers, anova, samples, pairs, price)

    def evidence(fewer: Anova, noise: float) -> float:
        return _log_evidence(Found(fewer, noise, 0.0), samples, pairs, price)

    there = descend(
        improbability, np.append(anova.numbers, np.log(noise)), _bounds(anova, np.log(most)),
        steps=_STEPS, trials=trials,
    )  # fmt: skip
    found = Found(anova.with_numbers(there.numbers[:-1]), float(np.exp(there.numbers[-1])), -there.value)
    return _pruned(found, evidence)


def _without_slight_covariants(found: Found, samples: Samples, pairs: Pairs) -> Found:
    """Without the covariants that cost little log evidence each, the smallest first."""
    allowed = found.log_evidence
    for c in np.argsort(found.anova.size, kind="stable").tolist():
        if not found.anova.counts(c):
            continue
        fewer = found.anova.without_covariant(c)
        value = _log_evidence(Found(fewer, found.noise, 0.0), samples, pairs, 1.0)
        allowed -= _SLIGHT
        if value < allowed:
            break
        found = Found(fewer, found.noise, value)
    return found


def _pruned(found: Found, evidence: Callable[[Anova, float], float]) -> Found:
    """Without as many dependences as cost little log evidence each, the slightest first."""
    low, high, best = 0, int(found.anova.alive.sum()), found
    while low < high:
        middle = (low + high + 1) // 2
        fewer = found.anova.without(middle)
        value = evidence(fewer, found.noise)
        if value >= found.log_evidence - _SLIGHT * middle:
            low, best = middle, Found(fewer, found.noise, value)
        else:
            high = middle - 1
    return best


def _bounds(anova: Anova, most: float) -> tuple[Float[np.ndarray, " numbers"], Float[np.ndarray, " numbers"]]:
    """Of the logarithms: sizes, so small that covariants can be absent, weights and slopes, lengths, and the noise."""
    each, wide = anova.alive.size, (-14.0, 7.0)
    numbers = [(ABSENT - 2, 7.0)] * len(anova.size) + [wide] * each + [(-2.5, 4.0)] * each + [wide] * each
    low, high = np.array([*numbers, (np.log(_LEAST_NOISE), most)]).T
    return low, high


def _improbability(
    numbers: Float[np.ndarray, " numbers"], anova: Anova, samples: Samples, pairs: Pairs, price: float
) -> tuple[float, Float[np.ndarray, " numbers"]]:
    """−log p(outputs, numbers), up to a constant, and its derivatives."""
    anova, variance = anova.with_numbers(numbers[:-1]), float(np.exp(2 * numbers[-1]))
    every = [anova.factors(c, pairs) for c in range(samples.tensors.shape[1])]
    value, factor, solved = _factored(every, variance, samples, pairs)
    if factor is None:
        return value, np.zeros_like(numbers)
    inverse = lapack.dpotri(factor, lower=1, overwrite_c=1)[0]
    slopes = blas.dsyr(-1.0, solved, lower=1, a=inverse, overwrite_a=1).T
    slopes *= 0.5
    total = np.zeros_like(numbers)
    total[-1] = 2 * variance * np.trace(slopes)
    for c, factors in enumerate(every):
        if anova.counts(c):
            total[:-1] += anova.pulled_back(c, factors, samples.contracted(slopes, c, pairs), pairs)
    prior, of_prior = anova.prior(price)
    return value + prior, total + np.append(of_prior, 0.0)


def _log_evidence(found: Found, samples: Samples, pairs: Pairs, price: float) -> float:
    """log p(outputs, numbers), up to a constant."""
    every = [found.anova.factors(c, pairs) for c in range(samples.tensors.shape[1])]
    value, factor, _ = _factored(every, float(np.exp(2 * np.log(found.noise))), samples, pairs)
    return -value if factor is None else -(value + found.anova.prior(price)[0])


def _factored(
    every: list[Factors], variance: float, samples: Samples, pairs: Pairs
) -> tuple[float, Float[np.ndarray, "rows rows"] | None, Float[np.ndarray, " rows"]]:
    """−log p(outputs), the Cholesky factor of their covariance, `None` if there is none, and its inverse times them."""
    matrix = _with_noise(samples.covariance([factors.value for factors in every], pairs), variance)
    factor, failed = lapack.dpotrf(matrix.T, lower=1, overwrite_a=1)
    outputs = samples.outputs.T.ravel()
    if failed:
        return _IMPROBABLE, None, outputs
    solved = lapack.dpotrs(factor, outputs, lower=1)[0]
    return float(0.5 * outputs @ solved + np.log(np.diagonal(factor)).sum()), factor, solved


def _with_noise(matrix: Float[np.ndarray, "rows rows"], variance: float) -> Float[np.ndarray, "rows rows"]:
    matrix.flat[:: len(matrix) + 1] += variance + _ROUNDING * np.trace(matrix) / len(matrix)
    return matrix
