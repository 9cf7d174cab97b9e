"""`scalaremlp compare-groups`."""

from pathlib import Path

from scalaremlp._files import write_json
from scalaremlp.cli._columns import header_of
from scalaremlp.cli._errors import reading_input
from scalaremlp.cli._group_list import groups_of, names_of
from scalaremlp.cli._output import say, show, show_json
from scalaremlp.cli.commands import CompareGroups
from scalaremlp.data import read
from scalaremlp.plot import save_figure
from scalaremlp.runs.settings import stem
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
        columns = {name: getattr(command, name) or None for name in ("x_columns", "y_columns", "sigma_columns")}
        data = read(command.file, rep_in, rep_out, every[0], **columns, header=header_of(command))
        say(f"{len(every)} groups, each fitted to two thirds of {len(data)} samples")
        table = compare_groups(data, every, permutation=_PERMUTATION[command.permutation], key=jr.key(command.seed))
    show(str(table))
    with reading_input(f"{out} must be a folder to write to. Got"):
        write_json(out / "groups.json", table.numbers)
        picture = save_figure(table.figure(title=stem(command.file)), out / "groups.png")
    show(f"table and picture: {out}")
    if command.json:
        show_json({"best": str(table.best.group), "groups": table.numbers, "picture": str(picture)})
    return 0


_PERMUTATION: dict[str, bool | str] = {"off": False, "on": True, "both": "both"}
