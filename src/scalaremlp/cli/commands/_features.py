"""What can be typed after `scalaremlp features`."""

from dataclasses import dataclass
from typing import Annotated

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Count, Json


@dataclass(frozen=True)
class Features:
    """Write the invariants of typed inputs as a table, with all other columns beside them, for other regressors.

    scalaremlp features mine.csv --rep-in "2*T(1)" --group "O(3)" --x-columns 1-6 --out features.csv

    Each invariant is a column by its name, such as <x1,x2>; targets and whatever else stands in the file follow as
    they are.
    """

    data: Annotated[Positional[str], arg(metavar="FILE")]
    """A file with inputs: .npz with an array x, and y for the targets, or a table as of train."""
    rep_in: str = ""
    """Type of the inputs, such as "5*T(0) + 5*T(1)"."""
    group: str = ""
    """The symmetry group, such as "O(3)" or "O(1,3)"."""
    x_columns: str = ""
    """Of a table: the columns of the inputs, as of train; by default all, if there are no others."""
    x_order: str = ""
    """The order of the six columns of each Sym(2) of the inputs, as of train."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    scalars: str = "products"
    """Scalars by name: products, the polynomial invariants; norms (with norms and cosines), differences (also of two
    vectors), logs or decades (logarithms, of ratios too, and shares)."""
    degree: Count = None
    """The highest degree of the invariants in the inputs; by default all."""
    plain: bool = False
    """Names of letters, digits and _ alone, x1_x2 for <x1,x2>, as PySR and others ask for."""
    units_in: str = ""
    """The unit of each scalar, vector or tensor of the inputs, with commas between, such as "kg, m/s"; those of the
    products, norms and cosines are then written behind their names, as in <x1,x1> [m^2/s^2]."""
    out: str = ""
    """Where the table goes, .csv or .parquet; by default FILE-features.csv. No file is replaced."""
    fresh: bool = False
    """Replace the file of features."""
    json: Json = False
