"""Whether a cube can be solved: networks that have seen it unscrambled, tested on scrambled ones.

python experiments/rubiks_cube.py --seeds 3
"""

import argparse
import json
from statistics import median

import jax.random as jr

import scalaremlp as se
from scalaremlp.data import cube, rubiks_cube
from scalaremlp.nn import EMLP, MLP
from scalaremlp.train import CrossEntropy, FirstOrder


def accuracy(task, network, seed: int, steps: int) -> dict[str, float]:
    """Share of right answers on the samples trained on, on fresh unscrambled ones, and on scrambled ones."""
    train, fresh, scrambled = (
        task(n, key=jr.key(1000 * seed + part), scrambled=mixed) for part, (n, mixed) in enumerate(SAMPLES)
    )
    model = network(train.rep_in, train.rep_out, train.group, width=384, depth=2, key=jr.key(seed))
    loss = CrossEntropy()
    model, _ = se.fit(model, train, loss=loss, optimizer=FirstOrder(steps=steps), key=jr.key(seed + 1))
    parts = {"trained on": train, "unscrambled": fresh, "scrambled": scrambled}
    return {name: se.evaluate(model, data, loss=loss)["accuracy"] for name, data in parts.items()}


SAMPLES = ((1000, False), (1000, False), (2000, True))


def main() -> None:
    """Print the median accuracies over the seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=300)
    options = parser.parse_args()
    se.enable_x64()
    for task in (cube, rubiks_cube):
        for network in (EMLP, MLP):
            rows = [accuracy(task, network, seed, options.steps) for seed in range(options.seeds)]
            medians = {name: round(median(row[name] for row in rows), 3) for name in rows[0]}
            print(json.dumps({"task": task.__name__, "network": network.__name__, **medians}), flush=True)


if __name__ == "__main__":
    main()
