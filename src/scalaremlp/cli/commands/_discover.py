"""What can be typed after `scalaremlp discover`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Json


@dataclass(frozen=True)
class Discover:
    """Find the formula of data: the shortest that fits at rounding, or, with noise, the one of most evidence.

    Prints the best formula of each length and the constants with their standard errors. A folder gets law.json,
    law.tex, law.py (a function of NumPy alone), law.png (errors by length, residuals), and the law itself as a model,
    as in:

    scalaremlp discover mine.csv --rep-in "2*T(0) + T(1)" --rep-out "T(1)" --group "O(3)" --units-in "N/m, m, m"
    --units-out N

    scalaremlp discover mine.npz --rep-in "4*T(0)" --rep-out "T(0)"
    """

    data: Annotated[Positional[str], arg(metavar="FILE")]
    """.npz with arrays x (n, size_in) and y (n, size_out), or a table as of train."""
    rep_in: str = ""
    """Type of the inputs, such as "2*T(0) + T(1)"."""
    rep_out: str = "T(0)"
    """Type of the outputs, such as "T(1)"."""
    group: str = "O(3)"
    """The symmetry group, such as "O(3)" or "O(1,3)"."""
    units_in: str = ""
    """A unit for each scalar, vector and tensor of the inputs, with commas between, such as "kg, m/s"; with them only
    formulas that units admit are looked at."""
    units_out: str = ""
    """The same of the outputs, such as "N"; "1" is a mere number."""
    units: Literal["", "header", "row"] = ""
    """For a table that tells its units: header, in brackets behind the names of columns, v_x [m/s]; row, in a row below
    the names."""
    constants: Literal["dimensionless", "any"] = "dimensionless"
    """Whether constants of the formula are numbers or may have any unit."""
    permutation: bool = False
    """The law is a sum over particles: particle i is the i-th of every block of the input."""
    seed: int = 0
    """Seed of the choice of samples that are held out."""
    x_columns: str = ""
    """For a table: the columns of the inputs, as of train."""
    y_columns: str = ""
    """For a table: the columns of the outputs."""
    x_order: str = ""
    """For a file: the order of the six columns of each Sym(2) of the inputs, as of train."""
    y_order: str = ""
    """For a file: the same of the outputs."""
    header: bool = False
    """For a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """For a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    out: str = ""
    """Folder of the law; by default runs/law-NAME."""
    fresh: bool = False
    """Replace the law that is in the folder."""
    json: Json = False
