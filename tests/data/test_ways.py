"""A table is read alike in whatever way it is written, or refused where it may be read in two ways."""

import numpy as np
import pytest

from scalaremlp.data import read, read_column, read_inputs, read_names
from scalaremlp.groups import O
from scalaremlp.reps import T

from .ways import TABLE, Way, ways

TYPES = (T(0) + T(1), T(0), O(3))
WAYS = ways()
#: Sixty of them by default, and among them every value beside every other.
_FEW = [pytest.param(way, id=str(way)) for way in WAYS[:60]]


def is_the_table(data):
    np.testing.assert_array_equal(data.x, TABLE[:, :4])
    np.testing.assert_array_equal(data.y, TABLE[:, 4:])


def is_read_or_refused(way: Way, folder) -> bool:
    """Whether it was read; by position, by name, and by what the person says of the first row."""
    file = way.write(folder)
    first_is_names = way.header not in ("no names", "names in a remark")
    index = 1 if way.index == "a column" or (way.index == "of pandas" and way.header == "no names") else 0
    index += way.index == "of pandas" and first_is_names
    by_number = {"x_columns": f"{1 + index}-{4 + index}", "y_columns": f"{5 + index}"}
    if way.columns and way.columns[0].isdigit():
        by_number = {"x_columns": way.columns[:4], "y_columns": way.columns[4:]}
    is_the_table(read(file, *TYPES, **by_number, header=first_is_names))
    if way.may_be_samples:
        for call in (read_names, lambda path: read(path, *TYPES, **by_number)):
            with pytest.raises(ValueError, match=r"^A first row must be names or a sample\. Got .* Say header=True or"):
                call(file)
        return False
    is_the_table(read(file, *TYPES, **by_number))
    if way.columns:
        assert read_names(file)[-5:] == tuple(way.columns)
        data = read(file, *TYPES, x_columns=way.columns[:4], y_columns=way.columns[4:])
        is_the_table(data)
        assert (data.x_names, data.y_names) == (tuple(way.columns[:4]), tuple(way.columns[4:]))
    else:
        assert read_names(file) is None
    if way.columns and "vx" in way.columns:
        is_the_table(read(file, *TYPES, x_columns="m,v", y_columns="E"))
    if way.index == "a column" and way.columns:
        assert read_column(file, "event").tolist() == [700 + 3 * number for number in range(len(TABLE))]
    if way.index == "none" or (way.index == "of pandas" and way.columns):
        is_the_table(read(file, *TYPES))
        np.testing.assert_array_equal(read_inputs(file, 2 * T(0) + T(1), O(3)), TABLE)
        return True
    for call in (lambda: read(file, *TYPES), lambda: read_inputs(file, 2 * T(0) + T(1), O(3))):
        with pytest.raises(ValueError, match=r"Got .* of the 6.* Choose them by x_columns"):
            call()
    return True


@pytest.mark.parametrize("way", _FEW)
def test_sixty_ways(way, tmp_path):
    is_read_or_refused(way, tmp_path)


@pytest.mark.slow
def test_many_more_ways(tmp_path):
    """One in thirty of all that are possible."""
    drawn = WAYS[::30]
    read_ones = sum(is_read_or_refused(way, tmp_path) for way in drawn)
    assert len(drawn) > 1000 and read_ones > 0.6 * len(drawn)
