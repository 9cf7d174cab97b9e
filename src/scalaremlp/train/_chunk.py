"""One chunk of training on mini-batches: a fixed number of steps inside one compiled scan."""

from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Array, Float, Int, Key, PyTree

from ._batches import mean_over, sample_count, shuffled, take
from ._loss import Loss
from ._minibatch import Minibatch, Rule

_PIECE = 1024  # samples at a time when a loss is averaged over a whole data set


class State(eqx.Module):
    """Everything that changes during training on mini-batches; a run that is given it back goes on with the same bits.

    `order` is the order of the samples in the current epoch, `unit` what the loss is divided by, `best` the parameters
    with the smallest validation loss so far, reached after `best_step` steps.
    """

    parameters: PyTree
    optimizer: PyTree
    step: Int[Array, ""]
    order: Int[Array, " n"]
    unit: Float[Array, ""]
    best: PyTree
    best_loss: Float[Array, ""]
    best_step: Int[Array, ""]


@eqx.filter_jit
def average_loss(loss: Loss, model: PyTree, batch: PyTree, key: Key[Array, ""]) -> Float[Array, ""]:
    """The mean loss over all samples of a batch, in pieces, so that a large data set fits into memory."""
    return mean_over(lambda piece: loss(model, piece, key), batch, _PIECE)


@eqx.filter_jit
def run_chunk(
    state: State,
    static: PyTree,
    loss: Loss,
    rule: Rule,
    data: PyTree,
    validation: PyTree,
    key: Key[Array, ""],
    rates: Float[Array, " length"],
    batch_size: int,
) -> tuple[State, Float[Array, ""], Float[Array, ""]]:
    """Make `len(rates)` steps; return the new state, the mean training loss and the validation loss (NaN without one).

    The training loss is NaN as well when a parameter is no longer finite. Each step takes the next `batch_size` samples
    of the epoch's order; the samples that are left at the end of an epoch, too few for a batch, wait for the next one.
    Orders and noise depend on the key and the number of the step alone.
    """
    order_key, noise_key, _ = jr.split(key, 3)

    def step_once(carry: tuple[PyTree, PyTree, Array, Array], rate: Array) -> tuple[Any, Array]:
        parameters, memory, step, order = carry
        batch, order = _next_batch(data, batch_size, step, order, order_key)
        at = Minibatch(loss, static, batch, jr.fold_in(noise_key, step), state.unit)
        parameters, memory, value = rule.step(at, parameters, memory, rate)
        return (parameters, memory, step + 1, order), value * state.unit

    carry = state.parameters, state.optimizer, state.step, state.order
    (parameters, memory, step, order), losses = jax.lax.scan(step_once, carry, rates)
    state = replace(state, parameters=parameters, optimizer=memory, step=step, order=order)
    finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(parameters)]))
    training_loss = jnp.where(finite, jnp.mean(losses), jnp.nan)
    if validation is None:
        return state, training_loss, jnp.asarray(jnp.nan)
    validation_loss = loss_at_rest(loss, eqx.combine(parameters, static), validation, key)
    return _with_best(state, validation_loss), training_loss, validation_loss


def loss_at_rest(loss: Loss, model: PyTree, validation: PyTree, key: Key[Array, ""]) -> Float[Array, ""]:
    """The validation loss, with whatever is done in training only, as by `equinox.nn.Dropout`, switched off."""
    return average_loss(loss, eqx.nn.inference_mode(model), validation, validation_key(key))


def validation_key(key: Key[Array, ""]) -> Key[Array, ""]:
    """The key of the validation loss, the same at every step, so that its values can be compared."""
    return jr.split(key, 3)[2]


def _next_batch(
    data: PyTree, batch_size: int, step: Int[Array, ""], order: Int[Array, " n"], key: Key[Array, ""]
) -> tuple[PyTree, Int[Array, " n"]]:
    """The samples of a step and the order of its epoch, which is drawn anew when the epoch begins."""
    samples = sample_count(data)
    if batch_size >= samples:
        return data, order
    epoch, position = jnp.divmod(step, samples // batch_size)
    order = jax.lax.cond(position == 0, lambda: shuffled(key, epoch, samples), lambda: order)
    return take(data, jax.lax.dynamic_slice(order, (position * batch_size,), (batch_size,))), order


def _with_best(state: State, validation_loss: Float[Array, ""]) -> State:
    """The state with its parameters kept as the best ones, if they are."""
    better = validation_loss < state.best_loss
    now = (state.parameters, validation_loss.astype(state.best_loss.dtype), state.step)
    kept = (state.best, state.best_loss, state.best_step)
    best, best_loss, best_step = jax.tree.map(lambda new, old: jnp.where(better, new, old), now, kept)
    return replace(state, best=best, best_loss=best_loss, best_step=best_step)
