"""Figures: learning curves, predicted against true, test error by number of training samples, equivariant bases.

Every function returns a Matplotlib `Figure` and draws on no screen; `save_figure` writes it. Colours are those of
Okabe and Ito, which the colour-blind can tell apart, and every curve has its own marker as well.
"""

from ._basis import basis as basis
from ._learning import learning_curves as learning_curves
from ._predicted import predicted_against_true as predicted_against_true
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
