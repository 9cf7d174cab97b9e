"""`scalaremlp predict`."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from scalaremlp._files import write_bytes
from scalaremlp.cli._columns import columns_of, header_of, remembered, say_unused, stem
from scalaremlp.cli._commands import Predict
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import show, show_json
from scalaremlp.cli._run_folder import open_run
from scalaremlp.data import read_column, read_inputs
from scalaremlp.measure import predict


def run(command: Predict) -> int:
    """Write the outputs of the model for the inputs of a file; 1 if one is not finite."""
    data = command.data
    out = Path(command.out or Path(data).parent / f"{stem(data)}-predicted.npz")
    with reading_input():
        _check_out(out, command.fresh)
        saved, header = open_run(command.run), header_of(command)
        model = saved.model
        columns = columns_of(data, saved, {"x_columns": command.x_columns}, header)
        x = read_inputs(data, model.rep_in, model.group, x_columns=columns["x_columns"], header=header)
        names = remembered(saved.settings, data)["y_columns"]
        beside = _ids(command, header, len(x), names or ())
        say_unused(data, columns, header, *beside)
    y = np.asarray(predict(model, jnp.asarray(x)))
    with reading_input(f"{out} could not be written"):
        write_bytes(out, _packed(y, names, beside, out.suffix))
    show(f"{len(y)} outputs of {y.shape[1]} numbers: {out}")
    if command.json:
        show_json({"n": len(y), "size": y.shape[1], "out": str(out)})
    return 0 if np.isfinite(y).all() else 1


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


def _packed(y: np.ndarray, names: Sequence[str] | None, ids: dict[str, np.ndarray], suffix: str) -> bytes:
    """The outputs as the content of a file, beside what tells the rows apart."""
    if suffix == ".npz":
        packed = io.BytesIO()
        told = {"names": np.array(names)} if names else {}
        np.savez(packed, allow_pickle=False, y=y, **told, **dict(zip(["id"], ids.values(), strict=False)))
        return packed.getvalue()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*ids, *(names or [f"y{i + 1}" for i in range(y.shape[1])])])
    beside = zip(*(each.tolist() for each in ids.values()), strict=True) if ids else iter(lambda: (), None)
    for own, row in zip(beside, y.tolist(), strict=False):
        writer.writerow([*own, *(str(value).strip("()") for value in row)])
    return text.getvalue().encode()
