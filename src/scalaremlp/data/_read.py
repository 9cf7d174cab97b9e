"""A person's own samples, from a file."""

import os
import tokenize
import zipfile
import zlib
from pathlib import Path

import numpy as np

from ..groups import Group
from ..reps import Rep
from ._check import checked_samples
from ._conventions import warn_of_convention, warned
from ._dataset import Dataset
from ._table import TABLES, Columns, Table, chosen

# What NumPy and zipfile raise for archives that are damaged or made by others.
_UNREADABLE = (
    ValueError, OSError, EOFError, OverflowError, RuntimeError, SyntaxError, tokenize.TokenError, zipfile.BadZipFile,
    zlib.error,
)  # fmt: skip

#: The endings of the files that are read.
ENDINGS = (".npz", *TABLES)


def read(
    path: str | os.PathLike[str],
    rep_in: Rep,
    rep_out: Rep,
    group: Group,
    *,
    x_columns: Columns | None = None,
    y_columns: Columns | None = None,
) -> Dataset:
    r"""The samples in a file, one a row, with their types.

    - `.npz`: arrays `x` of shape (n, size_in) and `y` of shape (n, size_out), as written by `numpy.savez`;
    - `.csv`: numbers separated by commas, with or without a line of names above them; complex ones like `1+2j`;
    - `.parquet`: a table of numbers; needs the extra `scalaremlp[parquet]`.

    Args:
        path: the file; its ending says what it is.
        rep_in: type of the inputs.
        rep_out: type of the outputs.
        group: the symmetry group.
        x_columns: which columns of a table are the inputs, in the order in which `rep_in` is written: names, or
            numbers counted from 1 and ranges of them, as in `"1-6, 9"`. The first size_in columns by default.
        y_columns: the same for the outputs. By default the size_out columns that are left; more may not be left.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not what its ending says, is empty or ragged, holds text where numbers are asked for, NaN
            or infinity, or has other columns than the types say.

    Warns:
        ConventionWarning: if the names of the columns, or the samples, speak for another order than the type's, such as
            px, py, pz, E for a vector of O(1,3), or x1, vx1, x2, vx2 for all places and then all velocities.

    Example:
        >>> import pathlib, tempfile
        >>> from scalaremlp.data import read
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "norms.csv")
        ...     _ = path.write_text("x,y,norm\n3,4,5\n6,8,10\n")
        ...     data = read(path, T(1), T(0), O(2))
        >>> data
        Dataset(norms: 2 samples, T(1) -> T(0), O(2))
    """
    file, names = _checked(path, x_columns, y_columns), []
    if file.suffix == ".npz":
        x, y = _arrays(file, "x", "y")
    else:
        inside, outside = rep_in(group), rep_out(group)
        table = _table(file, "complex" in (inside.field, outside.field))
        x_at, y_at = _positions(file, table, inside.size, outside.size, x_columns, y_columns)
        x, y, names = table.values[:, x_at], table.values[:, y_at], [table.names[i] for i in x_at]
    with warned():
        data = Dataset(x, y, rep_in, rep_out, group, name=file.stem)
    warn_of_convention(data.x, rep_in, group, names)
    return data


def read_inputs(
    path: str | os.PathLike[str], rep_in: Rep, group: Group, *, x_columns: Columns | None = None
) -> np.ndarray:
    """The inputs alone: the array `x` of a `.npz` file, or columns of a table, the first size_in by default.

    Returns:
        An array of shape (n, size_in).

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: as of `read`.
    """
    file, names = _checked(path, x_columns, None), []
    bound = rep_in(group)
    if file.suffix == ".npz":
        (x,) = _arrays(file, "x")
    else:
        table = _table(file, bound.field == "complex")
        at = chosen(table, x_columns, "x_columns") if x_columns else [*range(min(bound.size, len(table.names)))]
        if len(at) != bound.size:
            raise ValueError(
                f"The types ask for {bound.size} columns of inputs. Got {len(at)} of the {len(table.names)} in {file}. "
                "Choose them by x_columns."
            )
        x, names = table.values[:, at], [table.names[i] for i in at]
    inputs = np.asarray(checked_samples(x, "x", rep_in, group))
    warn_of_convention(inputs, rep_in, group, names)
    return inputs


def _checked(path: str | os.PathLike[str], *columns: Columns | None) -> Path:
    file = Path(path)
    if file.suffix not in ENDINGS:
        raise ValueError(f"The name of a data file ends in {', '.join(ENDINGS)}. Got {str(file)!r}. Rename it.")
    if not file.is_file():
        raise FileNotFoundError(f"Data are read from a file. Got {file}, and there is none. Check the path.")
    if file.suffix == ".npz" and any(given is not None for given in columns):
        raise ValueError(f"Columns are chosen in tables alone. Got {file}. Leave x_columns and y_columns out.")
    return file


def _arrays(file: Path, *names: str) -> list[np.ndarray]:
    remedy = "Write it with numpy.savez(path, x=x, y=y)."
    if not zipfile.is_zipfile(file):
        raise ValueError(f"A .npz file is an archive of NumPy arrays. Got {file}, which is none. {remedy}")
    try:
        with np.load(file, allow_pickle=False) as arrays:
            if not set(names) <= set(arrays.files):
                held = ", ".join(arrays.files) or "none"
                raise ValueError(f"A .npz file of samples holds arrays {' and '.join(names)}. Got {held}")
            found = [arrays[name] for name in names]
            if not all(isinstance(array, np.ndarray) for array in found):  # np.load gives the bytes of other members
                raise ValueError(f"The members {' and '.join(names)} must be arrays. Got other files")
            return found
    except MemoryError as error:
        raise ValueError(f"The arrays of a file must fit into memory. Got {error}, in {file}. {remedy}") from error
    except _UNREADABLE as error:
        raise ValueError(f"{' '.join(str(error).split()).rstrip('.')}, in {file}. {remedy}") from error


def _table(file: Path, with_complex: bool) -> Table:
    table: Table = TABLES[file.suffix](file, complex if with_complex else float)
    return table


def _positions(
    file: Path, table: Table, size_in: int, size_out: int, x_columns: Columns | None, y_columns: Columns | None
) -> tuple[list[int], list[int]]:
    """Which columns are inputs and which outputs."""
    every = range(len(table.names))
    y = chosen(table, y_columns, "y_columns") if y_columns else None
    x = chosen(table, x_columns, "x_columns") if x_columns else [i for i in every if i not in (y or ())][:size_in]
    y = [i for i in every if i not in x] if y is None else y
    if (len(x), len(y)) != (size_in, size_out):
        raise ValueError(
            f"The types ask for {size_in} columns of inputs and {size_out} of outputs. Got {len(x)} and {len(y)} of "
            f"the {len(every)} in {file}. Choose them by x_columns and y_columns."
        )
    if both := set(x) & set(y):
        raise ValueError(
            f"No column is an input and an output. Got {table.names[min(both)]} of {file} as both. Choose others by "
            "x_columns and y_columns."
        )
    return x, y
