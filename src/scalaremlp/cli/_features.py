"""`scalaremlp features`."""

from pathlib import Path

import numpy as np

from scalaremlp.cli._columns import header_of
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import show, show_json
from scalaremlp.cli._words import types_of_features
from scalaremlp.cli.commands import Features
from scalaremlp.data import check_written, read_beside, read_inputs, write_table
from scalaremlp.nn import named_features
from scalaremlp.reps.measured import checked_units
from scalaremlp.runs.settings import listed, stem
from scalaremlp.scalars import Scalars, table, units_of_scalars
from scalaremlp.units import Unit


def run(command: Features) -> int:
    """Write the invariants of the inputs of a file, and what stands beside them."""
    out = Path(command.out or Path(command.data).parent / f"{stem(command.data)}-features.csv")
    with reading_input():
        _check_out(out, command.fresh)
        rep_in, group = types_of_features(command)
        header, columns = header_of(command), command.x_columns or None
        scalars = named_features(rep_in, group, command.scalars, command.degree)
        order = command.x_order or None
        told = listed(command.units_in or None)
        x = read_inputs(command.data, rep_in, group, x_columns=columns, header=header, x_order=order, units_in=told)
        beside = read_beside(command.data, columns, header=header)
        units_in = checked_units(told, rep_in, group, "units_in")
        found = _with_units(units_in, scalars, table(scalars, x, plain=command.plain))
        if both := sorted(found.keys() & beside.keys()):
            raise BadInput(
                f"a column beside the invariants has a name of its own. Got {both[0]}. Rename it in the file"
            )
    with reading_input(f"{out} could not be written"):
        write_table(out, found | beside)
    show(f"{len(x)} rows of {len(found)} invariants and {len(beside)} columns beside them: {out}")
    if command.json:
        show_json({"n": len(x), "scalars": list(found), "beside": list(beside), "out": str(out)})
    return 0


def _with_units(
    units_in: tuple[Unit, ...] | None, scalars: Scalars, columns: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The columns with units in brackets behind their names, if those of the inputs are told."""
    if units_in is None:
        return columns
    units = units_of_scalars(scalars, units_in)
    pairs = zip(columns.items(), units, strict=True)
    return {name if unit.dimensionless else f"{name} [{unit}]": values for (name, values), unit in pairs}


def _check_out(out: Path, fresh: bool) -> None:
    check_written(out)
    if out.exists() and not (fresh and out.is_file()):
        raise BadInput(f"{out} is there already. Choose another --out, or replace it by --fresh")
