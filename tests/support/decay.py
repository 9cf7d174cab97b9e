"""An exponential decay, a law of three parameters that is fitted in several tests."""

import equinox as eqx
import jax
import jax.numpy as jnp


class Decay(eqx.Module):
    """a exp(-b t) + c."""

    w: jax.Array

    def __call__(self, t):
        return self.w[0] * jnp.exp(-self.w[1] * t) + self.w[2]


TIMES = jnp.linspace(0, 4, 30)[:, None]
DECAY = 2.0 * jnp.exp(-1.3 * TIMES) + 0.5
