"""The laws of the tasks with tensors, of one sample, in forms other than those of the library."""

import numpy as np
from scipy.linalg import expm, solve_sylvester

from scalaremlp.groups import O
from scalaremlp.reps import Alt, Sym, Sym0, Symmetric, T

EYE = np.eye(3)


def parts(rep, x):
    return [np.asarray(block) for block in rep(O(3)).split(np.asarray(x))]


def packed(rep, tensor):
    return np.asarray(rep(O(3)).merge([np.asarray(tensor)[None]], symmetrise=True))


def neo_hookean_law(x):
    """By the power series of the exponential, and log det."""
    ((strain,),) = parts(Sym(2), x)
    c = expm(2 * strain)
    root = np.sqrt(np.linalg.det(c))
    return packed(Sym(2), (c - EYE) / root + 2 * np.log(root) / root * EYE)


def fibre_energy_law(x):
    return [_fibre_energy(np.asarray(x, float)).real]


def fibre_law(x):
    """The derivative of the energy, by complex steps, which are exact."""
    moved = np.asarray(x, float) + 1e-30j * np.eye(9)[:6]
    return [_fibre_energy(row).imag / 1e-30 for row in moved]


def _fibre_energy(x):
    (imaginary,), _ = parts(Sym(2) + T(1), x.imag)
    (real,), (a,) = parts(Sym(2) + T(1), x.real)
    c = EYE + 2 * (real + 1j * imaginary)
    log_volume, square = np.log(np.linalg.det(c)) / 2, a @ c @ a
    solid = 1.5 * (np.trace(c) - 3 - 2 * log_volume) + 5 * log_volume**2
    return solid + 2.3632 / (2 * 0.8393) * (np.exp(0.8393 * (square - 1) ** 2) - 1)


def reynolds_law(x):
    """b = −S − (bS + Sb − ⅔ tr(bS) I) + bW − Wb, solved as a Sylvester equation for every value of the trace."""
    (strain,), (rotation,) = parts(Sym0(2) + Alt(2), x)
    left, right = EYE / 2 + strain + rotation, EYE / 2 + strain - rotation  # left b + b right
    base, unit = solve_sylvester(left, right, -strain), solve_sylvester(left, right, EYE)
    return packed(Sym0(2), base - np.trace(base) / np.trace(unit) * unit)


def magnetic_law(x):
    """d(γv)/dt = E + v × B, solved for dv/dt."""
    (p, electric), (field,) = parts(2 * T(1) + Alt(2), x)
    b = np.array([field[1, 2], field[2, 0], field[0, 1]])
    gamma = np.sqrt(1 + p @ p)
    v = p / gamma
    return np.linalg.solve(gamma * (EYE + gamma**2 * np.outer(v, v)), electric + np.cross(v, b))


def polarisability_law(x):
    """Dipoles in the field of each other, step by step until they stay."""
    sizes, places = parts(3 * T(0) + 3 * T(1), x)
    sizes = sizes.ravel()
    dipoles = sizes[:, None, None] * EYE
    for _ in range(20_000):
        others = [sum(_field(sizes, places, i, j) @ dipoles[j] for j in range(3) if j != i) for i in range(3)]
        new = (dipoles + sizes[:, None, None] * (EYE + others)) / 2
        if np.abs(new - dipoles).max() < 1e-15:
            break
        dipoles = new
    return packed(Sym(2), dipoles.sum(axis=0))


def _field(sizes, places, i, j):
    r = places[i] - places[j]
    length = np.sqrt(r @ r)
    u = 0.39 * length**3 / np.sqrt(sizes[i] * sizes[j])
    return 3 * (1 - (1 + u) * np.exp(-u)) * np.outer(r, r) / length**5 - (1 - np.exp(-u)) * EYE / length**3


def elasticity_law(x):
    """Compliance by the full tensors: s is the inverse of c on symmetric matrices."""
    ((c,),) = parts(Symmetric(T(4), "ijkl=jikl=klij"), x)
    half = (np.einsum("ik,jl->ijkl", EYE, EYE) + np.einsum("il,jk->ijkl", EYE, EYE)) / 2
    s = (np.linalg.pinv(c.reshape(9, 9), rcond=1e-9) @ half.reshape(9, 9)).reshape(3, 3, 3, 3)
    c_bulk, c_all, s_bulk, s_all = (np.einsum(f, t) for t in (c, s) for f in ("iijj", "ijij"))
    return [(c_bulk / 9 + 1 / s_bulk) / 2, ((3 * c_all - c_bulk) / 30 + 15 / (6 * s_all - 2 * s_bulk)) / 2]


TENSOR_LAWS = {
    "neo_hookean": neo_hookean_law, "fibre": fibre_law, "fibre_energy": fibre_energy_law, "reynolds": reynolds_law,
    "magnetic": magnetic_law, "polarisability": polarisability_law, "elasticity": elasticity_law,
}  # fmt: skip
