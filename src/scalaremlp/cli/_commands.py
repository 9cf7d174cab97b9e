"""What can be typed: one class a command. The work is done elsewhere, so that `--help` answers at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

Json = Annotated[bool, arg(help="Print the numbers as one JSON object, the last line of the output.")]


@dataclass(frozen=True)
class Train:
    """Fit a model to a task or to your own data and leave it in a run folder, with numbers and pictures.

    A run folder holds run.json (what was asked), metrics.jsonl (the course of the fit), the model, result.json and
    figures. Examples:

    scalaremlp train inertia --permutation --ntrain 3000 --seed 0 --out runs/a

    scalaremlp train mine.npz --rep-in "2*T(1)" --rep-out "T(0)" --group "O(3)"
    """

    task: Annotated[Positional[str], arg(metavar="TASK|FILE.npz")]
    """o5, inertia, particle, or a NumPy file with arrays x (n, size_in) and y (n, size_out)."""
    ntrain: int = 0
    """Number of training samples; 0 stands for 1000 of a task, four fifths of a file."""
    ntest: int = 0
    """Number of test samples; 0 stands for 5000 fresh ones of a task, the rest of a file."""
    seed: int = 0
    """Seed of the training data, the initial model and the fit. The test samples of a task do not depend on it."""
    model: Literal["scalars", "mlp"] = "scalars"
    """scalars: invariant coefficients times equivariant tensors; mlp: a plain network without symmetry."""
    permutation: bool = False
    """Share the coefficients over identical particles: particle i is the i-th of every block of the input."""
    no_quadratic: bool = False
    """Leave out the quadratic part of the scalar model."""
    no_norms: bool = False
    """Leave out norms and cosines beside the scalar products."""
    width: int = 0
    """Width of the hidden layers; 0 leaves it to the model."""
    depth: int = 0
    """Number of hidden layers; 0 leaves it to the model."""
    optimizer: Literal["auto", "levenberg-marquardt", "first-order"] = "auto"
    """auto: Levenberg-Marquardt where it applies and pays, otherwise Adam with mini-batches."""
    epochs: int = 0
    """Passes through the data of first-order training; 0 leaves it to the optimiser."""
    rep_in: str = ""
    """For a file: type of the inputs, such as "5*T(0) + 5*T(1)"."""
    rep_out: str = ""
    """For a file: type of the outputs, such as "T(2)"."""
    group: str = ""
    """For a file: the symmetry group, such as "O(3)" or "O(1,3)"."""
    out: str = ""
    """Run folder; by default a name made of the above, in runs/."""
    json: Json = False


@dataclass(frozen=True)
class Evaluate:
    """Measure the model of a run folder: test error and equivariance error.

    The test samples are those of the run, unless --data gives others.
    """

    run: Annotated[Positional[Path], arg(metavar="RUN")]
    """A folder that `scalaremlp train` made."""
    data: str = ""
    """A NumPy file with arrays x and y of the types of the run, to measure on instead."""
    ntest: int = 0
    """Number of test samples; 0 stands for as many as in the run."""
    json: Json = False


@dataclass(frozen=True)
class Reproduce:
    """Fit the three regression tasks of "Scalars are universal" and write a report beside the published figures.

    A study of o5, inertia and particle over sample sizes and seeds, with the default model and with its quadratic part,
    its norms and its cosines left out. Every finished run is kept: run again with the same folder, the study goes on
    where it stopped. The report is report.md and report.html, with the pictures in figures/.
    """

    quick: bool = False
    """The default model, two sizes and one seed: a few minutes on two cores."""
    out: Path = Path("runs/reproduce")
    """Folder of the study and the report."""
    tasks: tuple[Literal["o5", "inertia", "particle"], ...] = ("o5", "inertia", "particle")
    """Which tasks."""
    sizes: tuple[int, ...] = ()
    """Numbers of training samples; if none is given 30 100 300 1000 3000, with --quick 100 1000."""
    seeds: int = 0
    """Number of seeds; 0 stands for 3, with --quick for 1."""
    ntest: int = 5000
    """Number of test samples."""
    fresh: bool = False
    """Make all runs anew, finished or not."""
    json: Json = False


Command = Train | Evaluate | Reproduce
