"""Files whose symmetric tensors stand in the columns of other software: trained on, evaluated, predicted."""

import json
import warnings

import numpy as np
import pytest

from scalaremlp.cli import main
from scalaremlp.data import ConventionWarning, read, read_inputs
from scalaremlp.groups import GL, O
from scalaremlp.reps import Sym, T, voigt

STRAIN = np.random.default_rng(0).normal(size=(40, 3, 3))
STRAIN = STRAIN + STRAIN.mT
STRESS = 2 * np.trace(STRAIN, axis1=1, axis2=2)[:, None, None] * np.eye(3) + STRAIN
TRAIN = ["--rep-in", "Sym(2)", "--rep-out", "Sym(2)", "--group", "O(3)", "--x-order", "voigt-engineering"]


def write(path, strain=STRAIN, stress=STRESS):
    """Voigt's engineering strains, and stresses as of OpenFOAM."""
    names = [f"g{name}" for name in voigt.ORDERS["voigt"]] + [f"s{name}" for name in voigt.ORDERS["openfoam"]]
    values = np.c_[voigt.columns(strain, shear="engineering"), voigt.columns(stress, "openfoam")]
    np.savetxt(path, values, delimiter=",", header=",".join(names), comments="", fmt="%.17g")
    return path


def test_columns_become_coordinates(tmp_path):
    asked = {"x_order": "voigt-engineering", "y_order": "openfoam"}
    data = read(write(tmp_path / "plate.csv"), Sym(2), Sym(2), O(3), **asked)
    (full,) = Sym(2)(O(3)).split(data.x)
    assert np.allclose(full[:, 0], STRAIN, rtol=1e-14) and data.x_names[3] == "gyz"
    assert np.allclose(data.y, voigt.pack(voigt.columns(STRESS)), rtol=1e-14)
    np.savez(tmp_path / "plate.npz", x=voigt.columns(STRAIN, shear="engineering"), y=voigt.columns(STRESS, "openfoam"))
    again = read(tmp_path / "plate.npz", Sym(2), Sym(2), O(3), **asked)
    assert np.array_equal(again.x, data.x) and np.array_equal(again.y, data.y)
    inputs = read_inputs(tmp_path / "plate.npz", Sym(2), O(3), x_order="voigt-engineering")
    assert np.array_equal(inputs, data.x)


def test_each_block_has_an_order_of_its_own(tmp_path):
    columns = np.arange(1, 21)[None]  # whole numbers
    np.savez(tmp_path / "one.npz", x=columns, y=np.ones((1, 1)))
    rep = T(0) + 2 * Sym(2) + T(0) + Sym(2).T
    x = read(tmp_path / "one.npz", rep, T(0), O(3), x_order="vtk, openfoam-engineering").x[0]
    assert np.allclose(x[1:7], voigt.pack(columns[0, 1:7], "vtk")) and x[13] == 14
    assert np.allclose(x[7:13], voigt.pack(columns[0, 7:13], "vtk"))
    assert np.allclose(x[14:], voigt.pack(columns[0, 14:], "openfoam", shear="engineering"))


def test_names_that_speak_of_entries_are_warned_of(tmp_path):
    file = write(tmp_path / "plate.csv")
    with pytest.warns(ConventionWarning) as warned:
        read(file, Sym(2), Sym(2), O(3))
    first, second = (str(each.message) for each in warned)
    assert first.startswith("Sym(2) in space is xx, yy, zz, √2 yz, √2 xz, √2 xy. Got columns gxx, gyy, gzz, gyz, gxz, ")
    assert "in the order voigt. Say so by x_order, for a table --x-order." in first
    assert "openfoam. Say so by y_order" in second
    with pytest.warns(ConventionWarning, match="in the order voigt"):
        read_inputs(file, Sym(2), O(3), x_columns="1-6")


def test_names_of_a_told_order_are_not_warned_of(tmp_path):
    file = write(tmp_path / "plate.csv")
    file.write_text(file.read_text().replace("gxx,gyy,gzz", "fx,fy,fz"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(file, T(1), Sym(2), O(3), x_columns="fx,fy,fz", y_columns="7-12", y_order="openfoam")
        read(file, T(1) + Sym(2), T(0), O(3), x_columns="1-3,7-12", y_columns="4", x_order="openfoam")


@pytest.mark.parametrize(
    ("rep", "group", "order", "part"),
    [
        (Sym(2), O(3), "abaqus", "one of voigt, vtk, openfoam, with -engineering behind it"),
        (Sym(2), O(3), "voigt, voigt", "Got 'voigt, voigt' for Sym(2), with 1 such blocks in space."),
        (T(2), O(3), "voigt", "Got 'voigt' for T(2), with 0 such blocks in space. Leave it out."),
        (Sym(2), GL(2), "voigt", "with 0 such blocks in space"),
    ],
)
def test_orders_that_do_not_fit(rep, group, order, part, tmp_path):
    np.savez(tmp_path / "one.npz", x=np.ones((2, rep(group).size)), y=np.ones((2, 1)))
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        read(tmp_path / "one.npz", rep, T(0), group, x_order=order)
    assert part in str(error.value)


def test_a_run_remembers_the_order(tmp_path, capsys):
    file, run = write(tmp_path / "plate.csv"), tmp_path / "run"
    fit = ["--model", "mlp", "--width", "4", "--depth", "1", "--optimizer", "first-order", "--epochs", "1"]
    assert main(["train", str(file), *TRAIN, "--y-order", "openfoam", *fit, "--out", str(run)]) == 0
    settings = json.loads((run / "config.json").read_text())["settings"]
    assert (settings["x_order"], settings["y_order"]) == ("voigt-engineering", "openfoam")
    assert main(["evaluate", str(run), "--data", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    out = tmp_path / "out.npz"
    assert main(["predict", str(run), str(file), "--out", str(out)]) == 0
    with np.load(out) as found:
        predicted = voigt.pack(found["y"], "openfoam")
        assert found["names"].tolist()[1] == "sxy"
    assert np.isclose(np.mean((predicted - voigt.pack(voigt.columns(STRESS))) ** 2), told["test_mse"], rtol=1e-6)
    assert main(["check", str(run), "--data", str(file), "--tol", "100"]) == 0


def test_an_unknown_order_is_bad_input(tmp_path, capsys):
    file = write(tmp_path / "plate.csv")
    assert main(["train", str(file), *TRAIN, "--y-order", "abaqus", "--out", str(tmp_path / "run")]) == 2
    assert "Got 'abaqus'" in capsys.readouterr().err
    assert main(["train", "o5", "--x-order", "voigt"]) == 2
    assert "has its own samples. Leave out --x-order" in capsys.readouterr().err
