"""Twenty laws of physics, to be found as formulas: types, units, samples, and the expression that is to be found.

They are fixed here so that nobody chooses them to suit a search. Blocks are drawn in the order of the type, as
`draws.py` says; training samples of seed 1, those of a wider test set of seed 2. Expressions are text for SymPy in
which every length, product, covariant and determinant is one symbol; they serve to count nodes and are checked by the
tests.

Example:
    >>> from benchmarks.formulas import FORMULAS
    >>> FORMULAS["coulomb"].training(5)
    Dataset(coulomb: 5 samples, 3*T(0) + T(1) -> T(1), O(3))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.draws import TRAINING, WIDER, Draws, square, with_energy
from scalaremlp.data import Dataset
from scalaremlp.groups import SO, Group, Lorentz, O
from scalaremlp.reps import Alt, Rep, Sym, T

Blocks = Sequence[np.ndarray]


@dataclass(frozen=True)
class Formula:
    """A law: what goes in, what comes out, and how it is written.

    Attributes:
        group: the symmetry.
        rep_in: the type of the inputs.
        rep_out: the type of the output, one term.
        units_in: a unit for each scalar, vector and tensor of `rep_in`; "" is none.
        units_out: that of the output.
        draw: makes the blocks, (n, copies, ...) for each term of `rep_in`.
        of: the output of such blocks, (n, ...), a scalar (n,).
        text: the expression.
        permutation: whether the law is symmetric under exchange of the particles.
    """

    group: Group
    rep_in: Rep
    rep_out: Rep
    units_in: tuple[str, ...]
    units_out: str
    draw: Callable[[Draws], Blocks]
    of: Callable[..., np.ndarray]
    text: str
    permutation: bool = False

    @property
    def name(self) -> str:
        """Its key in `FORMULAS`."""
        return next(name for name, formula in FORMULAS.items() if formula is self)

    def inputs(self, n: int, seed: int = TRAINING, *, wider: bool = False) -> np.ndarray:
        """Samples of the inputs, (n, size_in)."""
        return np.asarray(self.rep_in(self.group).merge(self.draw(Draws(np.random.default_rng(seed), n, wider))))

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """The law of inputs (n, size_in), (n, size_out)."""
        blocks = [np.asarray(block) for block in self.rep_in(self.group).split(x)]
        y = self.of(*blocks)
        return np.asarray(self.rep_out(self.group).merge([y[:, None]]))

    def training(self, n: int = 200, noise: float = 0.0, seed: int = TRAINING) -> Dataset:
        """Samples to find the law with; `noise` is a share of the outputs' spread, the same for all components.

        Noise is drawn from a generator of its own, of the seed (seed, 1).
        """
        x = self.inputs(n, seed)
        y = self.outputs(x)
        y = y + noise * spread(y) * np.random.default_rng((seed, 1)).standard_normal(y.shape)
        return self._data(x, y)

    def wider(self, n: int = 2000, seed: int = WIDER) -> Dataset:
        """Samples without noise from a wider region."""
        x = self.inputs(n, seed, wider=True)
        return self._data(x, self.outputs(x))

    def _data(self, x: np.ndarray, y: np.ndarray) -> Dataset:
        types, permutations = (self.rep_in, self.rep_out, self.group), True if self.permutation else None
        units = {"units_in": self.units_in, "units_out": self.units_out} if any(self.units_in) else {}
        return Dataset(x, y, *types, name=self.name, permutations=permutations, **units)


def spread(y: np.ndarray) -> float:
    """The root mean square over samples and components of y − ȳ."""
    return float(np.sqrt(np.mean((y - y.mean(axis=0)) ** 2)))


def dot(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """u·v over the last axis."""
    return np.sum(u * v, axis=-1)


def outer(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """u⊗v of the last axis."""
    return u[..., :, None] * v[..., None, :]


def length(v: np.ndarray) -> np.ndarray:
    """|v| over the last axis, kept to divide by."""
    return np.linalg.norm(v, axis=-1, keepdims=True)


def apply(matrix: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The matrix times the vector, of each sample."""
    return (matrix @ v[..., None])[..., 0]


def _coulomb(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    r = v[:, 0]
    return s.prod(axis=1)[:, None] * r / length(r) ** 3


def _gravity(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    return -s.prod(axis=1) / length(v[:, 0] - v[:, 1])[:, 0]


def _lorentz_force(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    field, speed, magnetic = v[:, 0], v[:, 1], v[:, 2]
    return s * (field + np.cross(speed, magnetic))


def _axial_force(s: np.ndarray, v: np.ndarray, b: np.ndarray) -> np.ndarray:
    return s * (v[:, 0] + apply(b[:, 0], v[:, 1]))


def _angular_momentum(v: np.ndarray) -> np.ndarray:
    rp = outer(v[:, 0], v[:, 1])
    return rp - np.swapaxes(rp, -1, -2)


def _relativistic_momentum(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    mass, c, v = s[:, :1], s[:, 1:], v[:, 0]
    return mass * v / np.sqrt(1 - dot(v, v)[:, None] / c**2)


def _biot_savart(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    dl, r = v[:, 0], v[:, 1]
    return s.prod(axis=1)[:, None] * np.cross(dl, r) / (4 * np.pi * length(r) ** 3)


def _lennard_jones(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    epsilon, sigma, r = s[:, :1], s[:, 1:], v[:, 0]
    ratio = sigma / length(r)
    return 24 * epsilon * r / length(r) ** 2 * (2 * ratio**12 - ratio**6)


def _spring(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    k, rest, r = s[:, :1], s[:, 1:], v[:, 0]
    return -k * (length(r) - rest) * r / length(r)


def _runge_lenz(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    r, p = v[:, 0], v[:, 1]
    return r * dot(p, p)[:, None] - p * dot(r, p)[:, None] - s.prod(axis=1)[:, None] * r / length(r)


def _larmor(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    q, epsilon, c = s.T
    return q**2 * dot(v[:, 0], v[:, 0]) / (6 * np.pi * epsilon * c**3)


def _quadrupole(s: np.ndarray, q: np.ndarray, v: np.ndarray) -> np.ndarray:
    r = v[:, 0]
    return s[:, 0] * dot(r, apply(q[:, 0], r)) / (2 * length(r)[:, 0] ** 5)


def _neo_hookean(s: np.ndarray, f: np.ndarray) -> np.ndarray:
    mu, lam, f = s[:, 0, None, None], s[:, 1, None, None], f[:, 0]
    j, unit = np.linalg.det(f)[:, None, None], np.eye(3)
    return mu / j * (f @ np.swapaxes(f, -1, -2) - unit) + lam * np.log(j) / j * unit


def _eddy_viscosity(s: np.ndarray, rate: np.ndarray, spin: np.ndarray) -> np.ndarray:
    nu, tau, rate, spin = s[:, 0, None, None], s[:, 1, None, None], rate[:, 0], spin[:, 0]
    squared = rate @ rate
    trace = np.trace(squared, axis1=1, axis2=2)[:, None, None]
    return -2 * nu * rate + nu * tau * (0.7 * (rate @ spin - spin @ rate) + 0.3 * (squared - np.eye(3) * trace / 3))


def _scattering(s: np.ndarray, p: np.ndarray) -> np.ndarray:
    a, b, c, d = np.moveaxis(p, 1, 0)
    return 2 * s[:, 0] ** 4 * (square(a + b) ** 2 + square(a - d) ** 2) / square(a - c) ** 2


def _minkowski(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return u[:, 0] * v[:, 0] - dot(u[:, 1:], v[:, 1:])


def _doppler(v: np.ndarray) -> np.ndarray:
    return _minkowski(v[:, 0], v[:, 1])


def _o5(v: np.ndarray) -> np.ndarray:
    a, b = length(v[:, 0])[:, 0], length(v[:, 1])[:, 0]
    return np.sin(a) - b**3 / 2 + dot(v[:, 0], v[:, 1]) / (a * b)


def _inertia(s: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.sum(s[..., None, None] * (dot(v, v)[..., None, None] * np.eye(3) - outer(v, v)), axis=1)


def _particle(v: np.ndarray) -> np.ndarray:
    p1, p2, p3, p4 = np.moveaxis(v, 1, 0)
    a = _minkowski(p1, p3) - square(p1)
    b = _minkowski(p2, p4) - square(p2)
    products = _minkowski(p1, p2) * _minkowski(p3, p4)
    return 4 * (products - b * _minkowski(p1, p3) - a * _minkowski(p2, p4) + 4 * a * b)


def _fast(draws: Draws) -> Blocks:
    """Scalars m and c, and v = c β n with |β| below 0.9, or 0.95 in the wider set."""
    scalars = draws.positive(2)
    beta = draws.uniform(0, 0.95 if draws.wider else 0.9)
    return scalars, scalars[:, 1, None, None] * beta * draws.direction()


def _near(draws: Draws) -> Blocks:
    """Scalars ε and σ, and r = σ ρ n with ρ in [0.95, 2], or to 3 in the wider set."""
    scalars = draws.positive(2)
    rho = draws.uniform(0.95, 3 if draws.wider else 2)
    return scalars, scalars[:, 1, None, None] * rho * draws.direction()


def _places(draws: Draws) -> Blocks:
    """Scalars, and two places of which the second is a long r away from the first."""
    scalars, first = draws.positive(3), draws.normal(1, 3)
    return scalars, np.concatenate([first, first + draws.long()], axis=1)


def _element(draws: Draws) -> Blocks:
    """Two scalars, a vector, and a long one."""
    scalars, dl = draws.positive(2), draws.normal(1, 3)
    return scalars, np.concatenate([dl, draws.long()], axis=1)


def _orbit(draws: Draws) -> Blocks:
    """Two scalars, a long vector, and another."""
    scalars, r = draws.positive(2), draws.long()
    return scalars, np.concatenate([r, draws.normal(1, 3)], axis=1)


def _shift(draws: Draws) -> Blocks:
    """A light-like k, and a four-velocity u with u·u = 1."""
    k = draws.light(1)
    return (np.concatenate([k, with_energy(draws.normal(1, 3), 1.0)], axis=1),)


_SUM = " + ".join(f"m{i}*(x{i}**2*I - xx{i})" for i in range(1, 6))

FORMULAS: dict[str, Formula] = {
    "coulomb": Formula(
        O(3), 3 * T(0) + T(1), T(1), ("N*m^2/C^2", "C", "C", "m"), "N",
        lambda d: (d.positive(3), d.long()), _coulomb, "k*q1*q2*R/r**3",
    ),
    "gravity": Formula(
        O(3), 3 * T(0) + 2 * T(1), T(0), ("N*m^2/kg^2", "kg", "kg", "m", "m"), "J",
        _places, _gravity, "-G*m1*m2/r12",
    ),
    "lorentz force": Formula(
        SO(3), T(0) + 3 * T(1), T(1), ("C", "V/m", "m/s", "T"), "N",
        lambda d: (d.positive(1), d.normal(3, 3)), _lorentz_force, "q*(E + vxB)",
    ),
    "axial field": Formula(
        O(3), T(0) + 2 * T(1) + Alt(2), T(1), ("C", "V/m", "m/s", "T"), "N",
        lambda d: (d.positive(1), d.normal(2, 3), d.alternating()), _axial_force, "q*(E + Bv)",
    ),
    "angular momentum": Formula(
        O(3), 2 * T(1), Alt(2), ("m", "kg*m/s"), "kg*m^2/s",
        lambda d: (d.normal(2, 3),), _angular_momentum, "rp - pr",
    ),
    "relativistic momentum": Formula(
        O(3), 2 * T(0) + T(1), T(1), ("kg", "m/s", "m/s"), "kg*m/s",
        _fast, _relativistic_momentum, "m*V/sqrt(1 - v**2/c**2)",
    ),
    "biot-savart": Formula(
        SO(3), 2 * T(0) + 2 * T(1), T(1), ("N/A^2", "A", "m", "m"), "T",
        _element, _biot_savart, "mu0*I0*dlxr/(4*pi*r**3)",
    ),
    "lennard-jones": Formula(
        O(3), 2 * T(0) + T(1), T(1), ("J", "m", "m"), "N",
        _near, _lennard_jones, "24*eps*R/r**2*(2*(sigma/r)**12 - (sigma/r)**6)",
    ),
    "spring": Formula(
        O(3), 2 * T(0) + T(1), T(1), ("N/m", "m", "m"), "N",
        lambda d: (d.positive(2), d.long()), _spring, "-k*(r - L)*R/r",
    ),
    "laplace-runge-lenz": Formula(
        O(3), 2 * T(0) + 2 * T(1), T(1), ("kg", "kg*m^3/s^2", "m", "kg*m/s"), "kg^2*m^3/s^2",
        _orbit, _runge_lenz, "R*p**2 - P*rp - m*k*R/r",
    ),
    "larmor": Formula(
        O(3), 3 * T(0) + T(1), T(0), ("C", "F/m", "m/s", "m/s^2"), "W",
        lambda d: (d.positive(3), d.normal(1, 3)), _larmor, "q**2*a**2/(6*pi*eps0*c**3)",
    ),
    "quadrupole": Formula(
        O(3), T(0) + Sym(2) + T(1), T(0), ("N*m^2/C^2", "C*m^2", "m"), "V",
        lambda d: (d.positive(1), d.symmetric(), d.long()), _quadrupole, "k*rQr/(2*r**5)",
    ),
    "neo-hookean": Formula(
        O(3), 2 * T(0) + T(2), Sym(2), ("Pa", "Pa", ""), "Pa",
        lambda d: (d.positive(2), d.deformation()), _neo_hookean, "mu/J*(FF - I) + lam*log(J)/J*I",
    ),
    "eddy viscosity": Formula(
        O(3), 2 * T(0) + Sym(2) + Alt(2), Sym(2), ("m^2/s", "s", "1/s", "1/s"), "m^2/s^2",
        lambda d: (d.positive(2), d.symmetric(), d.alternating()), _eddy_viscosity,
        "-2*nu*S + nu*tau*(0.7*(SW - WS) + 0.3*(SS - I*trSS/3))",
    ),
    "scattering": Formula(
        Lorentz(), T(0) + 4 * T(1), T(0), ("", "GeV", "GeV", "GeV", "GeV"), "",
        lambda d: (d.positive(1), d.collision()), _scattering, "2*e**4*(s**2 + u**2)/t**2",
    ),
    "doppler": Formula(
        Lorentz(), 2 * T(1), T(0), ("1/s", ""), "1/s", _shift, _doppler, "ku",
    ),
    "o5": Formula(
        O(5), 2 * T(1), T(0), ("", ""), "", lambda d: (d.normal(2, 5),), _o5, "sin(r1) - r2**3/2 + p12/(r1*r2)",
    ),
    "inertia": Formula(
        O(3), 5 * T(0) + 5 * T(1), T(2), ("kg",) * 5 + ("m",) * 5, "kg*m^2",
        lambda d: (d.positive(5), d.normal(5, 3)), _inertia, _SUM, permutation=True,
    ),
    "particle": Formula(
        Lorentz(), 4 * T(1), T(0), ("GeV",) * 4, "GeV^4", lambda d: (d.normal(4, 4),), _particle,
        "4*p12*p34 + 8*p13*p24 - 12*p13*p22 - 12*p11*p24 + 16*p11*p22",
    ),
}  # fmt: skip
