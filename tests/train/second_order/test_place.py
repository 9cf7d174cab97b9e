"""Samples over two devices and two processes, and products on the device, against one device and BLAS."""

import json
import os
import socket
import subprocess
import sys
import warnings
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import places
import pytest
from decay import DECAY, TIMES, Decay

import scalaremlp
from scalaremlp.train import LevenbergMarquardt
from scalaremlp.train.second_order.device import DeviceNormal
from scalaremlp.train.second_order.linearise import linearise, squares_of
from scalaremlp.train.second_order.place import Place

SCRIPT = Path(places.__file__)


def close(found, expected, tolerance):
    """Relative to the largest number of each list."""
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * np.max(np.abs(theirs)))


def run(*words, flags=""):
    """The script in a process of its own, started."""
    own = {"XLA_FLAGS": f"{os.environ.get('XLA_FLAGS', '')} {flags}".strip()}
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *map(str, words)], env=os.environ | own, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def answer(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return next((json.loads(line) for line in out.splitlines() if line.startswith("{")), None)


def same_as_here(found):
    for name, expected in places.linearised().items():
        close(found["linearised"][name], expected, 1e-11)
    np.testing.assert_allclose(found["fitted"], places.fitted(), rtol=1e-9)


def test_two_devices_compute_what_one_does():
    found = answer(run(flags="--xla_force_host_platform_device_count=2"))
    assert found["devices"] == 2 and found["where"] == [[1], [0, 1], [0, 1], [1]]
    same_as_here(found)


@pytest.mark.slow
def test_two_processes_compute_what_one_does():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pair = [run(number, 2, port) for number in range(2)]
    found, nothing = map(answer, pair)
    assert found["devices"] == 2 and nothing is None
    same_as_here(found)
    assert found["linearised"]["many"] == places.linearised()["many"]  # to the bit
    assert found["refusals"] == [
        "Every process must be given all samples, as arrays of its own. Got one spread over 2 processes. Pass NumPy "
        "arrays: the fit shares them out.",
        "All processes must read the same checkpoint. Got 0, 3 records in the processes. Put it in a folder that all "
        "of them see.",
    ]


def test_products_on_the_device_are_those_of_blas():
    for name, expected in places.linearised(by_jax=False).items():
        close(places.linearised(by_jax=True)[name], expected, 1e-12)
    whole, theta = places.problem(places.SAMPLES, False, by_jax=True)
    assert isinstance(linearise(whole, theta, np.arange(38)), DeviceNormal)
    np.testing.assert_allclose(places.fitted(by_jax=True), places.fitted(), rtol=1e-9)


def test_a_matrix_without_a_factor_is_said_to_have_none_on_the_device():
    normal = DeviceNormal(jnp.array([[1.0, 2.0], [2.0, 1.0]]), np.ones(2), 1.0)
    found = normal.factored(np.zeros(2))
    assert not found.exists and np.isnan(found.solve(np.zeros(2))).all() and np.isnan(found.log_determinant)


@pytest.mark.parametrize("samples, processes", [(10, 1), (5001, 1), (10, 3), (11, 4), (2, 5), (9, 9)])
def test_every_sample_is_of_one_block(samples, processes):
    parts = [part for number in range(processes) for part in Place((), number, processes).blocks(samples)]
    assert [each for part in parts for each in range(samples)[part]] == list(range(samples))


def test_one_process_with_many_samples_sums_as_two_do():
    one, two = Place(()), [Place((), number, 2) for number in range(2)]
    assert one.blocks(5001) == [part for place in two for part in place.blocks(5001)]
    assert len(one.blocks(1999)) == 1


def test_arrays_that_are_committed_say_where():
    here = jax.local_devices()
    assert Place.of((jnp.ones(3), np.ones(2), "text")).devices == tuple(here)
    assert Place.of(jax.device_put(np.ones(3), here[0])).devices == (here[0],)
    assert str(Place(tuple(here))) == f"{len(here)} cpu"
    assert str(Place(tuple(here), 0, 2)) == f"2 processes of {len(here)} cpu"


def test_a_fit_that_goes_on_elsewhere_says_so(tmp_path):
    def fit(steps):
        data, method = (TIMES, DECAY), LevenbergMarquardt(steps=steps)
        model = Decay(jnp.array([1.0, 1.0, 0.0]))
        return scalaremlp.fit(
            model, data, optimizer=method, validation=None, key=jax.random.key(0), checkpoint=tmp_path
        )

    fit(2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(3)
    config = tmp_path / "config.json"
    config.write_text(config.read_text().replace('"1 cpu"', '"2 processes of 4 gpu"'))
    with pytest.warns(UserWarning, match=r"on 1 cpu, until now on 2 processes of 4 gpu\. It ends in the same model"):
        assert len(fit(4)[1]) == 5


@pytest.mark.parametrize("samples", [places.SAMPLES, places.MANY])
def test_samples_of_weight_zero_are_left_out(samples):
    whole, theta = places.problem(samples, False)
    weights = (np.arange(samples) % 3 > 0).astype(float)
    parts = [squares_of(whole.with_weights(each), theta) for each in (weights, 1 - weights)]
    residuals = whole.residuals.model(theta)
    x, y = whole.whole[0]
    squares = np.sum(((jax.vmap(residuals)(x) - y) * np.array([1.0, 1.0, 1e-3])) ** 2, axis=1)
    np.testing.assert_allclose(parts, [squares @ weights, squares @ (1 - weights)], rtol=1e-12)
