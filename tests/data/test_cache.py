"""The cache of arrays on disk: round trip, damage, and folders that cannot be written."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from scalaremlp._cache_folder import cache_folder
from scalaremlp.data._cache import cached

SHAPES = {"a": (2, 3)}


class Maker:
    """Counts how often the arrays are made."""

    def __init__(self):
        self.count = 0

    def __call__(self):
        self.count += 1
        return {"a": np.arange(6.0).reshape(2, 3)}


@pytest.fixture
def make():
    return Maker()


def only_file(folder):
    (file,) = folder.iterdir()
    return file


def test_round_trip(tmp_path, make):
    for _ in range(2):
        arrays = cached("name", {"seed": 1}, SHAPES, make, tmp_path / "new")
        np.testing.assert_array_equal(arrays["a"], np.arange(6.0).reshape(2, 3))
    assert make.count == 1
    assert only_file(tmp_path / "new").name.startswith("name-")


def test_every_setting_counts(tmp_path, make):
    for settings in ({"seed": 1}, {"seed": 2}, {"seed": 1, "format": 2}, {"seed": 1.5}):
        cached("name", settings, SHAPES, make, tmp_path)
    cached("name", {"format": 2, "seed": 1}, SHAPES, make, tmp_path)  # the order does not
    assert make.count == 4


def truncate(file):
    file.write_bytes(file.read_bytes()[:-30])


def flip(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 255
    file.write_bytes(bytes(data))


def empty(file):
    file.write_bytes(b"")


def no_archive(file):
    file.write_bytes(b"\x80\x04N.")


def pickled(file):
    np.savez(file, settings=np.array('{"seed": 1}'), a=np.array([{"code": 1}], dtype=object))


def wrong_shape(file):
    np.savez(file, settings=np.array('{"seed": 1}'), a=np.zeros(3))


def not_finite(file):
    np.savez(file, settings=np.array('{"seed": 1}'), a=np.full((2, 3), np.nan))


def other_settings(file):
    np.savez(file, settings=np.array('{"seed": 7}'), a=np.zeros((2, 3)))


def with_header(header):
    """An archive whose first member is an array with this header and nothing after it."""

    def damage(file):
        text = header.encode() + b"\n"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("settings.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text)

    return damage


def bomb(file):
    """Half a gigabyte of zeros in half a megabyte."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("settings.npy", b"\x93NUMPY\x01\x00" + bytes(2**29))


DAMAGES = [truncate, flip, empty, no_archive, pickled, wrong_shape, not_finite, other_settings, bomb]
DAMAGES += [
    with_header("{'descr'"),
    with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,), }"),
    with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"),
    with_header("(" * 9000),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_anew(damage, tmp_path, make):
    cached("name", {"seed": 1}, SHAPES, make, tmp_path)
    damage(only_file(tmp_path))
    with pytest.warns(UserWarning, match=r"A file of the cache must be whole\. Got: .*, in .*npz\. It is made anew\."):
        arrays = cached("name", {"seed": 1}, SHAPES, make, tmp_path)
    np.testing.assert_array_equal(arrays["a"], np.arange(6.0).reshape(2, 3))
    assert make.count == 2
    cached("name", {"seed": 1}, SHAPES, make, tmp_path)
    assert make.count == 2


def test_a_folder_that_cannot_be_made_is_no_obstacle(tmp_path, make):
    (tmp_path / "file").write_text("in the way")
    with pytest.warns(UserWarning, match=r"needs a folder to write to\. Got: .*\. Set SCALAREMLP_CACHE, or pass cache"):
        assert cached("name", {}, SHAPES, make, tmp_path / "file" / "folder")["a"].shape == (2, 3)


def test_which_folder(tmp_path, monkeypatch):
    assert cache_folder(False) is None
    assert cache_folder(tmp_path) == tmp_path
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("SCALAREMLP_CACHE", raising=False)
    assert cache_folder(True) == tmp_path / "xdg" / "scalaremlp"
    monkeypatch.setenv("SCALAREMLP_CACHE", str(tmp_path / "own"))
    assert cache_folder(True) == tmp_path / "own"
    monkeypatch.delenv("SCALAREMLP_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME")

    def nobody():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    assert cache_folder(True) is None
    monkeypatch.setattr(Path, "home", lambda: Path())
    assert cache_folder(True) is None
