"""One measurement of `benchmarks tensors`, in a process of its own: `python -m benchmarks.tensor_cell WHAT N SEED`."""

import json
import sys
from time import process_time
from typing import Any

OURS, PUBLISHED, PLAN = "ours", "published", "plan"
TEST, TEST_SEED = 4000, 200
DEGREE = 6


def main(what: str, n: int, seed: int) -> None:
    """Print the numbers as a JSON object."""
    print(json.dumps(plan() if what == PLAN else {OURS: ours, PUBLISHED: published}[what](n, seed)))


def ours(n: int, seed: int) -> dict[str, Any]:
    """The default call: the network left open, and what `fit` makes of it."""
    import jax.random as jr

    import scalaremlp as se

    se.enable_x64()
    data, test = (se.data.neo_hookean(count, key=jr.key(at)) for count, at in ((n, seed), (TEST, TEST_SEED)))
    model = se.nn.ScalarMLP(data.rep_in, data.rep_out, data.group, key=jr.key(seed + 1))
    model, _ = se.fit(model, data, key=jr.key(seed + 2))
    return {"relative": se.evaluate(model, test)["relative_mse"], "model": type(model).__name__}


def published(n: int, seed: int) -> dict[str, Any]:
    """The published network in its precision, of samples of the same law."""
    import jax.random as jr
    import numpy as np

    from benchmarks.eigen_map import train
    from scalaremlp.data import neo_hookean
    from scalaremlp.groups import O
    from scalaremlp.reps import Sym

    drawn = (neo_hookean(count, key=jr.key(at)) for count, at in ((n, seed), (TEST, TEST_SEED)))
    (x, y), (new, truth) = ([Sym(2)(O(3)).split(part)[0][:, 0] for part in (data.x, data.y)] for data in drawn)
    found = np.asarray(train(x, y, jr.key(seed + 1))(new), float)
    spread = np.sum((truth - np.mean(truth, axis=0)) ** 2)
    return {"relative": float(np.sum((found - truth) ** 2) / spread), "model": "EigenMap"}


def plan() -> dict[str, Any]:
    """CPU seconds to find the generators of three symmetric matrices and two vectors."""
    from scalaremlp.groups import O
    from scalaremlp.reps import Sym, T
    from scalaremlp.scalars import Invariants

    start = process_time()
    found = Invariants(3 * Sym(2) + 2 * T(1), O(3), DEGREE)
    return {"seconds": process_time() - start, "size": found.size}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
