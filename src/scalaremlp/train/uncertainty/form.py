"""A model near its fit as a linear function of some numbers, held near zero in groups: its derivatives by them."""

from collections.abc import Iterator
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact, Int, PyTree

from ..._model import offers
from .._loss import as_real
from .._parameters import split_parameters
from ..second_order.flat import flattened, prior_groups, unflattened

_CHUNK_BYTES = 1e8


class ByParameters(eqx.Module):
    """The derivatives of a model's outputs by its parameters.

    A model may offer another form, as a Gaussian process does, by `linear_form()`: an object of the same attributes.

    Attributes:
        like: the parameters, for their structure.
        static: the rest of the model.
        values: the parameters as one vector.
        groups: a number for each, the same for those that are held near zero together.
        held: whether the model is the optimum for precisions of its own, one for each group, as a fit in closed form
            leaves it.
    """

    like: PyTree
    static: PyTree
    values: Float[np.ndarray, " p"]
    groups: Int[np.ndarray, " p"]
    held: ClassVar[bool] = False

    @classmethod
    def of(cls, model: Any) -> "ByParameters":
        """The form of any model."""
        parameters, rest = split_parameters(model)
        return cls(parameters, rest, np.asarray(flattened(parameters)), prior_groups(model, parameters))

    def model(self, theta: Float[Array, " p"]) -> Any:
        """The model with these parameters."""
        return eqx.combine(unflattened(self.like, theta), self.static)

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, "m p"]:
        """The derivatives at one input; of complex outputs those of the real parts before the imaginary ones."""
        return jax.jacrev(lambda theta: as_real(self.model(theta)(x)))(self.values)

    def rest(self, x: Inexact[Array, " size_in"]) -> Float[Array, "m 0"]:
        """What these numbers leave out of each group: nothing."""
        return jnp.zeros((jax.eval_shape(lambda: as_real(self.model(jnp.asarray(self.values))(x))).shape[0], 0))

    def shaped(self, numbers: Float[np.ndarray, " p"]) -> PyTree:
        """One number for each parameter, in the structure of the model."""
        return unflattened(self.like, numbers)


def form_of(model: Any) -> Any:
    """The form that a model offers, or that by its parameters."""
    return model.linear_form() if offers(model, "linear_form") else ByParameters.of(model)


def in_chunks(function: Any, xs: PyTree, size: int) -> Iterator[tuple[slice, Any]]:
    """What `function` gives for the rows of `xs`, as many at a time as take about 100 MB.

    Args:
        function: of one row.
        xs: arrays with one entry a row.
        size: numbers that it gives for a row.
    """
    rows = len(jax.tree.leaves(xs)[0])
    chunk = max(1, min(rows, int(_CHUNK_BYTES / (8 * max(size, 1)))))
    for start in range(0, rows, chunk):
        own = np.minimum(np.arange(start, start + chunk), rows - 1)
        part = _apply(function, jax.tree.map(lambda array, own=own: array[own], xs))
        stop = min(start + chunk, rows)
        yield slice(start, stop), jax.tree.map(lambda array, count=stop - start: np.asarray(array)[:count], part)


@eqx.filter_jit
def _apply(function: Any, xs: PyTree) -> Any:
    return jax.vmap(function)(xs)
