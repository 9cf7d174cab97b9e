"""How exactly equivariant the network is, for every group and output rank: with random parameters, and trained.

Inputs are a scalar, two vectors and, where they differ from vectors, a covector; outputs all T(p,q) of one rank. Every
parameter is replaced by a normal number, then the network is trained on what another such network gives.
"""

import argparse
import zlib
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.accuracy import TARGETS, append
from benchmarks.machine import ROOT, code, headline, load, made_with
from benchmarks.tables import largest, number, table

RANKS = (0, 1, 2, 3, 4)
LARGEST = 1000  # components of an output; of larger types the first ones are taken, which are those of most vectors
TRAINING = 300  # samples


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument(
        "--only", nargs="+", type=_group, metavar="GROUP", help='as text, e.g. "O(3)" "SU(2)"; by default all'
    )
    parser.add_argument("--ranks", nargs="+", type=int, choices=RANKS, default=RANKS, help="of the output")
    parser.add_argument("--quick", action="store_true", help="no training")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "equivariance.jsonl")


def run(options: argparse.Namespace) -> int:
    """Measure, print a table and append the figures to a file; 1 if an error is above the bar."""
    import jax

    import scalaremlp as se

    se.enable_x64()
    print(headline(), flush=True)
    state, lines, worst = code(), [], 0.0
    for group in options.only or _groups():
        start, errors = perf_counter(), {}
        for rank in options.ranks:
            errors[rank] = measure(group, rank, train=not options.quick)
            append(options.out, {"group": str(group), "rank": rank, **errors[rank], **made_with(state)})
        jax.clear_caches()  # compiled functions of all groups together are more than a process may map into memory
        worst_of_group = largest(error for of in errors.values() for error in of.values())
        worst = largest([worst, worst_of_group])
        lines.append(
            {
                "group": str(group),
                **{f"rank {rank}": " / ".join(map(number, of.values())) for rank, of in errors.items()},
                "met": "aim" if worst_of_group <= TARGETS["equivariance_error"]["aim"] else
                "yes" if worst_of_group <= TARGETS["equivariance_error"]["bar"] else "no",
            }
        )  # fmt: skip
        print(f"{group}: largest error {number(worst_of_group)}, {perf_counter() - start:.0f} s", flush=True)
    print("\nrandom parameters / after training\n\n" + table(lines))
    print(f"\nlargest of all: {number(worst)}; load at the end: {load()}")
    return 0 if worst <= TARGETS["equivariance_error"]["bar"] else 1


def measure(group: Any, rank: int, *, train: bool) -> dict[str, float]:
    """The equivariance error with random parameters and, if asked for, after training."""
    import jax.random as jr

    import scalaremlp as se

    rep_in, rep_out = types(group, rank)
    keys = jr.split(jr.key(zlib.crc32(f"{group}, rank {rank}".encode())), 7)
    made = [se.nn.ScalarMLP(rep_in, rep_out, group, key=key) for key in keys[:2]]
    x = _normal(keys[2], (TRAINING, rep_in(group).size), group.field)
    model, teacher = (randomised(each.calibrate(x), key) for each, key in zip(made, keys[3:5], strict=True))
    error = {"random": se.equivariance_error(model, rep_in, rep_out, group, key=keys[5])}
    if train:
        data = se.data.Dataset(x, se.predict(teacher, x), rep_in, rep_out, group, name="another network")
        model, _ = se.fit(model, data, steps=300, key=keys[6], progress=False)
        error["trained"] = se.equivariance_error(model, rep_in, rep_out, group, key=keys[5])
    return error


def types(group: Any, rank: int) -> tuple[Any, Any]:
    """The types of input and output: all T(p,q) with p + q = rank, where vectors and covectors differ."""
    from scalaremlp.reps import T

    if any(tensor.kind == "form" for tensor in group.fixed_tensors) or not group.lie_algebra.size:
        return T(0) + 2 * T(1), T(rank)
    rep_out = T(rank)
    for q in range(1, rank + 1):
        larger = rep_out + T(rank - q, q)
        rep_out = larger if larger(group).size <= LARGEST else rep_out
    return T(0) + 2 * T(1) + T(0, 1), rep_out


def randomised(model: Any, key: Any) -> Any:
    """The model with every parameter a normal number."""
    import equinox as eqx
    import jax.random as jr
    from jax.flatten_util import ravel_pytree

    from scalaremlp.train import split_parameters

    parameters, rest = split_parameters(model)
    flat, unravel = ravel_pytree(parameters)
    return eqx.combine(unravel(jr.normal(key, flat.shape)), rest)


def _normal(key: Any, shape: tuple[int, int], field: str) -> Any:
    import jax.random as jr

    real, imaginary = jr.normal(key, (2, *shape))
    return real if field == "real" else real + 1j * imaginary


def _groups() -> list[Any]:
    from scalaremlp.groups import EXAMPLES

    return [group for group in EXAMPLES if group.fundamental]


def _group(text: str) -> Any:
    from scalaremlp.groups import parse

    try:
        group = parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if not group.fundamental:
        known = ", ".join(map(str, _groups()))
        raise argparse.ArgumentTypeError(f"scalars must be known for the group. Got {group}: take e.g. one of {known}")
    return group
