"""Training and storage of models."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from ._checkpoint import Checkpoint as Checkpoint
    from ._endings import Ending as Ending
    from ._first_order import FirstOrder as FirstOrder
    from ._fit import fit as fit
    from ._history import History as History
    from ._history import Record as Record
    from ._loss import CrossEntropy as CrossEntropy
    from ._loss import LeastSquares as LeastSquares
    from ._loss import Loss as Loss
    from ._loss import Regression as Regression
    from ._natural_gradient import NaturalGradient as NaturalGradient
    from ._of_invariants import LOSSES as LOSSES
    from ._of_invariants import LogError as LogError
    from ._of_invariants import RelativeError as RelativeError
    from ._parameters import count_parameters as count_parameters
    from ._parameters import split_parameters as split_parameters
    from ._progress import ProgressLines as ProgressLines
    from ._save import load as load
    from ._save import load_history as load_history
    from ._save import read_config as read_config
    from ._save import save as save
    from ._schedules import Constant as Constant
    from ._schedules import Cosine as Cosine
    from ._schedules import Schedule as Schedule
    from ._schedules import StepDecay as StepDecay
    from ._select import OPTIMIZERS as OPTIMIZERS
    from ._select import select as select
    from ._tensorboard import TensorBoard as TensorBoard
    from ._tensorboard import summary_writer as summary_writer
    from ._trajectory_matching import TrajectoryMatching as TrajectoryMatching
    from ._verdict import Verdict as Verdict
    from .second_order import LevenbergMarquardt as LevenbergMarquardt
    from .uncertainty.calibration import Calibration as Calibration
    from .uncertainty.calibration import calibration as calibration
    from .uncertainty.inferred import posterior as posterior
    from .uncertainty.posterior import Posterior as Posterior
    from .uncertainty.stored import load_posterior as load_posterior
    from .uncertainty.stored import save_posterior as save_posterior
    from .weighed.student import Student as Student
else:
    _FILES = {
        "_checkpoint": "Checkpoint",
        "_endings": "Ending",
        "_first_order": "FirstOrder",
        "_fit": "fit",
        "_history": "History Record",
        "_loss": "CrossEntropy LeastSquares Loss Regression",
        "_natural_gradient": "NaturalGradient",
        "_of_invariants": "LOSSES LogError RelativeError",
        "_parameters": "count_parameters split_parameters",
        "_progress": "ProgressLines",
        "_save": "load load_history read_config save",
        "_schedules": "Constant Cosine Schedule StepDecay",
        "_select": "OPTIMIZERS select",
        "_tensorboard": "TensorBoard summary_writer",
        "_trajectory_matching": "TrajectoryMatching",
        "_verdict": "Verdict",
        "second_order": "LevenbergMarquardt",
        "uncertainty.calibration": "Calibration calibration",
        "uncertainty.inferred": "posterior",
        "uncertainty.posterior": "Posterior",
        "uncertainty.stored": "load_posterior save_posterior",
        "weighed.student": "Student",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)
