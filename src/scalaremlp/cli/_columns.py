"""Which columns of a table a command takes: those that the person says, or those that the run was made with."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scalaremlp.cli._errors import BadInput
from scalaremlp.cli._output import say
from scalaremlp.data import read_names
from scalaremlp.data.as_before import as_before
from scalaremlp.runs.samples import digest
from scalaremlp.runs.saved import Names, SavedRun
from scalaremlp.runs.settings import AS_BEFORE, FileSamples
from scalaremlp.runs.types import parse_types


def header_of(command: Any) -> bool | None:
    """Whether the first row of a table is names, if the person says so."""
    if command.header and command.no_header:
        raise BadInput("the first row is names or a sample. Got --header and --no-header. Leave one of them out")
    return True if command.header else False if command.no_header else None


def columns_of(data: str, saved: SavedRun, asked: Mapping[str, str], header: bool | None) -> dict[str, Any]:
    """The columns of inputs, and of outputs, by the names of options of `read`.

    Args:
        data: the file.
        saved: the run, whose names are looked for.
        asked: what the person says, by `x_columns` and `y_columns`; nothing if empty.
        header: whether the first row is names, if that is known.
    """
    if data.lower().endswith(".npz"):
        return {part: text or None for part, text in asked.items()}
    known, there = remembered(saved, data), read_names(data, header=header)
    found: dict[str, Any] = {}
    for part, text in asked.items():
        names = known[part]
        if text or names is None:
            found[part] = text or getattr(_file_of(saved), part, None)
        else:
            _check_names(part, names, there, data)
            found[part] = list(names)
    return found


def say_unused(data: str, columns: Mapping[str, Any], header: bool | None, *others: str) -> None:
    """Tell which columns of a table are not used, where all are chosen by name."""
    chosen = [names for names in columns.values() if isinstance(names, list)]
    if data.lower().endswith(".npz") or len(chosen) < len(columns):
        return
    used = {*others, *(name for names in chosen for name in names)}
    if rest := [name or "(index)" for name in read_names(data, header=header) or () if name not in used]:
        say(f"not used of {data}: {shown(rest)}")


def remembered(saved: SavedRun, data: str) -> dict[str, Names]:
    """The names of the inputs and outputs of a run; of an old run, those in its file, if that is still there."""
    asked = _file_of(saved)
    if asked is None or asked.x_names != AS_BEFORE or asked.file.lower().endswith(".npz"):
        return dict(zip(("x_columns", "y_columns"), saved.names, strict=True))
    for file in (data, asked.file):
        if Path(file).is_file() and digest(file) == asked.sha256:
            rep_in, _, group = parse_types(asked.types)
            columns = as_before(file, rep_in, group, asked.x_columns, asked.y_columns)
            by_name = isinstance((columns["x_columns"] or [0])[0], str)
            return {part: _tuple(columns[part]) if by_name else None for part in ("x_columns", "y_columns")}
    return {"x_columns": None, "y_columns": None}


def _tuple(names: Any) -> Names:
    return None if names is None else tuple(names)


def _file_of(saved: SavedRun) -> FileSamples | None:
    """What was asked of the file of a run, if it has one."""
    asked = getattr(saved.settings, "samples", None)
    return asked if isinstance(asked, FileSamples) else None


def _check_names(part: str, names: tuple[str, ...], there: Names, data: str) -> None:
    """Every column that is taken by its name is there."""
    option = f"--{part.replace('_', '-')}"
    what = "inputs" if part.startswith("x") else "outputs"
    if there is None:
        raise BadInput(
            f"the {what} of this run are taken by name, {shown(names)}. Got {data}, which has no names. Say which of "
            f"its columns they are by {option}, such as {option} 1-{len(names)}"
        )
    if missing := [name for name in names if name not in there]:
        near = get_close_matches(missing[0], [name for name in there if name not in names], 1)
        hint = f"Is it {near[0]}? " if near else ""
        raise BadInput(
            f"the {what} of this run are {shown(names)}. Got {data} without {shown(missing)}, of columns "
            f"{shown([name or '(index)' for name in there])}. {hint}Rename columns, or say which they are by {option}"
        )


def shown(names: Any) -> str:
    """Names for a line, not too many."""
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
