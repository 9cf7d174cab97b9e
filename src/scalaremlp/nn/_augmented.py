"""Data augmentation: a model that meets its inputs moved by random group elements while it is trained."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Inexact, Key

from .._model import AbstractModel, Types, as_model, check_types, types_from_text
from .._registry import find, name_of
from ..groups import Group
from ..reps import Rep


class Augmented(AbstractModel):
    """ρ_out(g)⁻¹ model(ρ_in(g) x) with a random element g in training, and model(x) otherwise.

    A loss that hands out its key, such as `Regression`, gives each sample of each step an element of its own. Without
    a key, as in `predict` and `evaluate`, and for validation, the model is called as it is.

    Args:
        model: an unbatched model.
        rep_in: the input type.
        rep_out: the output type.
        group: whose elements are drawn: Haar-uniform for a compact group, bounded for others (`group.sample`).

    Returns:
        Called with one input (size_in,) and perhaps a key: the output, (size_out,).

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> from scalaremlp.groups import SO
        >>> from scalaremlp.reps import T
        >>> types = (T(1), T(1), SO(3))
        >>> model = se.nn.Augmented(se.nn.MLP(*types, key=jr.key(0)), *types)
        >>> x = jnp.ones(3)
        >>> bool((model(x) == model.model(x)).all()), bool((model(x, key=jr.key(1)) == model(x)).all())
        (True, False)
    """

    model: Any
    rep_in: Rep = eqx.field(static=True)
    rep_out: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    inference: bool  # as in Equinox, whose `inference_mode` switches it

    def __init__(self, model: Any, rep_in: Rep, rep_out: Rep, group: Group, *, inference: bool = False):
        check_types(rep_in, rep_out, group)
        self.model, self.rep_in, self.rep_out, self.group = model, rep_in, rep_out, group
        self.inference = inference

    def __call__(
        self, x: Inexact[Array, " size_in"], *, key: Key[Array, ""] | None = None
    ) -> Inexact[Array, " size_out"]:
        if key is None or self.inference:
            return self.model(x)
        element = self.group.sample(key, 1)[0]
        moved = self.rep_in(self.group).rho(element).astype(x.dtype) @ x
        back = self.rep_out(self.group).rho(jnp.linalg.inv(element))
        return back.astype(x.dtype) @ self.model(moved)

    @property
    def takes_key(self) -> bool:
        """Yes: a key draws the element."""
        return True

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        return as_model(self.model).summary

    def calibrate(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"] | None = None) -> "Augmented":
        """With the statistics of the data in the model, if it takes any."""
        return eqx.tree_at(lambda m: m.model, self, as_model(self.model).calibrate(x, y))

    def calibrate_unshifted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> "Augmented":
        """As `calibrate`, in the way of the first version; see `ScalarMLP.calibrate_unshifted`."""
        return eqx.tree_at(lambda m: m.model, self, as_model(self.model).calibrate_unshifted(x, y))

    def config(self) -> dict[str, Any]:
        """What makes a model of the same structure, as JSON."""
        kind = type(self.model)
        name = name_of(kind)
        if name is None:
            raise ValueError(f"A saved model wraps an AbstractModel. Got a {kind.__name__}: save `.model` itself.")
        types = Types(self.rep_in, self.rep_out, self.group).as_text()
        return {**types, "kind": name, "model": self.model.config(), "inference": self.inference}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Augmented":
        """The model that `config` describes, with arrays to be filled in."""
        model = find(config["kind"]).from_config(config["model"])
        return cls(model, *types_from_text(config), inference=config["inference"])
