"""Equivariant functions whose coefficients are Gaussian processes of the scalars."""

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact, Key

from ..._check import whole_number
from ..._model import check_types
from ...groups import Group
from ...reps import Rep
from ...scalars import Covariants, Scalars, together
from ...scalars.inputs import takes_tensors
from .._covariant_sum import as_complex
from .._moments import Moments
from ..typed import TypedModel
from ._coefficients import Coefficients, Dependencies, Shape, named_dependencies
from ._dictionary import dictionary
from ._fitted import SEARCHES, Fitted
from ._functions import Functions

if TYPE_CHECKING:
    from ._fit import Prepared


class ScalarGP(TypedModel):
    r"""An equivariant function whose coefficients are Gaussian processes of the scalars: for few samples.

    $$f(x) = \sum_c c_c(s(x))\, t_c(x), \qquad c_c \sim \mathcal{GP}(0, k_c), \qquad
    \operatorname{Cov}[f(x), f(x')] = \sum_c k_c(s, s')\, t_c(x)\, t_c(x')^T$$

    with the covariants t_c of a `ScalarMLP`, and beside its scalars those of differences of vectors, with logarithms of
    their squares, and, where scalars span decades, their logarithms, ratios and shares. The covariance of each
    coefficient is

    $$k_c(s, s') \propto \Bigl(1 + \sum_i b_{ci}\, s_i s'_i\Bigr)
    \prod_i \bigl(1 + a_{ci}\, e^{-(s_i-s'_i)^2/2\ell_{ci}^2}\bigr)$$

    and its numbers are those of the largest evidence: where a and b vanish, the coefficient does not depend on that
    scalar. So a law of few scalars is found from few samples, and `dependencies` says which they are. Beside the
    covariants that are input vectors stand the differences of any two. Each tensor of the output has a process and a
    noise of its own. An invariant output of one sign that spans decades is the exponential of a process, and one of
    both signs a process times a product of powers, where that predicts left-out samples better.

    The weights of the samples, of up to 10⁷, multiply rounding errors. Where inputs have several indices or outputs are
    packed, sums in float64 have 70 binary digits, and the function is as equivariant as its scalars are.

    `scalaremlp.fit` fits it in closed form; before it is zero. A `ScalarMLP` whose width is left open offers it as an
    alternative.

    Args:
        rep_in: a sum of tensors of at most four indices: T(0), T(1), T(0,1), T(2), Sym(2), …
        rep_out: any sum of tensors.
        group: a classical group, a stabiliser of an axis, S(n) or Trivial.
        limit: the most covariants to build.
        searches: how many ways uphill are followed to the end where noise remains, from 1 to 4: the evidence has
            several maxima. One takes the least time.
        decades: the positions of the invariants that span decades; found when the model is fitted.
        shapes: the sizes of the fitted arrays; likewise.
        key: not used, since nothing is drawn; all models are made by the same call.

    Returns:
        Called with one input, of shape (size_in,), the output, of shape (size_out,). For a batch use `jax.vmap`.

    Raises:
        ValueError: for types or groups without known scalars, above `limit`, and for inputs of another shape.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> x = jr.normal(jr.key(0), (60, 6))
        >>> y = jnp.sin(jnp.sum(x[:, :3] * x[:, 3:], axis=1, keepdims=True))    # sin <x1,x2>
        >>> data = se.data.Dataset(x, y, 2 * T(1), T(0), O(3))
        >>> model, history = se.fit(se.nn.ScalarGP(2 * T(1), T(0), O(3)), data, key=jr.key(1))
        >>> model.dependencies
        {'1': ['<x1,x2>']}

    References:
        Villar et al., arXiv:2106.06610 (scalars and covariants); Reisert and Burkhardt, JMLR 8, 385 (2007) (equivariant
        covariances); Duvenaud et al., NIPS 2011 (products over inputs); Neal (1996) and MacKay (1998) (evidence).
    """

    features: Scalars
    covariants: Covariants
    scalars: Moments
    tensors: tuple[Coefficients, ...]

    def __init__(
        self,
        rep_in: Rep,
        rep_out: Rep,
        group: Group,
        *,
        limit: int = 100_000,
        searches: int = SEARCHES,
        decades: tuple[int, ...] = (),
        shapes: tuple[tuple[Any, ...], ...] = (),
        key: Key[Array, ""] | None = None,
    ):
        check_types(rep_in, rep_out, group)
        del key
        self.rep_in, self.rep_out, self.group = rep_in, rep_out, group
        self.covariants = Covariants(rep_in, rep_out, group, limit=limit)
        every = tuple(Shape(*shape) for shape in shapes) or (Shape(0, 0, 0),) * len(self.covariants.copies)
        self.settings = (("limit", limit), ("decades", tuple(decades)), ("shapes", tuple(map(tuple, every))))
        whole_number("searches", searches, 1)
        if searches != SEARCHES:
            self.settings = (*self.settings, ("searches", searches))
        self.features = dictionary(rep_in, group, tuple(decades))
        self.scalars = Moments.standard(self.features.size)
        self.tensors = tuple(Coefficients.empty(shape, self._coefficients, len(decades)) for shape in every)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Inexact[Array, " size_out"]:
        self.types.check_one_input(x)
        (features,) = together((self.features,), x)
        scalars = self.scalars(features)
        every = jnp.zeros(self._coefficients, scalars.dtype)
        for tensor in self.tensors:
            every = every + tensor(scalars, digits=self._digits)
        values = self.covariants.combine(as_complex(every, self.group), x)
        return jnp.concatenate([values[:0], *self._linked(values, features)])

    def _linked(self, values: Array, features: Array) -> list[Array]:
        """The outputs that the values of the processes stand for."""
        sizes = jnp.log(jnp.maximum(jnp.abs(features[self.decades]), jnp.finfo(features.dtype).tiny))
        found = []
        for tensor, log, (_, place) in zip(self.tensors, self.logs, self.covariants.copies, strict=True):
            value = tensor.known.offset + values[place]
            if log:
                value = tensor.known.sign * jnp.exp(value)
            elif len(sizes):
                value = value * jnp.exp(tensor.known.exponents @ sizes)
            found.append(value)
        return found

    @property
    def _coefficients(self) -> int:
        """How many real coefficients there are."""
        return self.covariants.size * (2 if self.group.field == "complex" else 1)

    @property
    def _digits(self) -> bool:
        """Whether terms need more digits: of tensors, whose scalars are many and depend on each other."""
        return takes_tensors(self.rep_in, self.rep_out, self.group)

    @property
    def searches(self) -> int:
        """How many ways uphill a fit follows to the end."""
        return int(dict(self.settings).get("searches", SEARCHES))

    @property
    def decades(self) -> np.ndarray:
        """The positions of the invariants that span decades."""
        return np.array(dict(self.settings)["decades"], dtype=int)

    @property
    def logs(self) -> tuple[bool, ...]:
        """For each tensor of the output, whether the process is its logarithm."""
        return tuple(bool(shape[3]) for shape in dict(self.settings)["shapes"])

    @property
    def knows_decades(self) -> bool:
        """Yes, where that predicts left-out samples better."""
        return True

    @property
    def plain(self) -> bool:
        """Whether every process is an output itself, not its logarithm or a part of a product."""
        return not any(self.logs) and not any(np.any(tensor.known.exponents) for tensor in self.tensors)

    def fitted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> Fitted:
        """The model given samples, and what it says of them."""
        return self.shown(x, y).fitted(x, y)

    def shown(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> "Prepared":
        """The model before a fit to these samples, with their scalars and covariants."""
        from ._fit import Prepared  # which makes models of this class

        return Prepared.of(self, x, y)

    def linear_form(self) -> Functions:
        """The process as functions with independent weights, by which its posterior is found.

        Raises:
            ValueError: where an output is not the process, but its exponential or a part of a product.
        """
        if not self.plain:
            raise ValueError(
                "Standard deviations are known where a Gaussian process is the output itself. Got one of logarithms or "
                "powers: fit the logarithm of the output as data of its own."
            )
        return Functions.of(self)

    @property
    def dependencies(self) -> dict[str, list[str]]:
        """For each covariant that counts, or difference of two, the scalars that its coefficient depends on."""
        return named_dependencies(self.positions, self.covariants.names, self.features.names)

    @property
    def positions(self) -> Dependencies:
        """The same by positions, with signs of the covariants.

        Of a complex group the rows from `covariants.size` on are the imaginary parts of the coefficients.
        """
        found = []
        for known in (tensor.known for tensor in self.tensors):
            arrays = map(np.asarray, (known.mixing, known.columns, known.weight, known.slope))
            for mixed, columns, a, b in zip(*arrays, strict=True):
                signed = tuple((int(row), int(mixed[row])) for sign in (1, -1) for row in np.flatnonzero(mixed == sign))
                found.append((signed, tuple(int(i) for i in columns[(a > 0) | (b > 0)])))
        return tuple(found)

    @property
    def summary(self) -> str:
        """What the model is made of, in words."""
        centres = max((tensor.shape[0] for tensor in self.tensors), default=0)
        sizes = f"{self.features.size} scalars, {self.covariants.size} covariants"
        return f"{sizes}, Gaussian processes of up to {centres} centres"

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "ScalarGP":
        """The model that `config` describes, with arrays to be filled in."""
        shapes = tuple(map(tuple, config.get("shapes", ())))
        return super().from_config({**config, "shapes": shapes, "decades": tuple(config.get("decades", ()))})
