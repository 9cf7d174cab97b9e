"""Packed tensors as inputs and outputs: models, a fit, its numbers, saving; and who does not take them."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.cli import main
from scalaremlp.groups import Lorentz, O
from scalaremlp.nn import EMLP, MLP, EquivariantLinear, ScalarMLP
from scalaremlp.reps import Alt, Sym, Sym0, T
from scalaremlp.scalars import Covariants, Invariants

from .models import draw, randomised

SOURCE, TARGET = Sym(2) + T(1), Sym(2) + Alt(2) + Sym0(2)


@pytest.mark.parametrize("group", [O(3), Lorentz()], ids=str)
def test_emlp_is_equivariant(group):
    model = randomised(EMLP(SOURCE, TARGET, group, width=12, depth=1, key=jr.key(0)))
    assert se.equivariance_error(model, SOURCE, TARGET, group, key=jr.key(1), samples=8, elements=4) <= 1e-11


def elasticity(samples):
    """Isotropic elasticity, with Lamé's constants 2 and 1/2: σ = 2 tr(ε) 1 + ε."""
    group = O(3)
    strain = np.asarray(draw(group, samples, 6))
    (full,) = Sym(2)(group).split(strain)
    stress = 2 * np.trace(full, axis1=-2, axis2=-1)[..., None, None] * np.eye(3) + full
    return se.data.Dataset(strain, Sym(2)(group).merge([stress]), Sym(2), Sym(2), group)


def test_a_linear_law_has_two_constants_and_is_found():
    data = elasticity(20)
    model = EquivariantLinear(Sym(2), Sym(2), O(3), key=jr.key(0))
    fitted, history = se.fit(model, data, validation=None, key=jr.key(1))
    assert [weights.size for weights in jax.tree.leaves(model.weights)] == [2]
    assert se.evaluate(fitted, elasticity(30))["relative_mse"] < 1e-20, history.reason


def test_numbers_and_saving(tmp_path):
    data = elasticity(10)
    model = MLP(Sym(2), Sym(2), O(3), width=4, depth=1, key=jr.key(0)).calibrate(data.x, data.y)
    two = se.data.Dataset(data.x, np.c_[data.x, data.x], Sym(2), Sym(2) + Sym(2), O(3))
    terms = se.evaluate(lambda x: jnp.concatenate([x, 2 * x]), two)["terms"]
    assert [(each["term"], each["mse"] > 0) for each in terms] == [("Sym(2)", False), ("Sym(2)", True)]
    se.save(tmp_path / "model", model)
    loaded = se.load(tmp_path / "model")
    assert loaded.rep_in == Sym(2) and jnp.array_equal(jax.vmap(loaded)(data.x), jax.vmap(model)(data.x))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Invariants(Alt(2) * T(1), O(3)),
        lambda: Covariants(Alt(2) * T(1), T(1), O(3)),
        lambda: Covariants(T(1), Alt(2) * T(1), O(3)),
    ],
)
def test_scalars_of_products_with_packed_tensors_are_refused(make):
    with pytest.raises(
        TypeError, match=r"^Scalars and covariants are of tensors: .* Got \(Alt\(2\)\*T\(1\)\).*: write a"
    ):
        make()


def test_networks_of_packed_tensors():
    assert Invariants(Sym(2), O(3)).names == ["tr(A1)", "tr(A1²)", "tr(A1³)"]
    assert ScalarMLP(Sym0(2) + T(1), T(1), O(3), key=jr.key(0)).summary == "10 scalars, 3 covariants"
    assert ScalarMLP(T(1), Sym(2), O(3), key=jr.key(0)).summary == "2 scalars, 2 covariants"


def test_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["info", "--rep-in", "Sym(2)", "--rep-out", "Sym(2)+Alt(2)", "--group", "O(3)"]) == 0
    assert "covariants of degree 2: (A1²)^ab" in capsys.readouterr().out
    assert main(["basis", "Sym(2) >> Sym(2)", "O(3)", "--out", "two.png"]) == 0 and (tmp_path / "two.png").is_file()
    assert main(["basis", "Alt(4) >> T(1)", "O(3)"]) == 0
    assert "no picture: A picture shows a matrix with entries. Got 3 x 0." in capsys.readouterr().err
