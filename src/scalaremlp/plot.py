"""Figures: learning curves, predicted against true, test error by number of training samples, equivariant bases.

Every function returns a Matplotlib `Figure` and draws on no screen; `save_figure` writes it. Colours are those of
Okabe and Ito, which the colour-blind can tell apart, and every curve has its own marker as well.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from scalaremlp._files import write_bytes
from scalaremlp.reps import LinearMap, Rep

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILLION, PURPLE, GREY = "#0072B2", "#D55E00", "#CC79A7", "#999999"
_OURS = (BLUE, VERMILLION, GREEN, PURPLE)
_PUBLISHED = (BLACK, ORANGE, SKY, GREY, PURPLE, GREEN)
_MARKERS = ("o", "s", "^", "D", "v", "P")
_WEIGHTS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, GREY, BLACK)
_FEW_ENTRIES, _MOST_ENTRIES = 1600, 4 * 10**6
_SMALLEST = 1e-34  # an error of exactly zero is drawn here: a logarithmic axis has no zero


def learning_curves(
    columns: Mapping[str, Sequence[float | None]], *, steps: Sequence[float], title: str = ""
) -> Figure:
    """Loss during training.

    Args:
        columns: curve label -> loss at each record; None where it was not measured.
        steps: the optimiser step of each record.
        title: printed above the axes.

    Returns:
        A figure with a logarithmic axis of losses, in squares of the unit of the targets.

    Raises:
        ValueError: if a curve has another number of losses than there are steps.

    Example:
        >>> from scalaremlp.plot import learning_curves
        >>> figure = learning_curves({"training": [1.0, 0.1], "validation": [None, 0.2]}, steps=[0, 100])
        >>> figure.axes[0].get_xlabel()
        'optimiser step (count)'
    """
    figure, axes = _figure(title)
    for label, values, colour, marker in _styled(columns, _OURS):
        points = [(s, v) for s, v in zip(steps, values, strict=True) if v is not None and np.isfinite(v)]
        x, y = np.array(points, dtype=float).reshape(-1, 2).T
        size = 4 if len(x) <= 60 else 0
        axes.plot(x, np.maximum(y, _SMALLEST), color=colour, marker=marker, markersize=size, linewidth=1.5, label=label)
    axes.set(xlabel="optimiser step (count)", ylabel="mean squared error (target units squared)", yscale="log")
    if columns:
        axes.legend(frameon=False)
    return figure


def predicted_against_true(true: Any, predicted: Any, *, title: str = "", points: int = 2000) -> Figure:
    """Predicted against true values (left), and the size of the error against the true value (right).

    Args:
        true: the targets, any shape; components are pooled, of complex ones the real and the imaginary parts.
        predicted: the model's values, of the same shape.
        title: printed above the axes.
        points: at most so many pairs are drawn, evenly picked.

    Returns:
        A figure with two axes, in the unit of the targets; that of the errors is logarithmic.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.plot import predicted_against_true
        >>> true = np.linspace(-1.0, 1.0, 50)
        >>> len(predicted_against_true(true, true + 0.01 * true**2).axes)
        2
    """
    true, predicted = _pooled(true), _pooled(predicted)
    pick = np.unique(np.linspace(0, len(true) - 1, min(points, len(true))).astype(int))
    t, p = true[pick], predicted[pick]
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    ends = [min(t.min(), p.min()), max(t.max(), p.max())]
    left.plot(ends, ends, color=GREY, linewidth=1, label="predicted = true", zorder=0)
    left.scatter(t, p, s=6, color=BLUE, alpha=0.5, linewidths=0, label="test sample")
    left.set(xlabel="true value (target units)", ylabel="predicted value (target units)")
    left.legend(frameon=False)
    error, least = np.abs(p - t), np.sqrt(_SMALLEST)
    right.scatter(t, np.maximum(error, least), s=6, color=VERMILLION, alpha=0.5, linewidths=0)
    right.set(xlabel="true value (target units)", ylabel="|predicted − true| (target units)", yscale="log")
    if np.any(error == 0):
        right.set_title(f"no error at all is drawn at {least:.0e}", fontsize="small")
    _tidy(left)
    _tidy(right)
    figure.suptitle(title)
    return figure


def error_by_samples(
    rows: Iterable[Mapping[str, Any]],
    published: Mapping[str, Mapping[int, float]] | None = None,
    *,
    title: str = "",
) -> Figure:
    """Test error by number of training samples: the median over seeds, a band from the least to the greatest.

    Args:
        rows: results of one task, each with `model`, `ntrain` and `test_mse`.
        published: label -> {number of training samples: test MSE}, drawn dashed beside ours.
        title: printed above the axes.

    Returns:
        A figure with logarithmic axes; errors are in squares of the unit of the targets.

    Example:
        >>> from scalaremlp.plot import error_by_samples
        >>> rows = [{"model": "scalars", "ntrain": n, "test_mse": 1 / n} for n in (100, 1000) for seed in range(3)]
        >>> figure = error_by_samples(rows, {"MLP": {100: 1.0, 1000: 0.3}}, title="o5")
        >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
        ['MLP (published)', 'scalars (this library)']
    """
    figure, axes = _figure(title, width=8.5)
    for label, points, colour, marker in _styled(published or {}, _PUBLISHED):
        axes.plot(
            list(points), list(points.values()), color=colour, marker=marker, markersize=4,
            markerfacecolor="white", linewidth=1.2, linestyle="--", label=f"{label} (published)",
        )  # fmt: skip
    for label, by_size, colour, marker in _styled(_by_model(rows), _OURS):
        sizes = sorted(by_size)
        spread = np.maximum([[f(by_size[n]) for n in sizes] for f in (np.min, np.median, np.max)], _SMALLEST)
        axes.fill_between(sizes, spread[0], spread[2], color=colour, alpha=0.2, linewidth=0)
        axes.plot(
            sizes, spread[1], color=colour, marker=marker, markersize=6, linewidth=2, label=f"{label} (this library)"
        )
    axes.set(xlabel="training samples (count)", ylabel="test mean squared error (target units squared)")
    axes.set(xscale="log", yscale="log")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
    return figure


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
        ValueError: for a matrix of more than 4 million entries.

    Example:
        >>> from scalaremlp.groups import S
        >>> from scalaremlp.reps import V
        >>> basis(V(S(4)), V(S(4))).axes[0].get_title()
        '(T(1) >> T(1))(S(4)): 2 weights'
    """
    shape = (rep_out.size, rep_in.size)
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
    axes.set_title(title or f"{_between(rep_in, rep_out)}: {rank} weight{'s' if rank != 1 else ''}", fontsize="medium")
    axes.set(xlabel=f"component of the input (index, {shape[1]} in all)")
    axes.set(ylabel=f"component of the output (index, {shape[0]} in all)")
    return figure


def save_figure(figure: Figure, path: str | Path) -> Path:
    """Write a figure at 130 dots an inch, making its folder.

    Args:
        figure: any Matplotlib figure.
        path: where to; its ending gives the format, without one it is PNG.

    Returns:
        The path.

    Raises:
        ValueError: if Matplotlib does not know the format.

    Example:
        >>> import tempfile
        >>> from scalaremlp.plot import learning_curves, save_figure
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_figure(learning_curves({"training": [1.0, 0.1]}, steps=[0, 100]), f"{folder}/a/loss.svg").name
        'loss.svg'
    """
    path, drawn = Path(path), io.BytesIO()
    figure.savefig(drawn, dpi=130, format=path.suffix.lstrip(".") or "png")
    write_bytes(path, drawn.getvalue())
    return path


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


def _styled(curves: Mapping[str, Any], colours: Sequence[str]) -> Iterable[tuple[str, Any, str, str]]:
    """Each curve with a colour and a marker; after the last ones they begin anew, in other pairs."""
    for i, (label, curve) in enumerate(curves.items()):
        rounds, at = divmod(i, len(_MARKERS))
        yield label, curve, colours[(i + rounds) % len(colours)], _MARKERS[at]


def _pooled(values: Any) -> np.ndarray:
    """All numbers, with real and imaginary parts apart."""
    flat = np.ravel(np.asarray(values))
    return np.concatenate([flat.real, flat.imag]) if np.iscomplexobj(flat) else flat


def _by_model(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[int, list[float]]]:
    table: dict[str, dict[int, list[float]]] = {}
    for row in rows:
        table.setdefault(row["model"], {}).setdefault(int(row["ntrain"]), []).append(float(row["test_mse"]))
    return table


def _figure(title: str, width: float = 6.0) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title)
    _tidy(axes)
    return figure, axes


def _tidy(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
