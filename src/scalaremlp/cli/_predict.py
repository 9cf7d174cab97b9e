"""`scalaremlp predict`."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from scalaremlp._files import write_bytes
from scalaremlp.cli._columns import columns_of, header_of, remembered, say_unused
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import say, show, show_json
from scalaremlp.cli.commands import Predict
from scalaremlp.data import read_column, read_inputs
from scalaremlp.runs.saved import Outputs, SavedPendulum, open_run
from scalaremlp.runs.settings import stem
from scalaremlp.runs.uncertain import with_std


def run(command: Predict) -> int:
    """Write the outputs of the model for the inputs of a file; 1 if one is not finite."""
    data = command.data
    out = Path(command.out or Path(data).parent / f"{stem(data)}-predicted.npz")
    with reading_input():
        _check_out(out, command.fresh)
        saved, header = open_run(command.run), header_of(command)
        columns = columns_of(data, saved, {"x_columns": command.x_columns}, header)
        rep_in, _, group = saved.types
        x = read_inputs(
            data, rep_in, group, x_columns=columns["x_columns"], header=header, x_order=saved.orders[0],
            units_in=saved.units[0],
        )  # fmt: skip
        names = remembered(saved, data)["y_columns"]
        taken = (*(names or ()), "t_s") if isinstance(saved, SavedPendulum) else names or ()
        beside = _ids(command, header, len(x), taken)
        say_unused(data, columns, header, *beside)
        found = with_std(saved, x) if command.std else saved.outputs(x)
    names = found.names or names
    with reading_input(f"{out} could not be written"):
        packed = _archive(found, names, beside) if out.suffix == ".npz" else _table(found, names, beside)
        write_bytes(out, packed)
    if found.caution:
        say(found.caution)
    told = "" if found.times is None else f" at {len(found.times)} times"
    show(f"{len(found.y)} outputs of {found.y.shape[-1]} numbers{told}: {out}")
    if command.json:
        show_json({"n": len(found.y), "size": found.y.shape[-1], "out": str(out)})
    return 0 if np.isfinite(found.y).all() else 1


def _ids(command: Predict, header: bool | None, rows: int, outputs: Sequence[str]) -> dict[str, np.ndarray]:
    """The column that tells the rows apart, by its name, if one is asked for."""
    name = command.id_column
    if not name:
        return {}
    if name in outputs:
        raise BadInput(f"the outputs are {', '.join(outputs)}. Got --id-column {name} as well. Choose another column")
    try:
        values = read_column(command.data, name, header=header)
    except ValueError as error:
        raise BadInput(str(error).replace("`column`", "--id-column")) from error
    if values.shape != (rows,):
        raise BadInput(f"--id-column must be one value for each of the {rows} rows. Got {name} of shape {values.shape}")
    return {name: values}


def _check_out(out: Path, fresh: bool) -> None:
    if out.suffix not in (".npz", ".csv"):
        raise BadInput(f"outputs are written to a .npz or a .csv file. Got {out}. Choose another --out")
    if out.exists() and not (fresh and out.is_file()):
        raise BadInput(f"{out} is there already. Choose another --out, or replace it by --fresh")


def _archive(found: Outputs, names: Sequence[str] | None, ids: dict[str, np.ndarray]) -> bytes:
    """The outputs as arrays, beside their times and what tells the rows apart."""
    packed = io.BytesIO()
    told = {"names": np.array(names)} if names else {}
    told |= {} if found.times is None else {"t": found.times}
    told |= {} if found.std is None else {"std": found.std}
    np.savez(packed, allow_pickle=False, y=found.y, **told, **dict(zip(["id"], ids.values(), strict=False)))
    return packed.getvalue()


def _table(found: Outputs, names: Sequence[str] | None, ids: dict[str, np.ndarray]) -> bytes:
    """The outputs as rows; those of several times one after the other."""
    y, beside = found.y, dict(ids)
    if found.times is not None:
        count = len(found.times)
        beside = {name: np.repeat(each, count) for name, each in (ids or {"row": np.arange(1, len(y) + 1)}).items()}
        beside["t_s"] = np.tile(found.times, len(y))
        y = y.reshape(-1, y.shape[-1])
    called = list(names or [f"y{i + 1}" for i in range(y.shape[1])])
    if found.std is not None:
        y, called = np.concatenate([y, found.std], axis=1), [*called, *(f"{name}_std" for name in called)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*beside, *called])
    told = zip(*(each.tolist() for each in beside.values()), strict=True) if beside else iter(lambda: (), None)
    for own, row in zip(told, y.tolist(), strict=False):
        writer.writerow([*own, *(str(value).strip("()") for value in row)])
    return text.getvalue().encode()
