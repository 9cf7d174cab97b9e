"""Equivariant polynomials, fitted by one linear solve."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact, Key

from .._arrays import on_device
from .._check import whole_number
from .._model import check_types
from ..groups import Group
from ..reps import Rep
from ..reps.terms import terms
from ..scalars import Covariants, Invariants, Statistics
from ._monomials import Products, count, monomials_of, products
from ._polynomial_fit import PolynomialFit, fitted_polynomial
from ._polynomial_scalars import PolynomialScalars
from .gp import Fitted
from .typed import TypedModel


class Units(Statistics):
    """The size of each input: every tensor is divided by one number."""

    size: Float[Array, " size_in"]

    def __call__(self, x: Inexact[Array, "*batch size_in"]) -> Inexact[Array, "*batch size_in"]:
        return x / self.size


class ScalarPolynomial(TypedModel):
    r"""The equivariant polynomials of a type up to a degree: for laws that are smooth in tensors.

    $$f(x) = \sum_k \sum_m w_{km}\, m(s(x))\, t_k(x), \qquad \deg m + \deg t_k \le D$$

    with the monomials m of the generating invariants s and the generating covariants t_k. Since these generate, it is
    every equivariant polynomial of degree D in the components of the inputs. Laws of strain, of a velocity gradient or
    of a field, which are analytic where the tensors are small, are met with an error that falls as 1/D!; laws with
    poles or roots, as of distances, are not.

    `scalaremlp.fit` finds the coefficients by a linear solve, and the degree of each tensor of the output by the error
    of samples that are left out, which is exact for linear models. Where that is below 1e-8 of the outputs, it is
    fitted to 4000 samples at most, among them the farthest, if these predict the others as well. Before it is zero. A
    `ScalarMLP` of tensors whose width is left open offers it as an alternative.

    Args:
        rep_in: a sum of tensors of at most four indices.
        rep_out: any sum of tensors.
        group: a real group with known invariants.
        limit: the most covariants, and the most products for each tensor of the output.
        degrees: the degree of each term of the output; found when the model is fitted.
        key: not used, since nothing is drawn; all models are made by the same call.

    Returns:
        Called with one input, of shape (size_in,), the output, of shape (size_out,). For a batch use `jax.vmap`.

    Raises:
        ValueError: for complex groups, for types or groups without known scalars, and for inputs of another shape.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Sym
        >>> x = 0.3 * jr.normal(jr.key(0), (200, 6))
        >>> rep = Sym(2)(O(3))
        >>> strain, = rep.split(x)
        >>> data = se.data.Dataset(x, rep.merge([strain @ strain]), Sym(2), Sym(2), O(3))
        >>> model, history = se.fit(se.nn.ScalarPolynomial(Sym(2), Sym(2), O(3)), data, key=jr.key(1))
        >>> model.degrees, bool(se.evaluate(model, data)["relative_mse"] < 1e-24)
        ((2,), True)

    References:
        Procesi and Schwarz, Inventiones 81 (1985), 539, on smooth functions of invariants; Golub, Heath and Wahba,
        Technometrics 21 (1979), 215, on samples left out.
    """

    invariants: Invariants
    covariants: Covariants
    units: Units
    weights: tuple[Float[Array, "copies products"], ...]

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        *,
        limit: int = 2000,
        degrees: tuple[int, ...] = (),
        key: Key[Array, ""] | None = None,
    ):
        check_types(rep_in, rep_out, group)
        del key
        if group.field != "real":
            raise ValueError(f"ScalarPolynomial needs a real group. Got {group}: take ScalarMLP.")
        self.rep_in, self.rep_out, self.group = rep_in, rep_out, group
        blocks = rep_out(group).blocks
        self.settings = (("limit", whole_number("limit", limit)), ("degrees", _checked(degrees, len(blocks))))
        self.invariants, self.covariants = PolynomialScalars.upto(rep_in, rep_out, group, max(self.degrees, default=0))
        self.units = Units(on_device(np.ones(rep_in(group).size)))
        shapes = [(copies, self.count(block)) for block, (copies, _) in enumerate(blocks)]
        self.weights = tuple(on_device(np.zeros(shape)) for shape in shapes)

    @property
    def degrees(self) -> tuple[int, ...]:
        """The degree of each term of the output."""
        return tuple(dict(self.settings)["degrees"])

    @property
    def tables(self) -> tuple[Products, ...]:
        """The products of each term of the output."""
        return tuple(products(*self.kinds(block), degree) for block, degree in enumerate(self.degrees))

    def kinds(self, block: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The degrees of the scalars, and of the covariants of one term of the output."""
        return PolynomialScalars(self.invariants, self.covariants).kinds(block)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        self.types.check_one_input(x)
        x = self.units(x)
        scalars, found = self.invariants(x), []
        for table, tensors, weights in zip(self.tables, self.covariants.tensors(x), self.weights, strict=True):
            places = np.ravel_multi_index((table.monomial, table.covariant), (len(table.exponents), len(tensors)))
            every = jnp.zeros((len(weights), len(table.exponents) * len(tensors)), weights.dtype)
            every = every.at[:, places].set(weights).reshape(len(weights), -1, len(tensors))
            coefficients = jnp.einsum("m,cmk->ck", monomials_of(scalars, table.exponents), every)
            found.append((coefficients @ tensors).reshape(-1))
        return jnp.concatenate([scalars[:0], *found])

    def fitted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> Fitted:
        """The model given samples, and what it says of them."""
        return self.shown(x, y).fitted(x, y)

    def shown(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> PolynomialFit:
        """The model fitted to these samples, to be asked for."""
        units = np.ones(x.shape[1])
        for term in terms(self.rep_in, self.group):
            size = float(np.sqrt(np.mean(np.asarray(x)[:, term.part] ** 2)))
            units[term.part] = size if size > 0 and np.isfinite(size) else 1.0
        return fitted_polynomial(self, Units(on_device(units)), x, y)

    def with_degrees(self, degrees: tuple[int, ...]) -> "ScalarPolynomial":
        """A polynomial of these degrees, before it is fitted."""
        settings = {**dict(self.settings), "degrees": degrees}
        return ScalarPolynomial(self.rep_in, self.rep_out, self.group, **settings)

    def count(self, block: int) -> int:
        """How many products there are for a term of the output, and degree."""
        return count(*self.kinds(block), self.degrees[block])

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        sizes = f"{self.invariants.size} scalars, {self.covariants.size} covariants"
        return f"{sizes}, polynomials of degree {', '.join(map(str, self.degrees))} in the inputs"

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "ScalarPolynomial":
        """The model that `config` describes, with arrays to be filled in."""
        return super().from_config({**config, "degrees": tuple(config.get("degrees", ()))})


def _checked(degrees: tuple[int, ...], blocks: int) -> tuple[int, ...]:
    """One degree for each term of the output; 0 where nothing is said."""
    if degrees and len(degrees) != blocks:
        raise ValueError(
            f"`degrees` must be one for each term of the output, {blocks}. Got {len(degrees)}: leave them to `fit`."
        )
    return tuple(whole_number("degrees", each, 0) for each in degrees) or (0,) * blocks
