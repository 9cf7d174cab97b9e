"""The `trainer_config` of ScalarEMLP: its keys, their defaults, and what each does."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

#: Each key with its default.
DEFAULTS: dict[str, Any] = {
    "log_dir": "./logs/",  # where a new folder is made for the run: model, metrics, pictures
    "lr": 0.001,  # learning rate of Adam at the start
    "num_gpus": 1,  # 0: train on the CPU whatever `device` says
    "max_epochs": 300,
    "min_epochs": 0,  # epochs to make before an early stop
    "early_stopping": False,  # stop when the validation loss gets no better
    "early_stopping_patience": 3,  # looks at the validation loss without a better one before that
    "check_val_every_n_epoch": 1,  # epochs between two looks at the validation loss
    "milestones": (30, 200, 400, 700),  # epochs before which the learning rate is multiplied by gamma
    "gamma": 0.1,
    "n_out_net": None,  # outputs of the network; they follow from the types, and another number is refused
    "n_hidden_mlp": 100,  # width of the hidden layers
    "n_layers_mlp": 2,  # hidden layers after the first
    "layer_norm_mlp": False,  # normalise the units of each hidden layer
}
_LEAST = {
    "num_gpus": 0, "max_epochs": 1, "min_epochs": 0, "early_stopping_patience": 1, "check_val_every_n_epoch": 1,
    "n_out_net": 1, "n_hidden_mlp": 1, "n_layers_mlp": 0,
}  # fmt: skip


def config_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The given keys, checked, and the defaults of the others.

    Raises:
        ValueError: for a key that there is not, or a value out of range.
    """
    for key in given:
        if key not in DEFAULTS:
            near = get_close_matches(key, DEFAULTS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "Leave it out."
            raise ValueError(f"A key of trainer_config is one of {', '.join(DEFAULTS)}. Got {key!r}. {hint}")
    config = {**DEFAULTS, **given}
    for key, least in _LEAST.items():
        _check(config, key, lambda value, least=least: _whole(value) and value >= least, f"a whole number >= {least}")
    for key in ("early_stopping", "layer_norm_mlp"):
        _check(config, key, lambda value: isinstance(value, bool), "True or False")
    for key in ("lr", "gamma"):
        _check(config, key, lambda value: _number(value) and value > 0, "a number above 0")
    _check(config, "milestones", _epochs, "numbers of epochs")
    return {**config, "milestones": list(config["milestones"])}


def _check(config: Mapping[str, Any], key: str, good: Any, rule: str) -> None:
    value = config[key]
    if not (good(value) or (value is None and DEFAULTS[key] is None)):
        default = "Leave it out" if DEFAULTS[key] is None else f"The default is {DEFAULTS[key]!r}"
        raise ValueError(f"trainer_config[{key!r}] must be {rule}. Got {value!r}. {default}.")


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _epochs(value: Any) -> bool:
    return isinstance(value, Sequence) and all(_number(epoch) and epoch >= 0 for epoch in value)
