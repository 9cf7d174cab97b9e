"""What functions of a pair of types are made of: scalars and covariants, by formula and degree."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from scalaremlp._check import whole_number
from scalaremlp.cli.commands import Info
from scalaremlp.contractions.generating_set import EFFORT
from scalaremlp.groups import Group
from scalaremlp.nn import named_features
from scalaremlp.reps import Rep
from scalaremlp.scalars import Covariants, Invariants, Symbol
from scalaremlp.scalars.inputs import takes_tensors

_WHAT = ("scalars", "covariants")


def functions(rep_in: Rep, rep_out: Rep, group: Group, command: Info) -> dict[str, Any]:
    """The scalars and covariants of types: how many, their names, how far they are all, and their formulas."""
    if command.degree is not None:
        whole_number("degree", command.degree, 0)
    effort = EFFORT if command.effort is None else whole_number("effort", command.effort, 1, remedy="Give more.")
    tensors = takes_tensors(rep_in, rep_out, group)
    if command.scalars:
        named = named_features(rep_in, group, command.scalars, command.degree)
        scalars = {"number of scalars": named.size, "scalars": named.names}
    else:
        scalars = _told("scalars", Invariants(rep_in, group, command.degree, effort=effort), tensors)
    cov = Covariants(rep_in, rep_out, group, degree=command.degree, effort=effort)
    return scalars | _told("covariants", cov, tensors)


def lines(told: dict[str, Any]) -> Iterator[str]:
    """What is told of them, a line each; where there are tensors, degree by degree."""
    for name, value in told.items():
        if name.startswith("formulas of "):
            continue
        if name in _WHAT and f"completeness of {name}" in told:
            yield from (
                f"{name} of degree {degree}: {each}" for degree, each in _by_degree(told[f"formulas of {name}"])
            )
        else:
            yield f"{name}: {', '.join(value) if isinstance(value, list) else value}"


def _told(what: str, found: Invariants | Covariants, tensors: bool) -> dict[str, Any]:
    known = {f"completeness of {what}": found.reason} if tensors else {}
    formulas = {f"formulas of {what}": [_formula(symbol) for symbol in found.symbols]}
    return {f"number of {what}": found.size, **known, what: found.names, **formulas}


def _formula(symbol: Symbol) -> dict[str, Any]:
    return {"text": symbol.text, "latex": symbol.latex, "degree": symbol.degree, "degrees": dict(symbol.degrees)}


def _by_degree(formulas: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    ordered = sorted(formulas, key=lambda each: each["degree"])
    for degree, same in groupby(ordered, key=lambda each: each["degree"]):
        yield degree, ", ".join(dict.fromkeys(each["text"] for each in same))
