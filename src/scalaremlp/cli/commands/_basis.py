"""What can be typed after `scalaremlp basis`."""

from dataclasses import dataclass
from typing import Annotated

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Json


@dataclass(frozen=True)
class Basis:
    """Find all equivariant linear maps of a type and draw which of their entries share a weight.

    scalaremlp basis "T(1) >> T(2)" "O(1,3)"

    Prints the rank (how many weights there are), the size (how many entries) and the seconds that it took.
    """

    rep: Annotated[Positional[str], arg(metavar="TYPE")]
    """A type, such as "T(1) >> T(2)", "V >> V" or "T(2)"."""
    group: Annotated[Positional[str], arg(metavar="[GROUP]")] = ""
    """The symmetry group, such as "O(1,3)"; leave it out for a type with groups, such as "V(S(5))*V(O(3))"."""
    out: str = ""
    """File of the picture; by default a name made of the type and the group, in runs/basis/."""
    json: Json = False
