"""From the settings of a run, which are JSON values kept in its folder, to its data and its model."""

import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import jax
import jax.random as jr
import numpy as np

from scalaremlp import groups, reps
from scalaremlp.cli._errors import BadInput
from scalaremlp.data import DATASETS, Dataset
from scalaremlp.nn import MLP, ScalarMLP

# A new model is one line here; its options are passed on by name.
MODELS: dict[str, Any] = {"scalars": ScalarMLP, "mlp": MLP}

# The test samples of a task are the same for every seed, and drawn from a key that no seed leads to.
_TEST_KEY = 0x7E57


def keys(seed: int) -> tuple[jax.Array, jax.Array, jax.Array]:
    """The random keys of a run: for its training data, its initial model, its fit."""
    data, model, fit = jr.split(jr.key(seed), 3)
    return data, model, fit


def load_data(settings: dict[str, Any]) -> tuple[Dataset, Dataset]:
    """Training and test samples of a run."""
    if "file" in settings:
        return _load_file(settings)
    train = DATASETS[settings["task"]](settings["ntrain"], key=keys(settings["seed"])[0])
    return train, _test_samples(settings["task"], settings["ntest"])


@lru_cache(maxsize=4)
def _test_samples(task: str, ntest: int) -> Dataset:
    return DATASETS[task](ntest, key=jr.fold_in(jr.key(_TEST_KEY), 0))


def make_model(settings: dict[str, Any], data: Dataset) -> Any:
    """The model of a run, before it is fitted."""
    options = settings["model"]["options"]
    kind = MODELS[settings["model"]["name"]]
    return kind(data.rep_in, data.rep_out, data.group, **options, key=keys(settings["seed"])[1])


def read_file(path: str, rep_in: str, rep_out: str, group: str) -> Dataset:
    """A person's own data: a NumPy file with arrays x (n, size_in) and y (n, size_out)."""
    for option, value in {"--rep-in": rep_in, "--rep-out": rep_out, "--group": group}.items():
        if not value:
            raise BadInput(f'data of a file need types, and {option} is missing. Add it, such as --group "O(3)"')
    if not zipfile.is_zipfile(path):
        raise BadInput(f"{path} is no NumPy .npz file. Write one with numpy.savez(path, x=x, y=y)")
    with np.load(path, allow_pickle=False) as arrays:
        if not {"x", "y"} <= set(arrays.files):
            found = ", ".join(arrays.files) or "none"
            raise BadInput(f"{path} must hold arrays x and y. Got {found}. Write it with numpy.savez(path, x=x, y=y)")
        x, y = arrays["x"], arrays["y"]
    return Dataset(x, y, reps.parse(rep_in), reps.parse(rep_out), groups.parse(group), name=Path(path).stem)


def _load_file(settings: dict[str, Any]) -> tuple[Dataset, Dataset]:
    data = read_file(settings["file"], settings["rep_in"], settings["rep_out"], settings["group"])
    ntrain = settings["ntrain"] or max(1, len(data) * 4 // 5)
    if ntrain >= len(data):
        raise BadInput(
            f"{settings['file']} has {len(data)} samples and --ntrain {ntrain} leaves none to test on. Lower --ntrain"
        )
    shuffled = data[np.random.default_rng(settings["seed"]).permutation(len(data))]
    train, rest = shuffled.split(ntrain)
    return train, rest[: settings["ntest"] or len(rest)]
