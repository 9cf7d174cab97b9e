"""What a fit in closed form gives back."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Inexact

SEARCHES = 4  # ways uphill that a Gaussian process follows to the end where noise remains


class Fitted(NamedTuple):
    """What a model that fits itself says.

    Attributes:
        model: the fitted model.
        left_out: what the outputs would have been predicted wrong by, had their sample been left out.
        determined: how many numbers the samples determine.
        noise: the standard deviation about the law of each component of the output.
        samples: how many samples were used; the others were predicted.
        optimizer: what a history calls the fit.
        ending: the value of `scalaremlp.train.Ending` for it.
        log_evidence: the logarithm of the probability of the samples, of most probable noise, up to a constant that is
            the same for all models of these samples; NaN where it is not known.
    """

    model: Any
    left_out: Inexact[np.ndarray, "n size_out"]
    determined: float
    noise: Float[np.ndarray, " size_out"]
    samples: int
    optimizer: str = "largest evidence"
    ending: str = "evidence"
    log_evidence: float = float("nan")
