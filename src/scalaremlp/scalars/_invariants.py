"""All polynomial invariants of the inputs."""

import warnings

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Inexact

from ..groups import Group
from ..reps import Rep
from ._evaluate import gram, packed_gram, wedge
from ._invariant_plan import InvariantPlan, invariant_plan
from ._orientation import orientations


class Invariants(eqx.Module):
    """Generators of the invariants of `rep_in` under `group`: scalars from which all others can be computed.

    The input scalars themselves, the products ⟨xᵢ, xⱼ⟩ of the group's form (i ≤ j; ω(xᵢ, xⱼ) with i < j for Sp;
    ⟨wᵢ, xⱼ⟩ of covectors and vectors for GL and SL), determinants for the special groups, and the components along the
    fixed vectors of a stabiliser. For U and SU ⟨x, y⟩ = Σ x̄ y; complex numbers give their real and imaginary part.
    For SO⁺(1,q) follow the orientations that no polynomial sees: see `scalaremlp.scalars.orientations`.

    Attributes:
        size: the number of scalars.
        names: what each scalar is, e.g. `"<x1,x2>"`.

    Args:
        rep_in: a sum of T(0), T(1) and T(0,1).
        group: a classical group, a stabiliser of an axis or Trivial.
        degree: leave out scalars of a higher degree in the inputs; None keeps all. A cut that drops determinants
            describes a larger group, and warns.

    Returns:
        Called with one input, of shape (size_in,), the real scalars, of shape (size,).

    Raises:
        ValueError: for other groups or types, and for inputs of another shape.

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

    References:
        Weyl, *The Classical Groups* (1939), theorems 2.9.A and 6.1.A; Villar et al., arXiv:2106.06610, section 3.
    """

    rep_in: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    degree: int | None = eqx.field(static=True)

    def __init__(self, rep_in: Rep, group: Group, degree: int | None = None):
        self.rep_in, self.group, self.degree = rep_in, group, degree
        plan = invariant_plan(rep_in, group, degree)
        if plan.dropped:
            warnings.warn(
                f"degree={degree} drops {plan.dropped}: the scalars left are those of a larger group than {group}. "
                "Leave degree=None to keep it.",
                stacklevel=2,
            )

    @property
    def size(self) -> int:
        return len(self.names)

    @property
    def names(self) -> list[str]:
        return list(invariant_plan(self.rep_in, self.group, self.degree).names)

    @property
    def squares(self) -> dict[int, int]:
        """Row of an upper vector → position of its square ⟨x, x⟩ among the scalars."""
        return invariant_plan(self.rep_in, self.group, self.degree).squares

    @property
    def products(self) -> tuple[tuple[int, tuple[int, int]], ...]:
        """Position of each product ⟨x, y⟩ of different vectors, and the rows of the two."""
        return invariant_plan(self.rep_in, self.group, self.degree).products

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        plan = invariant_plan(self.rep_in, self.group, self.degree)
        plan.inputs.check(x)
        values = self._values(x, plan)
        if self.group.field == "real":
            return values
        return jnp.where(plan.imaginary, values.imag[plan.part], values.real[plan.part])

    def _values(self, x: Array, plan: "InvariantPlan") -> Array:
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
