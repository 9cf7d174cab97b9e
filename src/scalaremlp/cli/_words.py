"""What is refused by the words alone, before JAX is imported, which takes a second and 130 MB."""

import os
from pathlib import Path
from typing import Any

from scalaremlp import groups, reps
from scalaremlp.cli._errors import BadInput, check_number, one_line, reading_input
from scalaremlp.cli.commands import (
    Basis,
    Check,
    CompareGroups,
    Discover,
    Evaluate,
    Features,
    Info,
    Plot,
    Predict,
    Train,
)
from scalaremlp.runs.fields import MOST_SEED
from scalaremlp.runs.types import check_group, parse_types


def check_words(command: Any) -> None:
    """Refuse types and groups that are none, and folders and files that are not there; the command sees to the rest."""
    if isinstance(command, Discover | Info | Train) and command.rep_in and command.rep_out and command.group:
        with reading_input():
            parse_types(vars(command))
    if isinstance(command, Features):
        with reading_input():
            types_of_features(command)
        _check_there(command.data, "data are read from a file")
    if isinstance(command, Basis):
        with reading_input():
            parse_basis(command.rep, command.group)
    if isinstance(command, Train) and command == Train(resume=command.resume, json=command.json):
        _check_there(command.resume, "a run is a folder with a run.json")
    if isinstance(command, Discover | CompareGroups):
        check_number("seed", command.seed, 0, MOST_SEED)
    if isinstance(command, Discover):
        _check_there(command.data, "data are read from a file")
    if isinstance(command, Plot):
        _check_there(command.study, "a study is a folder with a results.json")
    if isinstance(command, Evaluate | Check | Info) or (isinstance(command, Predict) and not command.out):
        _check_there(command.run, "a run is a folder with a config.json")
        _check_there("" if isinstance(command, Info) else command.data, "data are read from a file")


def _check_there(path: str | Path, rule: str) -> None:
    if str(path) and not os.path.lexists(path):
        raise BadInput(one_line(f"{rule}. Got {path}, and there is none. Check the path"))


def types_of_features(command: Features) -> tuple[reps.Rep, groups.Group]:
    """The type of the inputs and the group, which have to be told."""
    for option, text in (("--rep-in", command.rep_in), ("--group", command.group)):
        if not text:
            raise BadInput(f"invariants are those of a type under a group. Got no {option}. Add it")
    rep_in, _, group = parse_types({"rep_in": command.rep_in, "rep_out": "T(0)", "group": command.group})
    return rep_in, group


def parse_basis(rep: str, group: str) -> tuple[reps.Rep, groups.Group | None]:
    """A type and its group, which may be left out."""
    check_group("the group", group)
    return reps.parse(rep), groups.parse(group) if group else None
