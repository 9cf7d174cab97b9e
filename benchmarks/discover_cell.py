"""One law found or not, in a process of its own: `python -m benchmarks.discover_cell '{"name": …, "n": …, …}'`."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np

from benchmarks.clock import cpu_limit

PROTOCOL = 1  # of the rows; raised when what is measured changes
ROUNDING, NODES = 1e-16, 2  # largest relative squared error, and nodes in relation to the law's own
KEY = 0


@dataclass(frozen=True)
class Search:
    """What is searched for: a law or an equation by name, from n samples with some noise, in CPU seconds."""

    kind: str
    name: str
    n: int
    noise: float
    limit: float


def main(text: str) -> None:
    """Search, and print what came of it as one JSON object."""
    print(json.dumps(measure(Search(**json.loads(text)))))


def measure(search: Search) -> dict[str, Any]:
    """Search, and compare what was found with the law.

    `seconds` are CPU seconds of `discover` alone, compilation included. `why` says what ended a search without a law.
    """
    import scalaremlp as se

    se.enable_x64()
    source = sources(search.kind)[search.name]
    data = source.training(search.n, search.noise)
    begun = process_time()
    try:
        with cpu_limit(search.limit):
            law = discovered(source, data)
    except (TimeoutError, ValueError, NotImplementedError) as error:
        return {"seconds": round(process_time() - begun, 2), "found": False, "why": str(error)}
    seconds = round(process_time() - begun, 2)
    return {"seconds": seconds, "formula": str(law), **judged(law, source, search.noise)}


def sources(kind: str) -> Mapping[str, Any]:
    """The twenty laws or the equations by name."""
    from benchmarks.feynman import equations
    from benchmarks.formulas import FORMULAS
    from benchmarks.motion import Pendulum

    return {**FORMULAS, "pendulum": Pendulum()} if kind == "laws" else equations()


def discovered(source: Any, data: Any) -> Any:
    """What the default call makes of the data; only a law of like particles says that it is one."""
    import jax.random as jr

    import scalaremlp as se

    alike = {"permutation": True} if getattr(data, "permutations", None) else {}
    return se.laws.discover(data, **alike, key=jr.key(KEY))


def judged(law: Any, source: Any, noise: float) -> dict[str, Any]:
    """How far the law is from the true one, and whether it counts as found."""
    import scalaremlp as se
    from benchmarks.expressions import equal, nodes

    test = source.wider()
    x, y = np.asarray(test.x), np.asarray(test.y)
    shifted = hasattr(source, "up_to_a_constant")
    relative = relative_error(np.asarray(se.predict(law, x)), y, shifted)
    written, truth = law.sympy(), source_expression(source)
    short = nodes(written) <= NODES * nodes(truth)
    row = {"relative": relative, "nodes": nodes(written), "nodes_of_law": nodes(truth), "verdict": str(law.verdict)}
    if noise:
        return {**row, **with_noise(law, x, y, short, shifted)}
    exact = equal(named(written, source), truth) if hasattr(source, "variables") else None
    return {**row, "found": bool(relative < ROUNDING and short), "exact": exact}


def with_noise(law: Any, x: np.ndarray, y: np.ndarray, short: bool, shifted: bool) -> dict[str, Any]:
    """Whether the form is right: with constants fitted to samples without noise the error is at rounding.

    `constants` are those that the law states, `inside` those whose 95 % interval holds the fitted ones. A form with a
    constant that the samples without noise send to zero has a term too many.
    """
    from benchmarks.refit import Refitted

    refitted = Refitted.of(law.to_python(), x, y, shifted)
    right = bool(refitted.relative < ROUNDING and short and not refitted.vanished)
    row = {"found": right, "refitted": refitted.relative, "vanished": refitted.vanished}
    if not right:
        return row
    stated = [(c.value, c.standard_error) for c in law.constants]
    return {**row, "constants": len(stated), "inside": sum(refitted.inside(*each) for each in stated)}


def relative_error(found: np.ndarray, y: np.ndarray, shifted: bool = False) -> float:
    """Σ|y − ŷ|² / Σ|y − ȳ|², after the best shift if it is said so; infinite where the formula has no value."""
    with np.errstate(all="ignore"):
        found = found - np.mean(found - y) if shifted else found
        relative = float(np.sum(np.abs(y - found) ** 2) / np.sum(np.abs(y - y.mean(axis=0)) ** 2))
    return relative if np.isfinite(relative) else float("inf")


def source_expression(source: Any) -> Any:
    """What is to be found, for SymPy."""
    from benchmarks.expressions import parse

    return source.expression if hasattr(source, "variables") else parse(source.text)


def named(expression: Any, source: Any) -> Any:
    """What was found for an equation, in the symbols of its variables instead of s1, s2, …"""
    symbols = {str(symbol): symbol for symbol in source.expression.free_symbols}
    own = {f"s{i}": symbols[v.name] for i, v in enumerate(source.variables, 1)} | symbols
    return expression.xreplace({each: own[str(each)] for each in expression.free_symbols if str(each) in own})


if __name__ == "__main__":
    main(sys.argv[1])
