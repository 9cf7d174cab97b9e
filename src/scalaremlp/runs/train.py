"""A run that fits a model to samples, from its settings to its folder."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scalaremlp._text import file_name
from scalaremlp.data import Stream
from scalaremlp.train import LOSSES, LogError, RelativeError, select, summary_writer
from scalaremlp.train.streams import check_passes

from .fit import fit_and_measure
from .folder import Place, occupied
from .keys import Keys
from .samples import Samples, load_samples, make_model
from .settings import AS_BEFORE, FileSamples, TrainSettings


@dataclass(frozen=True)
class TrainRun:
    """A run on samples before it is made: all that can be refused without fitting has been looked at.

    Args:
        settings: what was asked.
        samples: what it fits to, chooses by and is measured on.
        model: before it is fitted.
        method: how it will be fitted, and why so.

    Example:
        >>> import tempfile, scalaremlp as se
        >>> from pathlib import Path
        >>> from scalaremlp.runs.settings import ModelOptions, ModelSettings, TaskSamples, TrainSettings
        >>> from scalaremlp.runs.train import TrainRun
        >>> se.enable_x64()
        >>> small = ModelSettings("mlp", ModelOptions(width=4, depth=1))
        >>> run = TrainRun.of(TrainSettings(TaskSamples("o5", ntrain=20, ntest=20), model=small))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     numbers = run.made(Path(folder) / "a", progress=False)
        >>> numbers["ntest"]
        20
    """

    settings: TrainSettings
    samples: Samples
    model: Any
    method: str

    @classmethod
    def of(cls, settings: TrainSettings) -> "TrainRun":
        """The run that settings ask for.

        Raises:
            ValueError: if its samples, its model or its fit are refused.
        """
        if settings.tensorboard:
            summary_writer()  # or an error before anything is done
        samples = load_samples(settings)
        settings = _with_names(settings, samples)
        model, train, asked = make_model(settings, samples.train), samples.seen, settings.fit
        loss = LOSSES[asked.loss]()
        if isinstance(loss, RelativeError | LogError):
            loss.check(train.y, "training data", train, model)
        steps = {} if asked.epochs is None else {"epochs": asked.epochs}
        loss = loss.for_targets(train.y, train)
        method, reason = select(asked.optimizer, steps, loss, model, (train.x, train.y))
        stream = samples.train if isinstance(samples.train, Stream) and len(samples.train) > len(train) else None
        reason = check_passes(method, reason, stream)
        return cls(settings, samples, model, f"{method.name}: {reason}")

    @property
    def default_folder(self) -> Path:
        """A folder name made of the settings."""
        return Path("runs") / folder_name(self.settings, len(self.samples.train))

    def made(self, folder: Path, *, fresh: bool = False, **shown: Any) -> dict[str, Any]:
        """Make the run in a folder; one that was begun there with the same settings goes on.

        Args:
            folder: where everything goes; made if it does not exist.
            fresh: whether a run that is there is replaced.
            shown: `progress` and `callbacks` of `scalaremlp.fit`.

        Returns:
            The numbers of `fit_and_measure`.

        Raises:
            ValueError: if the folder holds something else, or the fit is refused.
            InUseError: if another process is at work there.
        """
        with occupied(folder, self.settings, fresh=fresh) as place:
            return self.made_at(place, **shown)

    def made_at(self, place: Place, **shown: Any) -> dict[str, Any]:
        """Make the run where it has a place."""
        train, _, test = self.samples
        settings = self.settings
        return fit_and_measure(
            self.model, train, test, place, validation=self.samples.judged_by(settings),
            key=Keys.of(settings.seed).run, settings=settings.to_json(), tensorboard=settings.tensorboard,
            title=f"{train.name}, {len(train)} training samples, seed {settings.seed}", **shown,
            **settings.fit.to_json(),
        )  # fmt: skip


def folder_name(settings: TrainSettings, ntrain: int) -> str:
    """The name of a folder that tells the settings.

    >>> from scalaremlp.runs.settings import FitSettings, ModelOptions, ModelSettings, TaskSamples
    >>> model = ModelSettings(options=ModelOptions(permutation=True))
    >>> folder_name(TrainSettings(TaskSamples("inertia"), model=model, fit=FitSettings(epochs=5)), 100)
    'inertia-scalars-permutation-epochs5-n100-seed0'
    """
    options = [(f"no_{k}" if v is False else k) + ("" if isinstance(v, bool) else str(v))
               for k, v in settings.model.options.to_json().items()]  # fmt: skip
    options += [value if name == "optimizer" else f"{name}{value}" for name, value in settings.fit.to_json().items()]
    words = (file_name(settings.samples.name), settings.model.name, *options)
    return f"{'-'.join(words)}-n{ntrain}-seed{settings.seed}"


def _with_names(settings: TrainSettings, samples: Samples) -> TrainSettings:
    """What a new run remembers of its table."""
    asked = settings.samples
    if not isinstance(asked, FileSamples) or asked.x_names == AS_BEFORE:
        return settings
    named = replace(asked, x_names=samples.train.x_names, y_names=samples.train.y_names)
    return replace(settings, samples=named)
