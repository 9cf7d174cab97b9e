"""Figures as files."""

import io
import warnings
from pathlib import Path

from matplotlib.figure import Figure

from .._files import write_bytes


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
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", r"Glyph \d+"
        )  # a name in letters that the font does not have is drawn as boxes
        figure.savefig(drawn, dpi=130, format=path.suffix.lstrip(".") or "png")
    write_bytes(path, drawn.getvalue())
    return path
