"""Outputs over many decades: their logarithm, or a product of powers times a process."""

import jax
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.nn.gp._link import links

from .laws import dataset, fitted


def relative_errors(model, data):
    return np.abs(np.asarray(jax.jit(jax.vmap(model))(data.x)) / np.asarray(data.y) - 1)


def steep(_, v):
    """exp 3|x1|²: from 1 to 1e9 and beyond."""
    return np.exp(3 * np.sum(v[:, 0] ** 2, axis=1, keepdims=True))


@pytest.mark.parametrize("sign", [1, -1])
def test_an_output_of_one_sign_over_nine_decades_is_an_exponential(sign):
    data = dataset(lambda s, v: sign * steep(s, v))
    low, high = np.quantile(np.abs(np.asarray(data.y)), (0.02, 0.98))
    assert high / low > 1e9
    model = fitted(data)
    assert model.logs == (True,)
    assert np.median(relative_errors(model, dataset(lambda s, v: sign * steep(s, v), 200, seed=1))) < 1e-3


def scaled(n, seed):
    """sin⟨x1,x2⟩ times the square of a number that spans decades."""
    rng = np.random.default_rng(seed)
    size, v = np.exp(3 * rng.standard_normal((n, 1))), rng.standard_normal((n, 6))
    y = size**2 * np.sin(np.sum(v[:, :3] * v[:, 3:], axis=1, keepdims=True))
    like = dataset(lambda s, v: s, 2, numbers=1)
    return se.data.Dataset(np.concatenate([size, v], axis=1), y, like.rep_in, like.rep_out, like.group)


def test_an_output_of_both_signs_is_a_power_times_a_process():
    model = fitted(scaled(80, 0))
    assert model.logs == (False,)
    exponents = np.asarray(model.tensors[0].known.exponents)
    names = [model.features.names[i] for i in model.decades]
    assert dict(zip(names, exponents.tolist(), strict=True))["s1"] == 2
    assert np.median(relative_errors(model, scaled(300, 1))) < 0.02


def test_which_links_are_tried():
    rng = np.random.default_rng(0)
    sizes = np.exp(4 * rng.standard_normal((50, 1)))
    signs, logs = np.where(rng.random((50, 1)) < 0.5, -1.0, 1.0), np.log(sizes)
    found = {
        name: [(link.log, link.exponents.tolist()) for link in links(y, logs, invariant=invariant)]
        for name, y, invariant in (
            ("near one", 1 + 0.1 * signs, True), ("a tensor", sizes * signs, False), ("positive", sizes, True),
            ("both signs", sizes**1.5 * signs, True), ("a zero", np.append(sizes[1:], [[0.0]], axis=0), True),
            ("a tail", 1 + np.append(0.1 * sizes[1:] / sizes.max(), [[2e3]], axis=0), True),
        )
    }  # fmt: skip
    plain = (False, [0.0])
    assert found == {
        "near one": [plain], "a tensor": [plain], "positive": [plain, (True, [0.0])],
        "both signs": [plain, (False, [1.5])], "a zero": [plain], "a tail": [plain, (True, [0.0])],
    }  # fmt: skip


def test_a_link_and_back():
    rng = np.random.default_rng(0)
    logs = rng.standard_normal((30, 1)) * 4
    for y in (-np.exp(logs), np.exp(0.5 * logs) * rng.standard_normal((30, 1))):
        for link in links(y, logs, invariant=True):
            assert np.allclose(link.output(link.process(y, logs), logs), y, rtol=1e-10)


@pytest.mark.parametrize("offset", [-1e3, -1e6, 1e9, 2.0**40])
def test_an_output_on_top_of_a_constant_has_the_same_process_to_the_bit(offset):
    y = (np.random.default_rng(0).standard_normal((40, 1)) + offset) - offset  # with the digits that a sum leaves
    none = np.zeros((40, 0))
    (plain, *_), (on_top, *_) = (list(links(values, none, invariant=True)) for values in (y, y + offset))
    assert np.array_equal(on_top.process(y + offset, none), plain.process(y, none))
    assert on_top.offset == plain.offset + offset


@pytest.mark.parametrize("unit", [1e-30, 0.3, 1e7])
def test_an_output_in_another_unit_has_the_same_process_in_that_unit(unit):
    y, none = np.random.default_rng(0).standard_normal((40, 1)) + 2.0, np.zeros((40, 0))
    plain, other = (next(links(values, none, invariant=True)) for values in (y, unit * y))
    assert np.allclose(other.process(unit * y, none), unit * plain.process(y, none), rtol=0, atol=1e-14 * unit)


def test_a_fit_on_top_of_a_constant_is_the_fit_without_it():
    without = dataset(lambda s, v: np.round(2.0**20 * np.sin(s[:, :1])) / 2.0**20, 60, numbers=1)
    on_top = se.data.Dataset(without.x, without.y + 1e6, without.rep_in, without.rep_out, without.group)
    plain, shifted = fitted(without), fitted(on_top)
    assert np.array_equal(plain.tensors[0].weights, shifted.tensors[0].weights)


def test_equal_outputs_are_their_own_offset():
    for value in (0.1, 1e9 + 0.1, 5e-324):
        link = next(links(np.full((5, 1), value), np.zeros((5, 0)), invariant=True))
        assert link.offset == value
