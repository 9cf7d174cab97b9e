"""Equivariant machine learning from invariant scalars.

Give a group, the type of the inputs and the type of the outputs; the library writes every equivariant function of that
type as invariant coefficients times equivariant tensors built from the inputs, and learns the coefficients.

Submodules and functions load when they are first used, so importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scalaremlp import data as data
    from scalaremlp import dynamics as dynamics
    from scalaremlp import groups as groups
    from scalaremlp import laws as laws
    from scalaremlp import measure as measure
    from scalaremlp import nn as nn
    from scalaremlp import plot as plot
    from scalaremlp import reps as reps
    from scalaremlp import scalars as scalars
    from scalaremlp import study as study
    from scalaremlp import train as train
    from scalaremlp import units as units
    from scalaremlp._model import AbstractModel as AbstractModel
    from scalaremlp._model import Types as Types
    from scalaremlp._model import as_model as as_model
    from scalaremlp.measure import equivariance_error as equivariance_error
    from scalaremlp.measure import evaluate as evaluate
    from scalaremlp.measure import predict as predict
    from scalaremlp.symmetries import compare_groups as compare_groups
    from scalaremlp.train import fit as fit
    from scalaremlp.train import load as load
    from scalaremlp.train import save as save

_SUBMODULES = ("units", "groups", "reps", "scalars", "nn", "dynamics", "data", "measure", "train", "laws", "plot", "study")
_FUNCTIONS = {
    **dict.fromkeys(("fit", "save", "load"), "scalaremlp.train"),
    "compare_groups": "scalaremlp.symmetries",
    **dict.fromkeys(("evaluate", "predict", "equivariance_error"), "scalaremlp.measure"),
    **dict.fromkeys(("AbstractModel", "Types", "as_model"), "scalaremlp._model"),
}

__all__ = ["enable_x64", *_SUBMODULES, *_FUNCTIONS]


def enable_x64() -> None:
    """Let JAX compute in float64, the normal way to work with this library. Call it before making arrays."""
    import jax

    jax.config.update("jax_enable_x64", True)


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return import_module(f"scalaremlp.{name}")
    if name in _FUNCTIONS:
        return getattr(import_module(_FUNCTIONS[name]), name)
    if name == "__version__":
        return _version()
    raise AttributeError(f"module 'scalaremlp' has no attribute {name!r}; it offers {', '.join(__all__)}")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("scalaremlp")
    except PackageNotFoundError:  # run from the sources without being installed
        return "0+unknown"


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
