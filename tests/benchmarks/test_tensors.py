"""The forms that tensors are measured against are what they say."""

import argparse

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
from benchmarks.eigen_map import layers_of, network, train
from benchmarks.tensor_invariants import REP, by_hand

from benchmarks import tensors
from scalaremlp.data import neo_hookean
from scalaremlp.groups import O
from scalaremlp.reps import Sym
from scalaremlp.scalars import Invariants


def matrices(x):
    return Sym(2)(O(3)).split(x)[0][:, 0]


def test_the_form_by_hand_has_all_invariants_in_their_order(key):
    x = jr.normal(key, (5, 18))
    np.testing.assert_allclose(by_hand(x), jax.jit(jax.vmap(Invariants(REP, O(3))))(x), rtol=1e-11, atol=1e-11)


def test_the_published_network_does_not_see_the_order_of_eigenvalues(key):
    layers, values, order = layers_of(key), jr.normal(key, (4, 3)), np.array([2, 0, 1])
    np.testing.assert_allclose(network(layers, values)[:, order], network(layers, values[:, order]), atol=1e-14)
    assert len(layers) == 4 and sum(leaf.size for leaf in jax.tree.leaves(layers)) == 2278


def test_the_published_network_learns_and_turns_with_its_input(key):
    data = neo_hookean(600, key=key)
    x, y = matrices(data.x), matrices(data.y)
    model = train(x, y, key)
    assert np.sum((model(x) - y) ** 2) < 0.2 * np.sum((y - jnp.mean(y, axis=0)) ** 2)
    g = np.asarray(O(3).sample(key, 1))[0]
    np.testing.assert_allclose(model(g @ x @ g.T), g @ model(x) @ g.T, atol=1e-12)


def row(value):
    return {"relative": value, "model": "M", "process_seconds": 4 * value, "seconds": value, "size": 139}


def test_a_missed_bar_is_told(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(tensors, "measured", lambda module, words, limit, **_: row(1e-20 if words[0] == "ours" else 1))
    words = ["--only", "stress", "--sizes", "20000", "--seeds", "1", "--out", str(tmp_path / "rows.jsonl")]
    assert tensors.run(options(words)) == 0 and "| yes |" in capsys.readouterr().out
    monkeypatch.setattr(tensors, "measured", lambda module, words, limit, **_: row(1))
    assert tensors.run(options(words)) == 1 and "| no  |" in capsys.readouterr().out
    assert (tmp_path / "rows.jsonl").read_text().count("\n") == 10


def test_a_cell_that_fails_ends_the_benchmark(monkeypatch):
    monkeypatch.setattr(tensors, "measured", lambda *_, **__: {"error": "no memory"})
    with pytest.raises(SystemExit, match="ours 1000 1: FAILED: no memory"):
        list(tensors.stress(options(["--sizes", "1000", "--seeds", "1"])))


def test_generators_are_found_anew_and_then_read():
    empty, full = tensors.plan(options([]))
    assert empty["what"] == "139 generators, empty cache: CPU seconds" and full["value"] < empty["value"]


def options(words):
    parser = argparse.ArgumentParser()
    tensors.add_options(parser)
    return parser.parse_args(words)
