"""Networks: equivariant ones made of scalars, and the baselines."""

from ._augmented import Augmented as Augmented
from ._bare_scalar_mlp import BareScalarMLP as BareScalarMLP
from ._bilinear import Bilinear as Bilinear
from ._constant import uninformative as uninformative
from ._dimensionless import Dimensionless as Dimensionless
from ._emlp import EMLP as EMLP
from ._emlp import EMLPBlock as EMLPBlock
from ._equivariant_linear import EquivariantLinear as EquivariantLinear
from ._features import FEATURES as FEATURES
from ._features import named_features as named_features
from ._gated import GatedNonlinearity as GatedNonlinearity
from ._gated import gated as gated
from ._hidden_rep import hidden_rep as hidden_rep
from ._mlp import MLP as MLP
from ._scalar_mlp import ScalarMLP as ScalarMLP
from ._scalar_polynomial import ScalarPolynomial as ScalarPolynomial
from .gp import ScalarGP as ScalarGP
