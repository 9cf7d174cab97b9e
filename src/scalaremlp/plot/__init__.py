"""Figures: learning curves, predictions, test error by number of training samples, bases, and learned dynamics.

Every function returns a Matplotlib `Figure`, which `save_figure` writes; none draws on a screen. Colours
are those of Okabe and Ito, which the colour-blind can tell apart, and curves differ in their markers or lines as well.
"""

from ._basis import basis as basis
from ._conserved import conserved as conserved
from ._groups_compared import groups_compared as groups_compared
from ._law import law_figure as law_figure
from ._learning import learning_curves as learning_curves
from ._predicted import predicted_against_true as predicted_against_true
from ._reliability import reliability as reliability
from ._rollout_errors import rollout_errors as rollout_errors
from ._samples import error_by_samples as error_by_samples
from ._save import save_figure as save_figure
from .style import BLACK as BLACK
from .style import BLUE as BLUE
from .style import GREEN as GREEN
from .style import GREY as GREY
from .style import ORANGE as ORANGE
from .style import PURPLE as PURPLE
from .style import SKY as SKY
from .style import VERMILLION as VERMILLION
