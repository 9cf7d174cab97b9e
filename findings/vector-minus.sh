#!/usr/bin/env bash
# vector 1.9.0: of momenta that are held by their mass, or by pt, eta, phi and mass, -b turns the momentum alone and keeps the
# energy, so that a - b and a + (-b) are two four-momenta, with two squares. Held by their energy, they are one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "vector==1.9.0" "numpy==2.4.6"
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import vector

print("vector", vector.__version__)


def difference(a, b):
    """The largest component of (a - b) - (a + (-b)), and E of b and of -b."""
    one, other = a - b, a + (-b)
    return max(abs(one.E - other.E), abs(one.px - other.px), abs(one.pz - other.pz)), b.E, (-b).E


a = {"px": 1.0, "py": 2.0, "pz": 3.0}
b = {"px": 0.5, "py": -1.0, "pz": 2.0}
held = {
    "mass": (vector.obj(**a, mass=1.0), vector.obj(**b, mass=2.0)),
    "pt, eta, phi, mass": (vector.obj(**a, mass=1.0).to_rhophietatau(), vector.obj(**b, mass=2.0).to_rhophietatau()),
    "energy": (vector.obj(**a, E=4.0), vector.obj(**b, E=np.sqrt(9.25))),
}
errors = {}
for name, pair in held.items():
    errors[name], plus, minus = difference(*pair)
    print(f"held by {name}: b has E = {plus:.4f}, -b has E = {minus:.4f}; a - b and a + (-b) differ by {errors[name]:.4f}")
seen = errors["energy"] < 1e-12 and min(errors["mass"], errors["pt, eta, phi, mass"]) > 1
print("as described" if seen else "this has changed")
sys.exit(not seen)
PYTHON
