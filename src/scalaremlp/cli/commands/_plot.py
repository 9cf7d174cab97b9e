"""What can be typed after `scalaremlp plot`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Json


@dataclass(frozen=True)
class Plot:
    """Draw a figure of a study.

    scalaremlp plot efficiency studies/efficiency
    """

    figure: Annotated[Positional[Literal["efficiency"]], arg(metavar="efficiency")]
    """efficiency: test error by number of training samples, with its spread over seeds, beside the published curves."""
    study: Annotated[Positional[Path], arg(metavar="STUDY")]
    """A folder that `scalaremlp study` made."""
    json: Json = False
