"""Gaussian processes on scalars: for few samples, where a network of many parameters would fit what it cannot know."""

from ._coefficients import Dependencies as Dependencies
from ._coefficients import named_dependencies as named_dependencies
from ._dictionary import dictionary as dictionary
from ._fitted import Fitted as Fitted
from ._scalar_gp import ScalarGP as ScalarGP
