"""From the settings of a run, which are JSON values kept in its folder, to its data and its model."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.random as jr
import numpy as np

from scalaremlp.cli._errors import BadInput
from scalaremlp.cli._types import parse_types as parse_types
from scalaremlp.data import DATASETS, Dataset, read
from scalaremlp.data.as_before import as_before
from scalaremlp.nn import EMLP, MLP, BareScalarMLP, ScalarMLP

# A new model is one line here; its options are passed on by name.
MODELS: dict[str, Any] = {"scalars": ScalarMLP, "mlp": MLP, "bare": BareScalarMLP, "emlp": EMLP}

# The test samples of a task are the same for every seed, and drawn from a key that no seed leads to.
_TEST_KEY = 0x7E57


def keys(seed: int) -> tuple[jax.Array, jax.Array, jax.Array]:
    """The random keys of a run: for its training data, its initial model, its fit."""
    data, model, fit = jr.split(jr.key(seed), 3)
    return data, model, fit


class Samples(NamedTuple):
    """What a run fits to, chooses the best model on, if by any, and is measured on."""

    train: Dataset
    validation: Dataset | None
    test: Dataset


def load_data(settings: dict[str, Any]) -> Samples:
    """The samples of a run."""
    if "file" in settings:
        return _load_file(settings)
    draw, key = DATASETS[settings["task"]], keys(settings["seed"])[0]
    validation = draw(settings["nval"], key=jr.fold_in(key, 1)) if settings.get("nval") else None
    return Samples(draw(settings["ntrain"], key=key), validation, _test_samples(settings["task"], settings["ntest"]))


@lru_cache(maxsize=4)
def _test_samples(task: str, ntest: int) -> Dataset:
    return DATASETS[task](ntest, key=jr.fold_in(jr.key(_TEST_KEY), 0))


def judged_by(settings: dict[str, Any], validation: Dataset | None) -> Dataset | str | None:
    """What a fit chooses by: held-out samples, if there are any; otherwise what the version that began it did."""
    return settings.get("validation") if validation is None else validation


def make_model(settings: dict[str, Any], data: Dataset) -> Any:
    """The model of a run, before it is fitted."""
    options = settings["model"]["options"]
    if "validation" not in settings and settings["model"]["name"] == "scalars":
        options = {"width": 24, **options}  # of a version that left nothing open
    kind = MODELS[settings["model"]["name"]]
    return kind(data.rep_in, data.rep_out, data.group, **options, key=keys(settings["seed"])[1])


def digest(path: str | Path) -> str:
    """The SHA-256 of a file, to know it by."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load_file(settings: dict[str, Any]) -> Samples:
    """Four fifths of the samples to fit to and one to test on, at random, unless told otherwise.

    In the order of the file, if that is asked, these are the first and the last. Earlier versions, whose fits did not
    see to their own validation, kept a fifth to choose by.
    """
    path = settings["file"]
    if Path(path).is_file() and digest(path) != settings["sha256"]:
        raise BadInput(f"{path} must be the file that the run was made with, and it has changed. Give it by --data")
    rep_in, rep_out, group = parse_types(settings)
    columns = {name: settings[name] for name in ("x_columns", "y_columns")}
    if "x_names" in settings:
        columns |= {"header": settings.get("header")}
    else:  # a run that an earlier version made
        columns = as_before(path, rep_in, group, **columns)
    data = read(path, rep_in, rep_out, group, **columns)
    asked = {name: settings[name] for name in ("ntrain", "nval", "ntest")}
    if asked["nval"] is None and settings.get("validation") == "auto":
        asked["nval"] = 0
    train, validation, test = counts_of(len(data), *asked.values())
    order = np.arange(len(data))
    if not settings.get("ordered"):
        order = np.random.default_rng(settings["seed"]).permutation(len(data))
    shuffled = data[order[: train + validation + test]]
    if not validation:
        return Samples(shuffled[:train], None, shuffled[train:])
    return Samples(*shuffled.split(train, validation, shuffle=False))


def counts_of(samples: int, train: int | None, validation: int | None, test: int | None) -> tuple[int, int, int]:
    """How many of the samples of a file are for what. Those not told are a fifth; for training, what is left.

    >>> counts_of(100, None, None, None), counts_of(100, 50, 0, None), counts_of(100, 10, 10, 10)
    ((60, 20, 20), (50, 0, 20), (10, 10, 10))
    """
    fifth = max(1, samples // 5)
    validation, test = (fifth if count is None else count for count in (validation, test))
    train = samples - validation - test if train is None else train
    if train < 1 or test < 1 or train + validation + test > samples:
        raise BadInput(
            f"training and test samples must be at least one each, and no more than the file has, {samples}. Got "
            f"{train}, {validation} for validation and {test}. Change --ntrain, --nval and --ntest"
        )
    return train, validation, test
