"""How uncertain a fitted model is: standard deviations of its outputs, and of its parameters."""

from .calibration import Calibration as Calibration
from .calibration import calibration as calibration
from .inferred import posterior as posterior
from .posterior import Posterior as Posterior
from .stored import load_posterior as load_posterior
from .stored import save_posterior as save_posterior
