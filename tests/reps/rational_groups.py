"""Random groups of fractions that stretch, and how many invariants they have, by elimination modulo a prime."""

import math
import random
from fractions import Fraction as F

import numpy as np

PRIME = 2**31 - 1
TRIPLES = [(3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (20, 21, 29), (119, 120, 169)]


def unit(n):
    return [[F(int(i == j)) for j in range(n)] for i in range(n)]


def product(*matrices):
    first, *rest = matrices
    for matrix in rest:
        first = [[sum(x * y for x, y in zip(r, c, strict=True)) for c in zip(*matrix, strict=True)] for r in first]
    return first


def inverse(matrix):
    n = len(matrix)
    rows = [list(row) + other for row, other in zip(matrix, unit(n), strict=True)]
    for i in range(n):
        pivot = next(j for j in range(i, n) if rows[j][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for j in range(n):
            if j != i:
                rows[j] = [x - rows[j][i] * y for x, y in zip(rows[j], rows[i], strict=True)]
    return [row[n:] for row in rows]


def in_plane(n, i, j, entries):
    found = unit(n)
    found[i][i], found[i][j], found[j][i], found[j][j] = entries
    return found


def rotation(rng, n, first=0):
    """By an angle of a Pythagorean triple."""
    a, b, c = rng.choice(TRIPLES)
    return in_plane(n, *sorted(rng.sample(range(first, n), 2)), (F(a, c), F(-b, c), F(b, c), F(a, c)))


def boost(rng, n):
    """Of rapidity up to 10, along an axis or at a Pythagorean angle."""
    q = rng.choice([1, 1, 2, 3, 7, 10, 100])
    x = F(max(round(math.exp(rng.uniform(0.2, 10)) * q), q + 1), q)
    cosh, sinh = (x + 1 / x) / 2, (x - 1 / x) / 2
    found = in_plane(n, 0, rng.randrange(1, n), (cosh, sinh, sinh, cosh))
    if n > 2 and rng.random() < 0.5:
        turn = rotation(rng, n, 1)
        found = product(turn, found, inverse(turn))
    return found


def shear(rng, n):
    found = unit(n)
    i, j = rng.sample(range(n), 2)
    found[i][j] = F(rng.choice([1, 2, -3, 7, 50, 1000, -40000]))
    return found


def galilei(rng, n):
    """Boosts up to 29.78 km/s in m/s."""
    found = unit(n)
    for i in range(1, n):
        found[i][0] = F(-rng.choice([0, 1, 30, 1000, 29780]))
    if not any(found[i][0] for i in range(1, n)):
        found[1][0] = F(-1000)
    return found


def resonant(rng, n):
    """Eigenvalues that are powers of one number."""
    base, powers = F(rng.choice([2, 3, 10, F(3, 2), F(7, 5), 1000])), [rng.randint(-2, 2) for _ in range(n)]
    powers = powers if any(powers) else [1, *powers[1:]]
    found = unit(n)
    for i, power in enumerate(powers):
        found[i][i] = base**power * rng.choice([1, 1, 1, -1])
    if rng.random() < 0.3:
        for i in range(n - 1):
            if found[i][i] == found[i + 1][i + 1]:
                found[i][i + 1] = F(rng.choice([1, 5]))
    return found


def scaling(rng, n):
    """A change of coordinates by factors up to 10^12, and small fractions."""
    kind, factors, mixed = rng.randrange(3), unit(n), unit(n)
    for i in range(n):
        factors[i][i] = F(10) ** (rng.randint(-2, 2) if kind == 2 else rng.randint(-6, 6))
    if kind == 0:
        return factors
    for _ in range(n):
        i, j = rng.sample(range(n), 2)
        step = unit(n)
        step[i][j] = F(rng.randint(-3, 3), rng.choice([1, 1, 2, 3, 7]))
        mixed = product(mixed, step)
    if kind == 1:
        return product(factors, mixed)
    return product(mixed, factors, inverse(mixed)) if rng.random() < 0.5 else product(mixed, factors)


def group(seed):
    """One generator or two, of 2 to 4 dimensions, half of them in badly scaled coordinates."""
    rng = random.Random(seed)
    n, count = rng.choice([2, 2, 3, 3, 4]), rng.choice([1, 1, 2])
    kinds = [rng.choice([boost, rotation, shear, galilei, resonant]) for _ in range(count)]
    found = [kind(rng, n) for kind in kinds]
    if rng.random() < 0.5:
        change = scaling(rng, n)
        found = [product(change, h, inverse(change)) for h in found]
    return found


def floats(generators, digits=None):
    """As float64, or rounded to so many digits before."""
    exact = np.array([[[float(x) for x in row] for row in h] for h in generators])
    return exact if digits is None else np.vectorize(lambda x: float(f"{x:.{digits - 1}e}"))(exact)


def rank(generators, p, q):
    """The dimension of the invariants of T(p,q)."""
    n = len(generators[0])
    size, rows = n ** (p + q), []
    for h in generators:
        v, dual, image, before = residues(h), residues(inverse(h)).T, np.eye(size, dtype=np.int64), 1
        for leg in range(p + q):
            image = on_axis(v if leg < p else dual, image.reshape(before, n, -1)).reshape(size, size)
            before *= n
        rows.append((image - np.eye(size, dtype=np.int64)) % PRIME)
    return size - eliminated(np.concatenate(rows))


def residues(matrix):
    return np.array([[x.numerator % PRIME * pow(x.denominator, -1, PRIME) % PRIME for x in row] for row in matrix])


def on_axis(matrix, x):
    total = np.zeros_like(x)
    for k in range(len(matrix)):
        total = (total + matrix[:, k][None, :, None] * x[:, k][:, None, :]) % PRIME
    return total


def eliminated(rows):
    """The rank of a matrix of residues."""
    found = 0
    for column in range(rows.shape[1]):
        there = np.flatnonzero(rows[found:, column])
        if len(there):
            rows[[found, found + there[0]]] = rows[[found + there[0], found]]
            rows[found] = rows[found] * pow(int(rows[found, column]), -1, PRIME) % PRIME
            below = found + 1 + np.flatnonzero(rows[found + 1 :, column])
            rows[below] = (rows[below] - rows[below, column][:, None] * rows[found] % PRIME) % PRIME
            found += 1
    return found
