"""Which entries of an equivariant matrix share a weight."""

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..reps import LinearMap, Rep
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION, plain

_WEIGHTS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, GREY, BLACK)
_FEW_ENTRIES, _MOST_ENTRIES = 1600, 4 * 10**6


def basis(rep_in: Rep, rep_out: Rep, *, title: str = "") -> Figure:
    """Which entries of an equivariant matrix share a weight: equal colours, up to the sign.

    White entries are zero in every equivariant matrix from `rep_in` to `rep_out`; entries of one colour are equal in
    every one, or opposite where a dash (in large matrices a paler shade) says so. Other entries of two colours are
    independent or linear combinations. It does not depend on the choice of a basis.

    Args:
        rep_in: type of the inputs, bound to a group: the columns.
        rep_out: type of the outputs, bound to a group: the rows.
        title: printed above the axes; by default the types and the number of weights.

    Raises:
        ValueError: for a matrix of no entries, or of more than 4 million.

    Example:
        >>> from scalaremlp.groups import S
        >>> from scalaremlp.reps import V
        >>> basis(V(S(4)), V(S(4))).axes[0].get_title()
        '(T(1) >> T(1))(S(4)): 2 weights'
    """
    shape = (rep_out.size, rep_in.size)
    if 0 in shape:
        raise ValueError(f"A picture shows a matrix with entries. Got {shape[0]} x {shape[1]}. Choose other types.")
    if shape[0] * shape[1] > _MOST_ENTRIES:
        raise ValueError(
            f"A picture shows a matrix of at most {_MOST_ENTRIES} entries. Got {shape[0]} x {shape[1]}. "
            "Draw the terms of the sums one by one."
        )
    weights = (rep_in >> rep_out).equivariant_basis()
    labels, negative = _sharing(weights, shape)
    figure = Figure(figsize=(5.2, 5.2), layout="constrained")
    axes = figure.subplots()
    axes.imshow(_tinted(labels, negative), aspect="equal" if max(shape) < 8 * min(shape) else "auto")
    if labels.size <= _FEW_ENTRIES:
        for row, column in np.argwhere(negative):
            axes.text(column, row, "–", ha="center", va="center", color="white", fontweight="bold")
    _rule(axes, rep_in, rep_out)
    rank = weights.shape[1]
    axes.set_title(
        plain(title) or f"{_between(rep_in, rep_out)}: {rank} weight{'s' if rank != 1 else ''}", fontsize="medium"
    )
    axes.set(xlabel=f"component of the input (index, {shape[1]} in all)")
    axes.set(ylabel=f"component of the output (index, {shape[0]} in all)")
    return figure


def _sharing(weights: LinearMap, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A number for each entry, equal for those of equal or opposite value and 0 for zeros, and which are opposite.

    Two entries agree in every equivariant matrix if they do in a generic one.
    """
    entries = (weights @ np.random.default_rng(0).normal(size=weights.shape[1])).reshape(shape)
    size = np.concatenate([[0], np.round(np.abs(entries.ravel()), 9)])  # so that label 0 is there, and stands for zero
    _, first, labels = np.unique(size, return_index=True, return_inverse=True)
    labels, first = labels.ravel()[1:].reshape(shape), np.maximum(first - 1, 0)
    # signs are relative to the first entry of each label; complex ones may differ by any phase
    sign = np.real(entries * np.conj(entries.ravel()[first])[labels])
    return labels, (labels > 0) & (sign < 0)


def _tinted(labels: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """Colours of the entries; the hues of Okabe and Ito if there are enough of them."""
    count = int(labels.max(initial=0))
    if count <= len(_WEIGHTS):
        palette = np.array([to_rgb(colour) for colour in ("white", *_WEIGHTS)])
    else:
        palette = np.concatenate([np.ones((1, 3)), colormaps["viridis"](np.linspace(0, 0.9, count))[:, :3]])
    tinted = palette[labels]
    if labels.size > _FEW_ENTRIES:
        tinted[negative] = 1 - 0.45 * (1 - tinted[negative])
    return tinted


def _rule(axes: Axes, rep_in: Rep, rep_out: Rep) -> None:
    """Lines between the terms of the sums."""
    for rep, line in ((rep_in, axes.axvline), (rep_out, axes.axhline)):
        for end in np.cumsum([count * term.size for count, term in rep.blocks])[:-1]:
            line(end - 0.5, color=BLACK, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def _between(rep_in: Rep, rep_out: Rep) -> str:
    if rep_in.groups == rep_out.groups and len(rep_in.groups) == 1:
        given, wanted = (str(rep).removesuffix(f"({rep_in.groups[0]})") for rep in (rep_in, rep_out))
        return f"({given} >> {wanted})({rep_in.groups[0]})"
    return f"{rep_in} >> {rep_out}"
