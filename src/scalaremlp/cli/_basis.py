"""`scalaremlp basis`."""

import ast
import re
from pathlib import Path
from time import perf_counter
from typing import Any

from scalaremlp import reps
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import say, show, show_json, show_numbers
from scalaremlp.cli._words import parse_basis
from scalaremlp.cli.commands import Basis


def run(command: Basis) -> int:
    """Print rank, size and seconds, and leave a picture."""
    with reading_input():
        rep_in, rep_out = _sides(command)
        start = perf_counter()
        size, rank = (rep_in >> rep_out).equivariant_basis().shape
        seconds = perf_counter() - start
    numbers: dict[str, Any] = {"rank": rank, "size": size, "seconds": seconds}
    show_numbers(numbers)
    picture = _drawn(rep_in, rep_out, Path(command.out or f"runs/basis/{_file_name(command)}"))
    if command.json:
        show_json({**numbers, "picture": picture})
    return 0


def _sides(command: Basis) -> tuple[reps.Rep, reps.Rep]:
    """The types of the columns and of the rows; a type that is none of maps is a single column."""
    whole, group = parse_basis(command.rep, command.group)
    tree = ast.parse(command.rep.strip(), mode="eval").body
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.RShift):
        sides = reps.parse(ast.unparse(tree.left)), reps.parse(ast.unparse(tree.right))
    else:
        sides = reps.Scalar, whole
    if group is not None:
        return sides[0](group), sides[1](group)
    if any(leaf.group is None for leaf in whole.leaves):
        raise BadInput(f'a type needs a group. Got none for {command.rep!r}. Add it, such as "{command.rep}" "O(3)"')
    return (sides[0](whole.groups[0]) if sides[0] == reps.Scalar else sides[0]), sides[1]


def _drawn(rep_in: reps.Rep, rep_out: reps.Rep, path: Path) -> str | None:
    """The path of the picture that was made; None, and a line that says why, if there is none."""
    from scalaremlp import plot  # Matplotlib loads when a picture is made, after the numbers are told

    try:
        plot.save_figure(plot.basis(rep_in, rep_out), path)
    except ValueError as error:
        say(f"no picture: {error}")
        return None
    except OSError as error:
        raise BadInput(f"{path} could not be written: {error}. Choose another --out") from error
    show(f"picture: {path}")
    return str(path)


def _file_name(command: Basis) -> str:
    """A file name made of the type and the group.

    >>> _file_name(Basis("T(1) >> T(2)", "O(1,3)"))
    'T(1)-to-T(2)-O(1,3).png'
    """
    words = " ".join([command.rep.replace(">>", " to "), command.group])
    return re.sub(r"[^\w(),.+]+", "-", words).strip("-")[:120] + ".png"
