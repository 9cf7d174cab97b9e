"""What can be typed: one class a command. The work is done elsewhere, so that `--help` answers at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from scalaremlp.runs.settings import PendulumSettings

Count = Annotated[int | None, arg(metavar="INT")]
Json = Annotated[bool, arg(help="Print the numbers as one JSON object, the last line of the output.")]


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


@dataclass(frozen=True)
class Discover:
    """Find the formula of data: the shortest that fits at rounding, or, with noise, the one of most evidence.

    Prints the best formula of each length and the constants with their standard errors. A folder gets law.json,
    law.tex, law.py (a function of NumPy alone), law.png (errors by length, residuals), and the law itself as a model,
    as in:

    scalaremlp discover mine.csv --rep-in "2*T(0) + T(1)" --rep-out "T(1)" --group "O(3)" --units-in "N/m, m, m"
    --units-out N

    scalaremlp discover mine.npz --rep-in "4*T(0)" --rep-out "T(0)"
    """

    data: Annotated[Positional[str], arg(metavar="FILE")]
    """.npz with arrays x (n, size_in) and y (n, size_out), or a table as of train."""
    rep_in: str = ""
    """Type of the inputs, such as "2*T(0) + T(1)"."""
    rep_out: str = "T(0)"
    """Type of the outputs, such as "T(1)"."""
    group: str = "O(3)"
    """The symmetry group, such as "O(3)" or "O(1,3)"."""
    units_in: str = ""
    """A unit for each scalar, vector and tensor of the inputs, with commas between, such as "kg, m/s"; with them only
    formulas that units admit are looked at."""
    units_out: str = ""
    """The same of the outputs, such as "N"; "1" is a mere number."""
    units: Literal["", "header", "row"] = ""
    """For a table that tells its units: header, in brackets behind the names of columns, v_x [m/s]; row, in a row below
    the names."""
    constants: Literal["dimensionless", "any"] = "dimensionless"
    """Whether constants of the formula are numbers or may have any unit."""
    permutation: bool = False
    """The law is a sum over particles: particle i is the i-th of every block of the input."""
    seed: int = 0
    """Seed of the choice of samples that are held out."""
    x_columns: str = ""
    """For a table: the columns of the inputs, as of train."""
    y_columns: str = ""
    """For a table: the columns of the outputs."""
    x_order: str = ""
    """For a file: the order of the six columns of each Sym(2) of the inputs, as of train."""
    y_order: str = ""
    """For a file: the same of the outputs."""
    header: bool = False
    """For a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """For a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    out: str = ""
    """Folder of the law; by default runs/law-NAME."""
    fresh: bool = False
    """Replace the law that is in the folder."""
    json: Json = False


@dataclass(frozen=True)
class Evaluate:
    """Measure the model of a run folder: test error and equivariance error.

    The test samples are those of the run, unless --data gives others.
    """

    run: Annotated[Positional[Path], arg(metavar="RUN")]
    """The folder of a run."""
    data: str = ""
    """A file with inputs and outputs of the types of the run, to measure on instead."""
    x_columns: str = ""
    """Of a table: the columns of the inputs; by default those of the names that the run was made with."""
    y_columns: str = ""
    """Of a table: the columns of the outputs; by default those of the names that the run was made with."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    ntest: Count = None
    """Number of test samples; by default as many as in the run, or all of the file."""
    std: bool = False
    """Tell as well whether the model's standard deviations are honest: how many outputs are inside its intervals."""
    json: Json = False


@dataclass(frozen=True)
class Predict:
    """Apply the model of a run folder to inputs of a file, and write the outputs to another.

    A table is read by the names of the columns that the run was made with, in whatever order they are; other columns
    are left out. Examples:

    scalaremlp predict runs/b new.npz --out y.npz

    scalaremlp predict runs/b new.csv --id-column event --out y.csv
    """

    run: Annotated[Positional[Path], arg(metavar="RUN")]
    """The folder of a run."""
    data: Annotated[Positional[str], arg(metavar="FILE")]
    """A file with inputs of the type of the run: .npz with an array x, or a table as of train."""
    x_columns: str = ""
    """Of a table: the columns of the inputs; by default those of the names that the run was made with."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    id_column: str = ""
    """A column that tells the rows apart, such as event, to be written beside the outputs; of .npz an array (n,)."""
    out: str = ""
    """Where the outputs go: .csv, with a column for each, or .npz, with arrays y, names and id; by default
    FILE-predicted.npz. No file is replaced."""
    std: bool = False
    """Write the standard deviation of every output as well, without the noise: an array std, or columns NAME_std."""
    fresh: bool = False
    """Replace the file of outputs."""
    json: Json = False


@dataclass(frozen=True)
class Features:
    """Write the invariants of typed inputs as a table, with all other columns beside them, for other regressors.

    scalaremlp features mine.csv --rep-in "2*T(1)" --group "O(3)" --x-columns 1-6 --out features.csv

    Each invariant is a column by its name, such as <x1,x2>; targets and whatever else stands in the file follow as
    they are.
    """

    data: Annotated[Positional[str], arg(metavar="FILE")]
    """A file with inputs: .npz with an array x, and y for the targets, or a table as of train."""
    rep_in: str = ""
    """Type of the inputs, such as "5*T(0) + 5*T(1)"."""
    group: str = ""
    """The symmetry group, such as "O(3)" or "O(1,3)"."""
    x_columns: str = ""
    """Of a table: the columns of the inputs, as of train; by default all, if there are no others."""
    x_order: str = ""
    """The order of the six columns of each Sym(2) of the inputs, as of train."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    scalars: str = "products"
    """Scalars by name: products, the polynomial invariants; norms (with norms and cosines), differences (also of two
    vectors), logs or decades (logarithms, of ratios too, and shares)."""
    degree: Count = None
    """The highest degree of the invariants in the inputs; by default all."""
    plain: bool = False
    """Names of letters, digits and _ alone, x1_x2 for <x1,x2>, as PySR and others ask for."""
    units_in: str = ""
    """The unit of each scalar, vector or tensor of the inputs, with commas between, such as "kg, m/s"; those of the
    products, norms and cosines are then written behind their names, as in <x1,x1> [m^2/s^2]."""
    out: str = ""
    """Where the table goes, .csv or .parquet; by default FILE-features.csv. No file is replaced."""
    fresh: bool = False
    """Replace the file of features."""
    json: Json = False


@dataclass(frozen=True)
class CompareGroups:
    """Say which symmetry the samples of a file obey: a law is fitted under each of some groups.

    The largest group that predicts samples held back no worse than the best one is the answer. Examples:

    scalaremlp compare-groups mine.csv --rep-in "2*T(1)" --rep-out "T(1)" --groups "O(3) SO(3) SO2eR3 Trivial(3)"

    scalaremlp compare-groups mine.csv --rep-in "T(0) + T(1)" --rep-out "T(1)" --groups "O(3)" --units header
    --change-units both
    """

    file: Annotated[Positional[str], arg(metavar="FILE")]
    """A file as of train."""
    rep_in: str = ""
    """Type of the inputs, such as "2*T(1)", the same for all groups."""
    rep_out: str = ""
    """Type of the outputs, such as "T(1)"."""
    groups: str = ""
    """The groups, with spaces or commas between."""
    permutation: Literal["off", "on", "both"] = "off"
    """Whether identical particles may be exchanged as well; both: compare with and without."""
    change_units: Literal["", "off", "on", "both"] = ""
    """Whether units may be changed as well, so that a law is one of dimensionless numbers; both: compare with and
    without. By default on where units are told."""
    units_in: str = ""
    """A unit for each scalar, vector and tensor of the inputs, with commas between, as of train."""
    units_out: str = ""
    """The same of the outputs."""
    units: Literal["", "header", "row"] = ""
    """For a table that tells its units, as of train."""
    constants: str = ""
    """Units of constants that the law has and the inputs do not, as of train."""
    x_columns: str = ""
    """Of a table: the columns of the inputs, as of train."""
    y_columns: str = ""
    """Of a table: the columns of the outputs."""
    sigma_columns: str = ""
    """Of a table: the columns of standard errors, as of train; fits and errors are weighed by them."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    seed: int = 0
    """Of the split, the models and the fits."""
    out: str = ""
    """Folder of the table and the picture; by default a name made of the file's, in runs/groups/."""
    json: Json = False


@dataclass(frozen=True)
class Check:
    """Check that the model of a run folder is equivariant; the exit status is 1 if it is not.

    The error is the largest of |f(gx) - g f(x)| / (|g| |f(x)|) over random group elements and samples.
    """

    run: Annotated[Positional[Path], arg(metavar="RUN")]
    """The folder of a run."""
    tol: float = 1e-8
    """The largest error allowed."""
    samples: int = 64
    """Number of inputs: standard normal ones, or the first of --data."""
    elements: int = 16
    """Number of group elements."""
    seed: int = 0
    """Seed of both."""
    data: str = ""
    """A file with inputs to check at instead, as of predict."""
    x_columns: str = ""
    """Of a table: the columns of the inputs; by default those of the names that the run was made with."""
    header: bool = False
    """Of a table: its first row is names, also if these are numbers."""
    no_header: bool = False
    """Of a table: its first row is a sample. By default that is seen, and asked where it cannot be."""
    json: Json = False


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


@dataclass(frozen=True)
class Pendulum(PendulumSettings):
    """Learn the dynamics of two masses on springs from short pieces of their motion, and roll it out.

    A Hamiltonian network learns the energy, a neural ODE the rate of change of the state. The run folder gets the
    model, result.json, errors.csv (the error against time), figures and an animation. After Ctrl-C or a kill the same
    command goes on. The rollout error is the published one, a geometric mean that counts the first time, where the
    prediction is exact; without_start leaves it out. Examples:

    scalaremlp pendulum --model hnn --features scalars --out runs/hnn

    scalaremlp pendulum --model ode --noise 0.01

    scalaremlp pendulum --model hnn --features emlp --group "DkeR3(6)" --steps 500

    scalaremlp pendulum --gravity 0.5 2.5 --turned-test
    """

    film: Literal["gif", "mp4", "none"] = "gif"
    """The animation: mp4 needs ffmpeg."""
    out: str = ""
    """Run folder; by default a name made of the above, in runs/."""
    fresh: bool = False
    """Replace the run that is in the folder."""
    json: Json = False

    def __post_init__(self) -> None:
        """Words are checked when they become settings."""


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


@dataclass(frozen=True)
class Plot:
    """Draw a figure of a study.

    scalaremlp plot efficiency studies/efficiency
    """

    figure: Annotated[Positional[Literal["efficiency"]], arg(metavar="efficiency")]
    """efficiency: test error by number of training samples, with its spread over seeds, beside the published curves."""
    study: Annotated[Positional[Path], arg(metavar="STUDY")]
    """A folder that `scalaremlp study` made."""
    json: Json = False
