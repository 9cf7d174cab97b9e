"""From the settings of a run to its samples and its model."""

import hashlib
import inspect
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scalaremlp.data import DATASETS, Dataset, Stream, read
from scalaremlp.data.as_before import as_before
from scalaremlp.nn import Dimensionless

from .keys import Keys, key_of_tests
from .models import MODELS
from .settings import AS_BEFORE, FileSamples, TrainSettings, listed
from .types import parse_types

_MOST_TESTS = 10_000  # of a stream


class Samples(NamedTuple):
    """What a run fits to, chooses the best model on, if by any, and is measured on."""

    train: Dataset | Stream
    validation: Dataset | None
    test: Dataset

    @property
    def seen(self) -> Dataset:
        """The training samples, or those of a file larger than memory that a fit looks at first."""
        return self.train.sample() if isinstance(self.train, Stream) else self.train

    def judged_by(self, settings: TrainSettings) -> Dataset | str | None:
        """What a fit chooses by: held-out samples, if there are any; otherwise what the version that began it did."""
        return settings.validation if self.validation is None else self.validation


def load_samples(settings: TrainSettings) -> Samples:
    """The samples of a run.

    Raises:
        ValueError: if its file has changed, or has too few samples.
    """
    if isinstance(settings.samples, FileSamples):
        return _of_file(settings.samples, settings.seed, settings.validation)
    asked, keys = settings.samples, Keys.of(settings.seed)
    draw = DATASETS[asked.task]
    validation = draw(asked.nval, key=keys.validation) if asked.nval else None
    return Samples(draw(asked.ntrain, key=keys.data), validation, _test_samples(asked.task, asked.ntest))


@lru_cache(maxsize=4)
def _test_samples(task: str, ntest: int) -> Dataset:
    return DATASETS[task](ntest, key=key_of_tests())


def make_model(settings: TrainSettings, data: Dataset | Stream) -> Any:
    """The model of a run, before it is fitted."""
    options = settings.model.options.to_json()
    if settings.validation is None and settings.model.name == "scalars":
        options = {"width": 24, **options}  # of a version that left nothing open
    kind = MODELS[settings.model.name]
    known = inspect.signature(kind).parameters
    if foreign := [name for name in options if name not in known]:
        raise ValueError(
            f"{', '.join(foreign)}: no option of `model` {settings.model.name}. Leave it out, or take `model` scalars"
        )
    model = kind(data.rep_in, data.rep_out, data.group, **options, key=Keys.of(settings.seed).model)
    if data.units_in is None or data.units_out is None:
        return model
    told = listed(settings.samples.constants) if isinstance(settings.samples, FileSamples) else None
    return Dimensionless(model, data.units_in, data.units_out, constants=() if told is None else told)


def digest(path: str | Path) -> str:
    """The SHA-256 of a file, to know it by."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_file(asked: FileSamples, seed: int, validation: str | None) -> Samples:
    """Four fifths of the samples to fit to and one to test on, at random, unless told otherwise.

    In the order of the file, if that is asked, these are the first and the last. Earlier versions, whose fits did not
    see to their own validation, kept a fifth to choose by.
    """
    if Path(asked.file).is_file() and digest(asked.file) != asked.sha256:
        raise ValueError(
            f"{asked.file} must be the file that the run was made with, and it has changed. Give it by `data`"
        )
    rep_in, rep_out, group = parse_types(asked.types)
    columns: dict[str, Any] = {"x_columns": asked.x_columns, "y_columns": asked.y_columns}
    if asked.x_names == AS_BEFORE:
        columns = as_before(asked.file, rep_in, group, **columns)
    else:
        columns |= {"header": asked.header, "x_order": asked.x_order, "y_order": asked.y_order}
    columns |= asked.measured
    if asked.stream and asked.sigma_columns:
        raise ValueError(
            "standard errors are read of tables in memory, less than 1 GB. Got a stream. Leave out `stream` or "
            "`sigma_columns`, or give fewer rows"
        )
    if asked.stream:
        return _of_stream(asked, Stream(asked.file, rep_in, rep_out, group, **columns, seed=seed), validation)
    data = read(asked.file, rep_in, rep_out, group, **columns, sigma_columns=asked.sigma_columns)
    nval = 0 if asked.nval is None and validation == "auto" else asked.nval
    train, held_out, test = counts_of(len(data), asked.ntrain, nval, asked.ntest)
    order = np.arange(len(data)) if asked.ordered else np.random.default_rng(seed).permutation(len(data))
    shuffled = data[order[: train + held_out + test]]
    if not held_out:
        return Samples(shuffled[:train], None, shuffled[train:])
    return Samples(*shuffled.split(train, held_out, shuffle=False))


def _of_stream(asked: FileSamples, stream: Stream, validation: str | None) -> Samples:
    """Samples drawn from a stream to test on, at most ten thousand unless told otherwise, and the rest of it to fit to.

    With a number of training samples these are drawn as well, into memory.
    """
    if asked.ordered:
        raise ValueError("the samples of a stream are drawn. Got `ordered` as well. Leave it out")
    ntest = min(_MOST_TESTS, max(1, len(stream) // 5)) if asked.ntest is None else asked.ntest
    nval = asked.nval or 0
    counts_of(len(stream), asked.ntrain, nval, ntest)
    sizes = [ntest, *filter(None, (nval, asked.ntrain))]
    if sum(sizes) == len(stream):
        raise ValueError(
            f"a stream is to be more than {sum(sizes)} rows. Got all of them asked for. Leave `stream` out"
        )
    test, *others, rest = stream.split(*sizes)
    held_out = others.pop(0) if nval else None
    return Samples(others[0] if others else rest, held_out, test)


def counts_of(samples: int, train: int | None, validation: int | None, test: int | None) -> tuple[int, int, int]:
    """How many of the samples of a file are for what. Those not told are a fifth; for training, what is left.

    >>> counts_of(100, None, None, None), counts_of(100, 50, 0, None), counts_of(100, 10, 10, 10)
    ((60, 20, 20), (50, 0, 20), (10, 10, 10))
    """
    fifth = max(1, samples // 5)
    validation, test = (fifth if count is None else count for count in (validation, test))
    train = samples - validation - test if train is None else train
    if train < 1 or test < 1 or train + validation + test > samples:
        raise ValueError(
            f"training and test samples must be at least one each, and no more than the file has, {samples}. Got "
            f"{train}, {validation} for validation and {test}. Change `ntrain`, `nval` and `ntest`"
        )
    return train, validation, test
