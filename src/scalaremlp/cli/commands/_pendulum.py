"""What can be typed after `scalaremlp pendulum`."""

from dataclasses import dataclass
from typing import Literal

from scalaremlp.cli.commands._options import Json
from scalaremlp.runs.settings import PendulumSettings


@dataclass(frozen=True)
class Pendulum(PendulumSettings):
    """Learn the dynamics of two masses on springs from short pieces of their motion, and roll it out.

    A Hamiltonian network learns the energy, a neural ODE the rate of change of the state. The run folder gets the
    model, result.json, errors.csv (the error against time), figures and an animation. After Ctrl-C or a kill the same
    command goes on. The rollout error is the published one, a geometric mean that counts the first time, where the
    prediction is exact; without_start leaves it out. Examples:

    scalaremlp pendulum --model hnn --features scalars --out runs/hnn

    scalaremlp pendulum --model ode --noise 0.01

    scalaremlp pendulum --model hnn --features emlp --group "DkeR3(6)" --steps 500

    scalaremlp pendulum --gravity 0.5 2.5 --turned-test
    """

    film: Literal["gif", "mp4", "none"] = "gif"
    """The animation: mp4 needs ffmpeg."""
    out: str = ""
    """Run folder; by default a name made of the above, in runs/."""
    fresh: bool = False
    """Replace the run that is in the folder."""
    json: Json = False

    def __post_init__(self) -> None:
        """Words are checked when they become settings."""
