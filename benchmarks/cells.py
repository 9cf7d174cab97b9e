"""One run of the accuracy benchmark in a process of its own: `python -m benchmarks.cells '{"name": …, "n": …, …}'`.

The model and the fit have the library's defaults, the same for every task; only inertia says that its particles are
alike. The numbers go to standard output as one JSON object.
"""

import json
import sys
from dataclasses import asdict, dataclass
from time import perf_counter, process_time
from typing import Any

from benchmarks.machine import peak_bytes
from scalaremlp.nn import ScalarMLP
from scalaremlp.recipes import RECIPES, TASKS

VARIANTS = {name: recipe for name, recipe in RECIPES.items() if recipe.model is ScalarMLP}
TASK_TEST, LAW_TEST = 5000, 4000  # test samples
LAW_TEST_SEED = 200
TASK_TEST_KEY = 0x7E57


@dataclass(frozen=True)
class Cell:
    """What is run: a task or a law, a variant of the model, a number of training samples and a seed."""

    name: str
    variant: str
    n: int
    seed: int


def samples(cell: Cell) -> tuple[Any, Any]:
    """Training and test data; those of a task are drawn from different keys, the law's from different seeds."""
    import jax.random as jr

    from benchmarks.laws import law
    from scalaremlp.data import DATASETS

    if cell.name in TASKS:
        task = DATASETS[cell.name]
        return task(cell.n, key=jr.key(cell.seed)), task(TASK_TEST, key=jr.key(TASK_TEST_KEY))
    return law(cell.name, cell.n, cell.seed), law(cell.name, LAW_TEST, LAW_TEST_SEED)


def measure(cell: Cell) -> dict[str, Any]:
    """Fit and measure; `seconds` and `cpu_seconds` are those of making and fitting the model, compilation included."""
    import jax
    import jax.random as jr

    import scalaremlp as se

    se.enable_x64()
    train, test = samples(cell)
    model_key, fit_key, measure_key = jr.split(jr.fold_in(jr.key(cell.seed), 1), 3)
    options = VARIANTS[cell.variant].settings(cell.name) if cell.name in TASKS else {}
    wall, cpu = perf_counter(), process_time()
    model = se.nn.ScalarMLP(train.rep_in, train.rep_out, train.group, **options, key=model_key)
    model, history = se.fit(model, train, key=fit_key, progress=False)
    jax.block_until_ready([leaf for leaf in jax.tree.leaves(model) if isinstance(leaf, jax.Array)])
    seconds, cpu_seconds = perf_counter() - wall, process_time() - cpu
    memory = peak_bytes() / 2**20
    errors = se.evaluate(model, test)
    return {
        **asdict(cell),
        "mse": errors["mse"],
        "relative": errors["relative_mse"],
        "train_mse": history["loss"][-1],
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu_seconds, 2),
        "equivariance_error": se.equivariance_error(
            model, test.rep_in, test.rep_out, test.group, key=measure_key, x=test.x[:100]
        ),
        "optimizer": history.optimizer,
        "stopped": history.stopped,
        "steps": history["step"][-1],
        "parameters": se.train.count_parameters(model),
        "peak_mb": round(memory),
    }


if __name__ == "__main__":
    print(json.dumps(measure(Cell(**json.loads(sys.argv[1])))))
