"""Generating sets on disk: found once; a file that is none of ours is made anew with a warning; a folder may be shut."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from scalaremlp.contractions import _generators, _kept
from scalaremlp.contractions._multidegrees import _algebra
from scalaremlp.contractions.generating_set import generating_set
from scalaremlp.groups import GL, SL, SO, O, SO2eR3

from .oracle import S2, W, X, named

KINDS = (S2, S2, X)


def found_by(**settings):
    """A generating set, with nothing known in memory."""
    _algebra.cache_clear()
    return generating_set(**{"group": O(3), "tensors": KINDS, "degree": 3, **settings})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The user's folder of kept files, in which everything is worth keeping."""
    monkeypatch.setenv("SCALAREMLP_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(_kept, "_WORTH_KEEPING", 0.0)
    return tmp_path / "kept"


@pytest.fixture
def enumerated(monkeypatch):
    """How many graphs were looked at."""
    counted = Counter()
    every = _generators.connected_graphs

    def counting(*args):
        for graph in every(*args):
            counted["graphs"] += 1
            yield graph

    monkeypatch.setattr(_generators, "connected_graphs", counting)
    return counted


def test_the_second_time_it_comes_from_the_file(folder, enumerated):
    found = found_by()
    assert enumerated["graphs"] > 0 and len(list(folder.iterdir())) == 1
    enumerated.clear()
    assert found_by() == found and not enumerated
    for other in ({"group": SO(3)}, {"probe": X}, {"degree": 2}, {"effort": 10**5}, {"tensors": (S2, X)}):
        enumerated.clear()
        found_by(**other)
        assert enumerated["graphs"] > 0, other
    assert len(list(folder.iterdir())) == 6


def test_what_is_found_at_once_is_not_kept(folder, monkeypatch):
    monkeypatch.setattr(_kept, "_WORTH_KEEPING", 1e9)
    found_by(tensors=(X,))
    assert not folder.exists()


def test_another_version_is_not_read(folder, enumerated, monkeypatch):
    found_by()
    enumerated.clear()
    monkeypatch.setattr(_kept, "_VERSION", _kept._VERSION + 1)
    found_by()
    assert enumerated["graphs"] > 0 and len(list(folder.iterdir())) == 2


def joints(value, change):
    """The value of a file with something done to the joints of its first graph."""
    nodes, every = value["graphs"][0]
    return {**value, "graphs": [[nodes, change(every)], *value["graphs"][1:]]}


def damaged(text):
    value = json.loads(text)
    ends = value["graphs"][-1][1][0][1]
    return {
        "empty": "",
        "cut off": text[: len(text) // 2],
        "no JSON": "generators",
        "bytes": b"\xff\xfe\x00",
        "foreign": json.dumps([1, 2, 3]),
        "a number": "7",
        "nothing": "null",
        "other settings": json.dumps({**value, "settings": "{}"}),
        "no graphs": json.dumps({k: v for k, v in value.items() if k != "graphs"}),
        "graphs of text": json.dumps({**value, "graphs": "graphs"}),
        "a node that is no input": json.dumps({**value, "graphs": [[[99], []]]}),
        "a negative node": json.dumps({**value, "graphs": [[[-1], [["pair", [[0, 0], [0, 1]]]]]]}),
        "an index joined twice": json.dumps(joints(value, lambda every: every + every)),
        "an index left open": json.dumps(joints(value, lambda every: [])),
        "an unknown joint": json.dumps(joints(value, lambda every: [["glue", ends] for _, ends in every])),
        "a joint of one end": json.dumps(
            joints(value, lambda every: [["pair", [end]] for _, ends in every for end in ends])
        ),
        "a fixed vector that is not": json.dumps({**value, "graphs": [[[2], [["pair", [[-1, 0], [0, 0]]]]]]}),
        "an end of nothing": json.dumps({**value, "graphs": [[[2], [["pair", [[0, 0]]], ["pair", [[5, 0]]]]]]}),
        "infinite": json.dumps({**value, "checked": float("inf")}),
        "brackets": "[" * 200_000,
        "nested": '{"settings":' * 5000,
        "a graph of many": json.dumps({**value, "graphs": [[[2] * 3, [["down", [[0, 0], [1, 0], [2, 0]]]]]]}),
        "ends": json.dumps({**value, "graphs": [[[2, 2], [["pair", [ends[0]] * 2]]]]}),
    }


@pytest.mark.parametrize("how", damaged('{"graphs": [[[0], [["pair", [[0, 0], [0, 1]]]]]]}'))
def test_a_file_that_is_not_whole_is_made_anew(folder, how):
    found = found_by()
    (file,) = folder.iterdir()
    whole = file.read_text()
    bad = damaged(whole)[how]
    file.write_bytes(bad if isinstance(bad, bytes) else bad.encode())
    with pytest.warns(UserWarning, match=r"A file of the cache must be whole\. Got: [^\n]+, in .*made anew\.$"):
        assert found_by() == found
    assert file.read_text() == whole and [each.name for each in folder.iterdir()] == [file.name]


def test_a_folder_that_cannot_be_written_or_read_costs_time_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(_kept, "_WORTH_KEEPING", 0.0)
    found = found_by(tensors=(S2, X))
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        monkeypatch.setenv("SCALAREMLP_CACHE", str(place))
        assert found_by(tensors=(S2, X)) == found
    monkeypatch.delenv("SCALAREMLP_CACHE")
    monkeypatch.setattr(_kept, "cache_folder", lambda own: None)
    assert found_by(tensors=(S2, X)) == found


def test_a_write_that_fails_leaves_nothing(folder, monkeypatch):
    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", full)
    found_by()
    assert not folder.exists() or not list(folder.iterdir())


WRITER = """
from scalaremlp.contractions import _kept
from scalaremlp.contractions.generating_set import generating_set
from scalaremlp.contractions.tensor import symmetric, vector
from scalaremlp.groups import O
_kept._WORTH_KEEPING = 0.0
print(len(generating_set(O(3), (symmetric(2), symmetric(2), vector()), degree=3).graphs))
"""


@pytest.mark.slow
def test_several_write_at_once(folder):
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER], env=environment, stdout=subprocess.PIPE) for _ in range(3)
    ]
    found = [writer.communicate()[0] for writer in writers]
    assert {writer.returncode for writer in writers} == {0} and len(set(found)) == 1
    assert len(list(folder.iterdir())) == 1 and int(found[0]) == len(found_by().graphs)


PAIR = [[[0, 1], [["pair", [[0, 0], [1, 0]]]]]]


@pytest.mark.parametrize(
    "group, tensors, probe, graphs",
    [
        (GL(2), (X, X), None, PAIR),
        (GL(2), (W, W), None, PAIR),
        (GL(2), (X, W), None, PAIR),
        (SL(2), (X, X), None, [[[0, 1], [["up", [[0, 0], [1, 0]]]]]]),
        (SL(2), (X, X), None, [[[0, 1], [["down", [[0, 0], [1, 0], [-1, 0]]]]]]),
        (SO(2), (X, X), None, [[[0, 1], [["up", [[0, 0], [1, 0]]]]]]),
        (SO2eR3(), (X,), None, [[[0], [["pair", [[-2, 0], [0, 0]]]]]]),
        (SO2eR3(), (X,), None, [[[0], [["pair", [[-1, 1], [0, 0]]]]]]),
        (O(2), (X,), X, [[[0, 0], [["pair", [[0, 0], [1, 0]]]]]]),
        (O(2), (X,), X, [[[0, 1, 1, 1], [["pair", [[0, 0], [1, 0]]], ["pair", [[2, 0], [3, 0]]]]]]),
    ],
    ids=named,
)
def test_joints_that_a_group_does_not_have_are_none(folder, group, tensors, probe, graphs):
    found = found_by(group=group, tensors=tensors, probe=probe)
    (file,) = folder.iterdir()
    file.write_text(json.dumps({**json.loads(file.read_text()), "graphs": graphs}))
    with pytest.warns(UserWarning, match="must be whole"):
        assert found_by(group=group, tensors=tensors, probe=probe) == found
