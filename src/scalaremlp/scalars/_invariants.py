"""All polynomial invariants of the inputs."""

import warnings

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact

from ..contractions.generating_set import EFFORT
from ..groups import Group
from ..reps import Rep
from ._evaluate import gram, packed_gram, wedge
from ._invariant_plan import InvariantPlan, invariant_plan
from ._missing import warn_of_missing
from ._orientation import orientations
from ._symbols import Symbol
from ._tensor_plan import TensorInvariantPlan, tensor_invariants
from ._tensor_values import tensor_values
from .inputs import inputs


class Invariants(eqx.Module):
    """Generators of the invariants of `rep_in` under `group`: scalars from which all others can be computed.

    The input scalars themselves, the products ⟨xᵢ, xⱼ⟩ of the group's form (i ≤ j; ω(xᵢ, xⱼ) with i < j for Sp;
    ⟨wᵢ, xⱼ⟩ of covectors and vectors for GL and SL), determinants for the special groups, and the components along the
    fixed vectors of a stabiliser. For U and SU ⟨x, y⟩ = Σ x̄ y; complex numbers give their real and imaginary part.
    For SO⁺(1,q) follow the orientations that no polynomial sees: see `scalaremlp.scalars.orientations`.

    With inputs of two indices or more, A1, A2, …, such as T(2), Sym(2), Alt(2) or Symmetric(T(4), "ijkl=jikl=klij"),
    a minimal set of generators is found by the machine, low degrees first: traces tr(A1 A2²), products <x1,A1 x2>,
    determinants ε[x1,A1 x1,A1² x1], and for three indices or more contractions written with indices. `reason` says how
    far they are known to be all.

    Attributes:
        size: the number of scalars.
        names: what each scalar is, e.g. `"<x1,x2>"`.
        symbols: the same with LaTeX and degrees.

    Args:
        rep_in: a sum of tensors of at most four indices.
        group: a classical group, a stabiliser of an axis or Trivial.
        degree: leave out scalars of a higher degree in the inputs; None keeps all. A cut that drops determinants
            describes a larger group, and warns.
        effort: of tensors, the most functions, or graphs, of one multidegree to look at. A `degree` that needs more is
            refused; `degree=None` ends before it, and warns where generators are likely to be missing.

    Returns:
        Called with one input, of shape (size_in,), the real scalars, of shape (size,).

    Raises:
        ValueError: for other groups or types, above `effort`, and for inputs of another shape.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import Lorentz
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Invariants
        >>> phi = Invariants(2 * T(1), Lorentz())
        >>> phi.names
        ['<x1,x1>', '<x1,x2>', '<x2,x2>']
        >>> phi(jnp.array([2.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0])).tolist()
        [3.0, 1.0, 0.0]
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Sym
        >>> Invariants(Sym(2) + T(1), O(3)).names
        ['tr(A1)', 'tr(A1²)', '<x1,x1>', 'tr(A1³)', '<x1,A1 x1>', '<x1,A1² x1>']

    References:
        Weyl, *The Classical Groups* (1939), theorems 2.9.A and 6.1.A; Villar et al., arXiv:2106.06610, section 3;
        Gregory et al., arXiv:2406.01552, theorem 1, for tensors.
    """

    rep_in: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    degree: int | None = eqx.field(static=True)
    effort: int = eqx.field(static=True)

    def __init__(self, rep_in: Rep, group: Group, degree: int | None = None, *, effort: int = EFFORT):
        self.rep_in, self.group, self.degree, self.effort = rep_in, group, degree, effort
        plan = self._plan
        if isinstance(plan, TensorInvariantPlan):
            warn_of_missing(plan.found, degree, f"the invariants of {rep_in} under {group}")
        elif plan.dropped:
            warnings.warn(
                f"degree={degree} drops {plan.dropped}: the scalars left are those of a larger group than {group}. "
                "Leave degree=None to keep it.",
                stacklevel=2,
            )

    @property
    def _plan(self) -> InvariantPlan | TensorInvariantPlan:
        if inputs(self.rep_in, self.group).has_tensors:
            return tensor_invariants(self.rep_in, self.group, self.degree, self.effort)
        return invariant_plan(self.rep_in, self.group, self.degree)

    @property
    def size(self) -> int:
        return len(self.symbols)

    @property
    def names(self) -> list[str]:
        return [symbol.text for symbol in self.symbols]

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """What each scalar is: text, LaTeX and degrees."""
        return self._plan.symbols

    @property
    def reason(self) -> str:
        """How far they are known to be all."""
        plan = self._plan
        return plan.found.reason if isinstance(plan, TensorInvariantPlan) else "all, by the first fundamental theorem"

    @property
    def complete(self) -> bool:
        """Whether they are known to be all."""
        plan = self._plan
        return plan.found.complete if isinstance(plan, TensorInvariantPlan) else not plan.dropped

    @property
    def squares(self) -> dict[int, int]:
        """Row of an upper vector → position of its square ⟨x, x⟩ among the scalars."""
        return self._plan.squares

    def vector(self, row: int) -> str:
        """What the vector of a row of `squares` and `products` is called: `"x1"`."""
        return self._plan.vector(row)

    @property
    def products(self) -> tuple[tuple[int, tuple[int, int]], ...]:
        """Position of each product ⟨x, y⟩ of different vectors, and the rows of the two."""
        return self._plan.products

    @property
    def has_tensors(self) -> bool:
        """Whether there are inputs of two or more indices."""
        return inputs(self.rep_in, self.group).has_tensors

    @property
    def lengths(self) -> frozenset[int]:
        """Positions of the squares |x|² and |A|², up to sign."""
        plan = self._plan
        return plan.lengths if isinstance(plan, TensorInvariantPlan) else frozenset(plan.squares.values())

    @property
    def imaginary(self) -> np.ndarray:
        """Whether each is the imaginary part of a complex value."""
        return self._plan.imaginary

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        plan = self._plan
        plan.inputs.check(x)
        values = self._of_tensors(x, plan) if isinstance(plan, TensorInvariantPlan) else self._values(x, plan)
        if self.group.field == "real":
            return values
        return jnp.where(plan.imaginary, values.imag[plan.part], values.real[plan.part])

    def _of_tensors(self, x: Array, plan: TensorInvariantPlan) -> Array:
        found = [plan.inputs.scalars(x)]
        if plan.network.outputs:  # there are none of upper indices alone where no form lowers them
            found.append(jnp.stack(tensor_values(plan.network, plan.inputs, x)))
        if self.group.orthochronous and self.degree is None:
            found.append(orientations(plan.inputs.vectors(x)[0]))
        return jnp.concatenate(found)

    def _values(self, x: Array, plan: InvariantPlan) -> Array:
        ups, downs = plan.inputs.vectors(x)
        found = [plan.inputs.scalars(x)] if plan.inputs.n_scalars else []
        if len(plan.pairs):
            found.append(_pairings(plan, ups, downs))
        found += [wedge(rows[index])[:, 0] for rows, index in ((ups, plan.down), (downs, plan.up)) if len(index)]
        if self.group.orthochronous and self.degree is None:
            found.append(orientations(ups))
        return jnp.concatenate(found) if found else jnp.zeros(0, x.dtype)


def _pairings(plan: InvariantPlan, ups: Array, downs: Array) -> Array:
    form = plan.inputs.family.form
    if plan.triangle is not None:
        return packed_gram(ups, form, plan.triangle)
    products = gram(ups if form is not None else downs, ups, form)
    return products[plan.pairs[:, 0], plan.pairs[:, 1]]
