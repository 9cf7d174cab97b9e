"""A fit ends in one of a few ways, each with its words; sentences are read from old histories alone."""

import pytest

from scalaremlp.train import Ending, History
from scalaremlp.train._endings import WORDS, ending_of

NUMBERS = {"window": 10, "tolerance": 0.02, "steps": 120, "step": 300}
SAVED = {
    "the linear part alone leaves no more than rounding errors": Ending.LINEAR,
    "the residuals are at the rounding of float64": Ending.AT_ROUNDING,
    "10 iterations lowered the objective by less than 0.02": Ending.SETTLED,
    "no step lowers the objective any more": Ending.STUCK,
    "120 iterations made": Ending.ITERATIONS,
    "all steps made": Ending.STEPS,
    "no better validation loss within 50 steps": Ending.PATIENCE,
    "the loss was not finite by step 300": Ending.NOT_FINITE,
    "the covariance of the largest evidence was found": Ending.EVIDENCE,
    "a linear solve was made": Ending.SOLVED,
}


def test_every_ending_has_words_of_its_own():
    assert set(WORDS) == set(Ending) == set(SAVED.values())
    for of in (lambda words: words.sentence, lambda words: words.meaning):
        assert len({of(words) for words in WORDS.values()}) == len(Ending)


@pytest.mark.parametrize("ending", Ending)
def test_a_sentence_is_read_back(ending):
    assert ending_of({"stopped": ending.sentence(**NUMBERS)}) is ending
    assert ending_of({"stopped": "in other words", "ending": ending.value}) is ending


@pytest.mark.parametrize("sentence", SAVED)
def test_histories_from_before_there_were_endings(sentence):
    old = {"optimizer": "Adam", "reason": "asked for", "stopped": sentence, "kept": "the last"}
    history = History.from_jsonl("", old)
    assert (history.ending, history.stopped, history.kept) == (SAVED[sentence], sentence, "the last")
    assert History.from_jsonl("", history.summary) == history


def test_a_history_of_another_method_keeps_its_sentence():
    history = History(stopped="the budget is spent")
    assert history.ending is None and History.from_jsonl("", history.summary).stopped == "the budget is spent"


def test_what_is_known_of_convergence():
    known = {ending: ending.converged for ending in Ending}
    assert [ending for ending, value in known.items() if value is False] == [Ending.ITERATIONS, Ending.NOT_FINITE]
    assert known[Ending.STEPS] is None and "not converged" in Ending.ITERATIONS.meaning
