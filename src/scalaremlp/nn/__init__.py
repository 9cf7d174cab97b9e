"""Networks: equivariant ones made of scalars, and the baselines."""

from ._bare_scalar_mlp import BareScalarMLP as BareScalarMLP
from ._mlp import MLP as MLP
from ._scalar_mlp import ScalarMLP as ScalarMLP
