"""Networks: equivariant ones made of scalars, and the baselines."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
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
else:
    _FILES = {
        "_augmented": "Augmented",
        "_bare_scalar_mlp": "BareScalarMLP",
        "_bilinear": "Bilinear",
        "_constant": "uninformative",
        "_dimensionless": "Dimensionless",
        "_emlp": "EMLP EMLPBlock",
        "_equivariant_linear": "EquivariantLinear",
        "_features": "FEATURES named_features",
        "_gated": "GatedNonlinearity gated",
        "_hidden_rep": "hidden_rep",
        "_mlp": "MLP",
        "_scalar_mlp": "ScalarMLP",
        "_scalar_polynomial": "ScalarPolynomial",
        "gp": "ScalarGP",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)
