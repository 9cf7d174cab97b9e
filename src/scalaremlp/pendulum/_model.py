"""What is learned: the energy of the pendulum or the rate of change of its state, by one of several networks."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key

from scalaremlp import groups
from scalaremlp._check import one_of
from scalaremlp._model import AbstractModel
from scalaremlp.data import Trajectories
from scalaremlp.dynamics import HamiltonianField
from scalaremlp.groups import Group, O
from scalaremlp.nn import EMLP, MLP, ScalarMLP
from scalaremlp.reps import Rep, T

from ._radial import RadialScalars

#: What is learned, and of which type: the Hamiltonian (a Hamiltonian network), or the vector field (a neural ODE).
KINDS: dict[str, Rep] = {"hnn": T(0), "ode": 4 * T(1)}

#: By which network, with the sizes and options it has unless told otherwise.
FEATURES: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "scalars": (ScalarMLP, {"width": 8, "depth": 2, "quadratic": False}),
    "radial": (RadialScalars, {}),
    "emlp": (EMLP, {"width": 128, "depth": 3}),
    "mlp": (MLP, {"width": 128, "depth": 3}),
}

_OF_VECTORS = ("scalars", "radial")


class Pendulum(AbstractModel):
    r"""A model of the double pendulum with springs, a function of a state and of what stays the same along its motion.

    With "scalars" the network is equivariant under all of O(3), since gravity is an input as well: its vectors are
    $q_1, q_2, q_1 - q_2, p_1, p_2, g$. That $q_1 - q_2$ matters is told to it; so it is, unless `norms` are left out,
    that lengths do, and with $|q_1|$ and $|q_1 - q_2|$ among the scalars the true Hamiltonian is linear in them.

    "radial" is the published network of the same vectors, of radial functions of their products and norms.

    The networks "emlp" and "mlp" see the state alone, $q_1, q_2, p_1, p_2$, for one and the same gravity; the former is
    equivariant under a group that keeps the z-axis.

    With `constants` all of them see the masses, spring constants and natural lengths too, as scalars.

    Args:
        kind: "hnn", the Hamiltonian, or "ode", the vector field.
        features: "scalars", "radial", "emlp" or "mlp".
        group: of "emlp", such as `O2eR3()` (by default), `SO2eR3()` or `DkeR3(6)`.
        constants: whether masses, spring constants and lengths are inputs.
        options: of the network.
        key: for its initial weights.

    Returns:
        Called with a state of shape (12,) and parameters of shape (9,), as `scalaremlp.data.spring_pendulum` has them:
        the energy, shape (1,), or the rate of change, shape (12,).

    Raises:
        ValueError: for another kind or other features, for a group that does not keep the z-axis, and with other
            features than "emlp" for any.

    References:
        Yao et al., arXiv:2110.03761, section 4; Finzi, Welling, Wilson, arXiv:2104.09459, section 7.2.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr
        >>> from scalaremlp.pendulum import Pendulum
        >>> model = Pendulum("hnn", "scalars", key=jr.key(0))
        >>> model(jnp.ones(12), jnp.ones(9)).shape, vector_field(model)(jnp.ones(12), jnp.ones(9)).shape
        ((1,), (12,))
    """

    network: Any
    kind: str = eqx.field(static=True)
    features: str = eqx.field(static=True)
    constants: bool = eqx.field(static=True)

    def __init__(
        self,
        kind: str,
        features: str,
        *,
        group: Group | None = None,
        constants: bool = False,
        key: Key[Array, ""],
        **options: Any,
    ):
        for name, value, table in (("kind", kind, KINDS), ("features", features, FEATURES)):
            one_of(name, value, table, remedy=f"Start with {next(iter(table))}.")
        if group is not None and features != "emlp":
            raise ValueError(f"A group is chosen for EMLP alone. Got {group} for {features}. Leave it out.")
        if group is not None and not _keeps_z(group):
            raise ValueError(
                "`group` must turn or reflect space and keep the z-axis, along which gravity points. "
                f"Got {group}. Try O2eR3()."
            )
        self.kind, self.features, self.constants = kind, features, constants
        network, defaults = FEATURES[features]
        types = _inputs_type(features, constants), KINDS[kind], _group(features, group)
        self.network = network(*types, **{**defaults, **options}, key=key)

    def __call__(self, z: Float[Array, "12"], parameters: Float[Array, "9"]) -> Float[Array, " size"]:
        return self.network(self.inputs(z, parameters))

    def inputs(self, z: Float[Array, "12"], parameters: Float[Array, "9"]) -> Float[Array, " size_in"]:
        """What the network sees: the vectors, shape (18,) or (12,), after the 6 constants if they are inputs."""
        q1, q2, p1, p2 = z.reshape(4, 3)
        vectors = [q1, q2, q1 - q2, p1, p2, parameters[6:]] if self.features in _OF_VECTORS else [z]
        return jnp.concatenate([parameters[:6], *vectors] if self.constants else vectors)

    def calibrated_for(self, data: Trajectories) -> "Pendulum":
        """With the statistics of the states and parameters of the training data in the network."""
        if data.parameters is None:
            raise ValueError("Pendulums come with their parameters, shape (n, 9). Got none. Use spring_pendulum.")
        inputs = jax.vmap(jax.vmap(self.inputs, (0, None)))(data.z, data.parameters)
        network = self.network.calibrate(inputs.reshape(-1, inputs.shape[-1]))
        return eqx.tree_at(lambda model: model.network, self, network)

    @property
    def group(self) -> Group:
        """The symmetry of the network."""
        group: Group = self.network.group
        return group

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        what = {"hnn": "Hamiltonian network", "ode": "neural ODE"}[self.kind]
        return f"{what} of {self.seen} with {self.group}: {self.network.summary or 'a plain network'}"

    @property
    def seen(self) -> str:
        """The inputs, and for scalars what is made of them."""
        state = "q1, q2, p1, p2"
        if self.features in _OF_VECTORS:
            made = "norms and cosines" if dict(self.network.settings).get("norms") else ""
            made = "norms, in radial functions," if self.features == "radial" else made
            state = f"products{made and f', {made}'} of q1, q2, q1-q2, p1, p2, g"
        return f"m1, m2, k1, k2, L1, L2, {state}" if self.constants else state

    def config(self) -> dict[str, Any]:
        """What makes a model of the same structure, as JSON."""
        own = {"kind": self.kind, "features": self.features, "constants": self.constants}
        return {**own, "group": str(self.group), "options": dict(self.network.settings)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Pendulum":
        """The model that `config` describes, with arrays to be filled in."""
        group = groups.parse(config["group"]) if config["features"] == "emlp" else None
        own = {name: config[name] for name in ("kind", "features", "constants")}
        return cls(**own, group=group, **config["options"], key=jax.random.key(0))


def vector_field(model: Pendulum) -> Callable[..., Array]:
    """The rate of change of a state: Hamilton's equations with the learned energy, or the model itself."""
    return HamiltonianField(model) if model.kind == "hnn" else model


def _keeps_z(group: Group) -> bool:
    """Whether all elements are orthogonal matrices of space that leave the z-axis alone."""
    if group.dim != 3 or group.field != "real":
        return False
    flows, elements = np.asarray(group.lie_algebra), np.asarray(group.generators)
    orthogonal = np.allclose(flows, -np.swapaxes(flows, 1, 2)) and np.allclose(
        elements @ np.swapaxes(elements, 1, 2), np.eye(3)
    )
    up = np.array([0.0, 0.0, 1.0])
    return bool(orthogonal and np.allclose(flows @ up, 0) and np.allclose(elements @ up, up))


def _inputs_type(features: str, constants: bool) -> Rep:
    vectors = 6 * T(1) if features in _OF_VECTORS else 4 * T(1)
    return 6 * T(0) + vectors if constants else vectors


def _group(features: str, group: Group | None) -> Group:
    if features in _OF_VECTORS:
        return O(3)
    return groups.Trivial(3) if features == "mlp" else groups.O2eR3() if group is None else group
