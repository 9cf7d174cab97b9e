"""Types of options that several commands have."""

from typing import Annotated

from tyro.conf import arg

Count = Annotated[int | None, arg(metavar="INT")]
Json = Annotated[bool, arg(help="Print the numbers as one JSON object, the last line of the output.")]
