"""A posterior in a file, beside its model."""

import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from ..._files import write_bytes
from ..._model import Types
from ..._npz import UNREADABLE, opened
from .form import form_of
from .misfit import Misfit
from .posterior import Posterior

_OWN = ("factor", "rest", "noise", "terms", "log_evidence", "in_sigma", "unknown")
_OF_MISFIT = ("middle", "width", "sizes", "centres", "weights", "scale")


def save_posterior(path: str | os.PathLike[str], posterior: Posterior) -> None:
    """Write a posterior to a .npz file, without its model, which `scalaremlp.save` keeps."""
    arrays = {name: np.asarray(getattr(posterior, name)) for name in _OWN}
    if posterior.elsewhere is not None:
        arrays["elsewhere"] = posterior.elsewhere
    if posterior.misfit is not None:
        arrays |= {f"misfit_{name}": np.asarray(getattr(posterior.misfit, name)) for name in _OF_MISFIT}
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    write_bytes(Path(path), packed.getvalue())


def load_posterior(path: str | os.PathLike[str], model: Any, *typed: Any) -> Posterior:
    """The posterior that `save_posterior` wrote.

    Args:
        path: the file.
        model: the very model that it is of.
        *typed: a data set that says the types, if the model does not.

    Raises:
        ValueError: if the file is damaged, or the posterior is that of another model.
    """
    try:
        with opened(path) as archive:
            arrays = {name: archive.read(name) for name in archive.names}
        own = {name: arrays[name] for name in _OWN}
    except (*UNREADABLE, KeyError) as error:
        raise ValueError(f"A posterior is a .npz file of save_posterior. Got {path}: {error}. Make it anew.") from error
    form, misfit = form_of(model), None
    if "misfit_middle" in arrays:
        misfit = Misfit.stored(Types.of(model, *typed), {name: arrays[f"misfit_{name}"] for name in _OF_MISFIT})
    size = form.values.size + (0 if misfit is None else misfit.count)
    if own["factor"].shape[1:] != (size,):
        raise ValueError(
            f"A posterior must be of its model, with {size} numbers. Got one of {own['factor'].shape[1:]} in {path}. "
            "Make it anew."
        )
    told: dict[str, Any] = {**own, "log_evidence": float(own["log_evidence"]), "in_sigma": bool(own["in_sigma"])}
    return Posterior(model, form, misfit, **told, elsewhere=arrays.get("elsewhere"))
