"""The command line: `scalaremlp train`, `scalaremlp evaluate`, `scalaremlp reproduce`.

Exit status: 0 done; 1 a check failed; 2 bad input, with the reason on one line; 130 stopped with Ctrl-C.
"""

from scalaremlp.cli._main import COMMANDS as COMMANDS
from scalaremlp.cli._main import main as main
from scalaremlp.cli._main import parse as parse
