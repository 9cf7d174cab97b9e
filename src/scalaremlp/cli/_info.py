"""`scalaremlp info`."""

from pathlib import Path
from typing import Any

from scalaremlp import groups
from scalaremlp._model import Quantities, as_model
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._functions import functions, lines
from scalaremlp.cli._output import show, show_dependencies, show_json
from scalaremlp.cli.commands import Info
from scalaremlp.data import DATASETS
from scalaremlp.groups.axes import components
from scalaremlp.runs.models import MODELS
from scalaremlp.runs.numbers import dependencies_of
from scalaremlp.runs.saved import open_run
from scalaremlp.runs.types import parse_types
from scalaremlp.train import OPTIMIZERS


def run(command: Info) -> int:
    """Print what there is, what a pair of types offers, or what a run holds."""
    given = {"--rep-in": command.rep_in, "--rep-out": command.rep_out, "--group": command.group}
    missing = [option for option, text in given.items() if not text]
    with reading_input():
        if command.run and (len(missing) < len(given) or command.scalars):
            raise BadInput(f"a run has types of its own. Got {command.run} and types. Leave out one or the other")
        if missing and (command.scalars or command.degree is not None):
            option = "--scalars are" if command.scalars else "--degree is"
            raise BadInput(f"{option} of types. Add --rep-in, --rep-out and --group")
        if missing and len(missing) < len(given):
            raise BadInput(f"types are told together, and {missing[0]} is missing. Add it, or leave out the others")
        told = _of_run(Path(command.run)) if command.run else _of_library() if missing else _of_types(command)
    for line in lines({name: value for name, value in told.items() if name not in ("dependencies", "in the law")}):
        show(line)
    show_dependencies(told)
    if command.json:
        show_json(told)
    return 0


def _of_library() -> dict[str, Any]:
    every = [group for name in groups.GROUPS if name != "Matrices" for group in _examples(name)]
    known = {str(group): group.fundamental or group.fixes_diagonals for group in every}
    return {
        "groups with scalars": [name for name, has_scalars in known.items() if has_scalars],
        "other groups": [name for name, has_scalars in known.items() if not has_scalars],
        "data sets": list(DATASETS),
        "models": list(MODELS),
        "optimizers": ["auto", *OPTIMIZERS],
    }


def _examples(name: str) -> list[groups.Group]:
    """The last example of a group for each number of arguments: O(3) and O(2,2)."""
    return list({str(group).count(","): group for group in groups.GROUPS[name].examples}.values())


def _of_run(folder: Path) -> dict[str, Any]:
    saved = open_run(folder)
    model, (rep_in, rep_out, group) = saved.model, saved.types
    known = zip(("inputs are", "outputs are"), saved.names, strict=True)
    return {
        "inputs": f"{rep_in}, {rep_in(group).size} numbers",
        "outputs": f"{rep_out}, {rep_out(group).size} numbers",
        "group": str(group),
        **{what: list(names) for what, names in known if names},
        **({"units": str(units)} if (units := Quantities.of(model)) else {}),
        "model": f"{type(model).__name__}, {as_model(model).summary}".rstrip(", "),
        **dependencies_of(model, saved.names[0]),
    }


def _of_types(command: Info) -> dict[str, Any]:
    rep_in, rep_out, group = parse_types(vars(command))
    order = {"order": sentence} if (sentence := components(group)) else {}
    return {
        "inputs": f"{rep_in}, {rep_in(group).size} numbers",
        "outputs": f"{rep_out}, {rep_out(group).size} numbers",
        "group": f"{group}, {group.field} {group.dim} x {group.dim} matrices",
        **order,
        **functions(rep_in, rep_out, group, command),
    }
