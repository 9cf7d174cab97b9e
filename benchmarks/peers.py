"""Other packages on the same laws, each in a temporary environment of its own.

They are given our scalars as columns: input scalars, invariants, lengths of vectors and of differences of vectors of
one unit; for a tensor also every covariant. Then each component of each sample is a row, with that component of the
covariants, so that they need not find the symmetry.
"""

import itertools
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import scalaremlp as se
from benchmarks.child import measured
from benchmarks.discover_cell import NODES, ROUNDING, Search, source_expression, sources

PEERS = {"pysindy": "pysindy==2.1.0", "gplearn": "gplearn==0.4.3", "jaxsr": "jaxsr==0.3.0", "physo": ""}
_SKIPPED = "PhySO wants PyTorch, which is too much for a temporary environment: skipped"
_CONSTANT = 1e-9  # of columns that are left out
_DEGREE = 6  # of invariants and covariants of tensors
_AROUND = 6  # a process may wait so many times as long for its CPU


def peer_row(package: str, search: Search) -> dict[str, Any]:
    """What a package found of a law in the seconds of the search."""
    if not PEERS[package]:
        return {"found": False, "why": _SKIPPED}
    se.enable_x64()
    source = sources(search.kind)[search.name]
    with tempfile.TemporaryDirectory(prefix="scalaremlp-") as folder:
        file = Path(folder) / "columns.npz"
        (x, y), (new, truth) = columns(source, search.n, search.noise), columns(source)
        kept = np.ptp(x, axis=0) > _CONSTANT * np.abs(x).max()
        np.savez(file, x=x[:, kept], y=y, new=new[:, kept], truth=truth)
        row = measured("benchmarks.peer_cell", [package, str(file), str(search.limit)], _AROUND * (search.limit + 60),
                       one_thread=True, python=interpreter(package), more={"JAX_ENABLE_X64": "1"})  # fmt: skip
    if "error" in row or "why" in row:
        return {"found": False, **row}
    own = _nodes(source)
    return {**row, "nodes_of_law": own, "found": row["relative"] < ROUNDING and row["nodes"] <= NODES * own}


def _nodes(source: Any) -> int:
    from benchmarks.expressions import nodes

    return nodes(source_expression(source))


@cache
def interpreter(package: str) -> str:
    """The Python of a new environment with the package; it goes with this process."""
    folder = tempfile.TemporaryDirectory(prefix=f"{package}-")
    _KEPT.append(folder)
    subprocess.run([sys.executable, "-m", "venv", folder.name], check=True)
    python = str(Path(folder.name) / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, PEERS[package]], check=True)
    return python


_KEPT: list[Any] = []


def columns(source: Any, n: int = 0, noise: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Columns (rows, columns) and a target (rows,): of training samples, or without `n` of the wider test set."""
    import jax

    from scalaremlp.scalars import Covariants

    data = source.training(n, noise) if n else source.wider()
    x, y = np.asarray(data.x), np.asarray(data.y)
    scalars = _scalars(data, x, source)
    if y.shape[1] == 1:
        return scalars, y[:, 0]
    covariants = Covariants(data.rep_in, data.rep_out, data.group, degree=_degree(data))
    values = np.asarray(jax.jit(jax.vmap(covariants))(x)).swapaxes(1, 2)
    rows = np.concatenate([np.repeat(scalars[:, None], y.shape[1], axis=1), values], axis=2)
    return rows.reshape(y.size, -1), y.ravel()


def _scalars(data: Any, x: np.ndarray, source: Any) -> np.ndarray:
    import jax

    from scalaremlp.scalars import Invariants

    invariants = Invariants(data.rep_in, data.group, degree=_degree(data))
    found = [np.asarray(jax.jit(jax.vmap(invariants))(x))]
    vectors = [block for block in data.rep_in(data.group).split(x) if block.ndim == 3]
    if vectors and "O(1," not in str(data.group):
        each = np.concatenate([np.asarray(block) for block in vectors], axis=1)
        found.append(np.linalg.norm(each, axis=2))
        units = source.units_in[-each.shape[1] :]
        pairs = [pair for pair in itertools.combinations(range(each.shape[1]), 2) if units[pair[0]] == units[pair[1]]]
        found.append(np.stack([np.linalg.norm(each[:, i] - each[:, j], axis=1) for i, j in pairs], axis=1)
                     if pairs else np.zeros((len(x), 0)))  # fmt: skip
    return np.hstack(found)


def _degree(data: Any) -> int | None:
    return _DEGREE if any(block.ndim == 4 for block in data.rep_in(data.group).split(np.asarray(data.x))) else None
