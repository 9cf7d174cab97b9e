"""Archives of arrays of any size, by their path and by their content."""

import zipfile

import numpy as np
import pytest

import scalaremlp as se
from scalaremlp._npz import opened
from scalaremlp.data._cache import cached

MANY = np.random.default_rng(0).standard_normal((40_000, 10))  # 3.2 MB, more than a list of members has


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("by", ["path", "content"])
def test_large_arrays_come_back(tmp_path, save, by):
    file = tmp_path / "large.npz"
    save(file, x=MANY, y=MANY[:, :1])
    with opened(file if by == "path" else file.read_bytes()) as archive:
        np.testing.assert_array_equal(archive.read("x"), MANY)
        np.testing.assert_array_equal(archive.read("y"), MANY[:, :1])


def test_large_data_sets_are_read(tmp_path):
    np.savez(tmp_path / "large.npz", x=MANY, y=MANY[:, :1])
    data = se.data.read(tmp_path / "large.npz", 2 * se.reps.T(1), se.reps.T(0), se.groups.O(5))
    np.testing.assert_array_equal(data.x, MANY)


def test_a_large_array_is_made_once(tmp_path, recwarn):
    made = []

    def make():
        made.append(1)
        return {"x": MANY}

    for _ in range(2):
        found = cached("large", {"version": 1}, {"x": MANY.shape}, make, tmp_path)
        np.testing.assert_array_equal(found["x"], MANY)
    assert len(made) == 1 and not recwarn.list


def test_a_list_of_members_longer_than_any_archive_has_is_not_read(tmp_path):
    """Of which an archive may say that it is of gigabytes."""
    file = tmp_path / "long.npz"
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(3):
            archive.writestr(zipfile.ZipInfo(f"{'a' * 60_000}{number}.npy"), b"")
            archive.getinfo(f"{'a' * 60_000}{number}.npy").comment = b"c" * 60_000
    with opened(file) as held:
        assert len(held.names) == 3
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(10):
            archive.writestr(zipfile.ZipInfo(f"{'b' * 60_000}{number}.npy"), b"")
            archive.getinfo(f"{'b' * 60_000}{number}.npy").comment = b"c" * 60_000
    with pytest.raises(zipfile.BadZipFile, match=r"a list of \d+ bytes, where at most 1048576 are read"), opened(file):
        pass
