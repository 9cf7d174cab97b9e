"""`python -m scalaremlp.cli` is the command `scalaremlp`."""

import sys

from scalaremlp.cli import main

if __name__ == "__main__":
    sys.exit(main())
