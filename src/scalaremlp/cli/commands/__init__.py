"""What can be typed: one file a command. The work is done elsewhere, so that `--help` answers at once."""

from scalaremlp.cli.commands._basis import Basis as Basis
from scalaremlp.cli.commands._check import Check as Check
from scalaremlp.cli.commands._compare_groups import CompareGroups as CompareGroups
from scalaremlp.cli.commands._discover import Discover as Discover
from scalaremlp.cli.commands._evaluate import Evaluate as Evaluate
from scalaremlp.cli.commands._features import Features as Features
from scalaremlp.cli.commands._info import Info as Info
from scalaremlp.cli.commands._pendulum import Pendulum as Pendulum
from scalaremlp.cli.commands._plot import Plot as Plot
from scalaremlp.cli.commands._predict import Predict as Predict
from scalaremlp.cli.commands._reproduce import Reproduce as Reproduce
from scalaremlp.cli.commands._study import Study as Study
from scalaremlp.cli.commands._train import Train as Train
