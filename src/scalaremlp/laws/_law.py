"""A law: a model that is a formula."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, NamedTuple, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact

from .. import groups, reps
from .._check import one_of
from .._model import AbstractModel
from ..groups import Group
from ..reps import Rep
from ..scalars.formulas import sympy
from ..scalars.inputs import inputs
from ._atoms import Atoms, Tensors
from ._bodies import Bodies
from ._expression import evaluate, to_json
from ._problem import Parts
from ._python import source
from ._saved_parts import check_parts, read_parts
from ._sympy import symbol, to_sympy
from ._text import joined, text

HAMILTONIAN, FIELD = "hamiltonian", "field"


class FormulaConstant(NamedTuple):
    """A number that the data decided: its name in formulas, value, standard error and unit ("" is none)."""

    name: str
    value: float
    standard_error: float
    unit: str


class FormulaCandidate(NamedTuple):
    """A formula that was looked at: its number of nodes, relative squared error on held-out samples, log evidence."""

    complexity: int
    error: float
    evidence: float
    formula: str


class Findings(NamedTuple):
    """What the search knows of a law beside its formula.

    Attributes:
        verdict: "at rounding", "at the noise" or "above", and why.
        errors: the standard error of each constant.
        units: the unit of each constant.
        candidates: the best formula of each length.
    """

    verdict: str = ""
    errors: tuple[float, ...] = ()
    units: tuple[str, ...] = ()
    candidates: tuple[FormulaCandidate, ...] = ()


class Law(AbstractModel):
    r"""A formula, $y = \sum_k c_k(x) t_k(x)$ with scalars $c_k$ of invariants and equivariant tensors $t_k$.

    It is a model like any other, of one input of shape (size_in,), and equivariant by its form. `discover` makes it.

    Attributes:
        values: the constants, in the order of `constants`; what `fit` would change.
        verdict: how far it is from the data: "at rounding", "at the noise" or "above".
        candidates: the best formula of each length that was looked at.
        motion: what a law of trajectories is: "hamiltonian", the H(z) of ż = J∇H for `dynamics.HamiltonianField(law)`,
            or "field", ż itself; empty for the law of a data set.

    Example:
        >>> import numpy as np, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> x = np.random.default_rng(0).normal(size=(60, 6))
        >>> y = np.sum((x[:, :3] - x[:, 3:]) ** 2, axis=1, keepdims=True) ** -0.5
        >>> law = se.laws.discover(se.data.Dataset(x, y, 2 * T(1), T(0), O(3)), key=jr.key(0))
        >>> print(law)
        y = |x1-x2|^-1
        >>> law.verdict
        'at rounding'
    """

    values: Float[Array, " constants"]
    rep_in: Rep = eqx.field(static=True)
    rep_out: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    parts: Parts = eqx.field(static=True)
    over: str = eqx.field(static=True, default="")
    findings: Findings = eqx.field(static=True, default=Findings())
    motion: str = eqx.field(static=True, default="")

    @property
    def _bodies(self) -> Bodies:
        return Bodies(self.rep_in, self.group, self.over)

    @property
    def _numbers(self) -> list[float]:
        return [float(value) for value in np.asarray(self.values)]

    @property
    def plans(self) -> tuple[Atoms, Tensors]:
        """The scalars and the tensors that it is made of."""
        own = self._bodies.rep
        return Atoms(own, self.group), Tensors(own, self.rep_out, self.group)

    def __call__(
        self, x: Inexact[Array, " size_x"], *more: Inexact[Array, " size_more"]
    ) -> Inexact[Array, " size_out"]:
        """Its value for one input. What a motion depends on besides the state may follow: law(z, g)."""
        if more:
            _check_single(x, *more)
            x = jnp.concatenate([x, *more])
        inputs(self.rep_in, self.group).check(x)
        if not self.over:
            return self._of_one(x)
        return jnp.sum(jax.vmap(self._of_one)(jnp.asarray(self._bodies.split(x))), axis=0)

    def _of_one(self, x: Array) -> Array:
        atoms, tensors = self.plans
        names = [atom.name for atom in atoms.atoms]
        values = dict(zip(names, atoms(x), strict=True))
        shapes = tensors(x)
        total = jnp.zeros(shapes.shape[1], shapes.dtype)
        for tensor, scalar in self.parts:
            total = total + evaluate(scalar, values, self.values, jnp) * shapes[tensor]
        return total

    @property
    def identical_particles(self) -> bool:
        """Whether it is a sum over particles."""
        return bool(self.over)

    @property
    def verdict(self) -> str:
        """How far it is from the data."""
        return self.findings.verdict

    @property
    def candidates(self) -> tuple[FormulaCandidate, ...]:
        """The best formula of each length."""
        return self.findings.candidates

    @property
    def constants(self) -> tuple[FormulaConstant, ...]:
        """The numbers of the formula, from the left, with standard errors: zero where it fits at rounding."""
        told = zip_longest(self._numbers, self.findings.errors, self.findings.units)
        return tuple(FormulaConstant(f"c{i}", v, e or 0.0, unit or "") for i, (v, e, unit) in enumerate(told, 1))

    @property
    def summary(self) -> str:
        """The formula."""
        return str(self)

    def __str__(self) -> str:
        tensors, numbers = self.plans[1], self._numbers
        found = [formula(tensors, own, numbers, self.over) for own in self._outputs]
        return ", ".join(f"{name} = {each}" for name, each in zip(self.output_names, found, strict=True))

    @property
    def output_names(self) -> list[str]:
        """What the left-hand sides are: y, or y1, y2, …; H; or dx1/dt, … of the state's terms."""
        count = len(self.plans[1].copies)
        if self.motion == HAMILTONIAN:
            return ["H"]
        if self.motion == FIELD:
            columns = inputs(self.rep_in, self.group).columns
            return [f"d{name}/dt" for name in sorted(columns, key=lambda name: columns[name].start)[:count]]
        return output_names(count)

    @property
    def _outputs(self) -> list[Parts]:
        """The parts of each tensor of the output."""
        tensors = self.plans[1]
        return [
            tuple(part for part in self.parts if tensors.copy_numbers[part[0]] == copy)
            for copy in range(len(tensors.copies))
        ]

    def sympy(self) -> Any:
        """The formula for SymPy: every scalar, such as |x1|, and every tensor is a symbol of its name.

        A sum over particles is that of one of them. For an output of several tensors it is a `Tuple` of theirs.

        Raises:
            ValueError: without the package sympy.
        """
        found = [self._sum(own) for own in self._outputs]
        return found[0] if len(found) == 1 else sympy().Tuple(*found)

    def _sum(self, parts: Parts) -> Any:
        """One tensor of the output for SymPy."""
        atoms = self.plans[1].atoms
        terms = [to_sympy(scalar, self._numbers) * _symbol(atoms[i].name) for i, scalar in parts]
        return sum(terms[1:], start=terms[0]) if terms else sympy().Integer(0)

    def latex(self) -> str:
        """The formula in LaTeX, from SymPy."""
        scalars, tensors = self.plans
        names = {symbol(a.name): a.latex for a in (*scalars.atoms, *tensors.atoms)}
        written = str(sympy().latex(self.sympy(), symbol_names=names))
        return rf"\sum_{{\text{{{self.over}}}}} \left( {written} \right)" if self.over else written

    def to_python(self) -> str:
        """The source of a function `law(x)` that needs NumPy alone, of inputs (..., size_in).

        Raises:
            ValueError: without the package sympy, and for orientations in time.
        """
        code = source(*self.plans, self.parts, self._numbers, str(self))
        return code if not self.over else self._bodies.wrapped(code)

    def config(self) -> dict[str, Any]:
        """What makes a law of the same form."""
        told = self.findings
        return {
            "rep_in": str(self.rep_in), "rep_out": str(self.rep_out), "group": str(self.group), "over": self.over,
            "motion": self.motion, "constants": len(self.values),
            "parts": [[tensor, to_json(scalar)] for tensor, scalar in self.parts], "verdict": told.verdict,
            "errors": list(told.errors), "units": list(told.units), "candidates": [list(c) for c in told.candidates],
        }  # fmt: skip

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The law of a form, with constants to be filled in."""
        parts, over = read_parts(config["parts"]), str(config["over"])
        if over:
            one_of("over", over, ("particles", "pairs"), remedy="Save the law again.")
        candidates = tuple(FormulaCandidate(int(c), float(e), float(v), str(f)) for c, e, v, f in config["candidates"])
        errors = tuple(map(float, config["errors"]))
        told = Findings(str(config["verdict"]), errors, tuple(map(str, config["units"])), candidates)
        types = reps.parse(config["rep_in"]), reps.parse(config["rep_out"]), groups.parse(config["group"])
        if motion := str(config.get("motion", "")):
            one_of("motion", motion, (HAMILTONIAN, FIELD), remedy="Save the law again.")
        bare = cls(jnp.zeros(0), *types, parts, over, told, motion)
        check_parts(parts, int(config["constants"]), *bare.plans)
        return eqx.tree_at(lambda law: law.values, bare, jnp.zeros(int(config["constants"])))


def _check_single(*given: Any) -> None:
    if any(jnp.ndim(part) != 1 for part in given):
        raise ValueError(
            "A law of motion is called with one state and what else it depends on, each an array of one axis. "
            f"Got shapes {', '.join(str(jnp.shape(part)) for part in given)}. For a batch use jax.vmap(law)(z, more)."
        )


def output_names(count: int) -> list[str]:
    """What the tensors of an output are called.

    >>> output_names(1), output_names(2)
    (['y'], ['y1', 'y2'])
    """
    return ["y"] if count == 1 else [f"y{i}" for i in range(1, count + 1)]


def _symbol(name: str) -> Any:
    return 1 if name == "1" else symbol(name)


def formula(tensors: Tensors, parts: Parts, constants: Sequence[float] | np.ndarray, over: str = "") -> str:
    """The right-hand side, on one line."""
    terms = []
    for tensor, scalar in parts:
        coefficient, name = text(scalar, list(map(float, constants))), tensors.atoms[tensor].name
        terms.append(_times(coefficient, name))
    found = joined(terms) if terms else "0"
    return f"Σ_{over} ({found})" if over else found


def _times(coefficient: str, tensor: str) -> str:
    if tensor == "1":
        return coefficient
    return {"1": tensor, "-1": f"-{tensor}"}.get(coefficient, f"{coefficient} {tensor}")
