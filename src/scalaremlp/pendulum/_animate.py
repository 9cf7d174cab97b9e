"""The double spring pendulum in motion."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scalaremlp._files import write_bytes
from scalaremlp.plot.style import BLACK, BLUE, VERMILLION, plain
from scalaremlp.plot.times import checked_times

from ._artist import Pendulum, seen
from ._states import places_and_momenta

_DOTS = 80  # an inch
_FAINT = "#888888"


def animate(
    true: Any, predicted: Any, *, times: Any, path: str | Path, fps: int = 15, time_unit: str = "s", title: str = ""
) -> Path:
    """Write a film of the double spring pendulum, the truth beside a prediction; each state is a picture.

    Beside the predicted masses the true ones are drawn pale. A prediction that ends early, in states that are NaN,
    stays where it ends. The film is whole or not there.

    Args:
        true: states (q₁, q₂, p₁, p₂) along one trajectory, shape (times, 12).
        predicted: the same from the same initial state.
        times: shape (times,).
        path: where to; `.gif`, or `.mp4` where the program ffmpeg is installed.
        fps: pictures a second. States 0.2 s apart are seen in their own time at 5, three times as fast at 15.
        time_unit: the unit of the times.
        title: printed above.

    Returns:
        The path.

    Raises:
        ValueError: for another ending, without ffmpeg, if there are not as many times as states, and as of
            `phase_space`.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from scalaremlp.pendulum import animate
        >>> hanging = np.array([0, 0, -1.5, 0, 0, -3] + 6 * [0])
        >>> states = hanging + np.sin(np.arange(3.0))[:, None]
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     animate(states, states, times=np.arange(3.0), path=f"{folder}/pendulum.gif").name
        'pendulum.gif'
    """
    path = Path(path)
    writer = _writer(path, fps)
    states = places_and_momenta(true, predicted)
    ts = checked_times(times, len(np.asarray(true)))
    ends = f"\nends at t = {ts[len(states[1]) - 1]:.2f} {time_unit}" if len(states[1]) < len(ts) else ""
    figure, pendulums = _drawing([part[:, :2] for part in states], f"prediction (pale: truth){ends}")
    with TemporaryDirectory() as folder:
        film = Path(folder) / path.name
        with writer.saving(figure, str(film), _DOTS):
            for frame, t in enumerate(ts):
                figure.suptitle(f"{plain(title)}\nt = {t:.2f} {time_unit}".strip())
                for pendulum in pendulums:
                    pendulum.show(frame)
                writer.grab_frame()
        write_bytes(path, film.read_bytes())
    return path


def _writer(path: Path, fps: int) -> AbstractMovieWriter:
    if not 0 < fps <= 100:
        raise ValueError(f"`fps` must be above 0, and at most 100. Got {fps!r}. Leave it out for 15.")
    if path.suffix == ".gif":
        return PillowWriter(fps)
    if path.suffix != ".mp4":
        raise ValueError(f"A film is a .gif or .mp4 file. Got {path.name!r}. Write {path.stem}.gif.")
    if shutil.which("ffmpeg") is None:
        raise ValueError(f"An .mp4 film needs the program ffmpeg. Got none on the PATH. Write {path.stem}.gif instead.")
    return FFMpegWriter(fps)


def _drawing(places: list[np.ndarray], label: str) -> tuple[Figure, list[Pendulum]]:
    """Two views of one size; in the second the truth is drawn pale behind the prediction."""
    true, predicted = places
    figure = Figure(figsize=(6.4, 5.4))
    left, right = (figure.add_axes((0.01 + 0.5 * column, 0.07, 0.48, 0.76)) for column in range(2))
    apart = _draw_space(left, true)
    _draw_space(right, true)
    left.set_title("truth", color=BLUE, y=1)  # a place of its own choice takes long to find, for each picture
    right.set_title(label, color=VERMILLION, y=1)
    figure.text(0.5, 0.02, f"distance of the dots on the axes: {apart:g} (natural lengths)", ha="center", color=_FAINT)
    pale = Pendulum(right, true, BLUE, pale=True)
    return figure, [pale, Pendulum(left, true, BLUE), Pendulum(right, predicted, VERMILLION)]


def _draw_space(axes: Axes, places: np.ndarray) -> float:
    """Draw x, y and z through the pivot, as far as the truth goes; returns how far apart their dots are."""
    points = np.concatenate([places.reshape(-1, 3), np.zeros((1, 3))])
    low, high = points.min(axis=0), points.max(axis=0)
    apart = 10.0 ** max(0, np.ceil(np.log10((high - low).max() / 20 + 1e-9)))
    for name, direction, ends in zip("xyz", np.eye(3), np.stack([low, high], axis=1) / apart, strict=True):
        dots = seen(apart * np.arange(np.floor(ends[0]), np.ceil(ends[1]) + 1)[:, None] * direction)
        axes.plot(*dots.T, color=_FAINT, linewidth=0.8, marker=".", markersize=4, zorder=0)
        far = dots[0 if name == "z" else -1]
        axes.annotate(name, far, (5, -3), textcoords="offset points", color=_FAINT)
    axes.plot(*seen(points).T, linestyle="")  # so that all of the truth is in view
    axes.plot(0, 0, marker="s", color=BLACK, markersize=5)
    axes.set(xticks=[], yticks=[])
    axes.set_axis_off()
    axes.set_aspect("equal", adjustable="datalim")
    return apart
