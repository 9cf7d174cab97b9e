"""Importing the layer is cheap: Optax and rich load when they are used."""

import os
import subprocess
import sys
from pathlib import Path

import scalaremlp

CODE = """
import sys, scalaremlp.train, scalaremlp.data
print([name for name in ("optax", "rich", "diffrax", "matplotlib") if name in sys.modules])
"""


def test_heavy_libraries_are_not_imported():
    environment = {**os.environ, "PYTHONPATH": str(Path(scalaremlp.__file__).parent.parent)}
    result = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env=environment)
    assert result.stdout.strip() == "[]"
