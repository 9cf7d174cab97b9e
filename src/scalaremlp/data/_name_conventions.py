"""Orders of columns that are not ours, seen by their names."""

from collections.abc import Sequence

from ..groups import SO, O, O2eR3, SO2eR3, SOp, Sp
from ..groups.axes import components as order_of
from ..groups.axes import time_axis
from ._column_names import Component, are_angles, components, is_mass, is_one_vector, odd_one
from ._vectors import Vector

_LONGEST = 600  # characters of a list of columns
_OF_SPACE = (O, SO, SOp, O2eR3, SO2eR3)  # groups that turn the axes x, y, z


def said_by_names(names: Sequence[str], vectors: Sequence[Vector]) -> str:
    """What the names of the columns say against the type: the rule, the names, the remedy; nothing if all is well.

    Arguments:
        names: the names of the columns of the inputs, in the order of the type.
        vectors: the vectors of the type.
    """
    checks = (_angles, _mass, _time, _torn, _unlike, _body_by_body, _pair_by_pair)
    return next((text for check in checks if (text := check(list(names), vectors))), "")


def _angles(names: list[str], vectors: Sequence[Vector]) -> str:
    turned = [vector.of(names) for vector in vectors if isinstance(vector.group, _OF_SPACE)]
    found = [block for block in turned if are_angles(block)]
    if not found:
        return ""
    remedy = "px = pt cos φ, py = pt sin φ, pz = pt sinh η, E = √(m² + pt² cosh² η)"
    return f"The components of a vector are Cartesian. Got {', '.join(found[0])}. Convert them, as by {remedy}."


def _mass(names: list[str], vectors: Sequence[Vector]) -> str:
    for vector in vectors:
        block, axis = vector.of(names), time_axis(vector.group)
        if axis is not None and (at := odd_one(block)) is not None and is_mass(block[at]):
            return f"{order_of(vector.group)} Got the mass in {', '.join(block)}. Write E = √(p² + m²) in its place."
    return ""


def _time(names: list[str], vectors: Sequence[Vector]) -> str:
    ordered, wrong = list(names), []
    for vector in vectors:
        block, axis = vector.of(names), time_axis(vector.group)
        if axis is not None and (at := odd_one(block)) is not None and at != axis:
            block.insert(axis, block.pop(at))
            ordered[vector.start : vector.stop] = block
            wrong.append(vector)
    if not wrong:
        return ""
    return f"{order_of(wrong[0].group)} Got {', '.join(wrong[0].of(names))}. {_remedy(ordered)}"


def _torn(names: list[str], vectors: Sequence[Vector]) -> str:
    """Vectors made of the columns of several."""
    parts = components(names)
    torn = [vector for vector in vectors if _is_torn(vector, parts)]
    if not torn:
        return ""
    got = f"Got {', '.join(torn[0].of(names))} for one vector"
    return f"The components of a vector stand side by side. {got}. {_remedy(_gathered(names, parts, vectors))}"


def _is_torn(vector: Vector, parts: Sequence[Component | None]) -> bool:
    """Whether a vector of space holds a part of one that is named, and others beside it."""
    timed = time_axis(vector.group) is not None
    space = vector.stop - vector.start - timed
    if space not in (2, 3) or not isinstance(vector.group, _OF_SPACE):
        return False
    found = [part for part in vector.of(parts) if part is not None]
    whole = [part for part in found if sum(each.vector == part.vector for each in parts if each) == space]
    return bool(whole) and not (is_one_vector(found) and len(found) == space)


def _gathered(names: list[str], parts: Sequence[Component | None], vectors: Sequence[Vector]) -> list[str]:
    """The columns in the order of the type, whole vectors for vectors; nothing if they do not fit."""
    whole: dict[str, list[str]] = {}
    for name, part in sorted(zip(names, parts, strict=True), key=lambda pair: pair[1].axis if pair[1] else -1):
        if part is not None:
            whole.setdefault(part.vector, []).append(name)
    rest = [name for name, part in zip(names, parts, strict=True) if part is None]
    sizes = [vector.stop - vector.start for vector in vectors]
    queue = [whole[part.vector] for part in parts if part is not None and part.axis == 0]
    if [*map(len, queue)] != sizes or sum(sizes) + len(rest) != len(names):
        return []
    ordered = list(rest)
    for vector, block in zip(vectors, queue, strict=True):
        ordered[vector.start : vector.start] = block
    return ordered


def _unlike(names: list[str], vectors: Sequence[Vector]) -> str:
    """Vectors whose components come in different orders."""
    parts, ordered = components(names), list(names)
    orders: dict[tuple[int, ...], list[str]] = {}
    for vector in vectors:
        found = [part for part in vector.of(parts) if part is not None]
        if is_one_vector(found) and len(found) == vector.stop - vector.start:
            orders.setdefault(tuple(part.axis for part in found), vector.of(names))
            pairs = zip(found, vector.of(names), strict=True)
            ordered[vector.start : vector.stop] = [name for _, name in sorted(pairs)]
    if len(orders) < 2:
        return ""
    got = " and ".join(", ".join(block) for block in orders.values())
    return f"All vectors have their components in one order. Got {got}. {_remedy(ordered)}"


def _body_by_body(names: list[str], vectors: Sequence[Vector]) -> str:
    """Places and velocities of one body after the other, as copies of one block."""
    parts = components(names)
    if len(vectors) < 4 or not all(is_one_vector(vector.of(parts)) for vector in vectors):
        return ""
    states = [(part.kind, part.body) for vector in vectors if (part := parts[vector.start])]
    kinds, bodies = ([*dict.fromkeys(values)] for values in zip(*states, strict=True))
    alternate = states == [(kind, body) for body in bodies for kind in kinds] and min(len(kinds), len(bodies)) > 1
    blocks = {vector.block for vector in vectors}
    if not alternate or len(blocks) == len(vectors):  # a type may name every vector by itself
        return ""
    ordered, order = list(names), sorted(range(len(states)), key=lambda i: kinds.index(states[i][0]))
    for vector, source in zip(vectors, order, strict=True):
        ordered[vector.start : vector.stop] = vectors[source].of(names)
    got = ", ".join(vector.of(names)[0] for vector in vectors)
    rule = "States of bodies are all places, then all velocities or momenta, as dynamics and permutations take them."
    return f"{rule} Got {got}, body by body. {_remedy(ordered)}"


def _pair_by_pair(names: list[str], vectors: Sequence[Vector]) -> str:
    """Vectors of Sp(n) as q1, p1, q2, p2."""
    for vector in vectors:
        block = vector.of(names)
        parts = zip(components(block), block, strict=True)
        kinds = [part.kind if part else name.rstrip("0123456789_") for part, name in parts]
        half = len(block) // 2
        if isinstance(vector.group, Sp) and len({*kinds[:half]}) > 1 and sorted(kinds[:half]) == sorted(kinds[half:]):
            ordered = list(names)
            in_order = sorted(range(len(block)), key=lambda i: kinds.index(kinds[i]))
            ordered[vector.start : vector.stop] = [block[i] for i in in_order]
            return f"{order_of(vector.group)} Got {', '.join(block)}. {_remedy(ordered)}"
    return ""


def _remedy(ordered: list[str]) -> str:
    columns = ",".join(ordered)
    if not columns or len(columns) > _LONGEST:
        return "Choose the columns so by --x-columns, in Python x_columns."
    return f'Choose them in order: --x-columns "{columns}", in Python x_columns.'
