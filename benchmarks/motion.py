"""The last of the twenty laws, which is to be found from trajectories: the energy of a double pendulum with springs."""

from dataclasses import dataclass

import numpy as np

from benchmarks.draws import TRAINING, WIDER, Draws
from benchmarks.formulas import spread
from scalaremlp.data import Dataset, Trajectories
from scalaremlp.groups import O
from scalaremlp.reps import T

STATES, STEP = 5, 0.2


@dataclass(frozen=True)
class Pendulum:
    """H = p₁²/2 + p₂²/2 + (|q₁| − 1)²/2 + (|q₁ − q₂| − 1)² − g·q₁ − g·q₂, in natural units.

    States (q₁, q₂, p₁, p₂) begin with long q₁ and q₂ − q₁ and normal momenta; each trajectory has a normal g of its
    own, its parameter, and five states 0.2 apart.
    """

    text: str = "p1**2/2 + p2**2/2 + (q1 - 1)**2/2 + (q12 - 1)**2 - gq1 - gq2"
    up_to_a_constant: bool = True

    def states(self, n: int, seed: int, *, wider: bool = False) -> np.ndarray:
        """States and their g, (n, 15)."""
        draws = Draws(np.random.default_rng(seed), n, wider)
        first = draws.long()
        second = first + draws.long()
        return np.concatenate([first, second, draws.normal(2, 3), draws.normal(1, 3)], axis=1).reshape(n, 15)

    def training(self, n: int = 200, noise: float = 0.0, seed: int = TRAINING) -> Trajectories:
        """Trajectories of n systems; `noise` is a share of the spread of the states."""
        from scalaremlp.dynamics import Adaptive, HamiltonianField, SpringPendulum, rollout

        x, t = self.states(n, seed), STEP * np.tile(np.arange(STATES), (n, 1))
        field = HamiltonianField(SpringPendulum(published_potential=True))
        parameters = np.concatenate([np.ones((n, 6)), x[:, 12:]], axis=1)
        method = Adaptive(rtol=1e-12, atol=1e-12)
        z = np.asarray(rollout(field, x[:, :12], t, t0=0.0, parameters=parameters, method=method).states)
        z = z + noise * spread(z.reshape(-1, 12)) * np.random.default_rng((seed, 1)).standard_normal(z.shape)
        return Trajectories(t, z, x[:, 12:], 4 * T(1), T(1), O(3), name="spring pendulum")

    def wider(self, n: int = 2000, seed: int = WIDER) -> Dataset:
        """The energy, which counts up to a constant, of states and g from a wider region."""
        x = self.states(n, seed, wider=True)
        return Dataset(x, energy(x)[:, None], 5 * T(1), T(0), O(3), name="spring pendulum")


def energy(x: np.ndarray) -> np.ndarray:
    """H of states and g, (n, 15) → (n,)."""
    q1, q2, p1, p2, g = np.moveaxis(x.reshape(-1, 5, 3), 1, 0)
    springs = (np.linalg.norm(q1, axis=1) - 1) ** 2 / 2 + (np.linalg.norm(q1 - q2, axis=1) - 1) ** 2
    return np.sum(p1**2 + p2**2, axis=1) / 2 + springs - np.sum(g * (q1 + q2), axis=1)
