"""What a model may be asked, with the answer of one that says nothing; and the types of a function."""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Inexact, Key, PyTree

from . import _registry, groups, reps
from .groups import Group
from .reps import Rep
from .scalars import false_like, learned
from .units import Unit


class Types(NamedTuple):
    """The types of a function: rep_in -> rep_out, equivariant under a group or just of these sizes.

    Attributes:
        rep_in: of its inputs.
        rep_out: of its outputs.
        group: that both are bound to; `None` if they are bound already.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> print(Types(2 * T(1), T(0), O(3)))
        2*T(1) -> T(0), O(3)
    """

    rep_in: Rep
    rep_out: Rep
    group: Group | None

    @classmethod
    def of(cls, *typed: Any) -> "Types | None":
        """Those of the first of some models and data sets that says its types; `None` if none does."""
        for each in typed:
            rep_in, rep_out, group = (getattr(each, name, None) for name in cls._fields)
            if isinstance(rep_in, Rep) and isinstance(rep_out, Rep) and isinstance(group, Group | None):
                return cls(rep_in, rep_out, group)
        return None

    @property
    def size_in(self) -> int:
        """The number of components of an input."""
        return self.bound(self.rep_in).size

    @property
    def size_out(self) -> int:
        """The number of components of an output."""
        return self.bound(self.rep_out).size

    @property
    def columns_out(self) -> dict[str, slice]:
        """The columns of each term of an output by its name, with a number where there are several alike.

        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> Types(T(1), T(0) + 2 * T(1), O(3)).columns_out
        {'T(0)': slice(0, 1, None), '2*T(1)': slice(1, 7, None)}
        """
        found: dict[str, slice] = {}
        start = 0
        for copies, term in self.bound(self.rep_out).blocks:
            one = str(term).removesuffix(f"({self.group})")
            name = one if copies == 1 else f"{copies}*{one}"
            if name in found:
                name = f"{name} from column {start}"
            found[name] = slice(start, start + copies * term.size)
            start += copies * term.size
        return found

    def bound(self, rep: Rep) -> Rep:
        """One of the two, bound to the group."""
        return rep if self.group is None else rep(self.group)

    def check_one_input(self, x: Any) -> None:
        """Raise `ValueError` unless `x` is one input, an array."""
        size = self.size_in
        if not hasattr(x, "shape"):
            raise TypeError(
                f"x must be an array of shape ({size},). Got a {type(x).__name__}. Write jax.numpy.array(x)."
            )
        if x.shape != (size,):
            hint = " For a batch use jax.vmap(model)(x)." if x.shape[-1:] == (size,) else ""
            raise ValueError(
                f"x must be one input of size {size} = {self.rep_in} for {self.group}. Got shape {x.shape}.{hint}"
            )

    def as_text(self) -> dict[str, str]:
        """As text that `types_from_text` reads back."""
        return {name: str(value) for name, value in self._asdict().items()}

    def __str__(self) -> str:
        return f"{self.rep_in} -> {self.rep_out}, {self.group}"


class Quantities(NamedTuple):
    """The units of what a function takes and gives: one for each term of its types.

    Attributes:
        units_in: of its inputs.
        units_out: of its outputs.
        constants: of the constants in it that have a unit; `None` if there may be any.
    """

    units_in: tuple[Unit, ...]
    units_out: tuple[Unit, ...]
    constants: tuple[Unit, ...] | None = ()

    @classmethod
    def of(cls, *typed: Any) -> "Quantities | None":
        """Those of the first of some models and data sets that has `units_in` and `units_out`; `None` if none has."""
        for each in typed:
            inside, outside = getattr(each, "units_in", None), getattr(each, "units_out", None)
            if isinstance(inside, tuple) and isinstance(outside, tuple):
                return cls(inside, outside, getattr(each, "constants", ()))
        return None

    def __str__(self) -> str:
        units = " -> ".join(", ".join(str(unit) for unit in part) for part in (self.units_in, self.units_out))
        if self.constants is None:
            return f"{units}, with any constants"
        return units + (f", with constants in {', '.join(map(str, self.constants))}" if self.constants else "")


def check_types(rep_in: Any, rep_out: Any, group: Any) -> None:
    """Raise `TypeError` unless these are two representations and a group; `None` for a group if they are bound."""
    for name, value, kind, example in (
        ("rep_in", rep_in, Rep, "2 * T(1)"), ("rep_out", rep_out, Rep, "T(0)"), ("group", group, Group, "O(3)"),
    ):  # fmt: skip
        if not isinstance(value, kind) and not (kind is Group and value is None):
            module = "groups" if kind is Group else "reps"
            text = f"scalaremlp.{module}.parse({value!r})" if isinstance(value, str) else f"it as {example}"
            raise TypeError(f"`{name}` must be a {'group' if kind is Group else 'type'}. Got {value!r}. Write {text}.")


def check_key(key: Any) -> None:
    """Raise `TypeError` unless this is a random key."""
    if not hasattr(key, "dtype"):
        raise TypeError(f"`key` must be a random key of JAX. Got {key!r}. Write jax.random.key({key!r}).")


def types_from_text(text: dict[str, Any]) -> tuple[Rep, Rep, Group]:
    """rep_in, rep_out and the group as `Types.as_text` wrote them; `ValueError` for other text."""
    return reps.parse(text["rep_in"]), reps.parse(text["rep_out"]), groups.parse(text["group"])


WithoutUnits = tuple[Any, Inexact[Array, "n size_in"], Inexact[Array, "n size_out"]]


class AbstractModel(eqx.Module):
    """A model: a callable of one input, and what else `fit`, `save` and the command line may ask it.

    Every question has an answer here, which is that of a plain callable; a subclass gives another one where it knows
    better. A subclass is registered by its name when it is defined (`saved_as=` in its head chooses another one): a
    model of it is saved by `config()` and its arrays, and loaded by the path alone wherever the class is known. Any
    other module with methods of these names is asked them as well: see `as_model`.

    Example:
        >>> import jax.numpy as jnp, scalaremlp as se
        >>> from scalaremlp import AbstractModel
        >>> class Line(AbstractModel):
        ...     slope: jax.Array
        ...     def __call__(self, x):
        ...         return self.slope * x
        ...     def config(self):
        ...         return {}
        ...     @classmethod
        ...     def from_config(cls, config):
        ...         return cls(jnp.zeros(()))
        >>> model, history = se.fit(Line(jnp.ones(())), (jnp.ones((9, 1)), 2 * jnp.ones((9, 1))), key=jax.random.key(0))
        >>> round(float(model.slope), 6)
        2.0
    """

    def __init_subclass__(cls, *, saved_as: str | None = None, **options: Any):
        super().__init_subclass__(**options)
        _registry.register(cls, saved_as)

    @property
    def types(self) -> Types | None:
        """Its types, by its attributes `rep_in`, `rep_out` and `group` unless it says otherwise."""
        return Types.of(self)

    @property
    def takes_key(self) -> bool:
        """Whether it is called as `model(x, key=key)` in training."""
        return False

    @property
    def identical_particles(self) -> bool:
        """Whether the particles of its input, the i-th copies in each block, may be exchanged."""
        return False

    @property
    def knows_decades(self) -> bool:
        """Whether it takes logarithms of scalars, and of outputs, that span powers of ten."""
        return False

    @property
    def called(self) -> str:
        """What it is called in a sentence: its class, of a wrapper that of the model inside."""
        return type(self).__name__

    @property
    def summary(self) -> str:
        """What it is made of, in words."""
        return ""

    @property
    def dependencies(self) -> dict[str, list[str]]:
        """For each covariant, the scalars that its coefficient depends on, if it has chosen some."""
        return {}

    def calibrate(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"] | None = None) -> Self:
        """The model with the statistics of the training data."""
        return self

    def calibrate_unshifted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> Self:
        """The same in the way of the first version, in which a fit may have begun."""
        return self.calibrate(x, y)

    def linear_parameters(self) -> PyTree:
        """Booleans, a tree like its parameters: in which of them it is linear."""
        return false_like(self)

    def parameter_groups(self) -> PyTree:
        """Integers, a tree like its parameters: those of one number, within an array, share a prior.

        The modules inside are asked; of all others each array is one group.
        """
        return answers(self, "parameter_groups", lambda array: np.zeros(array.shape, int))

    def alternatives(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> list[Any]:
        """Models that could take its place for these samples, in what its user has left open."""
        return []

    def refined(self, alternative: Any, *, key: Key[Array, ""]) -> "AbstractModel | None":
        """A smaller model of just what a fitted alternative depends on, if that is little."""
        return None

    def without_units(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> WithoutUnits | None:
        """What of it sees mere numbers, and samples of these that no unit changes but for last digits.

        Calibrated, it has the parameters of the whole. `None` where units have a say.
        """
        return None

    @property
    def closed(self) -> bool:
        """Whether it is fitted by its method `fitted(x, y)`, in the place of parameters to be moved."""
        return offers(self, "fitted")

    def config(self) -> dict[str, Any]:
        """What makes a model of the same structure, as JSON."""
        raise NotImplementedError

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The model that `config` describes, with arrays to be filled in."""
        raise NotImplementedError


def offers(model: Any, question: str) -> bool:
    """Whether a model, or any other object, answers a question by itself rather than as every model does."""
    own = getattr(type(model), question, None)
    return own is not None and own is not getattr(AbstractModel, question, None)


def answers(model: Any, question: str, otherwise: Callable[[Any], Any]) -> PyTree:
    """What a model, or a module inside it, says of each array of its parameters; of the others `otherwise(array)`."""

    def says(part: Any) -> bool:
        return offers(part, question)

    def said(part: Any, own: PyTree) -> PyTree:
        return getattr(part, question)() if says(part) else jax.tree.map(otherwise, own)

    return jax.tree.map(said, model, eqx.filter(model, learned(model)), is_leaf=says)


def as_model(model: Any) -> AbstractModel:
    """Any callable as something that can be asked what a model can: where it has no answer, that of every model.

    Models that are the answers, as of `calibrate`, are of the class of the callable.

    Example:
        >>> as_model(lambda x: x).takes_key, as_model(lambda x: x).summary
        (False, '')
    """
    return model if isinstance(model, AbstractModel) else _Plain(model)


class _Plain(AbstractModel):
    """A callable that is no `AbstractModel`."""

    of: Any

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        return self.of(*inputs, **options)

    @property
    def types(self) -> Types | None:
        return Types.of(self.of)

    @property
    def takes_key(self) -> bool:
        return bool(getattr(self.of, "takes_key", False))

    @property
    def identical_particles(self) -> bool:
        return bool(getattr(self.of, "permutation", False))

    @property
    def knows_decades(self) -> bool:
        return bool(getattr(self.of, "knows_decades", False))

    @property
    def called(self) -> str:
        return type(self.of).__name__

    @property
    def summary(self) -> str:
        return str(getattr(self.of, "summary", ""))

    @property
    def dependencies(self) -> dict[str, list[str]]:
        return getattr(self.of, "dependencies", {})

    @property
    def closed(self) -> bool:
        return offers(self.of, "fitted")

    def calibrate(self, x: Any, y: Any = None) -> Any:
        return self._answer("calibrate", x, y)

    def calibrate_unshifted(self, x: Any, y: Any) -> Any:
        own = offers(self.of, "calibrate_unshifted")
        return self._answer("calibrate_unshifted" if own else "calibrate", x, y)

    def alternatives(self, x: Any, y: Any) -> list[Any]:
        found: list[Any] = self._answer("alternatives", x, y)
        return found

    def refined(self, alternative: Any, *, key: Key[Array, ""]) -> Any:
        return self._answer("refined", alternative, key=key)

    def without_units(self, x: Any, y: Any) -> Any:
        return self._answer("without_units", x, y)

    def _answer(self, question: str, *given: Any, **options: Any) -> Any:
        whose = type(self.of) if offers(self.of, question) else AbstractModel
        return getattr(whose, question)(self.of, *given, **options)
