"""Seven smooth equivariant laws that are no polynomials in the scalars, to judge defaults by.

They are fixed here so that nobody chooses them to suit a model. The inputs a = x₁, b = x₂, c = x₃ of a law are standard
normal times `scale`; ⟨·,·⟩ is the group's form, η = diag(1, −1, −1, −1), ω the symplectic form [[0, I], [−I, 0]].
Beside them stands one of charges and places, `coulomb`.

Example:
    >>> from benchmarks.laws import law
    >>> law("twist", 5, seed=100)
    Dataset(twist: 5 samples, 3*T(1) -> T(1), SO(3))
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scalaremlp.data import Dataset
from scalaremlp.groups import SO, SU, Group, Lorentz, O, Sp
from scalaremlp.reps import Rep, T

ETA = np.diag([1.0, -1.0, -1.0, -1.0])
OMEGA = np.kron(np.array([[0.0, 1.0], [-1.0, 0.0]]), np.eye(2))


@dataclass(frozen=True)
class Law:
    """A law y = f(a, b, c) of three vectors; `of` takes and gives arrays with one row a sample, tensors flattened."""

    group: Group
    rep_out: Rep
    scale: float
    of: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]

    @property
    def rep_in(self) -> Rep:
        """Three vectors."""
        return 3 * T(1)

    def inputs(self, n: int, seed: int) -> np.ndarray:
        """Drawn with NumPy's default generator, (n, 3, d); of a complex group all real parts before the imaginary."""
        rng, shape = np.random.default_rng(seed), (n, 3, self.group.dim)
        x = self.scale * rng.standard_normal(shape)
        return x if self.group.field == "real" else x + 1j * self.scale * rng.standard_normal(shape)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """The outputs of inputs of shape (n, 3, d)."""
        return self.of(x[:, 0], x[:, 1], x[:, 2])


@dataclass(frozen=True)
class Coulomb:
    """The softened force q₁q₂ d / (0.3 + |d|²)^1.5 on the first of two charges, d = r₁ − r₂: 2*T(0) + 2*T(1) → T(1)."""

    group: Group
    rep_in: Rep
    rep_out: Rep

    def inputs(self, n: int, seed: int) -> np.ndarray:
        """Charges uniform in [0.5, 2], places normal times 1.5, (n, 8)."""
        rng = np.random.default_rng(seed)
        charges, places = rng.uniform(0.5, 2, (n, 2)), 1.5 * rng.standard_normal((n, 2, 3))
        return np.concatenate([charges, places.reshape(n, 6)], axis=1)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """The force of inputs of shape (n, 8)."""
        d = x[:, 2:5] - x[:, 5:]
        return x[:, :1] * x[:, 1:2] * d / (0.3 + dot(d, d)) ** 1.5


def law(name: str, n: int, seed: int) -> Dataset:
    """`n` samples of the law of that name; 100, 101 and 102 are the seeds of training data, 200 that of the test."""
    chosen = LAWS[name] if name in LAWS else EXTRAS[name]
    x = chosen.inputs(n, seed)
    return Dataset(x.reshape(n, -1), chosen.outputs(x), chosen.rep_in, chosen.rep_out, chosen.group, name=name)


def dot(u: np.ndarray, v: np.ndarray, form: np.ndarray | None = None) -> np.ndarray:
    """u^a form_ab v^b of each row, as a column."""
    return np.sum(u * (v if form is None else v @ form.T), axis=-1, keepdims=True)


def central(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """An attraction of finite range."""
    return (a - b) / (1 + dot(a - b, a - b)) ** 1.5 + c * np.exp(-(dot(a, b) ** 2))


def twist(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """It changes its sign under reflections in part."""
    cross = np.cross(a, b)
    return np.sin(dot(a, b)) * cross + np.tanh(dot(cross, c)) * c


def stress(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """A symmetric tensor, nine numbers."""
    ab = a[:, :, None] * b[:, None, :]
    symmetric = (ab + ab.swapaxes(1, 2)).reshape(-1, 9)
    return symmetric / (1 + dot(c, c)) + np.cos(dot(a, c)) * np.eye(3).reshape(1, 9)


def scatter(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """A Lorentz scalar."""
    ab, bc, aa = dot(a, b, ETA), dot(b, c, ETA), dot(a, a, ETA)
    return ab / (1 + ab**2) + np.exp(-(bc**2)) * aa


def current(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """A four-vector."""
    return np.arctan(dot(a, b, ETA)) * c + a / (1 + dot(b, c, ETA) ** 2)


def flow(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """A vector of phase space."""
    return np.tanh(dot(a, b, OMEGA)) * c + a / (1 + dot(b, c, OMEGA) ** 2)


def spinor(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """A complex vector of two components; a*b is the Hermitian product, linear in b."""
    overlap, det = dot(a.conj(), b), a[:, :1] * b[:, 1:] - a[:, 1:] * b[:, :1]
    return np.exp(-(np.abs(overlap) ** 2)) * c + det * b / (1 + dot(c.conj(), c).real)


LAWS: dict[str, Law] = {
    "central": Law(O(3), T(1), 1.0, central),
    "twist": Law(SO(3), T(1), 1.0, twist),
    "stress": Law(O(3), T(2), 1.0, stress),
    "scatter": Law(Lorentz(), T(0), 0.5, scatter),
    "current": Law(Lorentz(), T(1), 0.5, current),
    "flow": Law(Sp(2), T(1), 0.5, flow),
    "spinor": Law(SU(2), T(1), 0.5**0.5, spinor),
}

EXTRAS: dict[str, Coulomb] = {"coulomb": Coulomb(O(3), 2 * T(0) + 2 * T(1), T(1))}
