"""An invertible matrix taken apart: M = (Σ μ_c P_c) exp(N), the multiplicative Jordan decomposition.

The P_c project to the generalised eigenspaces, N is nilpotent and commutes with them. In any tensor product of such
matrices an element is left as it is iff the product of its μ's is 1 and the sum of its N's takes it to zero: no power
of a large eigenvalue appears, which is what makes the invariants of a boost or of a shear well conditioned.
Borel, *Linear Algebraic Groups*, section 4.
"""

import dataclasses

import numpy as np

from ._constraints import Undecided
from ._fixed_point import Fixed, eye

_MERGED = 1e-9  # eigenvalues as near as this, in relation to their size, are taken together
_SAMPLES = 4  # perturbations that tell how far eigenvalues move
_CLOSE, _POLISHES = 1e-20, 4  # a projector so exact is made so by as many more steps, each of which doubles the digits
_NOTHING = 1e-30  # of a nilpotent part that is none
_APART = 0.3  # how far, in relation to its size, an eigenvalue may move


@dataclasses.dataclass(frozen=True, eq=False)
class Jordan:
    """The parts of a matrix; `errors` says by how much log μ_c is uncertain, `others` are parts as good as these."""

    values: tuple[complex, ...]
    errors: tuple[float, ...]
    projectors: tuple[Fixed, ...]
    ranks: tuple[int, ...]
    nilpotent: Fixed
    others: "tuple[Jordan, ...]" = ()

    def at(self, bits: int) -> "Jordan":
        """The same with other bits."""
        projectors = tuple(p.at(bits) for p in self.projectors)
        others = tuple(other.at(bits) for other in self.others)
        return dataclasses.replace(self, projectors=projectors, nilpotent=self.nilpotent.at(bits), others=others)


def jordan(matrix: np.ndarray, noise: np.ndarray, slack: float = 1.0) -> Jordan:
    """The parts of a matrix of floats or fractions, whose entries are uncertain by `noise`.

    Eigenvalues that come together when the entries move by `slack` times as much are taken as one.

    Raises:
        Undecided: if the uncertainty leaves open what the eigenvalues are.
    """
    floats = matrix.astype(float) if matrix.dtype == object else matrix
    bits = _bits(floats)
    exact = Fixed.of(matrix, bits)
    roots = _roots(exact, floats)
    rng = np.random.default_rng(0)
    moves = [noise * rng.uniform(-1.0, 1.0, noise.shape) for _ in range(_SAMPLES if noise.any() else 0)]
    clusters = _clusters(roots, [_roots(exact + Fixed.of(slack * move, bits), floats) for move in moves])
    others = tuple(_parts(exact + Fixed.of(move, bits), roots, clusters, noise) for move in moves[:2])
    return dataclasses.replace(_parts(exact, roots, clusters, noise), others=others)


def _bits(matrix: np.ndarray) -> int:
    size = len(matrix)
    smallest = abs(matrix[matrix != 0]).min()
    spread = np.log2(np.linalg.norm(matrix)) + max(0.0, -np.log2(smallest))
    return 400 + 40 * size + 8 * int(abs(spread)) + 2 * size * int(max(0, np.log2(np.linalg.norm(matrix))))


def _roots(matrix: Fixed, floats: np.ndarray) -> Fixed:
    """The eigenvalues, by Aberth's method on the characteristic polynomial."""
    size, bits = len(floats), matrix.bits
    coefficients = _characteristic(matrix)
    start = np.linalg.eigvals(floats).astype(complex)
    around = np.exp(2j * np.pi * (np.arange(size) + 0.3) / size)
    start = start * (1 + 1e-4 * around) + 1e-9 * abs(start).max() * around * (abs(start) < 1e-9 * abs(start).max())
    roots, ones = Fixed.of(start, bits), Fixed.of(np.ones(size), bits)
    for _ in range(600):
        value, slope = ones, ones - ones
        for coefficient in coefficients:
            slope = slope * roots + value
            value = value * roots + coefficient
        newton = value / slope
        apart = roots.reshape(size, 1) - roots.reshape(1, size)
        inverse = Fixed.of(np.ones((size, size)), bits) / apart
        pull = Fixed(inverse.real.sum(1), inverse.imag.sum(1), bits)
        step = newton / (ones - newton * pull)
        roots = roots - step
        if (abs(step.numpy()) <= 1e-16 * abs(roots.numpy())).all():
            break
    return roots


def _characteristic(matrix: Fixed) -> list[Fixed]:
    """The coefficients of the characteristic polynomial after the first, which is 1: Faddeev and LeVerrier."""
    size = len(matrix.real)
    unit, product, found = eye(size, matrix.bits), matrix, list[Fixed]()
    for k in range(1, size + 1):
        trace = product.trace().over(-k)
        found.append(trace)
        product = matrix @ (product + unit * trace)
    return found


def _clusters(roots: Fixed, moved: list[Fixed]) -> list[np.ndarray]:
    """The numbers of the eigenvalues that cannot be told from each other."""
    size = abs(roots.numpy())
    radius = _MERGED * size
    for other in moved:
        radius = np.maximum(radius, 3 * _distances(roots, other).min(1))
    if (radius > _APART * size).any():
        raise Undecided
    near = _distances(roots, roots) <= radius[:, None] + radius
    for _ in range(len(size)):
        near = near @ near
    return [np.flatnonzero(row) for row in np.unique(near, axis=0)]


def _distances(left: Fixed, right: Fixed) -> np.ndarray:
    return abs((left.reshape(-1, 1) - right.reshape(1, -1)).numpy())


def _parts(matrix: Fixed, roots: Fixed, clusters: list[np.ndarray], noise: np.ndarray) -> Jordan:
    size, unit = len(noise), eye(len(noise), matrix.bits)
    values, errors, projectors, nilpotent = [], [], [], unit - unit
    for cluster in clusters:
        projector = _projector(matrix, roots, cluster, unit)
        mean = (matrix @ projector).trace().over(len(cluster))
        ones = Fixed.of(np.ones((size, size)), matrix.bits)
        power = rest = matrix @ projector * (ones / (ones * mean)) - projector
        for k in range(1, len(cluster)):
            nilpotent = nilpotent + power.over(k if k % 2 else -k)
            power = power @ rest
        value = complex(mean.numpy())
        moves = float((abs(projector.numpy()).T * noise).sum())
        values.append(value)
        errors.append(moves / (len(cluster) * abs(value)))
        projectors.append(projector)
    nilpotent = nilpotent if nilpotent.largest() > _NOTHING else unit - unit
    return Jordan(tuple(values), tuple(errors), tuple(projectors), tuple(map(len, clusters)), nilpotent)


def _projector(matrix: Fixed, roots: Fixed, cluster: np.ndarray, unit: Fixed) -> Fixed:
    """The projector to the generalised eigenspace: 1 on it and 0 on the others by interpolation, then p ← 3p² − 2p³."""
    inside = np.isin(np.arange(len(unit.real)), cluster)
    center = Fixed(roots.real[inside].sum(), roots.imag[inside].sum(), unit.bits).over(len(cluster))
    found = unit
    for root in np.flatnonzero(~inside):
        factor = matrix - unit * roots[root]
        scale = Fixed.of(np.ones(()), unit.bits) / (center - roots[root])
        found = found @ (factor * scale)
    left = _POLISHES
    for _ in range(60):
        square = found @ found
        size = (square - found).largest()
        if not size < 1e30:
            raise Undecided
        change = square - found @ square
        found = square + change + change
        left -= size < _CLOSE
        if not left:
            break
    trace = complex(found.trace().numpy())
    if abs(trace - len(cluster)) > 1e-6:
        raise Undecided
    return found
