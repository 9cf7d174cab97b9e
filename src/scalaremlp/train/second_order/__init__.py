"""Second-order training: least squares linearised, damped, and regularised by the evidence."""

from .dual import Dual as Dual
from .levenberg_marquardt import LevenbergMarquardt as LevenbergMarquardt
from .linear import NAME as NAME
from .linear import fit_linear as fit_linear
from .place import own_arrays as own_arrays
from .problem import residuals_per_sample as residuals_per_sample
