"""What can be typed after `scalaremlp compare-groups`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Json


@dataclass(frozen=True)
class CompareGroups:
    """Say which symmetry the samples of a file obey: a law is fitted under each of some groups.

    The largest group that predicts samples held back no worse than the best one is the answer. Examples:

    scalaremlp compare-groups mine.csv --rep-in "2*T(1)" --rep-out "T(1)" --groups "O(3) SO(3) SO2eR3 Trivial(3)"

    scalaremlp compare-groups mine.csv --rep-in "T(0) + T(1)" --rep-out "T(1)" --groups "O(3)" --units header
    --change-units both
    """

    file: Annotated[Positional[str], arg(metavar="FILE")]
    """A file as of train."""
    rep_in: str = ""
    """Type of the inputs, such as "2*T(1)", the same for all groups."""
    rep_out: str = ""
    """Type of the outputs, such as "T(1)"."""
    groups: str = ""
    """The groups, with spaces or commas between."""
    permutation: Literal["off", "on", "both"] = "off"
    """Whether identical particles may be exchanged as well; both: compare with and without."""
    change_units: Literal["", "off", "on", "both"] = ""
    """Whether units may be changed as well, so that a law is one of dimensionless numbers; both: compare with and
    without. By default on where units are told."""
    units_in: str = ""
    """A unit for each scalar, vector and tensor of the inputs, with commas between, as of train."""
    units_out: str = ""
    """The same of the outputs."""
    units: Literal["", "header", "row"] = ""
    """For a table that tells its units, as of train."""
    constants: str = ""
    """Units of constants that the law has and the inputs do not, as of train."""
    x_columns: str = ""
    """Of a table: the columns of the inputs, as of train."""
    y_columns: str = ""
    """Of a table: the columns of the outputs."""
    sigma_columns: str = ""
    """Of a table: the columns of standard errors, as of train; fits and errors are weighed by them."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    seed: int = 0
    """Of the split, the models and the fits."""
    out: str = ""
    """Folder of the table and the picture; by default a name made of the file's, in runs/groups/."""
    json: Json = False
