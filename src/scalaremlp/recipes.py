"""Recipes: models and how they are fitted, by name, for studies that set them beside each other.

A new one is an entry of `RECIPES`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jaxtyping import Array, Key

from scalaremlp import published
from scalaremlp.data import DATASETS, Dataset
from scalaremlp.groups import Group
from scalaremlp.nn import EMLP, MLP, Augmented, BareScalarMLP, ScalarMLP
from scalaremlp.reps import Rep
from scalaremlp.train import FirstOrder, StepDecay

_CHUNK = 5  # steps between two looks at the validation loss

#: The tasks that there are recipes for: those with published figures.
TASKS = tuple(task for task in DATASETS if published.curves(task))


@dataclass(frozen=True)
class Recipe:
    """A model and how it is fitted to a task.

    Args:
        model: the class of the model, or a function with the same arguments.
        options: of the model, by task.
        fit: arguments of `fit` beyond the data, by task, number of training samples and length.
        validation: how many further samples the best model is chosen by; 0: the last model is kept.
        tasks: which tasks it is for.
        alike: whether the model is told that particles are alike, where they are.
        automatic: whether the fit sees to its errors on other samples itself, and chooses what the model leaves open.
    """

    model: Callable[..., Any]
    options: Callable[[str], Mapping[str, Any]] = field(default=lambda task: {})
    fit: Callable[[str, int, float], Mapping[str, Any]] = field(default=lambda task, samples, length: {})
    validation: int = 0
    tasks: Sequence[str] = TASKS
    alike: bool = True
    automatic: bool = False

    def make(self, data: Dataset, *, key: Key[Array, ""]) -> Any:
        """The model for a data set of a task, before it is fitted."""
        return self.model(data.rep_in, data.rep_out, data.group, **self.settings(data.name), key=key)

    def settings(self, task: str) -> dict[str, Any]:
        """All options of the model for a task."""
        alike = {"permutation": True} if self.alike and DATASETS[task].permutations else {}
        return {**alike, **self.options(task)}


def step_decay_adam(
    samples: int,
    *,
    learning_rate: float,
    epochs: int,
    draws: int,
    batch_size: int,
    milestones: Sequence[float],
    gamma: float,
    check_every: int = 1,
    patience: int | None = None,
    least_epochs: int = 0,
) -> FirstOrder:
    """Adam whose learning rate falls by `gamma` at each of some epochs, an epoch being a number of draws.

    Args:
        samples: how many there are to train on; with more than `draws` an epoch takes each once.
        learning_rate: at the start.
        epochs: how many.
        draws: samples an epoch, each one as often as any other but for one.
        batch_size: samples a step, at most `samples`.
        milestones: the epochs before which the learning rate is multiplied by `gamma`.
        gamma: the factor.
        check_every: epochs between two looks at the validation loss.
        patience: how many looks without a better validation loss end the fit; None: it goes on to the last epoch.
        least_epochs: how many epochs to make before that.

    Example:
        >>> step_decay_adam(3000, learning_rate=1e-3, epochs=10, draws=4096, batch_size=512, milestones=[5], gamma=0.5)
        FirstOrder(learning_rate=0.001, ..., steps=80, ..., schedule=StepDecay(at=(0.5,), decay=0.5, ...)...)
    """
    each = -(-max(draws, samples) // min(batch_size, samples))
    return FirstOrder(
        learning_rate=learning_rate,
        steps=epochs * each,
        batch_size=batch_size,
        schedule=StepDecay(at=tuple(epoch / epochs for epoch in milestones), decay=gamma),
        patience=None if patience is None else patience * check_every * each,
        least_steps=least_epochs * each or None,
        chunk=check_every * each,
    )


def _published_network(task: str) -> Mapping[str, Any]:
    training = published.scalars_training(task)
    return {name: training[name] for name in ("width", "depth")}


def _published_fit(task: str, samples: int, length: float) -> Mapping[str, Any]:
    """The published training, with that fraction of its epochs."""
    settings = published.scalars_training(task)
    epochs = max(1, round(length * settings.pop("epochs")))
    milestones = [length * epoch for epoch in settings.pop("milestones")]
    del settings["width"], settings["depth"]
    return {"optimizer": step_decay_adam(samples, epochs=epochs, milestones=milestones, **settings)}


def _emlp_size(task: str) -> Mapping[str, Any]:
    training = published.emlp_training()
    return {name: training[name] for name in ("width", "depth")}


def _emlp_fit(task: str, samples: int, length: float) -> Mapping[str, Any]:
    """The published training of EMLP and MLP, with that fraction of its epochs."""
    training = published.emlp_training()
    epochs = min(training["presentations"] // samples, training["most_epochs"])
    optimizer = FirstOrder(
        learning_rate=training["learning_rate"],
        epochs=max(1, round(length * epochs)),
        batch_size=training["batch_size"],
        schedule="constant",
        chunk=_CHUNK,
    )
    return {"optimizer": optimizer}


def _augmented_mlp(rep_in: Rep, rep_out: Rep, group: Group, *, key: Key[Array, ""], **size: Any) -> Augmented:
    return Augmented(MLP(rep_in, rep_out, group, **size, key=key), rep_in, rep_out, group)


_BASELINE: dict[str, Any] = {
    "fit": _emlp_fit, "validation": published.emlp_training()["validation"], "alike": False,
}  # fmt: skip

RECIPES: dict[str, Recipe] = {
    "default": Recipe(ScalarMLP, automatic=True),
    "no quadratic part": Recipe(ScalarMLP, lambda task: {"quadratic": False}),
    "no quadratic part, no norms": Recipe(
        ScalarMLP,
        lambda task: {"quadratic": False, "norms": False},
        tasks=("o5", "inertia"),  # where the form is indefinite, as for particle, there are no norms to leave out
    ),
    "original": Recipe(BareScalarMLP, _published_network, _published_fit, validation=published.scalars_validation()),
    "emlp": Recipe(EMLP, lambda task: {**_emlp_size(task), "dtype": "float32"}, **_BASELINE),
    "mlp": Recipe(MLP, _emlp_size, **_BASELINE),
    "mlp-aug": Recipe(_augmented_mlp, _emlp_size, **_BASELINE),
}

#: What `scalaremlp reproduce` sets side by side.
REPRODUCED = ("default", "no quadratic part", "no quadratic part, no norms", "original")

#: What `scalaremlp study` calls the models: ours, the published scalar network, and the baselines.
STUDIED = {"scalar": "default", "scalar-adam": "original", "emlp": "emlp", "mlp": "mlp", "mlp-aug": "mlp-aug"}
DEFAULT = next(iter(RECIPES))
