"""Second-order training: least squares linearised, damped, and regularised by the evidence."""

from typing import TYPE_CHECKING

from ..._lazy import lazy

if TYPE_CHECKING:
    from .dual import Dual as Dual
    from .levenberg_marquardt import LevenbergMarquardt as LevenbergMarquardt
    from .linear import NAME as NAME
    from .linear import fit_linear as fit_linear
    from .place import own_arrays as own_arrays
    from .problem import residuals_per_sample as residuals_per_sample
else:
    _FILES = {
        "dual": "Dual",
        "levenberg_marquardt": "LevenbergMarquardt",
        "linear": "NAME fit_linear",
        "place": "own_arrays",
        "problem": "residuals_per_sample",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)
