"""Typed data sets: arrays with the representations of their inputs and outputs and the group beside them."""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from ._cubes import cube as cube
    from ._cubes import rubiks_cube as rubiks_cube
    from ._dataset import Dataset as Dataset
    from ._elasticity import elasticity as elasticity
    from ._fibre import fibre as fibre
    from ._fibre import fibre_energy as fibre_energy
    from ._inertia import inertia as inertia
    from ._magnetic import magnetic as magnetic
    from ._neo_hookean import neo_hookean as neo_hookean
    from ._o5 import o5 as o5
    from ._open import ENDINGS as ENDINGS
    from ._particle import particle as particle
    from ._polarisability import polarisability as polarisability
    from ._read import read as read
    from ._read import read_beside as read_beside
    from ._read import read_column as read_column
    from ._read import read_inputs as read_inputs
    from ._read import read_names as read_names
    from ._reynolds import reynolds as reynolds
    from ._solar_system import SOLAR_SYSTEM as SOLAR_SYSTEM
    from ._solar_system import solar_system as solar_system
    from ._spring_pendulum import spring_pendulum as spring_pendulum
    from ._stream import Stream as Stream
    from ._task import Task as Task
    from ._tasks import DATASETS as DATASETS
    from ._trajectories import Trajectories as Trajectories
    from ._write_table import check_written as check_written
    from ._write_table import write_table as write_table
    from .batches import as_batch as as_batch
    from .conventions import ConventionWarning as ConventionWarning
else:
    _FILES = {
        "_cubes": "cube rubiks_cube",
        "_dataset": "Dataset",
        "_elasticity": "elasticity",
        "_fibre": "fibre fibre_energy",
        "_inertia": "inertia",
        "_magnetic": "magnetic",
        "_neo_hookean": "neo_hookean",
        "_o5": "o5",
        "_open": "ENDINGS",
        "_particle": "particle",
        "_polarisability": "polarisability",
        "_read": "read read_beside read_column read_inputs read_names",
        "_reynolds": "reynolds",
        "_solar_system": "SOLAR_SYSTEM solar_system",
        "_spring_pendulum": "spring_pendulum",
        "_stream": "Stream",
        "_task": "Task",
        "_tasks": "DATASETS",
        "_trajectories": "Trajectories",
        "_write_table": "check_written write_table",
        "batches": "as_batch",
        "conventions": "ConventionWarning",
    }
    __getattr__, __dir__, __all__ = lazy(__name__, _FILES)
