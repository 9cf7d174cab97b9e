"""Columns written to a file that other software reads."""

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from .._files import write_bytes


def write_table(path: str | os.PathLike[str], columns: Mapping[str, np.ndarray]) -> None:
    r"""Write columns of one length to a `.csv` file, with all digits, or to a `.parquet` file.

    Args:
        path: the file; its ending says what it becomes.
        columns: the values of each column, (n,), by its name.

    Raises:
        ValueError: if the name ends in something else, columns differ in length, or pyarrow is missing.

    Example:
        >>> import pathlib, tempfile
        >>> import numpy as np
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_table(f"{folder}/a.csv", {"<x1,x1>": np.array([0.1, 2.0]), "event": np.array([7, 8])})
        ...     pathlib.Path(folder, "a.csv").read_text()
        '"<x1,x1>",event\n0.1,7\n2.0,8\n'
    """
    check_written(path)
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        raise ValueError(f"Columns of a table are of one length. Got lengths {sorted(lengths)}. Leave some out.")
    write_bytes(Path(path), _WRITTEN[Path(path).suffix](columns))


def check_written(path: str | os.PathLike[str]) -> None:
    """Raise `ValueError` unless a table can be written to a file of that name."""
    if Path(path).suffix not in _WRITTEN:
        raise ValueError(f"A table is written to a {' or '.join(_WRITTEN)} file. Got {path}. Rename it.")


def _as_csv(columns: Mapping[str, np.ndarray]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(np.asarray(values).tolist() for values in columns.values()), strict=True))
    return text.getvalue().encode()


def _as_parquet(columns: Mapping[str, np.ndarray]) -> bytes:
    try:
        import pyarrow
        from pyarrow.parquet import write_table as write
    except ImportError as error:
        raise ValueError(
            "Parquet files need the package pyarrow. Got none. Run: pip install 'scalaremlp[parquet]'."
        ) from error
    packed = io.BytesIO()
    write(pyarrow.table({name: np.asarray(values) for name, values in columns.items()}), packed)
    return packed.getvalue()


_WRITTEN = {".csv": _as_csv, ".parquet": _as_parquet}
