"""`scalaremlp predict`."""

import io
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from scalaremlp._files import write_bytes
from scalaremlp.cli._commands import Predict
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import show_json
from scalaremlp.cli._run_folder import open_run
from scalaremlp.data import read_inputs
from scalaremlp.train import predict


def run(command: Predict) -> int:
    """Write the outputs of the model for the inputs of a file; 1 if one is not finite."""
    out = Path(command.out or f"{Path(command.data).with_suffix('')}-predicted.npz")
    with reading_input():
        _check_out(out, command.fresh)
        model, settings = open_run(command.run)
        columns = command.x_columns or (None if command.data.endswith(".npz") else settings.get("x_columns"))
        x = read_inputs(command.data, model.rep_in, model.group, x_columns=columns)
    y = np.asarray(predict(model, jnp.asarray(x)))
    with reading_input(f"{out} could not be written"):
        write_bytes(out, _packed(y, out.suffix))
    print(f"{len(y)} outputs of {y.shape[1]} numbers: {out}")
    if command.json:
        show_json({"n": len(y), "size": y.shape[1], "out": str(out)})
    return 0 if np.isfinite(y).all() else 1


def _check_out(out: Path, fresh: bool) -> None:
    if out.suffix not in (".npz", ".csv"):
        raise BadInput(f"outputs are written to a .npz or a .csv file. Got {out}. Choose another --out")
    if out.exists() and not (fresh and out.is_file()):
        raise BadInput(f"{out} is there already. Choose another --out, or replace it by --fresh")


def _packed(y: np.ndarray, suffix: str) -> bytes:
    """The outputs as the content of a file."""
    if suffix == ".npz":
        packed = io.BytesIO()
        np.savez(packed, y=y)
        return packed.getvalue()
    text = io.StringIO()
    np.savetxt(text, y, delimiter=",", fmt="%s", header=",".join(f"y{i + 1}" for i in range(y.shape[1])), comments="")
    return text.getvalue().replace("(", "").replace(")", "").encode()
