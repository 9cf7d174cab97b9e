"""Equivariant functions as networks in the scalars times tensors made from the inputs."""

from dataclasses import asdict
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact, Key, PyTree

from .._arrays import on_device
from .._check import truth_value
from .._model import WithoutUnits, check_key, check_types
from ..groups import Group
from ..reps import Rep
from ..scalars import false_like, learned
from ..scalars.inputs import takes_tensors
from ._coefficients import Settings
from ._covariant_sum import CovariantSum
from ._degree import affordable_degree
from ._features import check_name
from ._moments import squared_norms
from ._particle_sum import ParticleSum
from ._selected import Selected
from ._units import InputScale, Offset, in_own_size, output_units
from .gp import Dependencies, ScalarGP, dictionary, named_dependencies
from .typed import TypedModel

_SCALED = "inputs_scaled"  # in a config: whether the model multiplies its inputs by powers of two
_WIDTH = 24
_EXACT = 1e-6  # relative error of a polynomial on samples left out below which nothing else is offered
_MOST_SAMPLES = 3000  # beyond, the evidence of a network is as good
_FEW_DEPENDENCIES, _SMALL_WIDTH = 12, 6  # of a law of few scalars, and the width of its networks
_MOST_DEPENDENCIES = 600  # of covariants on scalars: the time of a Gaussian process is theirs


class ScalarMLP(TypedModel):
    r"""An equivariant function of any type, exact in its symmetry by construction.

    $$f(x) = \sum_k c_k(s(x))\, t_k(x)$$

    with the invariant scalars s, the covariants t_k of type `rep_out` (`scalaremlp.scalars.Covariants`), and smooth
    coefficients c = quadratic polynomial + network in the standardised scalars. The scalars are all polynomial
    invariants and, for compact groups, the norms and cosines of the vectors.

    With `permutation=True` the particles of an input such as `5*T(0) + 5*T(1)` are identical: particle i is the i-th
    of each block, and f does not change when they are permuted. Then

    $$f(x) = \sum_k \sum_{(i_1, …, i_k)} \sum_\kappa c_\kappa(s(x_{i_1}, …, x_{i_k}), p(x))\, t_κ(x_{i_1}, …, x_{i_k})$$

    over ordered tuples of different particles, with the covariants made of just these, the scalars s of the tuple and
    pooled scalars p, means over particles and over pairs. It represents all sums over particles and over pairs of
    functions of their own scalars times their own covariants, also with coefficients that depend on pooled sums; three
    or more particles occur together only in covariants that all of them are in. It does not represent every
    symmetric function: two configurations whose particles and pairs have the same scalars, counted, are not told
    apart, and an invariant that needs three particles at once, such as a determinant in an output T(0), is not seen.

    Args:
        rep_in: a sum of tensors of at most four indices: T(0), T(1), T(0,1), T(2), Sym(2), …
        rep_out: any sum of tensors.
        group: a classical group, a stabiliser of an axis, S(n) or Trivial.
        width: of the hidden layers. With `None` it is left open: 24, and `scalaremlp.fit` may choose a `ScalarGP`.
        depth: the number of hidden layers.
        activation: of the network: "tanh+sine", "tanh", "silu", "softplus" or "relu". With "tanh+sine" a quarter of
            the units of a layer are sines.
        quadratic: whether the polynomial beside the network has squares and products. A law that is quadratic in the
            scalars is then found by a linear solve. Where it would have more than 1000 parameters it is linear only.
        norms: whether to have norms and cosines beside the products, for compact groups.
        permutation: whether particles are identical.
        scalars: which scalars to have, by name: "products", "norms" (with norms and cosines, for compact groups),
            "differences" (also the squares |xᵢ−xⱼ|² and, likewise, distances), "logs" (signed logarithms of the
            products) or "decades" (these, logarithms of their ratios, and shares of the total). With `None` it is
            left open: those that `norms` says, and `scalaremlp.fit` may choose a `ScalarGP`.
        dependencies: for a law of few scalars: covariants, or differences of two, and the scalars that the coefficient
            of each depends on, by their positions as in `ScalarGP.positions`; all else is left out. Each coefficient
            is then a network of its own.
        degree: the highest degree of scalars and covariants in the inputs. With `None` all, but of tensors those up to
            the degree at which there are at most 600 pairs of a scalar and a covariant; `summary` says which.
        limit: the most covariants to build.
        key: for the initial weights.

    Returns:
        Called with one input, of shape (size_in,), the output, of shape (size_out,). For a batch use `jax.vmap`.

    Raises:
        ValueError: for types or groups without known scalars, above `limit`, and for inputs of another shape.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> model = se.nn.ScalarMLP(3 * T(1), T(2), O(3), width=16, key=jr.key(0))
        >>> model(jnp.arange(9.0)).shape
        (9,)

    References:
        Villar et al., *Scalars are universal*, arXiv:2106.06610, propositions 4 and 5.
    """

    permutation: bool = eqx.field(static=True)
    body: CovariantSum | ParticleSum | Selected
    inputs: InputScale | None

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        *,
        width: int | None = None,
        depth: int = 2,
        activation: str = "tanh+sine",
        quadratic: bool = True,
        norms: bool = True,
        permutation: bool = False,
        scalars: str | None = None,
        dependencies: Dependencies | None = None,
        degree: int | None = None,
        limit: int = 100_000,
        key: Key[Array, ""],
    ):
        check_types(rep_in, rep_out, group)
        check_key(key)
        truth_value("permutation", permutation)
        self.rep_in, self.rep_out, self.group, self.permutation = rep_in, rep_out, group, permutation
        settings = Settings(_WIDTH if width is None else width, depth, activation, quadratic)
        told = {**asdict(settings), "width": width, "norms": norms, "permutation": permutation, "limit": limit}
        self.settings = tuple((told if scalars is None else {**told, "scalars": scalars}).items())
        if degree is None:
            degree = affordable_degree(rep_in, rep_out, group, pairs=permutation)
        if degree is not None:
            self.settings = (*self.settings, ("degree", degree))
        if scalars is not None:
            _check_alone(scalars, norms, dependencies)
        seen = scalars or ("norms" if norms else "products")
        if dependencies is not None:
            chosen = tuple((tuple((row, sign) for row, sign in mixed), tuple(at)) for mixed, at in dependencies)
            self.settings = (*self.settings, ("dependencies", chosen))
            self.body = Selected(rep_in, rep_out, group, settings, chosen, limit=limit, key=key)
        else:
            body = ParticleSum if permutation else CovariantSum
            self.body = body(rep_in, rep_out, group, settings, scalars=seen, limit=limit, degree=degree, key=key)
        self.inputs = None

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        self.types.check_one_input(x)
        return self.body(x if self.inputs is None else self.inputs(x))

    @property
    def summary(self) -> str:
        """What the model is made of, in words: how many scalars and covariants."""
        told = dict(self.settings)
        named, degree = told.get("scalars"), told.get("degree")
        low = "" if degree is None else f", of degree at most {degree} in the inputs"
        return self.body.summary + low + (f", scalars: {named}" if named else "")

    @property
    def knows_decades(self) -> bool:
        """Whether its scalars are logarithms."""
        return dict(self.settings).get("scalars") in ("logs", "decades")

    @property
    def identical_particles(self) -> bool:
        """Whether particles are identical."""
        return self.permutation

    @property
    def dependencies(self) -> dict[str, list[str]]:
        """For each covariant, or difference of two, the scalars its coefficient depends on; empty where it is all."""
        if not isinstance(self.body, Selected):
            return {}
        return named_dependencies(self.body.dependencies, self.body.covariants.names, self.body.features.names)

    def calibrate(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"] | None = None) -> "ScalarMLP":
        """A model with the statistics of the training data: scalars of order one, and outputs of the size of y.

        Scalars are standardised; covariants are scaled as a whole, by one number each, so that no symmetry breaks. Each
        term of the output is of the size of y about its mean, and only what is invariant is shifted: T(0), and of other
        tensors what no group element moves, such as δ in T(2). Inputs below 1e-20 or above 1e20 are first multiplied
        by a power of two, one for each term, or for each kind of tensor where differences are taken.
        """
        told = dict(self.settings)
        subtracted = "dependencies" in told or told.get("scalars") == "differences"
        scale = InputScale.of(self.rep_in, self.group, x, blocks=self.permutation, kinds=subtracted)
        model = eqx.tree_at(lambda m: m.inputs, self, scale, is_leaf=lambda leaf: leaf is None)
        return _calibrated(model, x, *output_units(self.rep_out, self.group, y))

    def calibrate_unshifted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> "ScalarMLP":
        """As the first version did, in which a fit may have begun: no output is shifted, each block has one size."""
        model = eqx.tree_at(lambda m: m.inputs, self, None, is_leaf=lambda leaf: leaf is None)
        return _calibrated_unshifted(model, x, y)

    def alternatives(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> list[Any]:
        """Models that could take the place of this one for these samples, if their user has left it open."""
        told = dict(self.settings)
        named = "scalars" in told or "dependencies" in told
        given = told["width"] is not None or named or not (told["quadratic"] and told["norms"])
        if given or self.permutation:
            return []
        polynomials = self._polynomials(x, y)
        if len(x) > _MOST_SAMPLES or any(found.relative_error < _EXACT for found in polynomials):
            return [found for found in polynomials if found.relative_error < _EXACT]
        if "degree" in told:
            return polynomials
        process = ScalarGP(self.rep_in, self.rep_out, self.group, limit=told["limit"])
        many = process.features.size * process.covariants.size > _MOST_DEPENDENCIES
        return polynomials if many else [process.shown(x, y), *polynomials]

    def _polynomials(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> list[Any]:
        """A polynomial fitted to the samples, where there are tensors, of which laws are often smooth."""
        if not takes_tensors(self.rep_in, self.rep_out, self.group) or self.group.field == "complex":
            return []
        from ._scalar_polynomial import ScalarPolynomial  # of tensors alone

        return [ScalarPolynomial(self.rep_in, self.rep_out, self.group).shown(x, y)]

    def refined(self, alternative: "ScalarGP", *, key: Key[Array, ""]) -> "ScalarMLP | None":
        """Small networks of just the scalars that a fitted alternative depends on, if these are few."""
        if not isinstance(alternative, ScalarGP):
            return None
        positions = tuple((mixed, columns) for mixed, columns in alternative.positions if columns or len(mixed) == 1)
        used = [i for _, columns in positions for i in columns]
        known = all(i < dictionary(self.rep_in, self.group).size for i in used)  # those of decades come behind
        if not positions or len(used) > _FEW_DEPENDENCIES or not known or not alternative.plain:
            return None
        return ScalarMLP(
            self.rep_in, self.rep_out, self.group, width=_SMALL_WIDTH, limit=dict(self.settings)["limit"],
            dependencies=positions, key=key,
        )  # fmt: skip

    def without_units(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> WithoutUnits:
        """Itself: its scalars are standardised. Tensors of one kind are divided by their size."""
        return self, in_own_size(self.rep_in, self.group, x), in_own_size(self.rep_out, self.group, y)

    def linear_parameters(self) -> PyTree:
        """Booleans, a tree like the parameters: the polynomial, in which the model is linear."""

        def linear(model: Any) -> list[Any]:
            parts = model.body.all_coefficients
            return [array for c in parts for array in (c.polynomial, c.bias)]

        return eqx.tree_at(linear, false_like(self), [True] * len(linear(self)))

    def parameter_groups(self) -> PyTree:
        """Integers, a tree like the parameters: those of one number, within an array, share a prior.

        See `scalaremlp.train.LevenbergMarquardt`, which switches off groups that the data do not call for.
        """
        one_each = jax.tree.map(lambda array: np.zeros(array.shape, int), eqx.filter(self, learned(self)))
        every = self.body.all_coefficients
        return eqx.tree_at(
            lambda model: list(model.body.all_coefficients), one_each, [c.parameter_groups() for c in every]
        )

    def config(self) -> dict[str, Any]:
        """What makes a model of the same structure, as JSON."""
        return super().config() | ({} if self.inputs is None else {_SCALED: True})

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "ScalarMLP":
        """The model that `config` describes, with arrays to be filled in."""
        given = {name: value for name, value in config.items() if name != _SCALED}
        if "dependencies" in given:  # JSON has no tuples
            given["dependencies"] = tuple(
                (tuple((row, sign) for row, sign in mixed), tuple(columns)) for mixed, columns in given["dependencies"]
            )
        model = super().from_config(given)
        if not config.get(_SCALED):
            return model
        scale = InputScale(on_device(np.ones(model.rep_in(model.group).size)))
        return eqx.tree_at(lambda m: m.inputs, model, scale, is_leaf=lambda leaf: leaf is None)


def _check_alone(scalars: str, norms: bool, dependencies: Dependencies | None) -> None:
    """Scalars are chosen once."""
    check_name(scalars)
    given = "norms=False" if not norms else "dependencies" if dependencies is not None else ""
    if given:
        raise ValueError(f"`scalars` says which scalars to have. Got {scalars!r} and {given}. Leave one out.")


@eqx.filter_jit
def _calibrated(model: ScalarMLP, x: Array, offset: Offset | None, unit: Array) -> ScalarMLP:
    x = x if model.inputs is None else model.inputs(x)
    return eqx.tree_at(lambda m: m.body, model, model.body.calibrated(x, offset, unit))


@eqx.filter_jit
def _calibrated_unshifted(model: ScalarMLP, x: Array, y: Array) -> ScalarMLP:
    blocks = model.rep_out(model.group).blocks
    edges = np.cumsum([copies * term.size for copies, term in blocks])[:-1].tolist()
    sizes = jnp.stack([jnp.sqrt(squared_norms(part).mean()) for part in jnp.split(y, edges, axis=-1)])
    unit = jnp.where(sizes > 0, sizes, 1.0)[np.repeat(np.arange(len(blocks)), [copies for copies, _ in blocks])]
    return eqx.tree_at(lambda m: m.body, model, model.body.calibrated(x, None, unit))
