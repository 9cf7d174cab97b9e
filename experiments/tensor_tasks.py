"""The tasks with tensors: laws of materials, turbulence, fields and molecules, each by a model that knows its symmetry.

    python experiments/tensor_tasks.py reynolds --seeds 3 --out runs/tensors

Every fit leaves a folder with the model, its numbers and pictures of predictions beside the truth; the last line is the
median over seeds.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import jax.random as jr

import scalaremlp as se
from scalaremlp.data import DATASETS
from scalaremlp.nn import ScalarMLP, ScalarPolynomial
from scalaremlp.runs.fit import fit_and_measure

TEST = 4000
OF_STUDY = ("relative_mse", "equivariance_error", "cpu_seconds")
MODELS: dict[str, Any] = {  # and its options; with none, `fit` chooses
    "neo_hookean": (ScalarMLP, {}),
    "fibre": (ScalarMLP, {}),
    "fibre_energy": (ScalarMLP, {}),
    "reynolds": (ScalarMLP, {}),
    "magnetic": (ScalarMLP, {}),
    "polarisability": (ScalarMLP, {"permutation": True, "width": 8}),
    "elasticity": (ScalarPolynomial, {}),
}


def learned(task: str, n: int, seed: int, folder: Path) -> dict[str, Any]:
    """The numbers of one fit, which is left in the folder."""
    data, test = DATASETS[task](n, key=jr.key(seed)), DATASETS[task](TEST, key=jr.key(10**6))
    kind, options = MODELS[task]
    begun = process_time()
    model = kind(data.rep_in, data.rep_out, data.group, **options, key=jr.fold_in(jr.key(seed), 1))
    numbers = fit_and_measure(
        model, data, test, folder, key=jr.fold_in(jr.key(seed), 2), progress=False,
        settings={"tensor_tasks": {"task": task, "n": n, "seed": seed}}, title=f"{task}, {n} samples",
    )  # fmt: skip
    return {"task": task, "n": n, "seed": seed, **numbers, "cpu_seconds": process_time() - begun}


def main(words: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Fit as often as there are seeds, and print what comes of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=MODELS)
    parser.add_argument("--ntrain", type=int, default=1000, help="training samples (default 1000)")
    parser.add_argument("--seeds", type=int, default=1, help="how many, from 0")
    parser.add_argument("--out", type=Path, default=Path("runs/tensors"))
    asked = parser.parse_args(words)
    se.enable_x64()
    rows = []
    for seed in range(asked.seeds):
        rows.append(learned(asked.task, asked.ntrain, seed, asked.out / f"{asked.task}-n{asked.ntrain}-seed{seed}"))
        print(
            json.dumps({name: rows[-1][name] for name in ("task", "n", "seed", "model_class", *OF_STUDY)}), flush=True
        )
    print(json.dumps({name: median(row[name] for row in rows) for name in OF_STUDY}))
    return rows


if __name__ == "__main__":
    main()
