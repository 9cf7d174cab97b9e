"""What can be typed after `scalaremlp info`."""

from dataclasses import dataclass
from typing import Annotated

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Count, Json


@dataclass(frozen=True)
class Info:
    """Say which groups, data sets and models there are, what a pair of types offers, or what is in a run folder.

    scalaremlp info

    scalaremlp info runs/a

    scalaremlp info --rep-in "2*T(1)" --rep-out "T(2)" --group "O(3)"

    scalaremlp info --rep-in "Sym(2) + T(1)" --rep-out "Sym(2)" --group "O(3)" --degree 4
    """

    run: Annotated[Positional[str], arg(metavar="[RUN]")] = ""
    """The folder of a run."""
    rep_in: str = ""
    """Type of the inputs, such as "5*T(0) + 5*T(1)"."""
    rep_out: str = ""
    """Type of the outputs, such as "T(2)"."""
    group: str = ""
    """The symmetry group, such as "O(3)" or "O(1,3)"."""
    scalars: str = ""
    """Scalars by name, as of `train --scalars`; by default the products."""
    degree: Count = None
    """The highest degree in the inputs; without, all that are found."""
    effort: Count = None
    """Of tensors, the most functions of one multidegree to look at; by default 250, some seconds of work."""
    json: Json = False
