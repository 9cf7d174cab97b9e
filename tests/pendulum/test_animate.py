"""The film of the double pendulum."""

import shutil
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from scalaremlp import pendulum
from scalaremlp.pendulum import _animate, _artist

from .swinging import swinging


def test_each_state_is_a_picture_and_the_folder_is_made(tmp_path):
    path = pendulum.animate(
        swinging(7), swinging(7, strength=1.3), times=np.arange(7.0), path=tmp_path / "new" / "a.gif", fps=10
    )
    assert path == tmp_path / "new" / "a.gif" and [file.name for file in path.parent.iterdir()] == ["a.gif"]
    with Image.open(path) as film:
        assert film.n_frames == 7 and film.info["duration"] == 100
        pictures = []
        for frame in range(7):
            film.seek(frame)
            pictures.append(np.asarray(film.convert("RGB")))
    assert all((one != other).any() for one, other in pairwise(pictures))
    size = path.stat().st_size
    assert size < 7 * 20_000, "150 pictures are to stay below 3 MB"


def test_masses_and_springs_are_where_the_state_says():
    true, predicted = swinging(5), swinging(3, strength=1.3)
    places = [states.reshape(-1, 4, 3)[:, :2] for states in (true, predicted)]
    _, (pale, left, right) = _animate._drawing(places, "prediction")
    for drawn, states in ((pale, places[0]), (left, places[0]), (right, places[1])):
        for frame in range(5):
            drawn.show(frame)
            state = states[min(frame, len(states) - 1)]  # a prediction stays where it ends
            np.testing.assert_allclose(drawn._masses.get_xydata(), _artist.seen(state))
            first, second = (spring.get_xydata() for spring in drawn._springs)
            np.testing.assert_allclose(first[[0, -1]], _artist.seen(np.stack([0 * state[0], state[0]])), atol=1e-12)
            np.testing.assert_allclose(second[[0, -1]], _artist.seen(state), atol=1e-12)
            for trail in drawn._trails:
                assert len(trail.get_segments()) == len(trail.get_colors()) or frame == 0
    assert not pale._trails and len(left._trails) == 2


@pytest.mark.parametrize("corner", [[2, 2, 0], [-2, -2, -1], [0, -3, -3]])
def test_the_truth_is_in_view(corner):
    places = np.tile(np.array(corner, float), (4, 2, 1))
    figure, _ = _animate._drawing([places, 100 * places], "prediction")
    figure.canvas.draw()
    for axes in figure.axes:
        assert axes.viewLim.padded(1e-9).contains(*_artist.seen(places[0, 0]))
        assert max(axes.viewLim.width, axes.viewLim.height) < 20


def test_the_picture_is_to_scale():
    turned = _artist.seen(np.eye(3))
    np.testing.assert_allclose(turned.T @ turned, np.eye(2), atol=1e-12)


def test_a_prediction_that_blows_up_is_drawn_until_then(tmp_path, monkeypatch):
    labels = []
    drawing = _animate._drawing
    monkeypatch.setattr(_animate, "_drawing", lambda places, label: labels.append(label) or drawing(places, label))
    predicted = swinging(6)
    predicted[3], predicted[4:] = 1e12, np.nan
    path = pendulum.animate(swinging(6), predicted, times=0.2 * np.arange(6), path=tmp_path / "a.gif")
    with Image.open(path) as film:
        assert film.n_frames == 6
    assert labels == ["prediction (pale: truth)\nends at t = 0.60 s"]


def test_nothing_is_left_of_a_film_that_fails(tmp_path, monkeypatch):
    calls = []

    def show(self, at):
        calls.append(at)
        if at == 2:
            raise RuntimeError("no more")

    monkeypatch.setattr(_artist.Pendulum, "show", show)
    (tmp_path / "a.gif").write_bytes(b"older")
    with pytest.raises(RuntimeError, match="no more"):
        pendulum.animate(swinging(4), swinging(4), times=np.arange(4.0), path=tmp_path / "a.gif")
    assert calls and [file.name for file in tmp_path.iterdir()] == ["a.gif"]
    assert (tmp_path / "a.gif").read_bytes() == b"older"


def test_what_cannot_be_written_is_refused_before_it_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    states, times = swinging(3), np.arange(3.0)
    for name, rule in (
        ("a.mp4", r"An .mp4 film needs the program ffmpeg. Got none on the PATH. Write a.gif instead."),
        ("a.avi", r"A film is a .gif or .mp4 file. Got 'a.avi'. Write a.gif."),
        ("a", r"A film is a .gif or .mp4 file. Got 'a'. Write a.gif."),
    ):
        with pytest.raises(ValueError, match=rule):
            pendulum.animate(states, states, times=times, path=tmp_path / name)
    with pytest.raises(ValueError, match=r"`fps` must be above 0, and at most 100. Got 0"):
        pendulum.animate(states, states, times=times, path=tmp_path / "a.gif", fps=0)
    with pytest.raises(ValueError, match=r"`times` must be 3 finite numbers.* Got shape \(2,\)"):
        pendulum.animate(states, states, times=times[1:], path=tmp_path / "a.gif")
    with pytest.raises(ValueError, match="one trajectory each"):
        pendulum.animate(states[None], states[None], times=times, path=tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_an_mp4_is_written_by_ffmpeg(tmp_path):
    path = pendulum.animate(swinging(4), swinging(4), times=np.arange(4.0), path=tmp_path / "a.mp4")
    assert path.read_bytes()[4:8] == b"ftyp"
