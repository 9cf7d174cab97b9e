"""What a learned model predicts, and how good it is."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key

from scalaremlp.data import Trajectories
from scalaremlp.dynamics import Method, RolloutError, RungeKutta, rollout, rollout_error
from scalaremlp.groups import Group, O2eR3
from scalaremlp.measure import equivariance_error
from scalaremlp.reps import T

from ._model import Pendulum, vector_field

_FINE = RungeKutta(order=8, substeps=2)

#: The type of a system, by its parameters and its state: m1, m2, k1, k2, L1, L2, g, q1, q2, p1, p2.
INPUTS = 6 * T(0) + 5 * T(1)

#: The type of a state: q1, q2, p1, p2.
OUTPUTS = 4 * T(1)


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
    states = roll_out(model, first_inputs(test), test.t, method)
    return Prediction(states, rollout_error(states, test.z))


def roll_out(
    model: Pendulum, x: Float[Array | np.ndarray, "n 21"], times: Any, method: Method = _FINE
) -> Float[Array, "n times 12"]:
    """The states at all times of systems that are given by their parameters and first states; see `first_inputs`."""
    parameters, states = jnp.asarray(x[:, :9]), jnp.asarray(x[:, 9:])
    return rollout(vector_field(model), states, times, parameters=parameters, method=method).states


def first_inputs(test: Trajectories) -> Float[Array, "n 21"]:
    """The parameters and first states of systems, of type `INPUTS`."""
    return jnp.concatenate([jnp.asarray(test.parameters), test.z[:, 0]], axis=1)


def symmetry(model: Pendulum) -> Group:
    """With gravity as an input O(3), of "emlp" its group, and of "mlp", which has none, O2eR3, that of the motion."""
    return O2eR3() if model.features == "mlp" else model.group


def symmetry_error(
    model: Pendulum, x: Float[Array | np.ndarray, "n 21"], *, key: Key[Array, ""], **options: Any
) -> float:
    """The relative equivariance error of the vector field under `symmetry`, as of `scalaremlp.equivariance_error`.

    Args:
        model: of `Pendulum`.
        x: where it is measured: parameters and states, as `first_inputs` gives them.
        key: for the group elements.
        options: of `equivariance_error`.
    """
    field, types = vector_field(model), (INPUTS, OUTPUTS, symmetry(model))
    found = equivariance_error(lambda x: field(x[9:], x[:9]), *types, key=key, x=jnp.asarray(x), **options)
    return float(found)
