"""How uncertain a fitted model is: standard deviations of its outputs, and of its parameters."""

from .posterior import Posterior as Posterior
from .posterior import posterior as posterior
