"""Each hint is told where it is due, and where it is not there is none."""

import json
from dataclasses import replace

import pytest

from scalaremlp.train import Ending
from scalaremlp.train._errors import Errors
from scalaremlp.train._hints import HINTS, hints_of
from scalaremlp.train._repeats import Repeats
from scalaremlp.train._smaller import Remedy
from scalaremlp.train._verdict import Verdict

NAN = float("nan")


def errors(relative, samples=800, share=0.05, **terms):
    return Errors(samples, relative**0.5, 1.0, 0.5 * relative**0.5, 3 * relative**0.5, share, 7, terms)


WELL = Verdict(
    training=errors(1e-5), held_out=errors(3e-5, 200), test=errors(4e-5, 5000), ending=Ending.SETTLED,
    stopped="10 iterations lowered the objective by less than 0.02", iterations=80, falling=1.2, noise=0.01,
    residuals=2400, parameters=500, determined=120.0, group="O(3)", targets={"T(1)": 1.5}, scalars=("<x1,x2>", 2.0),
    ranges={"<x1,x1>": (0.1, 9.0)}, largest="|x1| = 4.2", outside={"rows": 3, "of": 5000, "scalar": "<x1,x1>"},
)  # fmt: skip
BAD = replace(WELL, training=errors(0.7), held_out=errors(0.72), test=errors(0.74))
THROUGH = replace(WELL, training=errors(1e-28), held_out=None, test=None, parameters=2400)
SO3 = Remedy("SO(3)", 1, 3, 0.6)
CUT = {"ending": Ending.ITERATIONS, "stopped": "120 iterations made", "falling": 4.0}

SICK = {
    "not finite": [replace(WELL, ending=Ending.NOT_FINITE), replace(WELL, test=errors(NAN))],
    "no covariants": [replace(WELL, bare=("T(1)",), test=errors(0.5, **{"T(0)": 1e-5, "T(1)": 1.0}))],
    "symmetry": [replace(WELL, packed=(("T(2)", "Sym(2)"),)), replace(WELL, packed=(("T(3)", "Alt(3)"),))],
    "group": [replace(BAD, remedy=SO3), replace(BAD, remedy=SO3._replace(gain=NAN)),
              replace(WELL, training=errors(0.02), remedy=SO3)],
    "input": [BAD, replace(BAD, remedy=SO3._replace(gain=0.01)), replace(BAD, test=None)],
    "repeats": [replace(BAD, repeats=Repeats(40, 0.8)), replace(WELL, repeats=Repeats(2, 0.06))],
    "samples": [replace(WELL, test=errors(0.3, 5000)), replace(WELL, test=None, held_out=errors(0.2)),
                replace(WELL, training=errors(0.03), test=errors(0.3)),
                replace(WELL, training=errors(0.01), held_out=None, test=errors(0.07, 5000)),
                replace(THROUGH, ending=Ending.AT_ROUNDING), replace(THROUGH, ending=Ending.STUCK),
                replace(WELL, test=errors(0.3), **CUT)],  # more steps would fit the training samples alone
    "convergence": [replace(WELL, test=errors(0.01), **CUT),
                    replace(WELL, test=errors(0.3), **CUT | {"ending": Ending.STEPS}),
                    replace(WELL, test=errors(0.01), **CUT | {"iterations": 6, "falling": 1.0})],
    "range": [replace(WELL, outside={"rows": 300, "of": 5000, "scalar": "<x1,x1>"}, test=errors(relative))
              for relative in (1e-4, 3)],
    "targets": [replace(WELL, targets={"T(0)": 8.1, "T(1)": 1.0}),
                replace(WELL, targets={"T(1)": 5.0}, test=errors(1e-11))],
    "scalars": [replace(WELL, scalars=("<x1,x2>", 9.0))],
    "single": [replace(WELL, test=errors(e, 5000, share=0.94)) for e in (0.05, 0.5)],
}  # fmt: skip


def test_every_hint_is_tried():
    assert SICK.keys() == HINTS.keys()


@pytest.mark.parametrize("name, verdict", [(name, each) for name, every in SICK.items() for each in every])
def test_a_disease_is_named_alone(name, verdict):
    assert [*hints_of(verdict)] == [name]
    assert [*hints_of(Verdict.from_dict(json.loads(json.dumps(verdict.as_dict()))))] == [name], "also when read back"


@pytest.mark.parametrize(
    "verdict",
    [
        WELL,
        Verdict(),
        Verdict(losses=(0.5, 0.6), ending=Ending.STEPS),
        replace(WELL, held_out=None, test=None),
        replace(THROUGH, ending=Ending.LINEAR),
        replace(THROUGH, held_out=errors(1e-5)),
        replace(THROUGH, parameters=2399),
        replace(WELL, **CUT),  # so small that it does not matter
        replace(WELL, test=errors(0.01), **CUT | {"falling": 1.1}),
        replace(WELL, training=errors(0.04), held_out=errors(0.05), test=errors(0.05)),  # noise
        replace(WELL, remedy=SO3._replace(gain=0.02)),
        replace(WELL, repeats=Repeats(40, 0.04)),  # measured twice
        replace(WELL, test=errors(0.03, 10, share=0.9)),  # of few samples one may be large
        replace(WELL, test=errors(1e-6, 5000, share=0.94)),  # told, but nothing to mend
        replace(WELL, targets={"T(1)": 5.0}, test=errors(1e-13)),  # a tenth of the smallest targets is 1e-6
        replace(WELL, targets={"T(0)": 8.1}, scalars=("<x1,x2>", 9.0), knows_decades=True),
        replace(WELL, scalars=("<x1,x2>", 9.0), test=errors(1e-9)),
        replace(WELL, targets={"T(0)": 8.1}, losses=(1e-4, None), by_loss=True),
    ],
)
def test_a_healthy_fit_has_none(verdict):
    assert not hints_of(verdict)


def test_words():
    told = {name: hints_of(every[0])[name] for name, every in SICK.items()}
    assert "O(3) may be too large. SO(3) has 3 tensors and 1 scalar more, which explain 60 % of" in told["group"]
    assert "nothing of type T(1) can be made from the inputs under O(3)" in told["no covariants"]
    assert "40 samples have inputs that occur again with other outputs, 80 % of the variance apart" in told["repeats"]
    assert "800 samples are too few for 120 determined parameters" in told["samples"]
    assert "those of T(0) lie over 8 powers of ten" in told["targets"]
    assert "300 of 5000 test samples, most of them by <x1,x1>" in told["range"]
    assert "one with |x1| = 4.2 among 5000 is off by 15 times the outputs' spread" in told["single"]
    assert all(words.endswith(".") and "  " not in words for words in told.values())


def test_a_smaller_group_is_not_advised_while_the_fit_is_not_done():
    assert [*hints_of(replace(BAD, **CUT))] == ["convergence"]
    assert [*hints_of(replace(BAD, remedy=SO3, ending=Ending.NOT_FINITE))] == ["not finite"]


def test_a_term_that_cannot_be_met_hides_no_other():
    terms = {"T(0)": 0.8, "T(1)": 1.0}
    sick = replace(
        WELL, bare=("T(1)",), training=errors(0.9, **terms), held_out=errors(0.9, **terms), test=errors(0.9, **terms)
    )
    assert [*hints_of(sick)] == ["no covariants", "input"]


def test_of_few_samples_those_outside_their_range_are_one_more_sign_of_too_few():
    wide = replace(WELL, held_out=None, test=errors(0.3, 5000), outside={"rows": 300, "of": 5000, "scalar": "<x1,x1>"})
    assert [*hints_of(replace(wide, training=errors(1e-3, 20)))] == ["samples", "range"]
    assert [*hints_of(replace(wide, training=errors(1e-3, 800)))] == ["range"]
