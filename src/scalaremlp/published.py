"""Published figures of the regression tasks, read from `published.json`, which names the source of each."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

# The variance of the inertia targets is given per entry: a mean squared error over entries is divided by that.
_VARIANCE_KEY = {"inertia": "inertia_per_entry"}


@cache
def _figures() -> dict[str, Any]:
    figures: dict[str, Any] = json.loads((files("scalaremlp") / "published.json").read_text(encoding="utf-8"))
    return figures


def curves(task: str) -> dict[str, dict[int, float]]:
    """Published test MSE of a task: method -> {number of training samples: raw mean squared error}.

    >>> curves("o5")["Scalars"][1000] > curves("o5")["Scalars"][30000]
    True
    """
    block = _figures()["regression_test_mse"]
    return {method: dict(zip(block["ntrain"], values, strict=True)) for method, values in block.get(task, {}).items()}


def main_curves(task: str) -> dict[str, dict[int, float]]:
    """Those that figures and tables show: EMLP once, of the group of the task; its connected part comes out alike.

    >>> list(main_curves("o5"))
    ['Scalars', 'EMLP-O(5)', 'MLP', 'MLP+Aug']
    """
    return {name: curve for name, curve in curves(task).items() if not name.startswith("EMLP-SO")}


def target_variance(task: str) -> float:
    """Variance of a task's targets, by which a raw MSE is divided to give a relative one."""
    return float(_figures()["regression_test_mse"]["target_variance"][_VARIANCE_KEY.get(task, task)])


def scalars_training(task: str) -> dict[str, Any]:
    """How the published scalar network of a task was trained: its sizes, epochs, learning rate and steps of decay.

    >>> scalars_training("o5")["milestones"]
    [120, 200, 400, 600, 800]
    """
    return dict(_figures()["regression_test_mse"]["scalars_training"][task])


def scalars_validation() -> int:
    """How many samples the published scalar networks were chosen by."""
    return int(_figures()["regression_test_mse"]["scalars_training"]["validation"])


def emlp_training() -> dict[str, Any]:
    """How the published EMLP and MLP of every task were trained.

    >>> emlp_training()["batch_size"]
    500
    """
    return dict(_figures()["regression_test_mse"]["emlp_training"])


def sources() -> dict[str, str]:
    """Where the published figures come from: method -> paper and how the figures were obtained."""
    return dict(_figures()["regression_test_mse"]["source"])


def original_runs(task: str) -> list[dict[str, Any]]:
    """The original code's full-length runs of a task as measured again: samples, CPU seconds, test MSE, parameters."""
    runs = _figures()["original_measured"]["regression"]
    return [run for run in runs if run["task"] == task and run.get("full_length")]
