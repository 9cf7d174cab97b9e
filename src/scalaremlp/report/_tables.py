"""Tables of results, in Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scalaremlp import published
from scalaremlp.report._markdown import literal
from scalaremlp.study import Row, summary

QUANTITIES = ("test_mse", "relative_mse", "equivariance_error", "seconds", "parameters")


def number(value: float | None) -> str:
    """Two digits; a dash for a number that is not known.

    >>> number(0.000123), number(38.07), number(412.7), number(None), number(float("nan"))
    ('1.2e-04', '38', '413', '–', 'failed')
    """
    if value is None:
        return "–"
    if value != value:
        return "failed"
    if abs(value) >= 100:
        return f"{value:.0f}" if abs(value) < 1e4 else f"{value:.1e}"
    return f"{value:.2g}" if abs(value) >= 0.01 or value == 0 else f"{value:.1e}"


def table(columns: Mapping[str, Sequence[Any]]) -> str:
    """A Markdown table from its columns, numbers set to the right of the first column.

    >>> print(table({"samples": [30, 100], "error": ["0.1", "0.2"]}))
    | samples | error |
    | --- | --: |
    | 30 | 0.1 |
    | 100 | 0.2 |
    """
    rule = ["---", *["--:"] * (len(columns) - 1)]
    lines = [[*map(literal, line)] for line in (columns, *zip(*columns.values(), strict=True))]
    return "\n".join("| " + " | ".join(line) + " |" for line in (lines[0], rule, *lines[1:]))


def results_table(rows: Iterable[Row], model: str) -> str:
    """One table over all tasks: a model beside the published figures."""
    cells = cells_of(summary(rows, QUANTITIES), model)
    curves = [
        {name: curve.get(cell["ntrain"]) for name, curve in published.curves(cell["task"]).items()} for cell in cells
    ]
    return table(
        {
            "task": [cell["task"] for cell in cells],
            "training samples": [cell["ntrain"] for cell in cells],
            "test MSE": [number(cell["test_mse"]) for cell in cells],
            "relative": [number(cell["relative_mse"]) for cell in cells],
            "equivariance error": [number(cell["equivariance_error_max"]) for cell in cells],
            "seconds": [number(cell["seconds"]) for cell in cells],
            "Scalars, published": [number(curve.get("Scalars")) for curve in curves],
            "best published": [_best(curve) for curve in curves],
        }
    )


def beside_published(task: str, cells: Sequence[Row], model: str) -> str:
    """One task, one model: its errors with their spread, and the published ones."""
    cells = cells_of(cells, model)
    sizes = [cell["ntrain"] for cell in cells]
    curves = published.main_curves(task)
    relative = [
        curves["Scalars"][n] / published.target_variance(task) if n in curves["Scalars"] else None for n in sizes
    ]
    return table(
        {
            "training samples": sizes,
            "test MSE": [number(cell["test_mse"]) for cell in cells],
            "least": [number(cell["test_mse_min"]) for cell in cells],
            "greatest": [number(cell["test_mse_max"]) for cell in cells],
            "relative": [number(cell["relative_mse"]) for cell in cells],
            "equivariance error": [number(cell["equivariance_error_max"]) for cell in cells],
            "seconds": [number(cell["seconds"]) for cell in cells],
            "parameters": [f"{cell['parameters']:.0f}" for cell in cells],
            **{f"{name}, published": [number(curve.get(n)) for n in sizes] for name, curve in curves.items()},
            "Scalars, published, relative": [number(value) for value in relative],
        }
    )


def models_side_by_side(task: str, cells: Sequence[Row], quantity: str = "test_mse") -> str:
    """One task: a quantity of every model by sample size; the test MSE beside the published one."""
    found = {(cell["model"], cell["ntrain"]): cell[quantity] for cell in cells}
    sizes = sorted({cell["ntrain"] for cell in cells})
    models = dict.fromkeys(cell["model"] for cell in cells)
    scalars = published.curves(task)["Scalars"] if quantity == "test_mse" else {}
    return table(
        {
            "training samples": sizes,
            **{model: [number(found.get((model, n))) for n in sizes] for model in models},
            **({"Scalars, published": [number(scalars.get(n)) for n in sizes]} if scalars else {}),
        }
    )


def above_published(task: str, cells: Sequence[Row]) -> list[str]:
    """The cells whose test MSE is above that of the published scalar networks, or not known, in words."""
    scalars = published.curves(task)["Scalars"]
    return [
        f"{literal(cell['model'])}, {cell['ntrain']} samples: {number(cell['test_mse'])} (published "
        f"{number(scalars[cell['ntrain']])})"
        for cell in cells
        if cell["ntrain"] in scalars and not cell["test_mse"] <= scalars[cell["ntrain"]]
    ]


def cells_of(cells: Iterable[Row], model: str) -> list[Row]:
    """The cells of one model, by task as they come and then by size."""
    mine = [cell for cell in cells if cell["model"] == model]
    tasks = list(dict.fromkeys(cell["task"] for cell in mine))
    return sorted(mine, key=lambda cell: (tasks.index(cell["task"]), cell["ntrain"]))


def _best(errors: Mapping[str, float | None]) -> str:
    known = {name: value for name, value in errors.items() if value is not None}
    if not known:
        return "–"
    best = min(known, key=known.__getitem__)
    return f"{number(known[best])} ({best})"
