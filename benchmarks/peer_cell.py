"""One search by another package, in its own environment: `python -m benchmarks.peer_cell NAME FILE SECONDS`.

It needs that package, NumPy and `clock.py`. FILE holds columns `x` and a target `y`, and `new` and `truth` to test
with. Each package tries one thing after the other until its CPU seconds are over; the best on a held-out fifth counts.
"""

import json
import sys
from collections.abc import Callable, Iterator
from math import comb
from time import process_time

import numpy as np

from benchmarks.clock import cpu_limit

# A function of columns, its text, and how many nodes it has as its package counts.
Candidate = tuple[Callable[[np.ndarray], np.ndarray], str, int]
_MOST = 4000  # columns of a library
_SHOWN = 500  # characters of a formula that are kept


def pysindy(x: np.ndarray, y: np.ndarray) -> Iterator[Candidate]:
    """Sequentially thresholded least squares over polynomials of the columns, and of their inverses as well.

    `SINDy.fit` asks for a derivative of every column, so its library and its optimizer are called themselves.
    """
    from pysindy import STLSQ, PolynomialLibrary

    for degree in range(1, 9):
        for inverse in (False, True):
            if comb((1 + inverse) * x.shape[1] + degree, degree) > _MOST:
                continue
            library = PolynomialLibrary(degree=degree)
            theta = np.asarray(library.fit_transform(_with_inverse(x, inverse)))
            names = library.get_feature_names()
            for threshold in (0.1, 0.01, 1e-3):
                try:
                    found = STLSQ(threshold=threshold, alpha=1e-10, normalize_columns=True).fit(theta, y[:, None])
                except np.linalg.LinAlgError:
                    continue
                coefficients = found.coef_[0]
                yield _linear(library, coefficients, inverse), *_written(names, coefficients)


def _with_inverse(x: np.ndarray, inverse: bool) -> np.ndarray:
    return np.hstack([x, 1 / np.where(x == 0, np.inf, x)]) if inverse else x


def _linear(library: object, coefficients: np.ndarray, inverse: bool) -> Callable[[np.ndarray], np.ndarray]:
    return lambda new: np.asarray(library.transform(_with_inverse(new, inverse))) @ coefficients  # type: ignore


def _written(names: list[str], coefficients: np.ndarray) -> tuple[str, int]:
    kept = [(c, name) for c, name in zip(coefficients, names, strict=True) if c]
    text = " + ".join(f"{c:.6g} {name}" for c, name in kept) or "0"
    return text, sum(_nodes(*each) for each in kept) + (len(kept) != 1)


def _nodes(coefficient: float, name: str) -> int:
    """Nodes of a term as SymPy counts them: a power has three, a product one more than its factors."""
    factors = [3 if "^" in factor else 1 for factor in name.split()] + [1] * int(abs(coefficient - 1) > 1e-9)
    return sum(factors) + (len(factors) > 1)


def gplearn(x: np.ndarray, y: np.ndarray) -> Iterator[Candidate]:
    """Genetic programming with six functions and the four operations, five generations more at a time."""
    from gplearn.genetic import SymbolicRegressor

    functions = ("add", "sub", "mul", "div", "sqrt", "log", "neg", "inv", "sin", "cos")
    model = SymbolicRegressor(population_size=2000, generations=5, metric="mse", stopping_criteria=1e-25,
                              function_set=functions, warm_start=True, random_state=0)  # fmt: skip
    while True:
        model.fit(x, y)
        program = model._program
        yield program.execute, str(program), len(program.program)
        model.set_params(generations=model.generations + 5)


def jaxsr(x: np.ndarray, y: np.ndarray) -> Iterator[Candidate]:
    """The library of its read-me by greedy selection, then libraries that grow along the residual."""
    from jaxsr import BasisLibrary, SymbolicRegressor
    from jaxsr.additive import RecursiveSymbolicRegressor

    for degree in (2, 3, 4):
        library = BasisLibrary(n_features=x.shape[1], feature_names=[f"X{i}" for i in range(x.shape[1])])
        library = library.add_constant().add_linear().add_polynomials(max_degree=degree)
        library = library.add_interactions(max_order=degree)
        library = library.add_transcendental(["log", "exp", "sqrt", "inv"]).add_ratios()
        model = SymbolicRegressor(basis_library=library, max_terms=6).fit(x, y)
        yield _numpy(model.predict), model.expression_, int(model.complexity_)
        grown = RecursiveSymbolicRegressor(n_expansions=degree).fit(x, y)
        yield _numpy(grown.predict), grown.expression_, int(grown.model_.complexity_)


def _numpy(predict: Callable[[np.ndarray], object]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda new: np.asarray(predict(new), float)


PACKAGES = {"pysindy": pysindy, "gplearn": gplearn, "jaxsr": jaxsr}


def search(name: str, x: np.ndarray, y: np.ndarray, seconds: float) -> tuple[Candidate | None, float]:
    """The best candidate on the last fifth of the samples, and the CPU seconds until it was there."""
    kept = len(x) - len(x) // 5
    best, least, begun, at = None, np.inf, process_time(), 0.0
    try:
        with cpu_limit(seconds):
            for candidate in PACKAGES[name](x[:kept], y[:kept]):
                left = _error(candidate[0](x[kept:]), y[kept:])
                if left < least:
                    best, least, at = candidate, left, process_time() - begun
                if left < 1e-24 * np.sum(y**2):
                    break
    except TimeoutError:
        pass
    return best, process_time() - begun if best is None else at


def _error(found: np.ndarray, y: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        error = float(np.sum((found - y) ** 2))
    return error if np.isfinite(error) else np.inf


def main(name: str, file: str, seconds: float) -> None:
    """Print what was found as one JSON object."""
    with np.load(file) as data:
        x, y, new, truth = (data[key] for key in ("x", "y", "new", "truth"))
    best, used = search(name, x, y, seconds)
    if best is None:
        print(json.dumps({"seconds": round(used, 2), "why": f"nothing in {seconds:g} CPU seconds"}))
        return
    function, formula, nodes = best
    error = _error(function(new), truth) / float(np.sum((truth - truth.mean()) ** 2))
    print(json.dumps({"seconds": round(used, 2), "relative": error, "nodes": nodes, "formula": formula[:_SHOWN]}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
