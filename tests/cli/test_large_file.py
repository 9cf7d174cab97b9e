"""A table of a million rows is read, fitted and measured within a few gigabytes, or streamed within less."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import jax.random as jr
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from scalaremlp.data import particle

ROWS, PIECE = 1_000_000, 50_000
MOST_MEMORY, MOST_STREAMED = 6e9, 1e9  # bytes
MEASURED = """
import resource, sys
from scalaremlp.cli import main
status = main(sys.argv[1:])
print(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)  # on Linux in units of 1024 bytes
sys.exit(status)
"""


def write_table(path: Path) -> None:
    """Four four-momenta and the matrix element of the task `particle`, a row each."""
    with path.open("w") as file:
        for number in range(ROWS // PIECE):
            data = particle(PIECE, key=jr.key(number))
            np.savetxt(file, np.concatenate([data.x, data.y], axis=1), delimiter=",", fmt="%.9g")


@pytest.mark.slow
def test_a_million_rows(tmp_path):
    write_table(tmp_path / "big.csv")
    types = ["--rep-in", "4*T(1)", "--rep-out", "T(0)", "--group", "O(1,3)"]
    program = [sys.executable, "-m", "scalaremlp.cli", "train", "big.csv", *types, "--out", "run", "--json"]
    start = time.perf_counter()
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    assert done.returncode == 0, done.stderr
    memory = 1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # on Linux in units of 1024 bytes
    print(f"{seconds:.0f} s, {memory / 1e9:.2f} GB\n{done.stdout}")
    assert json.loads(done.stdout.splitlines()[-1])["relative_mse"] < 1e-12
    assert memory < MOST_MEMORY


def write_groups(path: Path) -> None:
    """The same in Parquet, of which no number can be packed."""
    parts = (particle(PIECE, key=jr.key(number)) for number in range(ROWS // PIECE))
    tables = (pyarrow.table({str(i): column for i, column in enumerate(np.hstack([d.x, d.y]).T)}) for d in parts)
    first = next(tables)
    with pyarrow.parquet.ParquetWriter(path, first.schema) as file:
        file.write_table(first)
        for table in tables:
            file.write_table(table)


@pytest.mark.slow
def test_a_million_rows_streamed(tmp_path):
    write_groups(tmp_path / "big.parquet")
    types = ["--rep-in", "4*T(1)", "--rep-out", "T(0)", "--group", "O(1,3)"]
    program = [sys.executable, "-c", MEASURED, "train", "big.parquet", *types, "--stream", "--out", "run", "--json"]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *_, numbers, memory = done.stdout.splitlines()
    print(f"{float(memory) / 1e9:.2f} GB\n{numbers}")
    assert json.loads(numbers)["relative_mse"] < 1e-20 and "All 990000 rows" in json.loads(numbers)["verdict"]
    assert float(memory) < MOST_STREAMED
