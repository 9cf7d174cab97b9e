"""What a run says of outputs of several terms: the error of each, in JSON and on the terminal."""

import jax.numpy as jnp
import jax.random as jr
import numpy as np

from scalaremlp.cli._output import show_numbers
from scalaremlp.data import Dataset
from scalaremlp.groups import O
from scalaremlp.reps import T
from scalaremlp.runs.numbers import measure


def test_errors_of_each_term(capsys):
    x = np.random.default_rng(0).standard_normal((30, 3))
    energy = (x**2).sum(axis=1, keepdims=True)
    data = Dataset(x, np.c_[1e-19 * energy, 1e-9 * x], T(1), T(0) + T(1), O(3))
    numbers = measure(lambda v: jnp.concatenate([0 * v[:1], 1e-9 * v]), data, key=jr.key(0))
    assert [each["term"] for each in numbers["terms"]] == ["T(0)", "T(1)"]
    assert numbers["relative_mse"] < 1e-18 and numbers["worst_relative_mse"] == numbers["terms"][0]["relative_mse"] > 1
    show_numbers(numbers)
    lines = dict(line.rsplit("  ", 1) for line in capsys.readouterr().out.splitlines())
    told = {name.strip(): value for name, value in lines.items()}
    assert float(told["relative mse of T(0)"]) > 1 and float(told["relative mse of T(1)"]) < 1e-20
