"""Data augmentation: a model that meets its inputs moved by random group elements while it is trained."""

from importlib import import_module
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Inexact, Key

from .. import groups, reps
from ..groups import Group
from ..reps import Rep


class Augmented(eqx.Module):
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

    takes_key = True

    def __init__(self, model: Any, rep_in: Rep, rep_out: Rep, group: Group, *, inference: bool = False):
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

    def calibrate(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"] | None = None) -> "Augmented":
        """With the statistics of the data in the model, if it takes any."""
        if not hasattr(self.model, "calibrate"):
            return self
        return eqx.tree_at(lambda m: m.model, self, self.model.calibrate(x, y))

    def calibrate_unshifted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> "Augmented":
        """As `calibrate`, in the way of the first version; see `ScalarMLP.calibrate_unshifted`."""
        if not hasattr(self.model, "calibrate_unshifted"):
            return self.calibrate(x, y)
        return eqx.tree_at(lambda m: m.model, self, self.model.calibrate_unshifted(x, y))

    def config(self) -> dict[str, Any]:
        """What makes a model of the same structure, as JSON."""
        kind = type(self.model).__name__
        if getattr(import_module(__package__), kind, None) is not type(self.model):
            raise ValueError(f"A saved model wraps one of scalaremlp.nn. Got a {kind}: save `.model` itself.")
        types = {name: str(getattr(self, name)) for name in ("rep_in", "rep_out", "group")}
        return {**types, "kind": kind, "model": self.model.config(), "inference": self.inference}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Augmented":
        """The model that `config` describes, with arrays to be filled in."""
        rep_in, rep_out = (reps.parse(config[name]) for name in ("rep_in", "rep_out"))
        model = getattr(import_module(__package__), config["kind"]).from_config(config["model"])
        return cls(model, rep_in, rep_out, groups.parse(config["group"]), inference=config["inference"])
