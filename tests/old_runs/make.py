"""Makes the folder 35b59b7 beside this file, with the code of that commit: `python tests/old_runs/make.py`.

Every run is made by the command line as a user would, but small; what `measure.py` finds with that code goes into
expected.npz and expected.json. The commands refused the study's runs of EMLP at that commit, so that the outputs on
record are those of its `scalaremlp.train.predict`. That commit wrote the files of samples by their absolute paths; in
the runs they are named alone, since folders and files are copied to where they are measured. With other code all this
would be no record: never make it again to mend a test.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jax.random as jr
import numpy as np

HERE = Path(__file__).parent
MADE_BY = "35b59b7"

_TINY = ["--width", "4", "--depth", "1"]
_SHORT = ["--ntrain", "20", "--ntest", "20", *_TINY]
_ADAM = [*_SHORT, "--epochs", "2"]
_CHARGES = ["charges.csv", "--rep-in", "2*T(0) + 2*T(1)", "--rep-out", "T(0) + T(1)", "--group", "O(3)"]
_SPINS = ["spins.npz", "--rep-in", "2*T(1)", "--rep-out", "T(1)", "--group", "SU(2)"]
_PENDULUM = ["--ntrain", "6", "--ntest", "2", "--horizon", "2", *_TINY, "--film", "none"]

#: Folder -> what is typed after `scalaremlp`, without --out.
COMMANDS: dict[str, list[str]] = {
    "o5-scalars": ["train", "o5", *_SHORT, "--seed", "1"],
    "o5-no-norms": ["train", "o5", *_SHORT, "--no-norms", "--no-quadratic"],
    "o5-emlp": ["train", "o5", "--model", "emlp", *_ADAM, "--width", "8"],
    "o5-mlp": ["train", "o5", "--model", "mlp", *_ADAM],
    "o5-bare": ["train", "o5", "--model", "bare", *_ADAM],
    "inertia-scalars": ["train", "inertia", *_SHORT],
    "inertia-permutation": ["train", "inertia", *_SHORT, "--permutation"],
    "inertia-bare": ["train", "inertia", "--model", "bare", "--permutation", *_ADAM],
    "particle-scalars": ["train", "particle", *_SHORT, "--tensorboard"],
    "charges": ["train", *_CHARGES, *_TINY],
    "charges-counted": [
        "train", *_CHARGES, *_TINY, "--ntrain", "30", "--nval", "0", "--ntest", "12", "--seed", "7",
        "--x-columns", "1-8", "--y-columns", "energy,fx,fy,fz",
    ],
    "spins": ["train", *_SPINS, *_TINY],
    "pendulum-hnn": ["pendulum", "--model", "hnn", *_PENDULUM, "--steps", "3"],
    "pendulum-ode": ["pendulum", "--model", "ode", *_PENDULUM, "--steps", "3", "--constants", "0.5", "1.5"],
    "pendulum-radial": ["pendulum", "--features", "radial", *_PENDULUM, "--steps", "20", "--radial", "3"],
    "pendulum-emlp": ["pendulum", "--features", "emlp", *_PENDULUM, "--steps", "20", "--width", "8"],
    "pendulum-mlp": ["pendulum", "--features", "mlp", "--model", "ode", *_PENDULUM, "--steps", "20"],
    "study": ["study", "--data", "o5,particle", "--ntrain", "20", "--seeds", "1", "--ntest", "20", "--jobs", "1",
              "--length", "0.001"],
    "reproduce": ["reproduce", "--tasks", "particle", "--sizes", "20", "--seeds", "1", "--ntest", "20",
                  "--original-length", "0.002"],
}  # fmt: skip

#: Folder -> what is typed, and after how many records Ctrl-C is pressed; the same run to its end is measured as well.
UNFINISHED: dict[str, tuple[list[str], int]] = {
    "unfinished-first-order": (
        ["train", *_CHARGES, *_TINY, "--model", "scalars", "--optimizer", "first-order", "--epochs", "600"], 3,
    ),
    "unfinished-levenberg-marquardt": (["train", "o5", "--ntrain", "40", "--ntest", "50", "--width", "4"], 4),
}  # fmt: skip


def main() -> None:
    """Make everything anew."""
    import scalaremlp as se

    se.enable_x64()
    made = HERE / MADE_BY
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    os.environ["SCALAREMLP_CACHE"] = tempfile.mkdtemp()
    os.chdir(made)
    tables()
    _small_networks()
    for name, words in COMMANDS.items():
        typed([*words, "--out", name])
    for name, (words, records) in UNFINISHED.items():
        stopped([*words, "--out", name], records)
    classifier("cube")
    trajectories()
    for drawn in [*made.rglob("figures"), *made.rglob("tensorboard")]:
        shutil.rmtree(drawn)
    for page in made.rglob("*.html"):
        page.unlink()
    expected(made)


def tables() -> None:
    """A user's own files: two charges with energy and force, and two complex vectors."""
    rng = np.random.default_rng(1)
    charges, places = rng.uniform(0.5, 2.0, (60, 2)), 1.5 * rng.standard_normal((60, 2, 3))
    distance = places[:, 0] - places[:, 1]
    softened = (0.3 + np.sum(distance**2, axis=1, keepdims=True)) ** 0.5
    product = charges[:, :1] * charges[:, 1:]
    columns = [charges, places.reshape(60, 6), product / softened, product * distance / softened**3]
    names = "q1,q2,x1,y1,z1,x2,y2,z2,energy,fx,fy,fz"
    np.savetxt("charges.csv", np.hstack(columns), delimiter=",", header=names, comments="", fmt="%.6g")
    x = (rng.standard_normal((40, 4)) + 1j * rng.standard_normal((40, 4))).round(3)
    overlap = np.sum(x[:, :2].conj() * x[:, 2:], axis=1, keepdims=True)
    np.savez("spins.npz", x=x, y=np.exp(-(np.abs(overlap) ** 2)) * x[:, :2] + overlap * x[:, 2:])


def _small_networks() -> None:
    """Published networks of width 8 and depth 2, chosen among 20 samples, so that a study takes a few kilobytes."""
    from scalaremlp import published

    figures = published._figures()["regression_test_mse"]
    for training in (figures["emlp_training"], *(figures["scalars_training"][task] for task in ("o5", "particle"))):
        training.update(width=8, depth=2)


def typed(words: list[str]) -> None:
    """Run a command of `scalaremlp`."""
    from scalaremlp.cli import main as scalaremlp

    print("scalaremlp", *words, flush=True)
    assert scalaremlp(words) in (0, 1)  # 1: a network of a few steps that no trajectory survives


def stopped(words: list[str], records: int) -> None:
    """Run a command, and press Ctrl-C when so many records of the fit are written."""
    from scalaremlp.cli import main as scalaremlp
    from scalaremlp.runs.fit import Course

    write, seen = Course.__call__, []

    def interrupted(self, record) -> None:
        write(self, record)
        seen.append(record)
        if len(seen) == records:
            raise KeyboardInterrupt

    Course.__call__ = interrupted
    assert scalaremlp(words) == 130
    Course.__call__ = write


def classifier(name: str) -> None:
    """A classification, which has no command: by the public API."""
    import scalaremlp as se

    data = se.data.cube(20, key=jr.key(0))
    model = se.nn.EMLP(data.rep_in, data.rep_out, data.group, width=8, depth=1, key=jr.key(1))
    optimizer = se.train.FirstOrder(steps=5)
    model, history = se.fit(model, data, loss=se.train.CrossEntropy(), optimizer=optimizer, key=jr.key(2))
    se.save(name, model, history)


def trajectories() -> None:
    """Two systems to roll the learned pendulums out from."""
    import scalaremlp as se

    test = se.data.spring_pendulum(2, key=jr.key(3), states=10, start=0, constants=(0.5, 1.5), cache=False)
    np.savez("pendulum.npz", t=test.t, z=test.z, parameters=test.parameters)


def expected(made: Path) -> None:
    """Measure all in a new process, the unfinished ones to their end without a stop."""
    from measure import environment

    command = [sys.executable, "-m", "scalaremlp.cli"]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(made, copy)
        for name, (words, _) in UNFINISHED.items():
            shutil.rmtree(copy / name)
            subprocess.run([*command, *words, "--out", name], cwd=copy, env=environment(), check=True)
        found = Path(folder) / "found"
        subprocess.run([sys.executable, HERE / "measure.py", copy, found], env=environment(), check=True)
        for kind in ("npz", "json"):
            shutil.copy(found.with_suffix(f".{kind}"), made / f"expected.{kind}")


if __name__ == "__main__":
    main()
