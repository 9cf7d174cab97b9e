"""`scalaremlp discover`."""

from pathlib import Path
from typing import Any

import jax.random as jr
import numpy as np

from scalaremlp import plot
from scalaremlp._files import write_json, write_text
from scalaremlp.cli._columns import header_of
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import say, show, show_json
from scalaremlp.cli.commands import Discover
from scalaremlp.data import Dataset, read
from scalaremlp.laws import Law, discover
from scalaremlp.measure import predict
from scalaremlp.runs.settings import listed, stem
from scalaremlp.runs.types import parse_types
from scalaremlp.train import save


def run(command: Discover) -> int:
    """Print what was found and leave it in a folder; 1 if no formula fits."""
    folder = Path(command.out or f"runs/law-{stem(command.data)}")
    with reading_input():
        _check_place(folder, command.fresh)
        data = _data(command)
        say(f"data: {len(data)} samples, {data.rep_in} -> {data.rep_out} of {data.group}")
        law = discover(data, permutation=command.permutation, constants=command.constants, key=jr.key(command.seed))
        told = _told(law)
    _show(law)
    with reading_input(f"{folder} could not be written"):
        _write(folder, law, data, told)
    show(f"folder of the law: {folder}")
    if command.json:
        show_json({**told, "out": str(folder)})
    return 1 if law.verdict == "above" else 0


def _data(command: Discover) -> Dataset:
    if not command.rep_in:
        raise BadInput('data of a file need types. Got no --rep-in. Add it, such as --rep-in "2*T(0) + T(1)"')
    rep_in, rep_out, group = parse_types(vars(command))
    if bool(command.units_in) != bool(command.units_out):
        raise BadInput('--units-in and --units-out are told together. Got one of them. Add the other; "1" is a number')
    return read(
        command.data, rep_in, rep_out, group, x_columns=command.x_columns or None, y_columns=command.y_columns or None,
        header=header_of(command), x_order=command.x_order or None, y_order=command.y_order or None,
        units_in=listed(command.units_in or None), units_out=listed(command.units_out or None),
        units=command.units or None,
    )  # fmt: skip


def _check_place(folder: Path, fresh: bool) -> None:
    there = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    if folder.exists() and (not folder.is_dir() or (there and not (fresh and "law.json" in there))):
        raise BadInput(f"{folder} is there already. Choose another --out, or replace a law by --fresh")


def _told(law: Law) -> dict[str, Any]:
    """What law.json says."""
    return {
        "formula": str(law),
        "latex": law.latex(),
        "verdict": law.verdict,
        "constants": [each._asdict() for each in law.constants],
        "candidates": [each._asdict() for each in law.candidates],
        "rep_in": str(law.rep_in), "rep_out": str(law.rep_out), "group": str(law.group),
    }  # fmt: skip


def _show(law: Law) -> None:
    show(f"{'nodes':>5}  {'error':>8}  {'evidence':>9}  formula")
    for each in law.candidates:
        show(f"{each.complexity:5}  {each.error:8.1e}  {each.evidence:9.1f}  {each.formula}")
    show(str(law))
    for constant in law.constants:
        error = f" ± {constant.standard_error:.2g}" if constant.standard_error else ""
        show(f"  {constant.name} = {constant.value:.10g}{error} {constant.unit}".rstrip())
    show(f"verdict: {law.verdict}")


def _write(folder: Path, law: Law, data: Dataset, told: dict[str, Any]) -> None:
    predicted = np.asarray(predict(law, data.x))
    figure = plot.law_figure(law.candidates, data.y, predicted, title=_short(str(law)))
    save(folder, law)
    write_text(folder / "law.tex", f"{told['latex']}\n")
    write_text(folder / "law.py", law.to_python())
    plot.save_figure(figure, folder / "law.png")
    write_json(folder / "law.json", told)


def _short(text: str) -> str:
    return text if len(text) < 90 else f"{text[:88]} …"
