"""One fit of the benchmark `fit` in a process of its own: `python -m benchmarks.fit_cell '{"name": …, "n": …, …}'`.

It runs with the library of this checkout or of another commit, so it uses what both have. The numbers go to standard
output as one JSON object.
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time
from typing import Any

TASKS = ("o5", "inertia", "particle")
TRAINING, TESTS = tuple(range(100, 108)), tuple(range(200, 210))  # seeds
TEST_SAMPLES = 4000
PROTOCOL = 1  # of the rows; raised when what is measured changes


@dataclass(frozen=True)
class Fit:
    """What is fitted: a task or a law, a number of training samples, a seed, and whether a fifth of them is held out.

    Held out are the last samples, which `fit` is given as `validation`; otherwise it is left to its default.
    """

    name: str
    n: int
    seed: int
    held_out: bool = False


def samples(name: str, n: int, seed: int) -> Any:
    """The samples of a task or a law."""
    import jax.random as jr

    from benchmarks.laws import law
    from scalaremlp.data import DATASETS

    return DATASETS[name](n, key=jr.key(seed)) if name in TASKS else law(name, n, seed)


def measure(fit: Fit) -> dict[str, Any]:
    """Fit by the default call, and measure on every test draw.

    `fit_cpu_seconds` are those of making and fitting the model, compilation included.
    """
    import jax
    import jax.random as jr

    import scalaremlp as se

    se.enable_x64()
    data = samples(fit.name, fit.n, fit.seed)
    kept = fit.n - fit.n // 5 if fit.held_out else fit.n
    validation = {"validation": data[kept:]} if fit.held_out else {}
    model_key, fit_key = jr.split(jr.fold_in(jr.key(fit.seed), 1))
    begun = process_time()
    alike = {"permutation": True} if data.permutations else {}
    model = se.nn.ScalarMLP(data.rep_in, data.rep_out, data.group, **alike, key=model_key)
    model, history = se.fit(model, data[:kept], **validation, key=fit_key, progress=False)
    jax.block_until_ready([leaf for leaf in jax.tree.leaves(model) if isinstance(leaf, jax.Array)])
    seconds = process_time() - begun
    errors = [se.evaluate(model, samples(fit.name, TEST_SAMPLES, seed)) for seed in TESTS]
    return {
        **asdict(fit),
        "mse": [error["mse"] for error in errors],
        "relative": [error["relative_mse"] for error in errors],
        "train_mse": se.evaluate(model, data[:kept])["mse"],
        "fit_cpu_seconds": round(seconds, 2),
        "optimizer": history.optimizer,
        "stopped": str(history.stopped),
        "parameters": se.train.count_parameters(model),
    }


def main(text: str, source: str) -> None:
    """Measure with the library whose sources are in the folder `source`, and no other."""
    import scalaremlp

    if Path(source) not in Path(scalaremlp.__file__).resolve().parents:
        raise SystemExit(f"the library must be that of {source}. Got {scalaremlp.__file__}")
    print(json.dumps(measure(Fit(**json.loads(text)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
