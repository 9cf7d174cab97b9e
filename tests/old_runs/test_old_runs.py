"""Run folders of older versions load, evaluate and predict to the same bits, on the samples that they were given.

Equal bits are asked for where processor and versions are those of the record. Elsewhere XLA and BLAS add up in another
order: predictions are then compared to 1e-12 of the largest, in float32 to 1e-5, fits that go on to 1e-6. So are those
of EMLP everywhere, whose layers leave out what is zero since and add up the rest by fewer products.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from .measure import environment, made_with

HERE = Path(__file__).parent
MADE_BY = sorted(path.parent.name for path in HERE.glob("*/expected.json"))
LEVENBERG_MARQUARDT = "unfinished-levenberg-marquardt"


def recorded(folder: Path) -> dict:
    with np.load(folder / "expected.npz") as file:
        return dict(file) | json.loads((folder / "expected.json").read_text(encoding="utf-8"))


RECORDS = {commit: recorded(HERE / commit) for commit in MADE_BY}
NAMES = [(commit, run) for commit in MADE_BY for run in dict.fromkeys(
    name.rpartition("/")[0] for name in RECORDS[commit] if "/" in name
)]  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, dict]:
    """What this code finds in a copy of every folder, in one process for each commit."""
    folder, all_found = tmp_path_factory.mktemp("old"), {}
    for commit in MADE_BY:
        shutil.copytree(HERE / commit, folder / commit)
        command = [sys.executable, HERE / "measure.py", folder / commit, folder / commit / "expected"]
        subprocess.run(command, env=environment(), check=True)
        all_found[commit] = recorded(folder / commit)
    return all_found


def of_run(record: dict, run: str) -> dict:
    return {name.rpartition("/")[2]: value for name, value in record.items() if name.rpartition("/")[0] == run}


def same(new: np.ndarray, old: np.ndarray, *, exact: bool, tolerance: float) -> bool:
    """Equal in every bit, or elsewhere within a tolerance of the largest."""
    if exact or new.shape != old.shape or new.dtype != old.dtype:
        return (new.shape, new.dtype, new.tobytes()) == (old.shape, old.dtype, old.tobytes())
    return np.allclose(new, old, rtol=0, atol=tolerance * np.abs(old).max(), equal_nan=True)


def adds_up_otherwise(folder: Path) -> bool:
    """Whether the layers of a model add up in another order than when it was saved."""
    file = folder / "config.json"
    if not file.is_file():
        return False
    saved = json.loads(file.read_text("utf-8"))
    return saved.get("class", "").endswith(":EMLP") or '"emlp"' in json.dumps(saved.get("config"))  # or within a model


def in_float32(folder: Path) -> bool:
    """Whether a model has such numbers: its outputs may be of the precision of the inputs."""
    file = folder / "config.json"
    return file.is_file() and "float32" in file.read_text("utf-8")


@pytest.mark.parametrize("commit, run", NAMES)
def test_an_old_run_is_the_same_to_the_last_bit_or_elsewhere_to_1e_12(commit, run, found):
    old, new = (of_run(record, run) for record in (RECORDS[commit], found[commit]))
    if run == LEVENBERG_MARQUARDT and "refused" in new:  # as a change of the optimiser may
        assert len(new["refused"]) == 1 and "egin the fit anew in another folder" in new["refused"][0]
        return
    assert "failed" not in new, new["failed"]
    assert new.keys() == old.keys()
    exact = made_with() == RECORDS[commit]["made with"] and not adds_up_otherwise(HERE / commit / run)
    tolerance = 1e-6 if run.startswith("unfinished") else 1e-5 if in_float32(HERE / commit / run) else 1e-12
    for name, value in old.items():
        if not isinstance(value, np.ndarray):
            assert new[name] == value, name
        elif name == "numbers" and not exact:  # the errors of fits that are exact are nothing but rounding
            np.testing.assert_allclose(new[name], value, rtol=max(1e-9, tolerance), atol=1e-12)
        else:
            assert same(new[name], value, exact=exact, tolerance=tolerance), name


@pytest.mark.parametrize("commit", MADE_BY)
def test_every_kind_of_run_is_in_the_record(commit):
    """And what is left out of its folder is what nobody reads again."""
    kinds = ("ScalarMLP", "BareScalarMLP", "EMLP", "MLP", "Augmented", "Pendulum")
    configs = [json.loads(path.read_text("utf-8")) for path in (HERE / commit).rglob("config.json")]
    assert {config["class"].rpartition(":")[2] for config in configs if config["class"]} >= set(kinds)
    assert len(list((HERE / commit).glob("unfinished-*/checkpoint/config.json"))) == 2
    assert {run for _, run in NAMES} >= {"study", "reproduce", "charges", "spins", "cube", "inertia-permutation"}
