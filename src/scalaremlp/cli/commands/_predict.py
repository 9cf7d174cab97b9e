"""What can be typed after `scalaremlp predict`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Json


@dataclass(frozen=True)
class Predict:
    """Apply the model of a run folder to inputs of a file, and write the outputs to another.

    A table is read by the names of the columns that the run was made with, in whatever order they are; other columns
    are left out. Examples:

    scalaremlp predict runs/b new.npz --out y.npz

    scalaremlp predict runs/b new.csv --id-column event --out y.csv
    """

    run: Annotated[Positional[Path], arg(metavar="RUN")]
    """The folder of a run."""
    data: Annotated[Positional[str], arg(metavar="FILE")]
    """A file with inputs of the type of the run: .npz with an array x, or a table as of train."""
    x_columns: str = ""
    """Of a table: the columns of the inputs; by default those of the names that the run was made with."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    id_column: str = ""
    """A column that tells the rows apart, such as event, to be written beside the outputs; of .npz an array (n,)."""
    out: str = ""
    """Where the outputs go: .csv, with a column for each, or .npz, with arrays y, names and id; by default
    FILE-predicted.npz. No file is replaced."""
    std: bool = False
    """Write the standard deviation of every output as well, without the noise: an array std, or columns NAME_std."""
    fresh: bool = False
    """Replace the file of outputs."""
    json: Json = False
