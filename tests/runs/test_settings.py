"""Settings check themselves, and come back from JSON as they were; what is not theirs is refused in a few words."""

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from scalaremlp.cli import parse
from scalaremlp.runs.comparison import Reproduction, Study
from scalaremlp.runs.fields import MOST_SEED, Settings
from scalaremlp.runs.settings import (
    FileSamples,
    FitSettings,
    ModelOptions,
    ModelSettings,
    PendulumSettings,
    TaskSamples,
    TrainSettings,
    settings_in,
)
from scalaremlp.runs.train import TrainRun

FILE = FileSamples("a.csv", "0" * 64, "T(1)", "T(0)", "O(3)")
OLD = Path(__file__).parents[1] / "old_runs"
EVERY = [
    TrainSettings(TaskSamples("o5")),
    TrainSettings(TaskSamples("inertia", 10, 5, 7), 3, validation=None),
    TrainSettings(FILE, MOST_SEED, tensorboard=True),
    TrainSettings(replace(FILE, x_names=("a", "b"), y_names=None, header=False, ordered=True)),
    TrainSettings(replace(FILE, x_names=(), y_names=())),
    TrainSettings(TaskSamples("o5"), model=ModelSettings("mlp", ModelOptions(width=3)), fit=FitSettings(epochs=2)),
    TrainSettings(TaskSamples("o5"), model=ModelSettings(options=ModelOptions(quadratic=False, scalars="logs"))),
    PendulumSettings(),
    PendulumSettings("ode", "emlp", "DkeR3(6)", noise=0.5, constants=(0.5, 1.5), dt=1, horizon=9),
]


@pytest.mark.parametrize("settings", EVERY, ids=str)
def test_settings_come_back_from_json(settings):
    values = json.loads(json.dumps(settings.to_json(), allow_nan=False))
    assert settings_in(values, Path("run.json")) == settings
    assert settings_in(values, Path("run.json")).to_json() == settings.to_json()


@pytest.mark.parametrize("file", sorted(OLD.glob("*/**/run.json")), ids=lambda file: file.parent.name)
def test_old_settings_are_read_and_written_as_they_were(file):
    values = json.loads(file.read_text("utf-8"))["settings"]
    assert settings_in(values, file).to_json() == values


def values(**changes):
    """The JSON of a run on a task, changed; `None` takes a value away."""
    return {name: value for name, value in {**EVERY[0].to_json(), **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "given, said",
    [
        ([], "[] for settings"),
        (None, "None for settings"),
        ({}, "no task"),
        (values(task=None), "no task"),
        (values(task="o4"), "task 'o4'"),
        (values(task=["o5"]), "task ['o5']"),
        (values(ntrain=0), "ntrain 0"),
        (values(ntrain=True), "ntrain True"),
        (values(ntrain=2.0), "ntrain 2.0"),
        (values(ntest=10**9), "ntest 1000000000"),
        (values(seed=None), "no seed"),
        (values(seed=MOST_SEED + 1), f"seed {MOST_SEED + 1}"),
        (values(model=None), "no model"),
        (values(model=[]), "model with [] for settings"),
        (values(model={"name": "cnn", "options": {}}), "model with name 'cnn'"),
        (values(model={"name": "mlp", "options": {"width": "3"}}), "model with options with width '3'"),
        (values(model={"name": "mlp", "options": {"depht": 3}}), "model with options with 'depht', which is not known"),
        (values(fit={"epochs": 0}), "fit with epochs 0"),
        (values(fit={"loss": "mae"}), "fit with loss 'mae'"),
        (values(validation="none"), "validation 'none'"),
        (values(tensorboard=1), "tensorboard 1"),
        (values(**{"x" * 100: 1}), f"'{'x' * 59}, which is not known"),
        (values(x_names=["a"]), "'x_names', which is not known"),
        ({**EVERY[2].to_json(), "file": "a.py"}, "file 'a.py'"),
        ({**EVERY[3].to_json(), "x_names": ["a", 1]}, "x_names ['a', 1]"),
        ({**EVERY[3].to_json(), "x_names": "as"}, "x_names 'as'"),
        ({"pendulum": []}, "[] for settings"),
        ({"pendulum": {}}, "no model"),
        ({"pendulum": {**PendulumSettings().to_json()["pendulum"], "gravity": [1.0]}}, "gravity [1.0]"),
        ({"pendulum": {**PendulumSettings().to_json()["pendulum"], "dt": 1e-9}}, "dt 1e-09"),
        ({"pendulum": {**PendulumSettings().to_json()["pendulum"], "features": "cnn"}}, "features 'cnn'"),
    ],
)  # fmt: skip
def test_what_is_no_settings_is_refused(given, said):
    with pytest.raises(ValueError, match=r"^run\.json must be as `scalaremlp (train|pendulum)` wrote it\. ") as error:
        settings_in(given, Path("run.json"))
    assert f" Got {said}. Make the run anew" in str(error.value)


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: TaskSamples("o5", 0), "`ntrain` must be at least 1. Got 0. Choose another"),
        (lambda: TaskSamples("o5", 10**8), "`ntrain` must be at most 10000000. Got 100000000. Choose another"),
        (lambda: TaskSamples("o5", True), "`ntrain` must be a whole number. Got True. Choose another"),
        (lambda: TaskSamples("x"), "`task` must be one of o5, inertia, particle"),
        (lambda: replace(FILE, file="a.py"), "`file` must be a file that ends in .npz"),
        (lambda: ModelOptions(dtype="float16"), "`dtype` must be one of float32, float64. Got 'float16'"),
        (lambda: PendulumSettings(noise=float("nan")), "`noise` must be a finite number. Got nan"),
        (lambda: PendulumSettings(gravity=(1.0,)), "`gravity` must be a tuple of 2 values. Got (1.0,)"),
        (lambda: PendulumSettings(gravity=(1.0, "2")), "`gravity` must be a finite number. Got '2'"),
        (lambda: PendulumSettings(gravity=(2.0, 1.0)), "`gravity` must be a range (low, high) above 0. Got (2.0, 1.0)"),
        (lambda: PendulumSettings(constants=(0.0, 1.0)), "`constants` must be a range (low, high) above 0. Got (0.0"),
        (lambda: PendulumSettings(lr=-1.0), "`lr` must be a number above 0. Got -1.0. The default is 0.003."),
        (lambda: PendulumSettings.from_json({}), "None for settings"),
        (lambda: PendulumSettings(horizon=0.5), "`horizon` must last 5 to 100000 steps of `dt`. Got 2.5"),
        (lambda: PendulumSettings(radial=3), "`radial` needs `features` radial. Got `features` scalars"),
        (lambda: PendulumSettings(features="mlp", turned=True), "no inputs of `features` mlp. Leave them out"),
        (lambda: Study(ntrain=(30, 1)), "`ntrain` must be at least 2. Got 1. Choose another"),
        (lambda: Study(models=("cnn",)), "`models` must be one of scalar, scalar-adam, emlp, mlp, mlp-aug. Got 'cnn'"),
        (lambda: Study(length=0.0), "`length` is a fraction of the published epochs, above 0 and at most 1. Got 0"),
        (lambda: Reproduction(tasks="o5"), "`tasks` must be a tuple of values. Got 'o5'"),
    ],
)
def test_settings_are_checked_at_birth(make, said, unchecked):
    with pytest.raises(ValueError) as error:
        make()
    assert said in str(error.value)


@pytest.mark.parametrize(
    "of_numpy, own",
    [
        (lambda: TaskSamples("o5", np.int64(20), ntest=np.uint8(9)), TaskSamples("o5", 20, ntest=9)),
        (lambda: TrainSettings(FILE, np.int32(3)), TrainSettings(FILE, 3)),
        (lambda: PendulumSettings(dt=np.float64(0.1), lr=np.float32(0.5)), PendulumSettings(dt=0.1, lr=0.5)),
        (lambda: PendulumSettings(gravity=(np.float64(1), np.int64(2))), PendulumSettings(gravity=(1.0, 2))),
        (lambda: Study(ntrain=tuple(np.array([20, 30]))), Study(ntrain=(20, 30))),
    ],
)
def test_numbers_of_numpy_become_numbers_of_python(of_numpy, own, unchecked):
    settings = of_numpy()
    assert settings == own and hash(settings) == hash(own)
    assert json.dumps(settings.to_json(), allow_nan=False) == json.dumps(own.to_json())


@pytest.mark.parametrize("number", [np.float64(20), np.int64(0), np.bool_(True), np.array([20])], ids=repr)
def test_no_other_of_numpy_is_a_whole_number(number, unchecked):
    with pytest.raises(ValueError, match=r"^`ntrain` must be (a whole number|at least 1)\. Got "):
        TaskSamples("o5", number)


def test_the_command_of_a_reproduction_is_what_makes_it():
    asked = Reproduction(True, ("o5",), (20, 30), 2, 0.5, 40)
    words = asked.words.split()
    typed = vars(parse(words[1:]))
    assert words[0] == "scalaremlp" and Reproduction(**{each.name: typed[each.name] for each in fields(asked)}) == asked
    assert Reproduction().words == "scalaremlp reproduce"


def test_every_kind_of_settings_is_frozen_and_known_by_value():
    for settings in EVERY:
        assert isinstance(settings, Settings) and hash(settings) == hash(replace(settings))


def test_what_is_named_twice_is_compared_once():
    study = Study(("o5", "o5"), ("mlp", "mlp"), (20, 20), 1)
    assert [run.name for run in study.runs] == ["o5-mlp-n20-seed0"]
    names = {tuple(Reproduction(original_length=length).measure.recipes) for length in (0.1234567, 0.1234568)}
    assert len(names) == 2


def test_options_that_a_model_does_not_have_are_refused():
    model = ModelSettings("mlp", ModelOptions(permutation=True))
    with pytest.raises(ValueError, match=r"^permutation: no option of `model` mlp\. Leave it out"):
        TrainRun.of(TrainSettings(TaskSamples("o5", 20, None, 20), model=model))
