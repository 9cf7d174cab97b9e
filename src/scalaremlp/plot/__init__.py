"""Figures: learning curves, predictions, test error by number of training samples, bases, and learned dynamics.

Every function but `animate` returns a Matplotlib `Figure`, which `save_figure` writes; none draws on a screen. Colours
are those of Okabe and Ito, which the colour-blind can tell apart, and curves differ in their markers or lines as well.
"""

from ._animate import animate as animate
from ._basis import basis as basis
from ._conserved import conserved as conserved
from ._learning import learning_curves as learning_curves
from ._phase_space import phase_space as phase_space
from ._predicted import predicted_against_true as predicted_against_true
from ._rollout_errors import rollout_errors as rollout_errors
from ._samples import error_by_samples as error_by_samples
from ._save import save_figure as save_figure
from ._style import BLACK as BLACK
from ._style import BLUE as BLUE
from ._style import GREEN as GREEN
from ._style import GREY as GREY
from ._style import ORANGE as ORANGE
from ._style import PURPLE as PURPLE
from ._style import SKY as SKY
from ._style import VERMILLION as VERMILLION
