"""The types of the columns of tables, as an estimator was told them."""

from typing import Any

from .. import groups, reps
from .._model import check_types
from ..groups import Group
from ..reps import Rep, T


def types_of_columns(
    rep_in: Rep | str | None, rep_out: Rep | str | None, group: Group | str | None, columns_in: int, columns_out: int
) -> tuple[Rep, Rep, Group]:
    """The types and the group, from objects, texts or nothing: then every column is a scalar.

    Args:
        rep_in: the type of the inputs.
        rep_out: the type of the outputs.
        group: the symmetry group.
        columns_in: how many columns of inputs there are.
        columns_out: how many of outputs.

    Raises:
        ValueError: if a text is none, a type has another number of components, or is needed and was not told.

    Example:
        >>> types_of_columns(None, None, None, 3, 1)
        (3*T(0), T(0), Trivial(1))
        >>> types_of_columns("2*T(1)", None, "O(3)", 6, 1)
        (2*T(1), T(0), O(3))
    """
    inside: Any = _parsed(rep_in, "rep_in", reps.parse)
    outside: Any = _parsed(rep_out, "rep_out", reps.parse)
    symmetry: Any = _parsed(group, "group", groups.parse)
    if symmetry is None:
        _check_scalars(inside, outside)
        symmetry = groups.Trivial(1)
    elif inside is None:
        raise ValueError(f"A group acts on typed inputs. Got group={symmetry} and no `rep_in`. Add rep_in='2*T(1)'.")
    elif outside is None and columns_out > 1:
        raise ValueError(
            f"{columns_out} outputs under {symmetry} have a type. Got no `rep_out`. Write rep_out='T(1)' for a vector "
            f"or rep_out='{columns_out}*T(0)' for scalars."
        )
    inside = columns_in * T(0) if inside is None else inside
    outside = columns_out * T(0) if outside is None else outside
    check_types(inside, outside, symmetry)
    for name, rep, what, count in (("rep_in", inside, "X", columns_in), ("rep_out", outside, "y", columns_out)):
        if (size := rep(symmetry).size) != count:
            raise ValueError(
                f"`{name}` must have a component for each column of {what}. Got {rep} under {symmetry}, of {size} "
                f"components, and {count} columns. Choose the type or the columns."
            )
    return inside, outside, symmetry


def _parsed(given: Any, name: str, parse: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return parse(given)
    except ValueError as error:
        raise ValueError(f"`{name}`: {error}") from error


def _check_scalars(*given: Rep | None) -> None:
    for rep in given:
        if isinstance(rep, Rep) and any(term != T(0) for _, term in rep.blocks):
            raise ValueError(f"Vectors and tensors have a group. Got {rep} and no `group`. Add it, such as 'O(3)'.")
