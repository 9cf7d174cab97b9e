"""What can be typed after `scalaremlp evaluate`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Count, Json


@dataclass(frozen=True)
class Evaluate:
    """Measure the model of a run folder: test error and equivariance error.

    The test samples are those of the run, unless --data gives others.
    """

    run: Annotated[Positional[Path], arg(metavar="RUN")]
    """The folder of a run."""
    data: str = ""
    """A file with inputs and outputs of the types of the run, to measure on instead."""
    x_columns: str = ""
    """Of a table: the columns of the inputs; by default those of the names that the run was made with."""
    y_columns: str = ""
    """Of a table: the columns of the outputs; by default those of the names that the run was made with."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    ntest: Count = None
    """Number of test samples; by default as many as in the run, or all of the file."""
    std: bool = False
    """Tell as well whether the model's standard deviations are honest: how many outputs are inside its intervals."""
    json: Json = False
