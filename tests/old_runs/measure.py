"""What this code finds in run folders of an older version: `python tests/old_runs/measure.py FOLDER OUT`.

It writes arrays to OUT.npz and what is no array to OUT.json, named folder/what, and changes the folders: give a copy.
In a process of its own, as a user's: the tests compile otherwise, so that their bits are others.
"""

import io
import json
import os
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

Found = dict[str, Any]

_NUMBERS = ("relative_mse", "r2")

_UNDERSTOOD = ("data: ", "samples: ", "model: ", "fit: ")  # what is told before a fit begins

_OF_TESTS = ("JAX_DISABLE_MOST_OPTIMIZATIONS", "XLA_FLAGS", "JAX_ENABLE_X64", "SCALAREMLP_CACHE")

#: The others are evaluated by the function, without pictures and equivariance error, which take most of the time.
EVALUATED_BY_COMMAND = (
    "charges", "charges-counted", "spins", "o5-scalars", "inertia-permutation", "particle-scalars",
    "unfinished-first-order", "unfinished-levenberg-marquardt",
)  # fmt: skip


def main(folder: Path, out: Path) -> None:
    """Measure every run, those of studies too; what fails is told in the place of its numbers."""
    import scalaremlp as se

    se.enable_x64()
    os.chdir(folder)
    found: Found = {"made with": made_with()}
    for name, kind in runs():
        try:
            found |= {f"{name}/{what}": value for what, value in kind(name).items()}
        except Exception:
            found[f"{name}/failed"] = traceback.format_exc()
    arrays = {name: value for name, value in found.items() if isinstance(value, np.ndarray)}
    np.savez_compressed(out.with_suffix(".npz"), **arrays)
    others = {name: value for name, value in found.items() if name not in arrays}
    out.with_suffix(".json").write_text(json.dumps(others, indent=1) + "\n", encoding="utf-8")


def runs() -> list[tuple[str, Any]]:
    """The folders with a run, a study or a model, and how each is measured."""
    kinds = {"pendulum": pendulum, "cube": classifier, "unfinished": resumed, "study": drawn, "reproduce": drawn}
    names = sorted(path.name for path in Path().iterdir() if path.is_dir())
    found = [(name, kinds.get(name.partition("-")[0], trained)) for name in names]
    of_studies = sorted(path.parent for path in Path().glob("*/runs/*/result.json"))
    return found + [(path.as_posix(), trained) for path in of_studies]


def trained(name: str) -> Found:
    """A run of `scalaremlp train` or of a study: what it predicts, how it is evaluated, and its losses."""
    import scalaremlp as se

    model = se.load(name)
    Path("outputs.npz").unlink(missing_ok=True)
    np.savez("inputs.npz", x=inputs(model.rep_in(model.group).size, model.group.field))
    status, _ = scalaremlp("predict", name, "inputs.npz", "--out", "outputs.npz")
    with np.load("outputs.npz") as file:
        outputs = file["y"]
    evaluated = by_command(name) if name in EVALUATED_BY_COMMAND else by_function(name, model)
    losses = np.array(se.train.load_history(name)["loss"], float)
    return {"outputs": outputs, "losses": losses, "predict": status, **evaluated}


def by_command(name: str) -> Found:
    """The test error of a run on the samples that are its own."""
    status, numbers = scalaremlp("evaluate", name, "--json")
    return {"numbers": np.array([numbers[what] for what in ("test_mse", *_NUMBERS)], float), "evaluate": status}


def by_function(name: str, model: Any) -> Found:
    """The error of a model of a task on fresh samples."""
    import jax.random as jr

    import scalaremlp as se

    task = json.loads((Path(name) / "config.json").read_text("utf-8"))["settings"]["task"]
    numbers = se.evaluate(model, getattr(se.data, task)(20, key=jr.key(11)))
    return {"numbers": np.array([numbers[what] for what in ("mse", *_NUMBERS)], float)}


def resumed(name: str) -> Found:
    """A fit that was interrupted, or the run that it was to be: to its end, or the line that refuses it."""
    if (Path(name) / "checkpoint").is_dir():
        status, told = scalaremlp("train", "--resume", name, "--json")
        if status == 2:
            return {"refused": [line for line in told.splitlines() if not line.startswith(_UNDERSTOOD)]}
    return trained(name)


def pendulum(name: str) -> Found:
    """A model of the pendulum, rolled out."""
    import scalaremlp as se
    from scalaremlp.pendulum import predict

    with np.load("pendulum.npz") as file:
        test = se.data.Trajectories(file["t"], file["z"], file["parameters"], *_states(), se.groups.O(3))
    found = predict(se.load(name), test)
    errors = [found.error.published, found.error.without_start]
    return {"outputs": np.asarray(found.states), "errors": np.array(errors, float)}


def classifier(name: str) -> Found:
    """A model saved by `save`, with its accuracy."""
    import jax
    import jax.random as jr

    import scalaremlp as se

    model, data = se.load(name), se.data.cube(30, key=jr.key(9), scrambled=True)
    numbers = se.evaluate(model, data, loss=se.train.CrossEntropy())
    return {
        "outputs": np.asarray(jax.jit(jax.vmap(model))(data.x)),
        "numbers": np.array([numbers[what] for what in ("cross_entropy", "accuracy", "n")]),
        "losses": np.array(se.train.load_history(name)["loss"], float),
    }


def drawn(name: str) -> Found:
    """A study: its figures are drawn from its table."""
    status, told = scalaremlp("plot", "efficiency", name, "--json")
    return {"status": status, "figures": sorted(told["figures"])}


def inputs(size: int, field: str, n: int = 20) -> np.ndarray:
    """Inputs of which every bit is known, whatever the machine: multiples of 1/64 from -2 to 2, (n, size)."""
    whole = (np.arange(2 * n * size) * 7919 % 257 - 128) / 64
    real, imaginary = whole.reshape(2, n, size)
    return real if field == "real" else real + 1j * imaginary


def scalaremlp(*words: str) -> tuple[int, Any]:
    """A command: its exit status, and the object that `--json` prints or, of a failed one, its error output."""
    from scalaremlp.cli import main as command

    out, told = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(told):
        status = command(list(words))
    if status == 2:
        return status, told.getvalue()
    return status, json.loads(out.getvalue().splitlines()[-1]) if "--json" in words else None


def environment() -> dict[str, str]:
    """Of the process: nothing that changes how it compiles or adds up. A cache of what is compiled does not."""
    chosen = {name: value for name, value in os.environ.items() if name not in _OF_TESTS}
    source = str(Path(__file__).parents[2] / "src")
    return chosen | {"PYTHONPATH": source, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}


def made_with() -> Found:
    """What equal bits need: processor with its vector instructions, and the versions of what computes."""
    from importlib.metadata import version

    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if Path("/proc/cpuinfo").is_file() else []
    about = {name.strip(): value.split() for name, _, value in (line.partition(":") for line in lines)}
    vector = [flag for flag in about.get("flags", []) if flag.startswith(("avx", "fma", "amx", "sse"))]
    versions = {name: version(name) for name in ("jax", "jaxlib", "numpy", "scipy", "equinox")}
    return {"processor": " ".join(about.get("model name", [])), "instructions": sorted(vector), **versions}


def _states() -> tuple[Any, Any]:
    from scalaremlp.reps import T

    return 4 * T(1), 6 * T(0) + T(1)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
