"""What takes the place of the model inside one with units."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Array, Inexact

from ..gp import Fitted
from .samples import reduced, with_units


@dataclass(frozen=True, eq=False)
class Alternative:
    """What fits itself to dimensionless samples, in the place of the inner model of another.

    Attributes:
        of: with methods `fitted` and, of one that `fit` compares, `left_by_linear`.
        around: the model with units, a `Dimensionless`.
    """

    of: Any
    around: Any

    def left_by_linear(self) -> float:
        """As of the alternative."""
        return float(self.of.left_by_linear())

    def fitted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> Fitted:
        """The model fitted to these samples; its errors and its noise have the units of the outputs."""
        reduction = self.around.reduction
        found = self.of.fitted(*reduced(reduction, x, y))
        left_out = np.asarray(with_units(reduction, x, found.left_out))
        sizes = np.asarray(with_units(reduction, x, np.ones_like(np.asarray(y))))
        noise = np.asarray(found.noise) * np.median(np.abs(sizes), axis=0)
        parts = 2 if np.iscomplexobj(sizes) else 1
        evidence = found.log_evidence - parts * float(np.sum(np.log(np.abs(sizes))))
        return found._replace(
            model=self.around.around(found.model), left_out=left_out, noise=noise, log_evidence=evidence
        )
