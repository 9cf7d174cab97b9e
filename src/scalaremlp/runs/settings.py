"""What may be asked of a run: typed settings, which are kept as JSON in its folder."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from scalaremlp._check import positive

from .fields import MOST_SAMPLES, MOST_SEED, Between, EndsIn, OneOf, Settings, left_out

AS_BEFORE: tuple[str, ...] = ()  # names of columns that an old run did not keep

_Count = Annotated[int, Between(1, MOST_SAMPLES)]
_Seed = Annotated[int, Between(0, MOST_SEED)]


def _tasks() -> Collection[str]:
    from scalaremlp.data import DATASETS

    return DATASETS


def _endings() -> tuple[str, ...]:
    from scalaremlp.data import ENDINGS

    return ENDINGS


def _models() -> Collection[str]:
    from .models import MODELS

    return MODELS


def _features() -> Collection[str]:
    from scalaremlp.nn import FEATURES

    return FEATURES


def _optimizers() -> Collection[str]:
    from scalaremlp.train import OPTIMIZERS

    return OPTIMIZERS


def _losses() -> Collection[str]:
    from scalaremlp.train import LOSSES

    return LOSSES


@dataclass(frozen=True)
class TaskSamples(Settings):
    """Samples of a task: one of `scalaremlp.data.DATASETS`, how many for what. The test samples are those of any seed.

    Example:
        >>> TaskSamples("o5", ntrain=100).to_json()
        {'task': 'o5', 'ntrain': 100, 'ntest': 5000}
    """

    task: Annotated[str, OneOf(_tasks)]
    ntrain: _Count = 1000
    nval: Annotated[int, Between(0, MOST_SAMPLES)] | None = left_out(None)
    ntest: _Count = 5000

    @property
    def name(self) -> str:
        """What to call the samples in the name of a folder."""
        return self.task


@dataclass(frozen=True)
class FileSamples(Settings):
    """Samples of a file, as `scalaremlp.data.read` takes them; `None` for a count leaves it to the run.

    Args:
        file: its path.
        sha256: its digest: a run goes on and is measured with the very same file.
        rep_in: type of the inputs, as a text.
        rep_out: type of the outputs.
        group: their group.
        x_columns: the columns of the inputs, as they were asked for.
        y_columns: the columns of the outputs.
        ntrain: number of training samples; by default what the others leave.
        nval: samples to choose the best model by; by default none.
        ntest: test samples; by default a fifth.
        x_names: the names of the columns that were taken, known when the file has been read.
        y_names: likewise of the outputs.
        header: whether the first row is names, if that was said.
        ordered: whether the first samples are for training and the last for testing; otherwise they are drawn.
        stream: whether the file is read piece by piece, as by `scalaremlp.data.Stream`, where all its rows are to be
            trained on.
        x_order: the order of the columns of symmetric tensors, as of `scalaremlp.data.read`; new files are read so too.
        y_order: the same of the outputs, which are also written so.
        sigma_columns: the columns of standard errors, as they were asked for.
    """

    file: Annotated[str, EndsIn(_endings)]
    sha256: str
    rep_in: str
    rep_out: str
    group: str
    x_columns: str | None = None
    y_columns: str | None = None
    ntrain: _Count | None = None
    nval: Annotated[int, Between(0, MOST_SAMPLES)] | None = None
    ntest: _Count | None = None
    x_names: tuple[str, ...] | None = left_out(None, absent=AS_BEFORE)
    y_names: tuple[str, ...] | None = left_out(None, absent=AS_BEFORE)
    header: bool | None = left_out(None)
    ordered: bool = left_out(False)
    x_order: str | None = left_out(None)
    y_order: str | None = left_out(None)
    stream: bool = left_out(False)
    sigma_columns: str | None = left_out(None)

    @property
    def name(self) -> str:
        """What to call the samples in the name of a folder."""
        return stem(self.file)

    @property
    def types(self) -> dict[str, str]:
        """The types and the group, by their names."""
        return {"rep_in": self.rep_in, "rep_out": self.rep_out, "group": self.group}


@dataclass(frozen=True)
class ModelOptions(Settings):
    """Options of a model; those that are `None` are left to it."""

    width: Annotated[int, Between(1, 10_000)] | None = left_out(None)
    depth: Annotated[int, Between(1, 100)] | None = left_out(None)
    permutation: bool | None = left_out(None)
    quadratic: bool | None = left_out(None)
    norms: bool | None = left_out(None)
    scalars: Annotated[str, OneOf(_features)] | None = left_out(None)
    dtype: Literal["float32", "float64"] | None = left_out(None)


@dataclass(frozen=True)
class ModelSettings(Settings):
    """Which model, by its name in the table of models, and its options."""

    name: Annotated[str, OneOf(_models)] = "scalars"
    options: ModelOptions = field(default_factory=ModelOptions)


@dataclass(frozen=True)
class FitSettings(Settings):
    """How the model is fitted; what is `None` is left to `scalaremlp.fit`."""

    optimizer: Annotated[str, OneOf(_optimizers)] | None = left_out(None)
    epochs: _Count | None = left_out(None)  # noqa: RUF009
    loss: Annotated[str, OneOf(_losses)] = left_out("mse")


@dataclass(frozen=True)
class TrainSettings(Settings):
    """What is asked of a run that fits a model to samples.

    Args:
        samples: `TaskSamples` or `FileSamples`.
        seed: of the training samples or their choice, the initial model and the fit.
        model: which one.
        fit: how.
        validation: "auto" leaves to the fit how it sees to its errors on other samples; `None` as of a version that
            chose the last model.
        tensorboard: whether events are written as well.

    Raises:
        ValueError: if a value is not of its kind or out of its range.

    Example:
        >>> settings = TrainSettings(TaskSamples("o5", ntrain=100), seed=3)
        >>> settings.to_json()["seed"], TrainSettings.from_json(settings.to_json()) == settings
        (3, True)
    """

    samples: TaskSamples | FileSamples
    seed: _Seed = 0
    model: ModelSettings = field(default_factory=ModelSettings)
    fit: FitSettings = field(default_factory=FitSettings)
    validation: Literal["auto"] | None = left_out("auto", absent=None)
    tensorboard: bool = left_out(False)

    def to_json(self) -> dict[str, Any]:
        """JSON values, those of the samples beside the others."""
        own = super().to_json()
        return {**own.pop("samples"), **own}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The settings that JSON values say."""
        if not isinstance(values, dict):
            return super().from_json(values)
        kind = FileSamples if "file" in values else TaskSamples
        own = {name: value for name, value in values.items() if name not in kind.__dataclass_fields__}
        of_samples = {name: value for name, value in values.items() if name in kind.__dataclass_fields__}
        return super().from_json({"samples": kind.from_json(of_samples), **own})

    def go_on(self, folder: Path) -> str:
        """How a person goes on with such a run, in words."""
        return f"by `scalaremlp train --resume {folder}`"


@dataclass(frozen=True)
class PendulumSettings(Settings):
    """What is asked of a run that learns the double pendulum with springs."""

    model: Literal["hnn", "ode"] = "hnn"
    """hnn: a Hamiltonian network; ode: a neural ODE, which does not assume a Hamiltonian."""
    features: Literal["scalars", "radial", "emlp", "mlp"] = "scalars"
    """scalars: invariants of q1, q2, q1-q2, p1, p2 and gravity, under O(3); radial: the published network of them;
    emlp: equivariant layers on the state, about the z-axis; mlp: a plain network on the state."""
    group: str = ""
    """Of emlp: the symmetry about the z-axis, O2eR3(), SO2eR3() or DkeR3(k); the first by default."""
    no_norms: bool = False
    """Leave out |q1|, |q2|, |q1-q2| and the other norms, and the cosines; with them the true energy is linear in the
    scalars."""
    ntrain: _Count = 500
    """Number of training systems, and as many for validation; each contributes one piece of 5 states."""
    ntest: _Count = 500
    """Number of test systems, which are rolled out."""
    noise: Annotated[float, Between(0, 100)] = 0.0
    """Standard deviation of the measurement noise on the training and validation states."""
    gravity: tuple[float, float] = (1.0, 1.0)
    """The range, above 0, that each system draws the strength of gravity from; the vector is an input of scalars."""
    turned: bool = False
    """Turn gravity, and the initial states with it, to any direction."""
    turned_test: bool = False
    """Turn it for the test systems alone."""
    constants: tuple[float, float] = (1.0, 1.0)
    """The range, above 0, that masses, spring constants and natural lengths are drawn from. They are inputs unless its
    ends are equal."""
    chunk: Annotated[int, Between(2, 1000)] = 5
    """States in a piece."""
    dt: Annotated[float, Between(1e-6, 1e6)] = 0.2
    """Seconds between states."""
    horizon: Annotated[float, Between(1e-6, 1e6)] = 30.0
    """Seconds over which pieces begin, and of the rollouts."""
    half_second_spring: bool = False
    """With the factor 1/2 of the second spring's energy, which the published code leaves out."""
    optimizer: Literal["auto", "levenberg-marquardt", "adam"] = "auto"
    """auto: Levenberg-Marquardt for scalars, the published Adam for the others."""
    steps: Annotated[int, Between(0, 10**7)] = 0
    """Most iterations of Levenberg-Marquardt, or steps of Adam; 0 stands for 200 and 2000."""
    lr: float = 3e-3
    """Learning rate of Adam; Levenberg-Marquardt has none."""
    batch: _Count = 2000
    """Samples in a step of Adam: intervals between two states, or whole pieces if they are noisy."""
    width: Annotated[int, Between(0, 10_000)] = 0
    """Width of the hidden layers; 0 leaves it to the model."""
    depth: Annotated[int, Between(0, 100)] = 0
    """Number of hidden layers; 0 leaves it to the model."""
    radial: Annotated[int, Between(0, 1000)] = 0
    """Of radial: the number of radial functions of each scalar; 0 leaves it to the model."""
    seed: _Seed = 0
    """Seed of the training data, the initial model and the fit. The test systems do not depend on it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        states = self.horizon / self.dt
        if not self.chunk - 0.5 <= states <= _MOST_STATES:
            raise ValueError(
                f"`horizon` must last {self.chunk} to {_MOST_STATES} steps of `dt`. Got {states:.3g}. Choose others"
            )
        for name, features in (("group", "emlp"), ("no_norms", "scalars"), ("radial", "radial")):
            if getattr(self, name) and self.features != features:
                raise ValueError(f"`{name}` needs `features` {features}. Got `features` {self.features}. Leave it out")
        for name in ("gravity", "constants"):
            low, high = getattr(self, name)
            if not 0 < low <= high:
                raise ValueError(f"`{name}` must be a range (low, high) above 0. Got {(low, high)}. Try (0.5, 1.5)")
        positive("lr", self.lr, remedy="The default is 0.003.")
        given = self.turned or self.turned_test or len(set(self.gravity)) > 1
        if self.features in ("emlp", "mlp") and given:
            raise ValueError(f"`gravity` and `turned` are no inputs of `features` {self.features}. Leave them out")

    def to_json(self) -> dict[str, Any]:
        """JSON values, which say of what kind the run is."""
        return {"pendulum": super().to_json()}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The settings that JSON values say."""
        return super().from_json(values.get("pendulum") if isinstance(values, dict) else values)

    def go_on(self, folder: Path) -> str:
        """How a person goes on with such a run, in words."""
        return "by the command that began it"


_MOST_STATES = 100_000  # of a rollout

RunSettings = TrainSettings | PendulumSettings


def stem(file: str | Path) -> str:
    """The name of a file of samples without its folder and its ending.

    >>> stem("data/mine.csv.gz"), stem("mine.v2.npz")
    ('mine', 'mine.v2')
    """
    name = Path(file).name
    ending = max((each for each in _endings() if name.lower().endswith(each)), key=len, default="")
    return name[: len(name) - len(ending)]


def settings_in(values: Any, file: Path) -> RunSettings:
    """The settings of a run, from the JSON values in a file.

    Raises:
        ValueError: if they are not such as a run writes them.
    """
    learned = isinstance(values, Mapping) and "pendulum" in values
    kind, command = (PendulumSettings, "pendulum") if learned else (TrainSettings, "train")
    try:
        return kind.from_json(values)
    except ValueError as error:
        raise ValueError(
            f"{file} must be as `scalaremlp {command}` wrote it. Got {error}. Make the run anew, or copy it again"
        ) from None
