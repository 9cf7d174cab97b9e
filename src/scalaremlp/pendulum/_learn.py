"""How a model of the pendulum is fitted."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.random as jr
from jaxtyping import Array, Key

from scalaremlp.data import Trajectories, spring_pendulum
from scalaremlp.dynamics import RungeKutta
from scalaremlp.train import FirstOrder, History, LevenbergMarquardt, TrajectoryMatching, fit

from ._model import Pendulum, vector_field

_LARGE = 2e11  # operations of an iteration


class Samples(NamedTuple):
    """Pieces of trajectories to fit to and to choose by, and whole rollouts to test on, all of different systems."""

    train: Trajectories
    validation: Trajectories
    test: Trajectories


def samples(
    n: int = 500,
    *,
    ntest: int = 500,
    noise: float = 0.0,
    seed: int = 0,
    turned: bool = False,
    turned_test: bool = False,
    dt: float = 0.2,
    horizon: float = 30.0,
    **options: Any,
) -> Samples:
    """Training and validation pieces of n systems each, and rollouts of further ones, as published by default.

    Args:
        n: systems for training, and as many for validation.
        ntest: systems to roll out.
        noise: standard deviation of the measurement noise on the states to learn from; the test is clean.
        seed: of the training and validation systems. The test systems are the same for all seeds.
        turned: whether gravity has any direction.
        turned_test: whether gravity has any direction for the test systems alone.
        dt: seconds between states.
        horizon: seconds over which pieces begin, and of the rollouts to test on.
        options: further ones of `scalaremlp.data.spring_pendulum`, such as `gravity` and `constants`.
    """
    options |= {"dt": dt, "horizon": horizon}
    test = systems(ntest, turned=turned or turned_test, **options)
    train, validation = (
        spring_pendulum(n, key=key, noise=noise, turned=turned, **options) for key in jr.split(jr.key(seed))
    )
    return Samples(train, validation, test)


def systems(
    n: int, *, dt: float = 0.2, horizon: float = 30.0, states: int | None = None, **options: Any
) -> Trajectories:
    """Rollouts of n test systems over the horizon, or so many states: the first n of the same for all seeds.

    Args:
        n: how many.
        dt: seconds between states.
        horizon: seconds.
        states: how many of each, if not all of the horizon.
        options: further ones of `scalaremlp.data.spring_pendulum`.
    """
    key = jr.fold_in(jr.key(0), 0x7E57)
    return spring_pendulum(n, key=key, states=states or round(horizon / dt), dt=dt, horizon=horizon, **options)


def second_order(steps: int = 80, *, noisy: bool = False) -> LevenbergMarquardt:
    """Levenberg-Marquardt, for the small networks of "scalars"; most fits end before the last step.

    Noise is fitted as well where there are few residuals, so with it the budget is larger: 500 pieces are seen at once.
    """
    return LevenbergMarquardt(steps=steps, budget=_LARGE if noisy else LevenbergMarquardt.budget)


def adam(steps: int = 2000, *, learning_rate: float = 3e-3, batch_size: int = 2000) -> FirstOrder:
    """Adam at the rate that Hamiltonian networks with EMLP were published with; a step sees 500 pieces' intervals."""
    return FirstOrder(learning_rate=learning_rate, steps=steps, batch_size=batch_size, schedule="constant", chunk=20)


#: How the networks are fitted unless told otherwise.
OPTIMIZERS: dict[str, Callable[[], Any]] = {"scalars": second_order, "radial": adam, "emlp": adam, "mlp": adam}


def matching(noisy: bool, *, precise: bool = True) -> TrajectoryMatching:
    """The loss: interval by interval for exact states, whole pieces with their first state estimated for noisy ones.

    Args:
        noisy: whether the states are measured with noise.
        precise: whether to make a step of order 8, which errs by less than 1e-9 over 0.2 s, where the states are exact.
            Otherwise it is one of order 4, a third of the work, whose error of about 1e-5 is far below any noise.
    """
    integrator = RungeKutta(order=8 if precise and not noisy else 4)
    return TrajectoryMatching(vector_field, integrator, whole=noisy, estimate=noisy)


def learn(
    model: Pendulum, data: Samples, *, key: Key[Array, ""], noisy: bool = False, optimizer: Any = None, **options: Any
) -> tuple[Pendulum, History]:
    """Fit a model to pieces of trajectories; the one that is best on the validation pieces is kept.

    Steps of order 8 are for "scalars" alone: the others err by far more than steps of order 4 do.

    Args:
        model: what `Pendulum` makes; its statistics are taken from the training data.
        data: of `samples`.
        key: randomness of the fit.
        noisy: whether the states are measured with noise; see `matching`.
        optimizer: of `OPTIMIZERS` by default.
        options: passed on to `scalaremlp.fit`.
    """
    pieces, held_out = data.train, data.validation
    if not noisy:
        pieces, held_out = pieces.intervals(), held_out.intervals()
    if optimizer is None:
        chosen = OPTIMIZERS[model.features]
        optimizer = second_order(noisy=noisy) if chosen is second_order else chosen()
    loss = matching(noisy, precise=model.features == "scalars")
    fitted: tuple[Pendulum, History] = fit(
        model.calibrated_for(data.train), pieces, validation=held_out, loss=loss, optimizer=optimizer, key=key,
        **options,
    )  # fmt: skip
    return fitted
