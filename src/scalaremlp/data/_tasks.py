"""Every synthetic task by its name."""

from ._elasticity import elasticity
from ._fibre import fibre, fibre_energy
from ._inertia import inertia
from ._magnetic import magnetic
from ._neo_hookean import neo_hookean
from ._o5 import o5
from ._particle import particle
from ._polarisability import polarisability
from ._reynolds import reynolds
from ._task import Task

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
