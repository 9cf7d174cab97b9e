"""Hamiltonian systems, vector fields, their integration, and the errors of rollouts. A state is flat: z = (q, p)."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from ._adaptive import Adaptive as Adaptive
    from ._bodies import Bodies as Bodies
    from ._charged import ChargedParticle as ChargedParticle
    from ._composition import Composition as Composition
    from ._drift import Drift as Drift
    from ._drift import angular_momentum as angular_momentum
    from ._drift import drift as drift
    from ._drift import energy as energy
    from ._field import HamiltonianField as HamiltonianField
    from ._field import Separable as Separable
    from ._gauss import Gauss as Gauss
    from ._method import Method as Method
    from ._method import Path as Path
    from ._oscillator import Oscillator as Oscillator
    from ._pendulum import SpringPendulum as SpringPendulum
    from ._rollout import Rollout as Rollout
    from ._rollout import rollout as rollout
    from ._rollout_error import RolloutError as RolloutError
    from ._rollout_error import relative_errors as relative_errors
    from ._rollout_error import rollout_error as rollout_error
    from ._runge_kutta import RungeKutta as RungeKutta
    from ._sizes import sizes as sizes
    from ._state import split_state as split_state
    from ._stepper import Stepper as Stepper
    from ._time import Timed as Timed
else:
    _FILES = {
        "_adaptive": "Adaptive",
        "_bodies": "Bodies",
        "_charged": "ChargedParticle",
        "_composition": "Composition",
        "_drift": "Drift angular_momentum drift energy",
        "_field": "HamiltonianField Separable",
        "_gauss": "Gauss",
        "_method": "Method Path",
        "_oscillator": "Oscillator",
        "_pendulum": "SpringPendulum",
        "_rollout": "Rollout rollout",
        "_rollout_error": "RolloutError relative_errors rollout_error",
        "_runge_kutta": "RungeKutta",
        "_sizes": "sizes",
        "_state": "split_state",
        "_stepper": "Stepper",
        "_time": "Timed",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)
