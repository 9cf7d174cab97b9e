"""Samples and columns in another order than their type's are noticed; those in its order are left in peace."""

import os
import subprocess
import sys
import warnings

import jax.random as jr
import numpy as np
import pytest
from benchmarks.laws import LAWS, law

from scalaremlp.cli import main
from scalaremlp.data import DATASETS, ConventionWarning, Dataset, read, read_inputs
from scalaremlp.groups import SO, Lorentz, O, S, SOp, Sp
from scalaremlp.measure import predict
from scalaremlp.nn import MLP
from scalaremlp.reps import T

ENERGY_LAST = [1, 2, 3, 0]


def momenta(n, particles=2, mass=1.0, seed=0):
    """Four-momenta (E, px, py, pz), shape (n, particles, 4)."""
    p = np.random.default_rng(seed).normal(size=(n, particles, 3))
    return np.concatenate([np.sqrt(mass**2 + (p**2).sum(-1, keepdims=True)), p], axis=-1)


def made(x, rep_in=None, group=None):
    """A data set of these vectors."""
    rep_in = rep_in or x.shape[1] * T(1)
    return Dataset(x.reshape(len(x), -1), np.ones((len(x), 1)), rep_in, T(0), group or Lorentz())


@pytest.fixture
def quiet():
    """A warning of an order is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConventionWarning)
        yield


TEXT = (
    r"^The first component of T\(1\) of O\(1,3\) is time or energy\. Got vectors whose last component is the largest, "
    r"as an energy is, in every sample, and whose first is not\. Put the energy first: "
)


@pytest.mark.parametrize("mass", [0.0, 1.0])
@pytest.mark.parametrize("n, particles", [(8, 1), (4, 2), (1, 8), (300, 4)])
def test_the_energy_last(n, particles, mass):
    with pytest.warns(ConventionWarning, match=TEXT + r"x\[:, \[3, 0, 1, 2[^\n]*\]\], for a table --x-columns\.$"):
        made(momenta(n, particles, mass)[..., ENERGY_LAST])


def test_the_order_that_is_told_is_right(quiet):
    x = momenta(20)
    last = np.concatenate([np.ones((20, 1)), x[..., ENERGY_LAST].reshape(20, 8)], axis=1)
    with pytest.warns(ConventionWarning, match=r"x\[:, \[0, 4, 1, 2, 3, 8, 5, 6, …\]\]"):
        made(last, T(0) + 2 * T(1))
    np.testing.assert_array_equal(last[:, [0, 4, 1, 2, 3, 8, 5, 6, 7]][:, 1:], x.reshape(20, 8))


def test_it_points_at_the_line_of_the_caller(tmp_path):
    """In a process of its own: here calls go by way of the checks of types."""
    script = tmp_path / "mine.py"
    script.write_text(
        "import numpy as np, scalaremlp as se\n"
        "from scalaremlp.groups import O\nfrom scalaremlp.reps import T\n"
        "x = np.tile([0.0, 0.0, 1.0, 2.0], (20, 1))\n"
        "data = se.data.Dataset(x, x[:, :1], T(1), T(0), O(1, 3))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, env=environment)
    assert f"{script}:5: ConventionWarning: {LORENTZ}" in done.stderr


def test_time_is_the_last_component_of_other_groups(quiet):
    made(momenta(20)[..., ENERGY_LAST], group=O(3, 1))
    with pytest.warns(ConventionWarning, match=r"^The last component .* of SO\(3,1\).* last: x\[:, \[1, 2, 3, 0, 5,"):
        made(momenta(20), group=SO(3, 1))
    with pytest.warns(ConventionWarning, match=r"^The first component of T\(1\) of SOp\(1,3\)"):
        made(momenta(20)[..., ENERGY_LAST], group=SOp(1, 3))


def test_incoming_particles_have_negative_energies():
    x = momenta(20)[..., ENERGY_LAST] * np.array([-1.0, 1.0])[:, None]
    with pytest.warns(ConventionWarning):
        made(x)


def test_rows_of_zeros_are_no_particles():
    x = momenta(20)[..., ENERGY_LAST]
    x[::2, 1] = 0
    with pytest.warns(ConventionWarning):
        made(x)


def test_few_digits():
    with pytest.warns(ConventionWarning):
        made(momenta(20, mass=0.0)[..., ENERGY_LAST].round(3))


def axis_and_momentum(n):
    axis = np.broadcast_to([0.0, 0.0, 0.0, 1.0], (n, 1, 4))
    return np.concatenate([momenta(n, 1), axis], axis=1)


def beams(n):
    """Two massless ones along z: of both momenta the first and the last component are as large as can be."""
    energy = np.random.default_rng(1).uniform(1, 2, size=(n, 1, 1))
    return energy * np.array([[1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, -1.0]])


@pytest.mark.parametrize(
    "x, group",
    [
        (momenta(300), Lorentz()),
        (beams(300), Lorentz()),
        (-momenta(300), Lorentz()),
        (axis_and_momentum(300), Lorentz()),
        (np.random.default_rng(1).normal(size=(300, 2, 4)), Lorentz()),
        (momenta(3, 1)[..., ENERGY_LAST], Lorentz()),  # chance makes as much of so few
        (momenta(300)[..., ENERGY_LAST], O(4)),
        (np.abs(np.random.default_rng(1).normal(size=(300, 2, 2))) * [0.1, 1.0], O(1, 1)),
        (np.zeros((300, 2, 4)), Lorentz()),
    ],
    ids=["first", "beams", "negative", "an axis", "Gaussian", "few", "O(4)", "O(1,1)", "zeros"],
)
def test_no_false_alarm(quiet, x, group):
    made(x, group=group)


def test_our_own_data_and_laws(quiet):
    for draw in DATASETS.values():
        draw(50, key=jr.key(0))
    for name in LAWS:
        law(name, 50, seed=0)


def test_parts_of_a_data_set_say_nothing_more(quiet):
    with pytest.warns(ConventionWarning):
        data = made(momenta(40)[..., ENERGY_LAST])
    data.split(20), data[:10]


def test_new_inputs_of_a_model():
    model = MLP(2 * T(1), T(0), Lorentz(), width=4, depth=1, key=jr.key(0))
    with pytest.warns(ConventionWarning, match=TEXT):
        predict(model, momenta(20)[..., ENERGY_LAST].reshape(20, 8))


def table(folder, names, rows=20):
    """A table of these columns, with random numbers in it."""
    path = folder / "mine.csv"
    numbers = np.random.default_rng(0).normal(size=(rows, len(names) + 1))
    np.savetxt(path, numbers, delimiter=",", header=",".join([*names, "target"]), comments="")
    return path


LORENTZ = "The first component of T(1) of O(1,3) is time or energy."
BESIDE = "The components of a vector stand side by side."
STATES = "States of bodies are all places, then all velocities or momenta, as dynamics and permutations take them."


@pytest.mark.parametrize(
    "names, rep_in, group, rule, ordered",
    [
        ("px,py,pz,E", T(1), Lorentz(), LORENTZ, "E,px,py,pz"),
        ("px1,py1,pz1,e1,px2,py2,pz2,e2", 2 * T(1), Lorentz(), LORENTZ, "e1,px1,py1,pz1,e2,px2,py2,pz2"),
        ("q,jet_px,jet_py,jet_pz,jet_energy", T(0) + T(1), SOp(1, 3), LORENTZ.replace("O(", "SOp("),
         "q,jet_energy,jet_px,jet_py,jet_pz"),
        ("x,y,z,t", T(1), Lorentz(), LORENTZ, "t,x,y,z"),
        ("p1,p2,p3,p0", T(1), Lorentz(), LORENTZ, "p0,p1,p2,p3"),
        ("jx,jy,jz,rho", T(1), Lorentz(), LORENTZ, "rho,jx,jy,jz"),
        ("E,px,py,pz", T(1), O(3, 1), LORENTZ.replace("first", "last").replace("1,3", "3,1"), "px,py,pz,E"),
        ("m1,x1,y1,z1,m2,x2,y2,z2", 2 * T(0) + 2 * T(1), O(3), BESIDE, "m1,m2,x1,y1,z1,x2,y2,z2"),
        ("x,vx,y,vy,z,vz", 2 * T(1), SO(3), BESIDE, "x,y,z,vx,vy,vz"),
        ("x1,y1,z1,z2,y2,x2", 2 * T(1), O(3), "All vectors have their components in one order.", "x1,y1,z1,x2,y2,z2"),
        ("x1,y1,z1,vx1,vy1,vz1,x2,y2,z2,vx2,vy2,vz2", 4 * T(1), O(3), STATES,
         "x1,y1,z1,x2,y2,z2,vx1,vy1,vz1,vx2,vy2,vz2"),
        ("x0,y0,vx0,vy0,x1,y1,vx1,vy1", 2 * T(1) + 2 * T(1), O(2), STATES, "x0,y0,x1,y1,vx0,vy0,vx1,vy1"),
        ("sun_x,sun_y,sun_z,sun_vx,sun_vy,sun_vz,mars_x,mars_y,mars_z,mars_vx,mars_vy,mars_vz", 4 * T(1), O(3), STATES,
         "sun_x,sun_y,sun_z,mars_x,mars_y,mars_z,sun_vx,sun_vy,sun_vz,mars_vx,mars_vy,mars_vz"),
        ("q1,p1,q2,p2", T(1), Sp(2), "T(1) of Sp(2) is all places q, then all momenta p.", "q1,q2,p1,p2"),
        ("x,vx,y,vy", T(1), Sp(2), "T(1) of Sp(2) is all places q, then all momenta p.", "x,y,vx,vy"),
    ],
)  # fmt: skip
def test_names_that_tell_of_another_order(tmp_path, quiet, names, rep_in, group, rule, ordered):
    path = table(tmp_path, names.split(","))
    with pytest.warns(ConventionWarning) as caught:
        read(path, rep_in, T(0), group)
    text = str(caught[0].message)
    assert len(caught) == 1 and text.startswith(rule) and "\n" not in text
    assert text.endswith(f'Choose them in order: --x-columns "{ordered}", in Python x_columns.')
    read(path, rep_in, T(0), group, x_columns=ordered.split(","))  # nothing is said of what was told
    with pytest.warns(ConventionWarning):
        read_inputs(path, rep_in, group, x_columns=names.split(","))


@pytest.mark.parametrize(
    "names, rep_in, group, text",
    [
        ("px,py,pz,m", T(1), Lorentz(), "Got the mass in px, py, pz, m. Write E = √(p² + m²) in its place."),
        ("pt,eta,phi,m", T(1), Lorentz(), "are Cartesian. Got pt, eta, phi, m. Convert them, as by px = pt cos φ"),
        ("r,theta,phi", T(1), O(3), "are Cartesian. Got r, theta, phi. Convert"),
    ],
)
def test_names_of_what_are_no_components(tmp_path, names, rep_in, group, text):
    with pytest.warns(ConventionWarning) as caught:
        read(table(tmp_path, names.split(",")), rep_in, T(0), group)
    assert text in str(caught[0].message)


@pytest.mark.parametrize(
    "names, rep_in, group",
    [
        ("E,px,py,pz", T(1), Lorentz()),
        ("E_e,px_e,py_e,pz_e,E_mu,px_mu,py_mu,pz_mu", 2 * T(1), Lorentz()),
        ("p_t,p_x,p_y,p_z", T(1), Lorentz()),
        ("p0,p1,p2,p3", T(1), Lorentz()),
        ("phi,Ax,Ay,Az", T(1), Lorentz()),
        ("px,py,pz,E", T(1), O(3, 1)),
        ("q1,q2,x1,y1,z1,x2,y2,z2", 2 * T(0) + 2 * T(1), O(3)),
        ("q,Ex,Ey,Ez,vx,vy,vz,Bx,By,Bz", T(0) + 3 * T(1), SO(3)),
        ("x1,y1,z1,vx1,vy1,vz1,x2,y2,z2,vx2,vy2,vz2", T(1) + T(1) + T(1) + T(1), O(3)),
        ("x1,y1,z1,x2,y2,z2,vx1,vy1,vz1,vx2,vy2,vz2", 4 * T(1), O(3)),
        ("x1,y1,z1,x2,y2,z2,x3,y3,z3,x4,y4,z4", 4 * T(1), O(3)),
        ("z1,y1,x1,z2,y2,x2", 2 * T(1), O(3)),
        ("x1,y1,z1,energy", T(1) + T(0), O(3)),
        ("x1,y1,x2,y2", T(1), S(4)),
        ("q1,q2,p1,p2", T(1), Sp(2)),
        ("x,y,vx,vy", T(1), Sp(2)),
        ("a,b,c,d", T(1), Sp(2)),
        ("theta,phi,p_theta,p_phi", T(1), Sp(2)),
        ("sxx,syy,szz,sxy,sxz,syz", 6 * T(0), O(3)),
        ("phi,gx,gy,gz", T(0) + T(1), O(3)),
    ],
)
def test_names_in_the_order_of_the_type(tmp_path, quiet, names, rep_in, group):
    read(table(tmp_path, names.split(",")), rep_in, T(0), group)


def test_a_table_without_names_is_judged_by_its_numbers(tmp_path):
    x = momenta(20, 1)[:, 0, ENERGY_LAST]
    np.savetxt(tmp_path / "mine.csv", np.column_stack([x, x[:, :1]]), delimiter=",")
    with pytest.warns(ConventionWarning, match=TEXT) as caught:
        read(tmp_path / "mine.csv", T(1), T(0), Lorentz())
    assert len(caught) == 1


TYPES = ["--rep-in", "T(1)", "--rep-out", "T(0)", "--group", "O(1,3)"]


def warnings_of(capsys):
    return [line for line in capsys.readouterr().err.splitlines() if "warning" in line.lower()]


def test_a_line_on_the_terminal(tmp_path, capsys):
    path = table(tmp_path, ["px", "py", "pz", "E"])
    small = ["--model", "mlp", "--width", "4", "--depth", "1", "--optimizer", "first-order", "--epochs", "1"]
    assert main(["train", str(path), *TYPES, *small, "--out", str(tmp_path / "run")]) == 0
    warned = warnings_of(capsys)
    remedy = 'Choose them in order: --x-columns "E,px,py,pz", in Python x_columns.'
    assert warned == [f"warning: {LORENTZ} Got px, py, pz, E. {remedy}"]
    assert main(["predict", str(tmp_path / "run"), str(path), "--out", str(tmp_path / "y.csv")]) == 0
    assert warnings_of(capsys) == warned


def test_info_says_which_component_is_time(capsys):
    assert main(["info", *TYPES]) == 0
    assert f"order: {LORENTZ}" in capsys.readouterr().out
    assert main(["info", "--rep-in", "T(1)", "--rep-out", "T(0)", "--group", "O(3)"]) == 0
    assert "order:" not in capsys.readouterr().out


def test_help_says_it_too(capsys):
    assert main(["train", "--help"]) == 0
    assert 'time or energy first: "E,px,py,pz"' in " ".join(capsys.readouterr().out.replace("│", " ").split())


def test_an_error_of_shapes_says_it_where_it_matters():
    with pytest.raises(ValueError, match=r"\(2, 3\)\. .* written\. The first component of T\(1\) of O\(1,3\)"):
        Dataset(np.ones((2, 3)), np.ones((2, 1)), T(1), T(0), Lorentz())
    with pytest.raises(ValueError, match=r"written\.$"):
        Dataset(np.ones((2, 4)), np.ones((2, 1)), T(1), T(0), O(3))
