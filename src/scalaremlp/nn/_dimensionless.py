"""Models of measured quantities: a change of units changes nothing but their last digits."""

from functools import lru_cache
from typing import Any

import equinox as eqx
from jaxtyping import Array, Inexact, Key, PyTree

from .._model import AbstractModel, Types, WithoutUnits, as_model
from .._registry import find, name_of
from ..groups import Group
from ..reps import Rep
from ..reps.measured import GivenUnits, checked_units, named_sizes
from ..scalars import false_like
from ..units import DIMENSIONLESS, Unit, as_unit
from .dimensions.alternative import Alternative
from .dimensions.choice import chosen_references, first_references
from .dimensions.reduction import Reduction, check_made
from .dimensions.references import Measured, Reference
from .dimensions.samples import reduced, reduced_inputs
from .gp import Fitted

Units = tuple[Unit, ...]


class Dimensionless(AbstractModel):
    r"""A model of measured quantities, which sees mere numbers: a change of units changes nothing but last digits.

    $$f(x) = \prod_k r_k(x)^{b_k}\; \hat f(\hat x), \qquad \hat x_i = x_i \,/ \prod_k r_k(x)^{a_{ik}}$$

    with references r_k, positive invariants of the inputs such as the root of the sum of all squared masses, and exact
    rational exponents that leave no unit in x̂ and give each term of f its own. The references are those whose
    logarithms vary least in the samples; `calibrate`, which `scalaremlp.fit` calls, chooses them. The inner model f̂ is
    any network, and f has its symmetry. Numbers are taken apart into mantissas and powers of two, so that neither 1e-30
    nor the twelfth power of a length overflows. Where all inputs of a dimension are zero, a reference counts as 1.

    For groups that are not compact, references are made of scalars T(0) and of products such as ⟨p,p⟩.

    Args:
        model: an unbatched model, with types.
        units_in: the unit of each scalar, vector or tensor of its input, or one for all; as of `data.Dataset`.
        units_out: those of the output.
        constants: units of constants that the law has and the inputs do not: `"m/s^2"`, or several. What is learned is
            then a law in which these are 1 in SI units. `"any"`: nothing is known of them; units say nothing then.

    Returns:
        Called with one input, of shape (size_in,), the output, of shape (size_out,).

    Raises:
        ValueError: if units are more or fewer than terms, or the unit of an output cannot be made of those of the
            inputs and constants; of a model without types.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> inner = se.nn.ScalarMLP(T(0) + T(1), T(0), O(3), width=8, key=jr.key(0))
        >>> model = se.nn.Dimensionless(inner, ["kg", "m/s"], "J")
        >>> x = jnp.array([2.0, 3.0, 4.0, 0.0])
        >>> in_grams = se.nn.Dimensionless(inner, ["g", "m/s"], "mJ")
        >>> bool(jnp.allclose(in_grams(x * jnp.array([1e3, 1, 1, 1])), 1e3 * model(x), rtol=1e-12))
        True

    References:
        Buckingham, Phys. Rev. 4, 345 (1914); Villar et al., *Dimensionless machine learning*, arXiv:2204.00887.
    """

    model: Any
    units_in: Units = eqx.field(static=True)
    units_out: Units = eqx.field(static=True)
    constants: Units | None = eqx.field(static=True)
    references: tuple[Reference, ...] = eqx.field(static=True)
    rep_in: Rep = eqx.field(static=True)
    rep_out: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)

    def __init__(
        self,
        model: Any,
        units_in: GivenUnits,
        units_out: GivenUnits,
        *,
        constants: GivenUnits = (),
        references: tuple[Reference, ...] | None = None,
    ):
        types = as_model(model).types
        if types is None or types.group is None:
            raise ValueError(
                f"A model with units must have types of a group. Got {type(model).__name__}. Give it attributes "
                "rep_in, rep_out and group."
            )
        self.model, self.rep_in, self.rep_out, self.group = model, types.rep_in, types.rep_out, types.group
        found = checked_units(units_in, types.rep_in, types.group, "units_in")
        made = checked_units(units_out, types.rep_out, types.group, "units_out")
        if found is None or made is None:
            raise ValueError("A model with units needs those of inputs and outputs. Got None. Take the model as it is.")
        self.units_in, self.units_out, self.constants = found, made, _constants(constants)
        inputs, outputs, known = self._measured
        check_made(inputs, outputs, known)
        _check_alike(inputs, self.identical_particles)
        first = first_references(inputs, known, identical=self.identical_particles)
        self.references = first if references is None else references

    def __call__(
        self, x: Inexact[Array, " size_in"], *, key: Key[Array, ""] | None = None
    ) -> Inexact[Array, " size_out"]:
        self.types.check_one_input(x)
        reduced, scale = self.reduction(x)
        return scale.of(self.model(reduced) if key is None else self.model(reduced, key=key))

    @property
    def types(self) -> Types:
        """Those of the inner model."""
        return Types(self.rep_in, self.rep_out, self.group)

    @property
    def reduction(self) -> Reduction:
        """What takes the units off."""
        inputs, outputs, constants = self._measured
        return _reduction(inputs, outputs, constants, self.references, self.identical_particles)

    @property
    def _measured(self) -> tuple[Measured, Measured, Units]:
        """The terms of inputs and outputs with their units, which are mere numbers where constants may be any."""
        inside, outside = self.units_in, self.units_out
        if self.constants is None:
            inside, outside = _bare(inside), _bare(outside)
        inputs, outputs = Measured(self.rep_in, self.group, inside), Measured(self.rep_out, self.group, outside)
        return inputs, outputs, self.constants or ()

    @property
    def takes_key(self) -> bool:
        """Whether the inner model is called with a key in training."""
        return as_model(self.model).takes_key

    @property
    def identical_particles(self) -> bool:
        """Whether those of the inner model are."""
        return as_model(self.model).identical_particles

    @property
    def knows_decades(self) -> bool:
        """Whether the inner model does."""
        return as_model(self.model).knows_decades

    @property
    def closed(self) -> bool:
        """Whether the inner model is fitted in closed form."""
        return as_model(self.model).closed

    @property
    def dependencies(self) -> dict[str, list[str]]:
        """Those of the inner model, on scalars of dimensionless inputs."""
        return as_model(self.model).dependencies

    @property
    def called(self) -> str:
        """What the inner model is called."""
        return f"{as_model(self.model).called} with units"

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        named = ", ".join(self.reference_names) or "nothing"
        return f"{as_model(self.model).called}, {as_model(self.model).summary}, of inputs measured by {named}"

    @property
    def reference_names(self) -> list[str]:
        """What the inputs are measured by, in words."""
        inputs, _, constants = self._measured
        return [_named(each, inputs, constants) for each in self.references]

    def calibrate(
        self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"] | None = None
    ) -> "Dimensionless":
        """With the references that suit the samples, and their statistics in the inner model."""
        suited = self._suited(x)
        samples = (reduced_inputs(suited.reduction, x), None) if y is None else reduced(suited.reduction, x, y)
        return eqx.tree_at(lambda m: m.model, suited, as_model(self.model).calibrate(*samples))

    def calibrate_unshifted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> "Dimensionless":
        """As `calibrate`: there was no such model in the first version."""
        return self.calibrate(x, y)

    def linear_parameters(self) -> PyTree:
        """Booleans, a tree like the parameters: those in which the inner model is linear."""
        return eqx.tree_at(lambda m: m.model, false_like(self), as_model(self.model).linear_parameters())

    def alternatives(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> list[Any]:
        """Those of the inner model for dimensionless samples, with units."""
        suited = self._suited(x)
        found = as_model(self.model).alternatives(*reduced(suited.reduction, x, y))
        return [Alternative(each, suited) for each in found]

    def refined(self, alternative: Any, *, key: Key[Array, ""]) -> "Dimensionless | None":
        """The smaller model that the inner one makes of an alternative, with units."""
        found = as_model(self.model).refined(getattr(alternative, "model", alternative), key=key)
        return None if found is None else self.around(found)

    def without_units(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> WithoutUnits | None:
        """The inner model, and dimensionless samples."""
        return as_model(self.model).without_units(*reduced(self._suited(x).reduction, x, y))

    def fitted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> Fitted:
        """The model given samples, of an inner one that is fitted in closed form."""
        return Alternative(self.model, self._suited(x)).fitted(x, y)

    def _suited(self, x: Inexact[Array, "n size_in"]) -> "Dimensionless":
        inputs, _, constants = self._measured
        found = chosen_references(inputs, constants, x, identical=self.identical_particles)
        return self.around(self.model, found)

    def around(self, model: Any, references: tuple[Reference, ...] | None = None) -> "Dimensionless":
        """Another inner model with the same units."""
        return Dimensionless(
            model, self.units_in, self.units_out,
            constants="any" if self.constants is None else self.constants,
            references=self.references if references is None else references,
        )  # fmt: skip

    def config(self) -> dict[str, Any]:
        """What makes a model of the same structure, as JSON."""
        kind = type(self.model)
        name = name_of(kind)
        if name is None:
            raise ValueError(f"A saved model wraps an AbstractModel. Got a {kind.__name__}: save `.model` itself.")
        units = {each: [unit.as_json() for unit in getattr(self, each)] for each in ("units_in", "units_out")}
        constants = "any" if self.constants is None else [unit.as_json() for unit in self.constants]
        references = [each.as_json() for each in self.references]
        return {"kind": name, "model": self.model.config(), **units, "constants": constants, "references": references}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Dimensionless":
        """The model that `config` describes, with arrays to be filled in."""
        model, told = find(config["kind"]).from_config(config["model"]), config["constants"]
        units = [[Unit.from_json(each) for each in config[name]] for name in ("units_in", "units_out")]
        constants = told if told == "any" else [Unit.from_json(each) for each in told]
        return cls(model, *units, constants=constants, references=tuple(map(Reference.of, config["references"])))


def _bare(units: Units) -> Units:
    """The factors of units alone."""
    return tuple(Unit(DIMENSIONLESS.exponents, unit.factor) for unit in units)


@lru_cache(maxsize=64)
def _reduction(*plan: Any) -> Reduction:
    return Reduction(*plan)


def _constants(given: GivenUnits) -> Units | None:
    if isinstance(given, str) and given == "any":
        return None
    return (as_unit(given),) if isinstance(given, (str, Unit)) else tuple(map(as_unit, given))


def _check_alike(inputs: Measured, identical: bool) -> None:
    """Raise `ValueError` if identical particles have different units."""
    for block in dict.fromkeys(inputs.blocks) if identical else ():
        own = [unit for unit, number in zip(inputs.units, inputs.blocks, strict=True) if number == block]
        if any(unit != own[0] for unit in own):
            raise ValueError(
                "Identical particles have the same units. Got "
                f"{', '.join(map(str, dict.fromkeys(own)))} in {inputs.rep_in.blocks[block][1]}. Convert them to one."
            )


def _named(reference: Reference, inputs: Measured, constants: Units) -> str:
    if reference.kind == "constant":
        return f"1 {constants[reference.at[0]]}"
    if reference.kind == "products":
        return f"{len(reference.at)} products of vectors"
    names = [name for name, _ in named_sizes(inputs.rep_in, inputs.group)]
    own = dict.fromkeys(names[at] for at in reference.at)
    return f"|{', '.join(own)}|" if len(own) < 4 else f"the norm of {len(own)} inputs"
