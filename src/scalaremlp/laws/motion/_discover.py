"""From trajectories to a law of motion."""

from collections.abc import Callable
from itertools import cycle

import jax.numpy as jnp
import numpy as np

from ...data import Trajectories
from .._judge import front
from .._law import FIELD, HAMILTONIAN, Findings, FormulaCandidate, Law, formula
from .._problem import Guess
from .._units import units_of_constants
from .._verdict import ABOVE
from ._check import checked
from ._kind import Kind
from ._nodes import nodes
from ._search import NoTerm, Search, Whole
from ._units import units_of_motion
from ._weak import Weak
from ._windows import Windows, cut

_NUMBERS = 12_000  # of states, by which terms are chosen
_FEWEST_WINDOWS = 24
_STILL = 1e-13  # of the largest state: what does not move
_LEAST_SCALE = 1e-8


def of_trajectories(
    data: Trajectories, motion: str | None, held: Callable[[int], np.ndarray], *, any_constants: bool,
    complexity: int | None,
) -> Law:  # fmt: skip
    """The law of trajectories.

    Args:
        data: the trajectories.
        motion: "hamiltonian", "field", or None for whichever they obey, a Hamiltonian if both.
        held: which of some samples are held out.
        any_constants: whether constants may have any unit.
        complexity: the most nodes of a formula, if there is a bound.
    """
    checked(data, motion)
    windows = cut(data)
    windows = _some(windows._replace(held=held(len(windows.t))))
    even = data.z.shape[2] % 2 == 0
    kinds = [motion] if motion else [HAMILTONIAN, FIELD] if even else [FIELD]
    searches: list[Search | None] = []
    found: dict[int, Whole] = {}
    for number in cycle(range(len(kinds))):
        if number == len(searches):
            searches.append(_begun(Kind.of(data, kinds[number]), data, windows, any_constants, complexity, motion))
        if (search := searches[number]) is None:
            continue
        if (own := search.stage()) is None:
            break
        found[number] = own
        if own.verdict != ABOVE:
            return _law(search, own)
    best = min(found, key=lambda number: max(each.error for each in found[number].parts))
    search = searches[best]
    assert search is not None
    return _law(search, found[best])


def _begun(
    kind: Kind, data: Trajectories, windows: Windows, any_constants: bool, complexity: int | None, motion: str | None
) -> Search | None:
    """A search; `None` for Hamiltonians that nobody asked for where there are none."""
    try:
        return _search(kind, data, windows, any_constants, complexity)
    except NoTerm:
        if motion is None and kind.motion == HAMILTONIAN:
            return None
        raise


def _some(windows: Windows) -> Windows:
    """Not more than the search needs."""
    most = max(_FEWEST_WINDOWS, _NUMBERS // windows.z[0].size)
    chosen = np.random.default_rng(0).permutation(len(windows.t))[:most]
    return windows.rows(np.sort(chosen)) if len(windows.t) > most else windows


def _search(kind: Kind, data: Trajectories, windows: Windows, any_constants: bool, complexity: int | None) -> Search:
    units = units_of_motion(data, kind, any_constants)
    own = nodes(kind, windows.x, units)
    centred = windows.z - windows.z.mean(axis=1, keepdims=True)
    scale = np.ones(kind.size)
    for at in kind.blocks:
        size = np.sqrt(np.mean(windows.z[:, :, at] ** 2))
        scale[at] = max(np.sqrt(np.mean(centred[:, :, at] ** 2)), _LEAST_SCALE * size) or 1.0
    copies = kind.copies(own.numbers)
    weaks = []
    for copy, at in enumerate(kind.targets):
        if np.abs(centred[:, :, at]).max() > _STILL * np.abs(windows.z[:, :, at]).max():
            mine = tuple(i for i, number in enumerate(copies) if number == copy)
            dimension = None if units is None or any_constants else units.of_outputs[copy].dimension
            weaks.append(Weak(own, windows, at, scale, mine, dimension, np.ones(len(windows.t))))
    if not weaks:
        raise ValueError("The states of a motion move. Got the same state all along each trajectory. Check `z`.")
    return Search(kind, windows, weaks, units, complexity)


def _law(search: Search, found: Whole) -> Law:
    kind, numbers = search.kind, search.weaks[0].nodes.numbers
    joined = Guess.joined([each.guess for each in found.parts], numbers)
    law = kind.law(joined)
    errors = tuple(error for each in found.errors for error in each)
    told = units_of_constants(*law.plans, joined.parts, len(joined.constants), search.units)
    findings = Findings(found.verdict, errors, told, tuple(_candidates(search, found, law)))
    return Law(jnp.array(joined.constants), law.rep_in, law.rep_out, law.group, joined.parts, "", findings, law.motion)


def _candidates(search: Search, found: Whole, law: Law) -> list[FormulaCandidate]:
    """The best formula of each length; of several tensors with the name of theirs."""
    names, numbers = law.output_names, search.weaks[0].nodes.numbers
    listed = []
    for weak, seen, own in zip(search.weaks, search.seen, found.parts, strict=True):
        name = "" if len(names) == 1 else f"{names[search.kind.targets.index(weak.place)]} = "
        for each in front([*seen, own]):
            text = formula(law.plans[1], Guess.joined([each.guess], numbers).parts, each.guess.constants)
            listed.append(FormulaCandidate(each.complexity, each.error, each.evidence, name + text))
    return listed
