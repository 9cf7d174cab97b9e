"""The errors that a verdict tells are what they are called, in any unit."""

import numpy as np
import pytest

from scalaremlp.measure import evaluate
from scalaremlp.train._errors import Errors


def arrays(seed=0, n=400, m=3):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(n, m))
    return truth, truth + 0.1 * rng.standard_t(3, size=(n, m))


@pytest.mark.parametrize("unit", [1.0, 1e-150, 1e150, 1e-300])
def test_the_numbers_in_any_unit(unit):
    truth, guess = arrays()
    found = Errors.of(unit * truth, unit * guess)
    single = np.sqrt(np.mean((guess - truth) ** 2, axis=1))
    expected = [np.sqrt(np.mean((guess - truth) ** 2)), truth.std(axis=0), np.median(single), np.percentile(single, 99)]
    expected[1] = np.sqrt(np.mean(expected[1] ** 2))
    got = [found.error, found.spread, found.median, found.percentile99]
    np.testing.assert_allclose(np.array(got) / unit, expected, rtol=1e-12)
    assert (found.samples, found.row) == (400, int(single.argmax()))
    assert found.share == pytest.approx(single.max() ** 2 / np.sum(single**2), rel=1e-12)


def test_they_agree_with_evaluate():
    truth, _ = arrays()
    guess = 0.9 * truth
    errors = evaluate(lambda x: 0.9 * x, (truth, truth))
    found = Errors.of(truth, guess)
    assert found.relative == pytest.approx(errors["relative_mse"], rel=1e-12)
    assert found.error**2 == pytest.approx(errors["mse"], rel=1e-12)


def test_each_term_has_its_own():
    truth, guess = arrays()
    truth[:, 0] *= 1e-20
    guess[:, 0] = 2 * truth[:, 0]
    found = Errors.of(truth, guess, {"T(0)": slice(0, 1), "2*T(0)": slice(1, 3)})
    spread = np.sum((truth[:, 0] - truth[:, 0].mean()) ** 2)
    assert found.terms["T(0)"] == pytest.approx(np.sum(truth[:, 0] ** 2) / spread, rel=1e-9)
    assert found.worst() == found.terms["T(0)"] > 0.9 > found.worst(but=["T(0)"]) == found.terms["2*T(0)"]
    assert found.relative < 0.1, "the whole does not see the small term"


def test_complex_numbers_count_with_both_parts():
    truth, guess = arrays(m=4)
    both = Errors.of(truth[:, :2] + 1j * truth[:, 2:], guess[:, :2] + 1j * guess[:, 2:])
    assert both.relative == pytest.approx(Errors.of(truth, guess).relative, rel=1e-12)


def test_what_is_not_finite_is_not_hidden():
    truth, guess = arrays()
    guess[7] = np.nan
    found = Errors.of(truth, guess)
    assert np.isnan(found.error) and np.isnan(found.relative) and found.row == 7


def test_equal_outputs_have_no_relative_error():
    assert np.isnan(Errors.of(np.ones((5, 1)), np.zeros((5, 1))).relative)


def test_they_survive_as_json_values():
    truth, guess = arrays()
    found = Errors.of(truth, guess, {"a": slice(0, 1), "b": slice(1, 3)})
    assert Errors.from_dict(found.as_dict()) == found and Errors.from_dict(None) is None


def test_outputs_that_differ_from_their_mean_by_its_rounding_do_not_vary():
    truth = np.tile([1.0, -0.1321048632913019, 0.6404226504432821], (20, 1))
    assert np.abs(truth - truth.mean(axis=0)).max() > 0
    errors = Errors.of(truth, truth + 1e-17)
    assert errors.spread == 0 and np.isnan(errors.relative)
