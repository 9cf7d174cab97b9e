"""What can be typed after `scalaremlp study`."""

from dataclasses import dataclass
from pathlib import Path

from scalaremlp.cli.commands._options import Json


@dataclass(frozen=True)
class Study:
    """Compare models over tasks, sample sizes and seeds: the data-efficiency study of the papers.

    Every finished run is on disk at once, and one that was stopped goes on from its checkpoint: give the same command
    again. Results are in results.csv, one row a run. The figure: scalaremlp plot efficiency FOLDER. Examples:

    scalaremlp study --data o5,inertia,particle --models scalar,emlp,mlp --ntrain 30,100,300 --out studies/efficiency

    scalaremlp study --data o5 --models emlp --ntrain 1000 --out studies/a --scheduler tcp://10.0.0.5:8786
    """

    data: str = "o5,inertia,particle"
    """Tasks, with commas between."""
    models: str = "scalar,scalar-adam,emlp,mlp,mlp-aug"
    """scalar: our default; scalar-adam: the published scalar network and its training; emlp, mlp, mlp-aug: the
    baselines by their published training."""
    ntrain: str = "30,100,300,1000,3000,10000"
    """Numbers of training samples."""
    seeds: int = 3
    """Number of seeds."""
    length: float = 1.0
    """The fraction of the published epochs that scalar-adam and the baselines are trained for."""
    ntest: int = 5000
    """Number of test samples."""
    out: Path = Path("studies/efficiency")
    """Folder of the study."""
    jobs: int = 0
    """Number of processes; 0 stands for the number of cores."""
    scheduler: str = ""
    """Address of a Dask scheduler, such as tcp://10.0.0.5:8786, whose workers make the runs instead."""
    fresh: bool = False
    """Make all runs anew, finished or not."""
    json: Json = False
