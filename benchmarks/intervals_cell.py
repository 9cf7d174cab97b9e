"""One fit of the benchmark `intervals` in a process of its own: `python -m benchmarks.intervals_cell '{…}' [FITS]`.

The numbers go to standard output as one JSON object. A fitted model is kept in the folder FITS, and taken from there.
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

TEST_SAMPLES, TEST_SEED = 2000, 200
QUANTILES = {"inside50": 0.67449, "inside90": 1.64485, "inside99": 2.57583}
PROTOCOL = 1  # of the rows; raised when what is measured changes


@dataclass(frozen=True)
class Cell:
    """What is fitted: a law, a number of samples, their noise beside the spread of the outputs, and a seed."""

    name: str
    n: int
    noise: float
    seed: int


def noisy(data: Any, noise: float, seed: int) -> tuple[Any, float]:
    """A data set with normal noise, and the standard deviation of the noise of each component.

    It is `noise` times the root mean square of a component about its mean; of complex outputs half of the variance each
    is of the real part and of the imaginary part.
    """
    from scalaremlp.data import Dataset

    rng, y = np.random.default_rng(seed), np.asarray(data.y)
    size = noise * float(np.sqrt(np.mean(np.abs(y - y.mean(axis=0)) ** 2)))
    drawn = rng.standard_normal(y.shape)
    if np.iscomplexobj(y):
        drawn = (drawn + 1j * rng.standard_normal(y.shape)) / 2**0.5
    return Dataset(data.x, y + size * drawn, data.rep_in, data.rep_out, data.group, name=data.name), size


def fitted(cell: Cell, data: Any, kept: Path | None) -> Any:
    """What the default call makes of the samples, or what it made of them once."""
    import jax.random as jr

    import scalaremlp as se

    place = None if kept is None else kept / f"{cell.name}-{cell.n}-{cell.noise:g}-{cell.seed}"
    if place is not None and place.exists():
        return se.load(place)
    model_key, fit_key = jr.split(jr.fold_in(jr.key(cell.seed), 1))
    model = se.nn.ScalarMLP(data.rep_in, data.rep_out, data.group, key=model_key)
    model, _ = se.fit(model, data, key=fit_key, progress=False)
    if place is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
        se.save(place, model)
    return model


def measure(cell: Cell, kept: Path | None = None) -> dict[str, Any]:
    """Fit by the default call, and see which share of the noise-free truth is inside the intervals."""
    import scalaremlp as se
    from benchmarks.laws import law

    se.enable_x64()
    data, size = noisy(law(cell.name, cell.n, cell.seed), cell.noise, cell.seed + 7)
    test = law(cell.name, TEST_SAMPLES, TEST_SEED)
    begun = process_time()
    model = fitted(cell, data, kept)
    known = process_time()
    posterior = se.train.posterior(model, data)
    mean, std = posterior(test.x)
    error, spread = _real(mean - np.asarray(test.y)), _real(std)
    inside = {name: float(np.mean(np.abs(error) < factor * spread)) for name, factor in QUANTILES.items()}
    return {
        **asdict(cell), **inside, "error": _root(error), "std": _root(spread), "noise_drawn": size,
        "noise_found": posterior.noise.tolist(), "model": type(model).__name__,
        "fit_cpu_seconds": round(known - begun, 2), "cpu_seconds": round(process_time() - known, 2),
    }  # fmt: skip


def _real(values: np.ndarray) -> np.ndarray:
    return np.concatenate([values.real, values.imag], axis=1) if np.iscomplexobj(values) else values


def _root(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


if __name__ == "__main__":
    print(json.dumps(measure(Cell(**json.loads(sys.argv[1])), *map(Path, sys.argv[2:]))))
