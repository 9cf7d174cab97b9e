#!/usr/bin/env bash
# mdtraj 1.11.1.post2: dipole_moments gives minus the sum of q r, for two charges and for a box of molecules. MDAnalysis
# 2.11.0 gives plus. Minus a vector turns as a vector: no check of equivariance, and no fit, tells the one from the other.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "mdtraj==1.11.1.post2" "MDAnalysis==2.11.0" "numpy==2.4.6"
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings
from importlib.metadata import version

import numpy as np

warnings.simplefilter("ignore")
import MDAnalysis
import mdtraj

print("mdtraj", version("mdtraj"), "MDAnalysis", version("MDAnalysis"))
rng = np.random.default_rng(0)
seen = []
for molecules in (1, 3):
    places = rng.normal(size=(2 * molecules, 3))
    charges = np.tile([-1.0, 1.0], molecules)
    topology = mdtraj.Topology()
    chain = topology.add_chain()
    for _ in range(molecules):
        residue = topology.add_residue("ION", chain)
        topology.add_atom("Cl", mdtraj.element.chlorine, residue)
        topology.add_atom("Na", mdtraj.element.sodium, residue)
    one = mdtraj.dipole_moments(mdtraj.Trajectory(places[None].astype(np.float32), topology), charges)[0]
    universe = MDAnalysis.Universe.empty(2 * molecules, trajectory=True)
    universe.add_TopologyAttr("charges", charges)
    universe.add_TopologyAttr("masses", np.ones(2 * molecules))
    universe.atoms.positions = places
    other, expected = universe.atoms.dipole_vector(), charges @ places
    print(f"sum of q r {expected.round(4)}, mdtraj {one.round(4)}, MDAnalysis {other.round(4)}")
    seen.append(np.allclose(one, -expected, atol=1e-5) and np.allclose(other, expected, atol=1e-5))
print("as described" if all(seen) else "this has changed")
sys.exit(not all(seen))
PYTHON
