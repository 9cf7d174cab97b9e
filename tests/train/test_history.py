"""A history is a table that survives being written as text."""

import json

import pytest

from scalaremlp.train import History, Record


def made() -> History:
    history = History(optimizer="Adam", reason="asked for", stopped="all steps made", kept="the last model")
    history.append(Record(step=1, steps=2, loss=0.1 + 0.2, learning_rate=1e-3, epoch=0.5, seconds=1.25))
    history.append(Record(step=2, steps=2, loss=1e-300, validation=3.0, seconds=2.5, details={"damping": 1e-7}))
    return history


def test_columns():
    history = made()
    assert history["step"] == [1, 2] and history["damping"] == [None, 1e-7] and len(history) == 2
    assert list(history.columns) == [
        "step",
        "steps",
        "loss",
        "validation",
        "learning_rate",
        "epoch",
        "seconds",
        "damping",
    ]
    with pytest.raises(KeyError, match=r"has the columns step, steps, loss.*Got 'mse'"):
        history["mse"]


def test_text_keeps_every_bit():
    history = made()
    text = history.to_jsonl()
    assert [json.loads(line)["step"] for line in text.splitlines()] == [1, 2]
    assert History.from_jsonl(text, history.summary) == history


def test_numbers_that_are_not_finite_become_null():
    history = History(records=[Record(step=1, steps=1, loss=float("nan"), validation=float("inf"))])
    row = json.loads(history.to_jsonl())
    assert row["loss"] is None and row["validation"] is None


@pytest.mark.parametrize("text", ["{", "[1]", '{"step": 1}', "3"])
def test_text_that_is_no_history(text):
    with pytest.raises(ValueError, match=r"one JSON record a line\. Got .* in line 1\. Save it again"):
        History.from_jsonl(text)
