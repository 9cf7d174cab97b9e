"""What can be typed after `scalaremlp reproduce`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scalaremlp.cli.commands._options import Json


@dataclass(frozen=True)
class Reproduce:
    """Fit the three regression tasks of "Scalars are universal" and write a report beside the published figures.

    A study of o5, inertia and particle over sample sizes and seeds, with the default model, with its quadratic part,
    its norms and its cosines left out, and with the network and the optimiser of the original code. Every finished run
    is kept: run again with the same folder, the study goes on where it stopped. The report is report.md and
    report.html, with the pictures in figures/. In full it takes more than a day of one core, most of it for the
    original's network on inertia; the default comes first.
    """

    quick: bool = False
    """The default model, two sizes and one seed: a few minutes on two cores."""
    out: Path = Path("runs/reproduce")
    """Folder of the study and the report."""
    tasks: tuple[Literal["o5", "inertia", "particle"], ...] = ("o5", "inertia", "particle")
    """Which tasks."""
    sizes: tuple[int, ...] = ()
    """Numbers of training samples; if none is given 30 100 300 1000 3000 10000 30000, with --quick 100 1000."""
    seeds: int = 0
    """Number of seeds; 0 stands for 3, with --quick for 1."""
    original_length: float = 0.1
    """How much of the published training the original's network gets, as a fraction of its epochs; 1 is all."""
    ntest: int = 5000
    """Number of test samples."""
    jobs: int = 1
    """Number of processes; 0 stands for the number of cores. With 1 no fit slows another, and seconds compare best."""
    fresh: bool = False
    """Make all runs anew, finished or not."""
    json: Json = False
