"""Which group do samples obey?"""

import json

import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.cli import main
from scalaremlp.cli._group_list import names_of
from scalaremlp.groups import SO, O, SO2eR3, Trivial
from scalaremlp.reps import T
from scalaremlp.symmetries import GroupScore, GroupTable
from scalaremlp.symmetries._compare import _checked
from scalaremlp.symmetries._fits import Judge


def data(of, n=120):
    """A law of two vectors with 5 % of noise."""
    x = np.random.default_rng(0).standard_normal((n, 2, 3))
    y = of(x[:, 0], x[:, 1])
    y = y + 0.05 * np.random.default_rng(1).standard_normal(y.shape)
    return se.data.Dataset(x.reshape(n, 6), y, 2 * T(1), T(1), O(3))


@pytest.fixture(scope="module")
def crossed():
    """The table of a cross product."""
    return se.compare_groups(data(np.cross), [O(3), SO(3), SO2eR3()], key=jr.key(0))


def test_the_largest_group_that_is_obeyed_is_found(crossed):
    assert crossed.best.group == SO(3)
    broken, right, smaller = crossed.scores
    assert not broken.obeyed and broken.held_out > 0.5 and right.held_out < 0.01
    assert right.log_evidence > broken.log_evidence + 50
    assert smaller.held_out < 0.1
    assert "broken" in str(crossed).splitlines()[1] and "<- the largest that is obeyed" in str(crossed).splitlines()[2]
    assert len(crossed.figure().axes) == 2


def test_of_groups_that_predict_alike_the_largest_is_taken():
    scores = [GroupScore(group, False, 0.01, worse, 0.0, "") for group, worse in ((Trivial(3), 0.0), (O(3), 2.0))]
    assert GroupTable(tuple(scores)).best.group == O(3)
    worse = GroupScore(O(3), False, 0.02, 3.5, 0.0, "")
    assert GroupTable((scores[0], worse)).best.group == Trivial(3)


def test_permutations_and_changes_of_units_make_a_group_larger():
    both = [(False, False), (False, True), (True, False), (True, True)]
    scores = [GroupScore(O(3), permutation, 0.01, 0.0, 0.0, "", units) for permutation, units in both]
    assert GroupTable(tuple(scores)).best is scores[3] and GroupTable(tuple(scores[:3])).best is scores[2]
    names = ["O(3)", "O(3) with units", "O(3) with permutations", "O(3) with permutations and units"]
    assert [score.name for score in scores] == names
    assert GroupTable(tuple(scores)).numbers[1]["units"] is True


def spring(n=90, hidden=0.0):
    """The force −k (|q| − L) q/|q| with 5 % of noise; with `hidden`, its length is a number of metres."""
    rng = np.random.default_rng(0)
    k, length = rng.uniform(0.5, 2, (2, n, 1))
    q = rng.standard_normal((n, 3))
    r = np.linalg.norm(q, axis=1, keepdims=True)
    y = -k * (r - (hidden or length)) * q / r
    y = y + 0.05 * rng.standard_normal(y.shape)
    units = {"units_in": ["N/m", "m", "m"], "units_out": "N"}
    return se.data.Dataset(np.concatenate([k, length, q], axis=1), y, 2 * T(0) + T(1), T(1), O(3), **units)


@pytest.mark.parametrize("hidden", [0.0, 1.0])
def test_units_are_obeyed_unless_a_constant_is_hidden(hidden):
    table = se.compare_groups(spring(hidden=hidden), [O(3)], units="both", key=jr.key(0))
    without, within = table.scores
    assert (without.units, within.units, table.best.units) == (False, True, not hidden)
    assert without.model == within.model == "ScalarGP" and within.obeyed is not bool(hidden)
    assert (within.log_evidence > without.log_evidence) is not bool(hidden)


def test_units_of_the_data_are_not_left_out_unasked():
    samples = spring()
    told = {"units_in": ["N/m", "m", "m"], "units_out": "J s"}
    wrong = se.data.Dataset(samples.x, samples.y, samples.rep_in, samples.rep_out, O(3), **told)
    with pytest.raises(ValueError, match=r"cannot be made of .*constants="):
        se.compare_groups(wrong, [O(3)], key=jr.key(0))
    with pytest.raises(ValueError, match=r"units are known. Got units=True and data without. Give the data units_in"):
        se.compare_groups(data(np.cross), [O(3)], units=True, key=jr.key(0))
    with pytest.raises(ValueError, match=r'`units` must be True, False, "both" or None. Got \'no\''):
        se.compare_groups(samples, [O(3)], units="no", key=jr.key(0))


def test_each_term_of_the_output_is_judged_beside_its_own_size():
    x = np.random.default_rng(0).standard_normal((40, 6))
    y = np.concatenate([1e3 * np.sum(x[:, :3] * x[:, 3:], axis=1, keepdims=True), np.cross(x[:, :3], x[:, 3:])], axis=1)
    judge = Judge(se.data.Dataset(x, y, 2 * T(1), T(0) + T(1), O(3)))
    lost = judge.lost(lambda one: jnp.concatenate([1e3 * one[None, :3] @ one[3:], jnp.zeros(3)]))
    assert 0.6 < lost.mean() / judge.variance < 0.9  # all of the vector, nothing of the scalar


def test_a_table_of_wrong_groups_alone_says_so():
    useless = GroupTable((GroupScore(O(3), False, 1.1, 0.0, 0.0, ""),))
    assert str(useless).splitlines()[-1].startswith("none predicts better than the mean: add a smaller group")


def test_standard_errors_weigh_the_fits_and_the_errors():
    sigma = 10 ** np.random.default_rng(2).uniform(-4, 1, 60)
    x = np.random.default_rng(3).standard_normal((60, 6))
    y = np.cross(x[:, :3], x[:, 3:]) + sigma[:, None] * np.random.default_rng(4).standard_normal((60, 3))
    table = se.compare_groups(se.data.Dataset(x, y, 2 * T(1), T(1), O(3), sigma=sigma), [SO(3)], key=jr.key(0))
    assert table.best.held_out < 1e-3  # which without is that of the worst samples


def test_what_cannot_be_compared_is_refused():
    samples = data(np.cross)
    with pytest.raises(ValueError, match=r"at least one. Got none."):
        se.compare_groups(samples, [], key=jr.key(0))
    with pytest.raises(ValueError, match=r"of one dimension, 3, as O\(3\). Got O\(4\) of 4."):
        se.compare_groups(samples, [O(3), O(4)], key=jr.key(0))
    with pytest.raises(ValueError, match=r"at least 30 samples. Got 20."):
        se.compare_groups(samples[:20], [O(3)], key=jr.key(0))
    with pytest.raises(ValueError, match=r"by a Dataset, which knows its types. Got tuple"):
        _checked((samples.x, samples.y), [O(3)], False)
    with pytest.raises(TypeError, match=r"`group` must be a group. Got 'O\(3\)'"):
        _checked(samples, "O(3)", False)
    with pytest.raises(ValueError, match=r"of one dimension, 3, as O\(3\). Got O\(4\) of 4."):
        _checked(samples, O(4), False)
    with pytest.raises(ValueError, match=r'must be True, False or "both". Got \'no\''):
        se.compare_groups(samples, [O(3)], permutation="no", key=jr.key(0))


def test_on_the_command_line(tmp_path, capsys):
    samples = data(lambda a, b: jnp.asarray(a) * np.sum(a * b, axis=1, keepdims=True), n=60)
    sigma = np.where(np.arange(60) % 3, 0.05, 50.0)
    y = np.asarray(samples.y) + (sigma > 1)[:, None] * np.random.default_rng(2).normal(size=(60, 3)) * 50
    np.savetxt(tmp_path / "mine.csv", np.c_[samples.x, y, sigma], delimiter=",")
    words = [str(tmp_path / "mine.csv"), "--rep-in", "2*T(1)", "--rep-out", "T(1)", "--sigma-columns", "10"]
    words += ["--groups", "O(3) SO(3)"]
    assert main(["compare-groups", *words, "--out", str(tmp_path / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["best"] == "O(3)" and len(told["groups"]) == 2
    assert told["groups"][0]["held_out"] < 0.05  # beside the standard errors
    assert (tmp_path / "out" / "groups.png").is_file() and (tmp_path / "out" / "groups.json").is_file()
    assert main(["compare-groups", *words[:-1], "", "--out", str(tmp_path / "out")]) == 2
    assert "groups are compared. Got none." in capsys.readouterr().err
    assert main(["compare-groups", *words[:-1], "O(3),XY(2)", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert (
        "a group that is none, number 2 of 2, 'XY(2)'. A group must have a known name. Got 'XY'. Use one of O," in said
    )
    assert main(["compare-groups", *words, "--units-in", "m", "--out", str(tmp_path / "out")]) == 2
    assert "--units-in and --units-out are told together. Got one of them." in capsys.readouterr().err


def test_groups_have_spaces_commas_or_semicolons_between():
    assert names_of(" O(3)  Embed(D(4), 3, 0);SO(3) ") == ["O(3)", "Embed(D(4), 3, 0)", "SO(3)"]
    assert names_of("O(3),SO(3), S(4) * O(3)") == ["O(3)", "SO(3)", "S(4)*O(3)"]


def test_units_on_the_command_line(tmp_path, capsys):
    samples = spring(60)
    np.savetxt(tmp_path / "mine.csv", np.c_[samples.x, samples.y], delimiter=",")
    words = [str(tmp_path / "mine.csv"), "--rep-in", "2*T(0) + T(1)", "--rep-out", "T(1)", "--groups", "O(3)"]
    words += ["--units-in", "N/m, m, m", "--units-out", "N", "--out", str(tmp_path / "out"), "--json"]
    assert main(["compare-groups", *words]) == 0
    assert [each["units"] for each in json.loads(capsys.readouterr().out.splitlines()[-1])["groups"]] == [True]
    assert main(["compare-groups", *words, "--change-units", "both"]) == 0
    assert [each["units"] for each in json.loads(capsys.readouterr().out.splitlines()[-1])["groups"]] == [False, True]
