"""A person's own samples, from a file."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..groups import Group
from ..reps import Rep
from ..reps.measured import GivenUnits
from ._archive import arrays, headers, names_in
from ._columns import Columns, chosen, listed
from ._dataset import Dataset
from ._open import existing, refuse_choice, table_of
from ._table import Table
from ._units import check_where, units_of_side
from .checks import check_form, check_rows, checked_samples
from .conventions import warn_of_convention
from .orders import packed, warn_of_names


def read(
    path: str | os.PathLike[str],
    rep_in: Rep,
    rep_out: Rep,
    group: Group,
    *,
    x_columns: Columns | None = None,
    y_columns: Columns | None = None,
    header: bool | None = None,
    x_order: str | None = None,
    y_order: str | None = None,
    sigma_columns: Columns | None = None,
    units_in: GivenUnits | None = None,
    units_out: GivenUnits | None = None,
    units: str | None = None,
) -> Dataset:
    r"""The samples in a file, one a row, with their types.

    - `.npz`: arrays `x` of shape (n, size_in) and `y` of shape (n, size_out), as written by `numpy.savez`, and, if it
      is there, `sigma`, the standard errors, of shape (n,) or (n, terms of `rep_out`);
    - `.csv`, `.tsv`, `.txt`, `.dat`, each also with `.gz` after it: numbers separated by commas, semicolons, tabs or
      white space, complex ones like `1+2j`; decimals after a point, or after a comma where that separates nothing;
      with or without names above them, units below these, and remarks after `#`, `%`, `!` or `//`;
    - `.parquet`: a table of numbers; needs the extra `scalaremlp[parquet]`.

    A first column without a name, the index of pandas, is no input. A data set remembers the names of its columns.

    Args:
        path: the file; its ending says what it is.
        rep_in: type of the inputs.
        rep_out: type of the outputs.
        group: the symmetry group.
        x_columns: which columns of a table are the inputs, in the order in which `rep_in` is written: names, or
            numbers counted from 1 and ranges of them, as in `"1-6, 9"`. The name of a vector stands for its
            components, `"E"` for Ex, Ey, Ez or E_0, E_1, E_2. By default all columns that are no outputs, or the first
            size_in if there is no choice of these either.
        y_columns: the same for the outputs. By default the columns that are left.
        header: whether the first row of a text table is names. By default that is seen, and asked where it cannot be,
            as of a first row 0, 1, 2, ….
        x_order: the order in which the six columns of each `Sym(2)` of the inputs stand: "voigt", "vtk" or "openfoam",
            with "-engineering" behind it for doubled shears, as of strains; several, with commas, for several blocks.
            By default they are the coordinates of the type, with √2 before shears. See `scalaremlp.reps.voigt`.
        y_order: the same for the outputs.
        sigma_columns: which columns of a table are standard errors, one of all outputs or one for each term of
            `rep_out`: the `sigma` of the data set.
        units_in: the units of the inputs, as of a `Dataset`.
        units_out: those of the outputs.
        units: where the table itself tells them: "header", in brackets behind the names of columns, as in `v_x [m/s]`,
            or "row", in a row below the names. By default what stands there is not read.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not what its ending says, is empty or ragged, holds text where numbers are asked for, NaN
            or infinity, has other columns than the types say, or may be read in two ways.

    Warns:
        ConventionWarning: if the names of the columns, or the samples, speak for another order than the type's, such as
            px, py, pz, E for a vector of O(1,3), or x1, vx1, x2, vx2 for all places and then all velocities; or xx, xy,
            … for `Sym(2)` where no order is told.

    Example:
        >>> import pathlib, tempfile
        >>> from scalaremlp.data import read
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "norms.csv")
        ...     _ = path.write_text("event;norm;vx;vy\n1;5;3;4\n2;10;6;8\n")
        ...     data = read(path, T(1), T(0), O(2), x_columns="v", y_columns="norm")
        >>> data, data.x_names, data.x.tolist()
        (Dataset(norms: 2 samples, T(1) -> T(0), O(2)), ('vx', 'vy'), [[3.0, 4.0], [6.0, 8.0]])
    """
    file, ending = existing(path)
    name = file.name[: -len(ending)]
    check_where(units, units_in=units_in, units_out=units_out)
    if ending == ".npz":
        refuse_choice(file, header, x_columns, y_columns, sigma_columns, units)
        inputs, outputs = _arrays_of(file, {"x": rep_in, "y": rep_out}, group)
        inputs, outputs = packed(inputs, rep_in, group, x_order), packed(outputs, rep_out, group, y_order)
        return Dataset(
            inputs, outputs, rep_in, rep_out, group, name,
            units_in=units_in, units_out=units_out, sigma=_sigma_of(file, len(inputs)),
        )  # fmt: skip
    inside, outside = rep_in(group), rep_out(group)
    table = table_of(file, ending, header)
    own = chosen(table, sigma_columns, "sigma_columns") if sigma_columns else []
    x, y = positions(file, table, inside.size, outside.size, x_columns, y_columns, own)
    values = table.numbers([*x, *y], complex if "complex" in (inside.field, outside.field) else float)
    names = [tuple(table.names[position] for position in each) if table.named else None for each in (x, y)]
    warn_of_names(names[0], rep_in, group, x_order, "x_order")
    warn_of_names(names[1], rep_out, group, y_order, "y_order")
    inputs = packed(values[:, : len(x)], rep_in, group, x_order)
    outputs = packed(values[:, len(x) :], rep_out, group, y_order)
    units_in = units_of_side(table, x, rep_in, group, units, units_in, "units_in")
    units_out = units_of_side(table, y, rep_out, group, units, units_out, "units_out")
    sigma = _sigma(table, own, [*x, *y])
    return Dataset(
        inputs, outputs, rep_in, rep_out, group, name, x_names=names[0], y_names=names[1],
        units_in=units_in, units_out=units_out, sigma=sigma,
    )  # fmt: skip


def _sigma(table: Table, places: Sequence[int], others: Sequence[int]) -> np.ndarray | None:
    """The standard errors of a table, if columns of it are."""
    if not places:
        return None
    if both := [place for place in places if place in others]:
        raise ValueError(
            f"`sigma_columns` must be other columns than inputs and outputs. Got {table.names[both[0]]}, which is one "
            "of these. Choose all by name."
        )
    values = table.numbers(list(places), float)
    return values[:, 0] if len(places) == 1 else values


def read_inputs(
    path: str | os.PathLike[str],
    rep_in: Rep,
    group: Group,
    *,
    x_columns: Columns | None = None,
    header: bool | None = None,
    x_order: str | None = None,
    units_in: GivenUnits | None = None,
) -> np.ndarray:
    """The inputs alone: the array `x` of a `.npz` file, or columns of a table, by default all, which are to be size_in.

    They are to be in `units_in`: a table that tells other units of its columns is refused.

    Returns:
        An array of shape (n, size_in).

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: as of `read`.
    """
    file, ending = existing(path)
    bound = rep_in(group)
    if ending == ".npz":
        refuse_choice(file, header, x_columns)
        (x,) = _arrays_of(file, {"x": rep_in}, group)
        return _inputs(packed(x, rep_in, group, x_order), rep_in, group, ())
    table = table_of(file, ending, header)
    at = chosen(table, x_columns, "x_columns") if x_columns else _but(table, ())
    if len(at) != bound.size:
        raise ValueError(
            f"The types ask for {bound.size} columns of inputs. Got {len(at)} of {_of(table)} in {file}. "
            "Choose them by x_columns."
        )
    units_of_side(table, at, rep_in, group, None, units_in, "units_in")
    x = packed(table.numbers(at, complex if bound.field == "complex" else float), rep_in, group, x_order)
    names = [table.names[position] for position in at] if table.named else []
    warn_of_names(names, rep_in, group, x_order, "x_order")
    return _inputs(x, rep_in, group, names)


def _arrays_of(file: Path, reps: Mapping[str, Rep], group: Group) -> list[np.ndarray]:
    """The arrays of an archive by their names, of which the shapes are checked before they are read."""
    told = headers(file, *reps)
    for name, rep in reps.items():
        check_form(told[name].shape, told[name].dtype, name, rep, group)
    if len(told) == 2:
        check_rows(*(header.shape[0] for header in told.values()))
    return arrays(file, *reps)


def _sigma_of(file: Path, samples: int) -> np.ndarray | None:
    """The array `sigma` of an archive, if there is one; of other rows than the samples it is not read."""
    if "sigma" not in names_in(file):
        return None
    shape = headers(file, "sigma")["sigma"].shape
    if shape[:1] != (samples,) or len(shape) > 2:
        raise ValueError(
            f"The array sigma of a .npz file has a row for each of the {samples} samples. Got shape {shape}. Write one "
            "standard error a sample, or one a term of the output."
        )
    return arrays(file, "sigma")[0]


def _inputs(x: np.ndarray, rep_in: Rep, group: Group, names: Sequence[str]) -> np.ndarray:
    inputs = np.asarray(checked_samples(x, "x", rep_in, group))
    warn_of_convention(inputs, rep_in, group, names)
    return inputs


def read_names(path: str | os.PathLike[str], *, header: bool | None = None) -> tuple[str, ...] | None:
    r"""The names of the columns of a table, or `None` of a file without names.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: as of `read`.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "norms.dat")
        ...     _ = path.write_text("# vx vy norm\n3.0 4.0 5.0\n")
        ...     read_names(path)
        ('vx', 'vy', 'norm')
    """
    file, ending = existing(path)
    if ending == ".npz":
        refuse_choice(file, header)
        return None
    table = table_of(file, ending, header)
    return table.names if table.named else None


def read_column(path: str | os.PathLike[str], column: str, *, header: bool | None = None) -> np.ndarray:
    """One column of a table as it is written, such as the number of the event, or the array of that name in a `.npz`.

    Args:
        path: the file.
        column: its name, or its number counted from 1.
        header: as of `read`.

    Returns:
        Whole numbers, if all are, otherwise texts, (n,); of a `.npz` file the array as it is.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if there is no such column, or as of `read`.
    """
    file, ending = existing(path)
    if ending == ".npz":
        refuse_choice(file, header)
        return arrays(file, column)[0]
    table = table_of(file, ending, header)
    at = chosen(table, [column], "column")
    if len(at) != 1:
        raise ValueError(f"One column is read. Got {column}, which stands for {len(at)}. Name one of them.")
    return _values(table.texts(at[0]))


def read_beside(
    path: str | os.PathLike[str], x_columns: Columns | None = None, *, header: bool | None = None
) -> dict[str, np.ndarray]:
    r"""What stands beside the inputs: other columns of a table, or the array `y` of a `.npz` as y, or y1, y2, ….

    Args:
        path: the file.
        x_columns: the columns of the inputs, as of `read_inputs`; by default all, and nothing stands beside them.
        header: as of `read`.

    Returns:
        By its name each column: numbers if all are, otherwise texts, (n,). An index of pandas is left out.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: as of `read_inputs`.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "norms.csv")
        ...     _ = path.write_text("event;norm;vx;vy\n1;5.5;3;4\n2;10;6;8\n")
        ...     read_beside(path, "v")
        {'event': array([1, 2]), 'norm': array([ 5.5, 10. ])}
    """
    file, ending = existing(path)
    if ending == ".npz":
        refuse_choice(file, header, x_columns)
        outputs = arrays(file, "y")[0] if "y" in names_in(file) else np.zeros((0, 0))
        names = ["y"] if outputs.shape[1] == 1 else [f"y{i + 1}" for i in range(outputs.shape[1])]
        return dict(zip(names, outputs.T, strict=True))
    table = table_of(file, ending, header)
    inside = chosen(table, x_columns, "x_columns") if x_columns else _but(table, ())
    return {table.names[at]: _beside(table, at) for at in _but(table, inside)}


def _beside(table: Table, at: int) -> np.ndarray:
    values = _values(table.texts(at))
    if values.dtype.kind != "U":
        return values
    try:
        return table.numbers([at], float)[:, 0]
    except ValueError:
        return values


def _values(texts: list[str]) -> np.ndarray:
    """Whole numbers, if all are, otherwise texts."""
    try:
        numbers = np.array([int(text) for text in texts], np.int64)
        return numbers if [*map(str, numbers.tolist())] == texts else np.array(texts)
    except (ValueError, OverflowError):
        return np.array(texts)


def positions(
    file: Path, table: Table, size_in: int, size_out: int, x_columns: Columns | None, y_columns: Columns | None,
    taken: Sequence[int] = (),
) -> tuple[list[int], list[int]]:  # fmt: skip
    """Which columns are inputs and which outputs; without a choice of either the inputs come first.

    Columns that are taken for something else are neither, unless they are chosen.
    """
    x = chosen(table, x_columns, "x_columns") if x_columns else None
    y = chosen(table, y_columns, "y_columns") if y_columns else None
    if x is None:
        x = _but(table, taken)[:size_in] if y is None else _but(table, [*y, *taken])
    if y is None:
        y = _but(table, [*x, *taken])
    if (len(x), len(y)) != (size_in, size_out):
        raise ValueError(
            f"The types ask for {size_in} columns of inputs and {size_out} of outputs. Got {len(x)} and {len(y)} of "
            f"{_of(table)} in {file}. Choose them by x_columns and y_columns."
        )
    if both := set(x) & set(y):
        raise ValueError(
            f"No column is an input and an output. Got {table.names[min(both)]} of {file} as both. Choose others by "
            "x_columns and y_columns."
        )
    return x, y


def _but(table: Table, others: Sequence[int]) -> list[int]:
    """All columns but some, and but an index."""
    return [column for column in range(len(table.names)) if column not in others and column not in table.index]


def _of(table: Table) -> str:
    count = len(table.names)
    return f"the {count}, {listed(table.names)}," if table.named else f"the {count}"
