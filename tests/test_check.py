"""Single values are checked by one rule each, in one wording."""

import numpy as np
import pytest

from scalaremlp._check import one_of, positive, whole_number


@pytest.mark.parametrize("value", [0, -1, True, 2.0, "2", None, float("nan"), np.float64(3), np.bool_(True), [3]])
def test_what_is_no_whole_number(value):
    with pytest.raises(ValueError, match=r"^`n` must be a whole number of at least 1\. Got .*\. Leave it out"):
        whole_number("n", value)


@pytest.mark.parametrize("value", [1, np.int32(1), np.uint8(7), 10**30])
def test_whole_numbers(value):
    assert whole_number("n", value) == value and type(whole_number("n", value)) is int


@pytest.mark.parametrize("value", [0, -1e-300, float("nan"), float("inf"), True, "1", None, 1j])
def test_what_is_not_above_zero(value):
    with pytest.raises(ValueError, match=r"^`x` must be a number above 0\. Got .*\. Try 1\.$"):
        positive("x", value, remedy="Try 1.")
    if value == 0:
        positive("x", value, zero=True)


def test_names():
    one_of("name", "cosine", {"cosine": 1, "step": 2})
    with pytest.raises(ValueError, match=r"^`name` must be one of cosine, step\. Got 'cosin'\. Did you mean cosine\?$"):
        one_of("name", "cosin", {"cosine": 1, "step": 2})
    for value in ("x", None, 3, ["cosine"]):
        with pytest.raises(ValueError, match=r"^`name` must be one of cosine, step\. Got .*\. Take another\.$"):
            one_of("name", value, ["cosine", "step"], remedy="Take another.")
