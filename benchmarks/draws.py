"""How the inputs of the laws in `formulas.py` are drawn: of NumPy's default generator, block by block."""

from dataclasses import dataclass

import numpy as np

TRAINING, WIDER = 1, 2  # seeds
SPREAD = 1.5  # of the wider test set


@dataclass(frozen=True)
class Draws:
    """Draws `n` samples of each block; in a wider set everything is spread 1.5 times as far.

    Every method draws once from the generator, in the order in which it is called, all samples in one array.
    """

    rng: np.random.Generator
    n: int
    wider: bool = False

    @property
    def spread(self) -> float:
        """1 in training, 1.5 in the wider set."""
        return SPREAD if self.wider else 1.0

    def positive(self, count: int) -> np.ndarray:
        """Scalars uniform in [0.5, 2] times the spread, (n, count)."""
        return self.spread * self.rng.uniform(0.5, 2, (self.n, count))

    def normal(self, *shape: int) -> np.ndarray:
        """Vectors or tensors of independent N(0, spread²), (n, *shape)."""
        return self.spread * self.rng.standard_normal((self.n, *shape))

    def uniform(self, low: float, high: float) -> np.ndarray:
        """A number as the law says it, whatever the spread, (n, 1, 1) to multiply vectors with."""
        return self.rng.uniform(low, high, (self.n, 1, 1))

    def direction(self, dim: int = 3) -> np.ndarray:
        """A unit vector, (n, 1, dim)."""
        return unit(self.rng.standard_normal((self.n, 1, dim)))

    def long(self) -> np.ndarray:
        """A vector r + r/|r|, which is longer than 1, (n, 1, 3)."""
        r = self.normal(1, 3)
        return r + unit(r)

    def light(self, count: int) -> np.ndarray:
        """Four-vectors on the light cone, (|k|, k) of normal k, (n, count, 4)."""
        return with_energy(self.normal(count, 3), 0.0)

    def symmetric(self) -> np.ndarray:
        """A symmetric matrix, normal on and below the diagonal, (n, 1, 3, 3)."""
        lower = np.tril(self.normal(1, 3, 3))
        return lower + np.swapaxes(np.tril(lower, -1), -1, -2)

    def alternating(self) -> np.ndarray:
        """An antisymmetric matrix, normal below the diagonal, (n, 1, 3, 3)."""
        lower = np.tril(self.normal(1, 3, 3), -1)
        return lower - np.swapaxes(lower, -1, -2)

    def deformation(self) -> np.ndarray:
        """F = I + 0.2 N (0.25 N in the wider set), (n, 1, 3, 3); rows are drawn again until det F > 0.3."""
        size, f = 0.25 if self.wider else 0.2, np.zeros((self.n, 1, 3, 3))
        while (low := np.flatnonzero(np.linalg.det(f[:, 0]) <= 0.3)).size:
            f[low] = np.eye(3) + size * self.rng.standard_normal((low.size, 1, 3, 3))
        return f

    def collision(self) -> np.ndarray:
        """Massless p₁ + p₂ = p₃ + p₄, (n, 4, 4): p₃ has any direction at rest of both, where |t| > 0.1 s.

        Directions are drawn again, row by row, until that holds.
        """
        incoming = self.light(2)
        total = incoming.sum(axis=1)
        s, p3 = square(total), np.zeros((self.n, 4))
        while (low := np.flatnonzero(np.abs(square(incoming[:, 0] - p3)) <= 0.1 * s)).size:
            n = unit(self.rng.standard_normal((low.size, 3)))
            at_rest = np.sqrt(s[low, None]) / 2 * np.concatenate([np.ones((low.size, 1)), n], axis=1)
            p3[low] = boosted(at_rest, total[low] / np.sqrt(s[low, None]))
        return np.concatenate([incoming, p3[:, None], (total - p3)[:, None]], axis=1)


def unit(v: np.ndarray) -> np.ndarray:
    """v/|v|."""
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def with_energy(p: np.ndarray, mass: float) -> np.ndarray:
    """The four-vectors (√(m² + p²), p)."""
    return np.concatenate([np.sqrt(mass**2 + np.sum(p**2, axis=-1, keepdims=True)), p], axis=-1)


def square(p: np.ndarray) -> np.ndarray:
    """p·p with η = diag(1, −1, −1, −1), over the last axis."""
    return p[..., 0] ** 2 - np.sum(p[..., 1:] ** 2, axis=-1)


def boosted(p: np.ndarray, u: np.ndarray) -> np.ndarray:
    """What p at rest is where the frame moves with four-velocity u, both (n, 4)."""
    along = np.sum(u[:, 1:] * p[:, 1:], axis=-1, keepdims=True)
    energy = u[:, :1] * p[:, :1] + along
    return np.concatenate([energy, p[:, 1:] + u[:, 1:] * (p[:, :1] + along / (1 + u[:, :1]))], axis=-1)
