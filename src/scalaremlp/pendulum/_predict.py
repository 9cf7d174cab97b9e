"""What a learned model predicts, and how good it is."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key

from scalaremlp.data import Trajectories
from scalaremlp.dynamics import Method, RolloutError, RungeKutta, rollout, rollout_error
from scalaremlp.groups import O2eR3
from scalaremlp.measure import equivariance_error
from scalaremlp.reps import T

from ._model import Pendulum, vector_field

_FINE = RungeKutta(order=8, substeps=2)
_ELEMENTS = 100  # states that the equivariance error is measured at


class Prediction(NamedTuple):
    """Rollouts from the first states of the test systems, (n, times, 12), and their error."""

    states: Float[Array, "n times 12"]
    error: RolloutError

    def mse(self, test: Trajectories, states: int = 5) -> float:
        """The mean squared error of the states after the first, up to `states`: as many as a piece to learn from has.

        NaN if a trajectory ends before.
        """
        return float(jnp.mean((self.states[:, 1:states] - test.z[:, 1:states]) ** 2))

    def numbers(self) -> dict[str, Any]:
        """`rollout_error`, as published, with the first time, and without it."""
        ended = int(np.sum(~np.isfinite(np.asarray(self.states)).all(axis=(1, 2))))
        published, without = float(self.error.published), float(self.error.without_start)
        return {"rollout_error": published, "rollout_error_without_start": without, "ended_early": ended}


def predict(model: Pendulum, test: Trajectories, method: Method = _FINE) -> Prediction:
    """Roll the model out from the first state of each test trajectory, to all of its times.

    A trajectory that blows up is kept up to there, a warning says when and in which state, and the others go on.
    """
    found = rollout(vector_field(model), test.z[:, 0], test.t, parameters=test.parameters, method=method)
    return Prediction(found.states, rollout_error(found.states, test.z))


def symmetry_error(model: Pendulum, test: Trajectories, *, key: Key[Array, ""]) -> float:
    """The relative equivariance error of the vector field, as `scalaremlp.equivariance_error` measures it.

    With gravity as an input it is that under O(3), of "emlp" that under its group, and of "mlp" under O2eR3.
    """
    group = O2eR3() if model.features == "mlp" else model.group
    field = vector_field(model)
    x = jnp.concatenate([jnp.asarray(test.parameters), test.z[:, 0]], axis=1)[:_ELEMENTS]
    types = 6 * T(0) + 5 * T(1), 4 * T(1)
    return float(equivariance_error(lambda x: field(x[9:], x[:9]), *types, group, key=key, x=x))
