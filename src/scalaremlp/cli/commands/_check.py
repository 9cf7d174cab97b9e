"""What can be typed after `scalaremlp check`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Json


@dataclass(frozen=True)
class Check:
    """Check that the model of a run folder is equivariant; the exit status is 1 if it is not.

    The error is the largest of |f(gx) - g f(x)| / (|g| |f(x)|) over random group elements and samples.
    """

    run: Annotated[Positional[Path], arg(metavar="RUN")]
    """The folder of a run."""
    tol: float = 1e-8
    """The largest error allowed."""
    samples: int = 64
    """Number of inputs: standard normal ones, or the first of --data."""
    elements: int = 16
    """Number of group elements."""
    seed: int = 0
    """Seed of both."""
    data: str = ""
    """A file with inputs to check at instead, as of predict."""
    x_columns: str = ""
    """Of a table: the columns of the inputs; by default those of the names that the run was made with."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    json: Json = False
