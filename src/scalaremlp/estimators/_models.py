"""Which model a regressor fits, by name."""

from collections.abc import Mapping
from typing import Any

from .._check import one_of
from ..groups import Group
from ..nn import ScalarGP, ScalarMLP, ScalarPolynomial
from ..reps import Rep

NETWORK = "network"

#: Models by name. A new one is a line here.
MODELS = {NETWORK: ScalarMLP, "process": ScalarGP, "polynomial": ScalarPolynomial}


def made(name: str | None, types: tuple[Rep, Rep, Group], options: Mapping[str, Any], key: Any) -> Any:
    """The model of a name, or, left open, the network, which a fit may replace.

    Raises:
        ValueError: for another name, and for options that the model does not have.
    """
    if name is not None:
        one_of("model", name, MODELS, remedy="Leave it out to have one chosen.")
    if name in (None, NETWORK):
        return ScalarMLP(*types, **options, key=key)
    if given := [option for option, value in options.items() if value not in (None, False)]:
        raise ValueError(f"`{given[0]}` belongs to networks. Got model={name!r}. Leave one of them out.")
    return MODELS[name](*types, key=key)


def in_closed_form(name: str | None) -> bool:
    """Whether the model is fitted at once, by samples that count alike."""
    return name not in (None, NETWORK)
