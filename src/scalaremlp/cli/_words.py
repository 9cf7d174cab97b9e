"""What is refused by the words alone, before JAX is imported, which takes a second and 130 MB."""

import os
from pathlib import Path
from typing import Any

from scalaremlp import groups, reps
from scalaremlp.cli._commands import Basis, Check, Evaluate, Info, Predict, Train
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.runs.types import check_group, parse_types

_FOLDERS = {"run": "run", "resume": "run", "study": "study"}  # the options of a command that are folders


def check_words(command: Any) -> None:
    """Refuse types and groups that are none, folders and files that are not there; the command sees to the rest."""
    if isinstance(command, Info | Train) and command.rep_in and command.rep_out and command.group:
        with reading_input():
            parse_types(vars(command))
    if isinstance(command, Basis):
        with reading_input():
            parse_basis(command.rep, command.group)
    for option, kind in _FOLDERS.items():
        path = getattr(command, option, "")
        if path and not os.path.lexists(path):
            raise BadInput(f"a {kind} is a folder. Got {Path(path)}, and there is none. Check the path")
    data = getattr(command, "data", "") if isinstance(command, Evaluate | Predict | Check) else ""
    if data and not os.path.lexists(data):
        raise BadInput(f"data are read from a file. Got {data}, and there is none. Check the path")


def parse_basis(rep: str, group: str) -> tuple[reps.Rep, groups.Group | None]:
    """A type and its group, which may be left out."""
    check_group("the group", group)
    return reps.parse(rep), groups.parse(group) if group else None
