"""Test error by number of training samples, for all models and tasks: the figure of the papers.

    python experiments/data_efficiency.py                      # every model at full length: days
    python experiments/data_efficiency.py --length 0.1 --ntrain 100,1000 --data o5

Options are those of `scalaremlp study`; called again, it goes on where it stopped.
"""

import sys

from scalaremlp.cli import main

FOLDER = "studies/efficiency"


def study(words: list[str]) -> int:
    """Make the study and, if every run came out, its figures."""
    out = words[words.index("--out") + 1] if "--out" in words[:-1] else FOLDER
    return main(["study", *words, *([] if "--out" in words else ["--out", out])]) or main(["plot", "efficiency", out])


if __name__ == "__main__":
    sys.exit(study(sys.argv[1:]))
