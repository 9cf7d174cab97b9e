"""What a model is worth: its predictions, their errors, and how well it keeps a symmetry."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from ._assert import assert_equivariant as assert_equivariant
    from ._elements import GroupElements as GroupElements
    from ._equivariance import claimed as claimed
    from ._equivariance import equivariance_error as equivariance_error
    from ._equivariance import equivariance_errors as equivariance_errors
    from ._evaluate import evaluate as evaluate
    from ._permutations import Permutations as Permutations
    from ._predict import predict as predict
    from ._symmetry import Linear as Linear
    from ._symmetry import Move as Move
    from ._symmetry import Reordered as Reordered
    from ._symmetry import Symmetry as Symmetry
    from ._units import UnitChanges as UnitChanges
else:
    _FILES = {
        "_assert": "assert_equivariant",
        "_elements": "GroupElements",
        "_equivariance": "claimed equivariance_error equivariance_errors",
        "_evaluate": "evaluate",
        "_permutations": "Permutations",
        "_predict": "predict",
        "_symmetry": "Linear Move Reordered Symmetry",
        "_units": "UnitChanges",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)
