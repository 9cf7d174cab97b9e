"""Typed data sets: arrays with the representations of their inputs and outputs and the group beside them."""

from ._dataset import Dataset as Dataset
from ._inertia import inertia as inertia
from ._o5 import o5 as o5
from ._particle import particle as particle

#: Every synthetic task: name -> function of (n, *, key). A new task is one file and one line here.
DATASETS = {"o5": o5, "inertia": inertia, "particle": particle}
