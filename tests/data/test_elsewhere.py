"""What docs/data-from-elsewhere.md says of packages, where they are installed, and what its functions make of it."""

import io
import re
from pathlib import Path

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.groups import SO, BasisWarning, Matrices, O
from scalaremlp.reps import T
from scalaremlp.scalars import Invariants

PAGE = Path(__file__).parents[2] / "docs" / "data-from-elsewhere.md"
P = np.array([0.3, -0.4, 1.2])


@pytest.fixture(scope="module")
def page():
    """The functions that the page defines."""
    names = {}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), names)
    return names


def test_every_function_of_the_table_is_in_a_block(page):
    cells = re.findall(r"^\|.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    remedies = [row.split("|")[3] for row in cells if row.count("|") == 4]
    named = {name for remedy in remedies for name in re.findall(r"`([a-z]+_[a-z]+)`", remedy)}
    assert len(named) > 10 and named <= set(page)


def test_wrong_order_is_invariant_all_the_same():
    """Why no check of equivariance sees it: the numbers transform rightly, under a group of other numbers."""
    x = np.array([np.sqrt(1 + P @ P), *P])
    phi = Invariants(T(1), O(1, 3))
    boosts = O(1, 3).sample(jr.key(0), 5)
    for momentum, square in ((x, 1.0), (x[[1, 2, 3, 0]], 2 * P[0] ** 2 - 2 * P @ P - 1)):
        np.testing.assert_allclose(phi(jnp.asarray(momentum))[0], square, atol=1e-12)
        np.testing.assert_allclose(jax.vmap(phi)(boosts @ momentum)[:, 0], square, atol=1e-10)


def test_scipy_has_the_scalar_part_last_and_makes_rotations_of_all(page):
    rotation = pytest.importorskip("scipy.spatial.transform").Rotation
    assert np.allclose(rotation.from_quat(page["scalar_last"](np.array([1.0, 0, 0, 0]))).as_matrix(), np.eye(3))
    for matrix in (2 * np.eye(3), np.eye(3) + np.eye(3, k=1)):
        assert page["is_rotation"](rotation.from_matrix(matrix).as_matrix()) and not page["is_rotation"](matrix)


def test_jplephem_has_kilometres_a_day():
    spk = pytest.importorskip("jplephem.spk").SPK
    file = Path(pytest.importorskip("skyfield_data").__file__).parent / "data" / "de421.bsp"
    kernel = spk.open(str(file))
    place, velocity = kernel[0, 3].compute_and_differentiate(2458849.5)
    later = kernel[0, 3].compute(2458850.5)
    assert 1.4e8 < np.linalg.norm(place) < 1.6e8 and 29 < np.linalg.norm(velocity / 86400) < 31
    np.testing.assert_allclose(later - place, velocity, atol=0.02 * np.linalg.norm(velocity))


def test_vector_has_the_energy_last(page):
    vector = pytest.importorskip("vector")
    momentum = vector.array({"px": P[:1], "py": P[1:2], "pz": P[2:], "E": [2.0]})
    assert momentum.dtype.names == ("x", "y", "z", "t")
    columns = np.stack([momentum[name] for name in momentum.dtype.names], axis=-1)
    np.testing.assert_array_equal(page["energy_first"](columns), [[2.0, *P]])
    by_mass = vector.obj(px=1.0, py=0.0, pz=0.0, mass=2.0)
    assert (-by_mass).E == by_mass.E > 0
    np.testing.assert_allclose(
        page["from_collider"](by_mass.pt, by_mass.eta, by_mass.phi, by_mass.mass),
        [by_mass.E, by_mass.px, by_mass.py, by_mass.pz],
    )


def test_heyoka_has_states_body_by_body(page):
    heyoka = pytest.importorskip("heyoka")
    names = np.array([[str(variable).replace("_", "") for variable, _ in heyoka.model.nbody(2)]])
    ours = ["x0", "y0", "z0", "x1", "y1", "z1", "vx0", "vy0", "vz0", "vx1", "vy1", "vz1"]
    assert list(page["places_first"](names, 2)[0]) == ours


def test_ase_reads_tensors_by_columns(page):
    read = pytest.importorskip("ase.io").read
    cell = 'Lattice="5 0 0 0 5 0 0 0 5" pbc="T T T"'
    text = f'1\n{cell} Properties=species:S:1:pos:R:3 virial="1 2 3 4 5 6 7 8 9" stress="1 2 3 2 4 5 3 5 6"\nH 0 0 0\n'
    atoms = read(io.StringIO(text), format="extxyz")
    np.testing.assert_array_equal(page["by_columns"](atoms.info["virial"].ravel()), np.arange(1, 10))
    np.testing.assert_array_equal(page["from_voigt"](atoms.calc.results["stress"]), [1, 2, 3, 2, 4, 5, 3, 5, 6])


def test_mdtraj_has_dipoles_of_the_other_sign():
    mdtraj = pytest.importorskip("mdtraj")
    topology = mdtraj.Topology()
    residue = topology.add_residue("ION", topology.add_chain())
    for element in (mdtraj.element.chlorine, mdtraj.element.sodium):
        topology.add_atom(element.symbol, element, residue)
    trajectory = mdtraj.Trajectory(np.array([[[0, 0, 0], P]], np.float32), topology)
    np.testing.assert_allclose(mdtraj.dipole_moments(trajectory, np.array([-1.0, 1.0]))[0], -P, rtol=1e-6)


def test_galpy_has_a_left_handed_frame():
    coords = pytest.importorskip("galpy.util.coords")
    origin, *axes = (np.ravel(coords.XYZ_to_galcenrect(*x, Xsun=1.0, Zsun=0.0)) for x in [np.zeros(3), *np.eye(3)])
    turned = np.array(axes) - origin
    assert np.linalg.det(turned) < -0.999 and np.linalg.det(turned * [-1, 1, 1]) > 0.999


def test_spglib_has_operations_of_the_lattice(page):
    spglib = pytest.importorskip("spglib")
    lattice = np.array([[1, 0, 0], [-0.5, np.sqrt(0.75), 0], [0, 0, 1.6]])
    places = [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]
    rotations = spglib.get_symmetry_dataset((lattice, places, [1, 1])).rotations.astype(float)
    assert len(rotations) == 24
    with pytest.warns(BasisWarning):
        Matrices(generators=rotations)
    assert Matrices(generators=page["cartesian"](rotations, lattice)).compact


def test_e3nn_has_vectors_in_our_order_and_another_length():
    e3nn = pytest.importorskip("e3nn_jax")
    features = np.asarray(e3nn.spherical_harmonics("1o", jnp.asarray(P), True).array)
    np.testing.assert_allclose(features / np.sqrt(3), P / np.linalg.norm(P), rtol=1e-6)


def test_pyvista_stores_tensors_by_columns(page):
    pyvista = pytest.importorskip("pyvista")
    mesh, tensors = pyvista.PolyData(np.zeros((2, 3))), np.arange(18.0).reshape(2, 3, 3)
    mesh["tensor"] = tensors
    np.testing.assert_array_equal(page["by_columns"](np.asarray(mesh["tensor"])), tensors.reshape(2, 9))


def test_mujoco_has_velocities_of_two_frames(page):
    mujoco = pytest.importorskip("mujoco")
    body = '<body><freejoint/><geom type="sphere" size="1"/></body>'
    model = mujoco.MjModel.from_xml_string(f"<mujoco><worldbody>{body}</worldbody></mujoco>")
    data = mujoco.MjData(model)
    turn = SO(3).sample(jr.key(0), 1)[0]
    rotation = pytest.importorskip("scipy.spatial.transform").Rotation
    data.qpos[3:] = rotation.from_matrix(np.asarray(turn)).as_quat()[[3, 0, 1, 2]]
    data.qvel[:] = [1, 2, 3, 4, 5, 6]
    mujoco.mj_forward(model, data)
    seen = np.zeros(6)
    mujoco.mj_objectVelocity(model, data, mujoco.mjtObj.mjOBJ_BODY, 1, seen, 0)
    np.testing.assert_allclose(seen, [*(turn @ data.qvel[3:6]), 1, 2, 3], atol=1e-6)
