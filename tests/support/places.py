"""Small problems, linearised and fitted where the process that runs this has its devices; the numbers as JSON.

`python places.py [process processes port]`, the three for one process of several.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np

SAMPLES, FEW, MANY = 301, 7, 2001  # no multiples of two


class Two(eqx.Module):
    """What `Regression` asks of an output with two terms, of unlike size and noise."""

    body: eqx.nn.MLP

    def __call__(self, x):
        return self.body(x) * jnp.array([1.0, 1.0, 1e3])


def network() -> eqx.nn.MLP:
    """38 parameters."""
    return eqx.nn.MLP(3, 3, 5, 1, jnp.tanh, key=jr.key(0))


def problem(samples: int, terms: bool, **options: Any) -> tuple[Any, jax.Array]:
    """A network and samples, of which there may be fewer than parameters, and a point away from the network's own."""
    from scalaremlp.train import Regression
    from scalaremlp.train.second_order.problem import make_problem

    x = np.random.default_rng(0).standard_normal((samples, 3))
    y = np.stack([np.sin(x[:, 0]), x[:, 1] * x[:, 2], 1e3 * np.cos(x[:, 2])], axis=1)
    loss = Regression(weights=jnp.array([1.0, 1.0, 1e-3]), terms=(0, 0, 1) if terms else None)
    model = Two(network())
    made = make_problem(loss, model, (x, y), parameters=38, key=jr.key(0), chunk=64, **options)
    return made, 0.3 * jr.normal(jr.key(1), (38,))


def linearised(**options: Any) -> dict[str, list]:
    """What a step and the evidence ask of each problem."""
    from scalaremlp.train.second_order.by_term import weighed
    from scalaremlp.train.second_order.linearise import bend_of, linearise, squares_of

    found = {}
    for name, samples, terms in (
        ("one", SAMPLES, False),
        ("terms", SAMPLES, True),
        ("few", FEW, True),
        ("many", MANY, True),
    ):
        whole, theta = problem(samples, terms, **options)
        chosen, weights = np.arange(2, 37), np.array([1.0, 0.1]) if terms else None
        parts = linearise(whole, theta, chosen)
        linear = weighed(parts, weights)
        factor, pull = linear.factored(np.full(35, 0.5)), np.linspace(0.0, 1.0, 35)
        bend = bend_of(whole, theta, chosen, pull, weights, linear)
        kept = [
            squares_of(whole, theta), linear.gradient, linear.diagonal, linear.squares, linear.change(pull),
            factor.solve(pull), factor.determined(), factor.log_determinant, factor.bent(bend), bend, factor.exists,
        ]  # fmt: skip
        found[name] = [np.asarray(each, float).tolist() for each in kept]
        if terms:
            found[name].append(parts.determined(factor, weights).tolist())
    return found


class Law(eqx.Module):
    """Linear in its parameters."""

    w: jax.Array

    def __call__(self, x):
        return self.w @ jnp.concatenate([x, x**2])

    def linear_parameters(self):
        return Law(True)


def fitted(**options: Any) -> list[float]:
    """Losses and predictions of fits to many samples and to few, and of a law that a linear solve finds."""
    import scalaremlp as se

    (x, y), start, law = problem(200, False)[0].whole[0], Two(network()), np.arange(18.0).reshape(3, 6)
    exact = np.concatenate([x, x**2], axis=1) @ law.T
    found: list[float] = []
    for model, targets, samples in ((start, y, 200), (start, y, 12), (Law(jnp.zeros((3, 6))), exact, 50)):
        method = se.train.LevenbergMarquardt(steps=6, rows=1.0, **options)
        data = x[:samples], targets[:samples]
        model, history = se.fit(model, data, optimizer=method, validation=None, key=jr.key(2))
        found += [max(loss, 1e-20) for loss in history["loss"]]
        found += np.asarray(jax.vmap(model)(x[:5])).ravel().tolist()
    assert history.optimizer == "linear solve"
    return found


def where() -> list[list[int]]:
    """The devices of problems whose data were put on the last device, on a mesh of all, or nowhere."""
    from scalaremlp.train._batches import take
    from scalaremlp.train.second_order.place import Place, own_arrays

    x, mesh = np.ones((4, 2)), jax.make_mesh((len(jax.local_devices()),), ("any",), devices=jax.local_devices())
    sharded = jax.device_put(x, jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("any")))
    own = own_arrays({"x": sharded})
    assert own["x"][1:].shape == (3, 2)  # which explicit axes forbid
    kinds = (jax.device_put(x, jax.local_devices()[-1]), sharded, jnp.asarray(x))
    found = [Place.of((x, kind)) for kind in kinds]
    assert found == [Place.of(take(kind, np.arange(3))) for kind in kinds]
    with jax.default_device(jax.local_devices()[-1]):
        found.append(Place.of((x, jnp.asarray(x))))
    return [[device.id for device in place.devices] for place in found]


def refusals() -> list[str]:
    """What is said of an array over all processes, and of checkpoints that not all of them see."""
    import scalaremlp as se
    from scalaremlp.train.second_order.place import Place

    mesh = jax.sharding.Mesh(np.array(jax.devices()), ("all",))
    sharding = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("all"))
    spread = jax.make_array_from_process_local_data(sharding, np.ones((2, 3)))
    calls = (
        lambda: se.fit(Two(network()), (spread, spread), key=jr.key(0)),
        lambda: Place.of(()).check_equal(3 * jax.process_index()),
    )
    said = []
    for call in calls:
        try:
            call()
        except ValueError as error:
            said.append(str(error))
    return said


def main(words: Sequence[str]) -> None:
    """Print everything, in the first of several processes."""
    if words:
        number, processes, port = map(int, words)
        jax.distributed.initialize(f"127.0.0.1:{port}", processes, number)
    jax.config.update("jax_enable_x64", True)
    found = {"devices": len(jax.devices()), "where": where(), "linearised": linearised(), "fitted": fitted()}
    found |= {"refusals": refusals()} if words else {}
    if jax.process_index() == 0:
        print("\n" + json.dumps(found))  # Gloo writes there as well


if __name__ == "__main__":
    main(sys.argv[1:])
