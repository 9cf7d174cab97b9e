"""`scalaremlp compare-groups`."""

from pathlib import Path

from scalaremlp._files import write_json
from scalaremlp.cli._columns import header_of
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._group_list import groups_of, names_of
from scalaremlp.cli._output import say, show, show_json
from scalaremlp.cli.commands import CompareGroups
from scalaremlp.data import Dataset, read
from scalaremlp.groups import Group
from scalaremlp.plot import save_figure
from scalaremlp.reps import Rep
from scalaremlp.runs.settings import listed, stem
from scalaremlp.runs.types import parse_types
from scalaremlp.symmetries import compare_groups


def run(command: CompareGroups) -> int:
    """Print the table, and leave it with a figure."""
    import jax.random as jr

    out = Path(command.out or f"runs/groups/{stem(command.file)}")
    with reading_input():
        names = names_of(command.groups)
        every = groups_of(names)
        rep_in, rep_out, _ = parse_types({**vars(command), "group": names[0]})
        data = _data(command, rep_in, rep_out, every[0])
        say(f"{len(every)} groups, each fitted to two thirds of {len(data)} samples")
        table = compare_groups(
            data, every, permutation=_ASKED[command.permutation] or False, units=_ASKED[command.change_units],
            constants=listed(command.constants or None) or (), key=jr.key(command.seed),
        )  # fmt: skip
    show(str(table))
    with reading_input(f"{out} must be a folder to write to. Got"):
        write_json(out / "groups.json", table.numbers)
        picture = save_figure(table.figure(title=stem(command.file)), out / "groups.png")
    show(f"table and picture: {out}")
    if command.json:
        show_json({"best": str(table.best.group), "groups": table.numbers, "picture": str(picture)})
    return 0


_ASKED: dict[str, bool | str | None] = {"": None, "off": False, "on": True, "both": "both"}


def _data(command: CompareGroups, rep_in: Rep, rep_out: Rep, group: Group) -> Dataset:
    if bool(command.units_in) != bool(command.units_out):
        raise BadInput('--units-in and --units-out are told together. Got one of them. Add the other; "1" is a number')
    columns = {name: getattr(command, name) or None for name in ("x_columns", "y_columns", "sigma_columns")}
    return read(
        command.file, rep_in, rep_out, group, **columns, header=header_of(command),
        units_in=listed(command.units_in or None), units_out=listed(command.units_out or None),
        units=command.units or None,
    )  # fmt: skip
