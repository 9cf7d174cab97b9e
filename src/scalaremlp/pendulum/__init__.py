"""The double pendulum with springs, learned: models of its dynamics, how they are fitted, and what they predict."""

from ._animate import animate as animate
from ._learn import OPTIMIZERS as OPTIMIZERS
from ._learn import Samples as Samples
from ._learn import adam as adam
from ._learn import learn as learn
from ._learn import matching as matching
from ._learn import samples as samples
from ._learn import second_order as second_order
from ._learn import systems as systems
from ._model import FEATURES as FEATURES
from ._model import KINDS as KINDS
from ._model import Pendulum as Pendulum
from ._model import vector_field as vector_field
from ._phase_space import phase_space as phase_space
from ._predict import INPUTS as INPUTS
from ._predict import OUTPUTS as OUTPUTS
from ._predict import Prediction as Prediction
from ._predict import first_inputs as first_inputs
from ._predict import predict as predict
from ._predict import roll_out as roll_out
from ._predict import symmetry as symmetry
from ._predict import symmetry_error as symmetry_error
from ._write import draw as draw
from ._write import write_errors as write_errors
