"""Typed data sets: arrays with the representations of their inputs and outputs and the group beside them."""

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
from ._trajectories import Trajectories as Trajectories
from ._write_table import check_written as check_written
from ._write_table import write_table as write_table
from .batches import as_batch as as_batch
from .conventions import ConventionWarning as ConventionWarning

#: Every synthetic task: name -> function of (n, *, key). A new task is one file and one line here.
DATASETS: dict[str, Task] = {
    "o5": o5,
    "inertia": inertia,
    "particle": particle,
    "neo_hookean": neo_hookean,
    "fibre": fibre,
    "fibre_energy": fibre_energy,
    "reynolds": reynolds,
    "magnetic": magnetic,
    "polarisability": polarisability,
    "elasticity": elasticity,
}
