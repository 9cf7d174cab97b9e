"""What can be typed after `scalaremlp train`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from scalaremlp.cli.commands._options import Count, Json


@dataclass(frozen=True)
class Train:
    """Fit a model to a task or to your own data and leave it in a run folder, with numbers and pictures.

    A run folder holds run.json (what was asked), metrics.jsonl (the course of the fit), the model, result.json and
    figures. Examples:

    scalaremlp train inertia --permutation --ntrain 3000 --seed 0 --out runs/a

    scalaremlp train mine.npz --rep-in "2*T(1)" --rep-out "T(0)" --group "O(3)"

    scalaremlp train --resume runs/a

    scalaremlp train mine.csv --rep-in "2*T(1)" --rep-out "T(0)" --group "O(3)" --x-columns 2-7 --y-columns energy
    """

    task: Annotated[Positional[str], arg(metavar="[TASK|FILE]")] = ""
    """o5, inertia, particle, another task that `scalaremlp info` names, or a file: .npz with arrays x (n, size_in) and
    y (n, size_out), .csv, .tsv, .txt, .dat, also with .gz after it, or .parquet."""
    ntrain: Count = None
    """Number of training samples; by default 1000 of a task, and of a file what the others leave."""
    nval: Count = None
    """For a file: number of samples to choose the best model by. By default none: the fit sees to that by itself."""
    ntest: Count = None
    """Number of test samples; by default 5000 fresh ones of a task, a fifth of a file."""
    seed: int = 0
    """Seed of the training data, the initial model and the fit. The test samples of a task do not depend on it."""
    model: Literal["scalars", "bare", "emlp", "mlp"] = "scalars"
    """scalars: invariant coefficients times equivariant tensors; bare: the same as published, ReLU layers on the bare
    invariants in float32; emlp: equivariant layers, solved numerically; mlp: a plain network without symmetry."""
    permutation: bool = False
    """Share the coefficients over identical particles: particle i is the i-th of every block of the input."""
    no_quadratic: bool = False
    """Leave out the quadratic part of the scalar model."""
    no_norms: bool = False
    """Leave out norms and cosines beside the scalar products."""
    scalars: str = ""
    """Scalars by name: products, norms (with norms and cosines), differences (also of two vectors), logs or decades
    (logarithms, of ratios too, and shares); by default norms, and fits may choose."""
    width: int = 0
    """Width of the hidden layers; 0 leaves it to the model."""
    depth: int = 0
    """Number of hidden layers; 0 leaves it to the model."""
    optimizer: Literal["auto", "levenberg-marquardt", "first-order", "natural-gradient"] = "auto"
    """auto: Levenberg-Marquardt where it applies and pays, otherwise Adam with mini-batches."""
    epochs: int = 0
    """Passes through the data of first-order training; 0 leaves it to the optimiser."""
    loss: Literal["mse", "relative", "log", "student"] = "mse"
    """What is made small: the mean squared error; of outputs T(0) that span decades, the relative error or that of the
    logarithm; student: large errors count less, where a few samples are wrong."""
    rep_in: str = ""
    """For a file: type of the inputs, such as "5*T(0) + 5*T(1)"."""
    rep_out: str = ""
    """For a file: type of the outputs, such as "T(2)"."""
    group: str = ""
    """For a file: the symmetry group, such as "O(3)" or "O(1,3)"."""
    x_columns: str = ""
    """For a table: the columns of the inputs, by name or by number from 1, such as "2-7", or by the name of a vector, E
    for Ex, Ey, Ez or E_0, E_1, E_2; by default those that are no outputs, or the first. Vectors of O(1,3) have
    time or energy first: "E,px,py,pz"."""
    y_columns: str = ""
    """For a table: the columns of the outputs; by default those that are left."""
    sigma_columns: str = ""
    """For a table: the columns of standard errors, one of all outputs, or one for each term of the type."""
    x_order: str = ""
    """For a file: the order of the six columns of each Sym(2) of the inputs, "voigt", "vtk" or "openfoam", with
    "-engineering" behind it for doubled shears; by default the coordinates of Sym(2), with √2 before shears."""
    y_order: str = ""
    """For a file: the same of the outputs. `predict` writes them so."""
    units_in: str = ""
    """For a file: the unit of each scalar, vector or tensor of the inputs, such as "kg, m/s", or one for all. Then
    the model sees mere numbers, and a change of units changes last digits alone; needs scalaremlp[laws]."""
    units_out: str = ""
    """For a file: the same of the outputs."""
    units: Literal["", "header", "row"] = ""
    """For a table that tells its units: header, in brackets behind the names of columns, v_x [m/s]; row, in a row below
    the names."""
    constants: str = ""
    """Units of constants that the law has and the inputs have not, such as "m/s^2", or any."""
    header: bool = False
    """For a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """For a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    ordered: bool = False
    """For a file: keep its order; the first samples are for training, the last for testing; else they are drawn."""
    stream: bool = False
    """For .parquet, .csv and .tsv: train on all rows without holding them in memory; by itself above 1 GB."""
    tensorboard: bool = False
    """Write losses and learning rate as TensorBoard events, too; needs the extra scalaremlp[tensorboard]."""
    out: str = ""
    """Run folder; by default a name made of the above, in runs/."""
    fresh: bool = False
    """Replace the run that is in the folder."""
    resume: str = ""
    """Go on with the run in this folder, as it was begun, after Ctrl-C, a crash or a kill; with no other options."""
    json: Json = False
