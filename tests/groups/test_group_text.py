"""Names, text and errors of groups."""

import dataclasses

import numpy as np
import pytest

from scalaremlp.groups import (
    GL,
    O11,
    O13,
    SO,
    SO13,
    C,
    DirectProduct,
    DkeR3,
    Embed,
    Lorentz,
    O,
    S,
    Scaling,
    SO11p,
    SO13p,
    SOp,
    Sp,
    Z,
    ZksZnxZn,
    parse,
)
from scalaremlp.groups._check import integers


def test_short_names_are_the_groups_they_stand_for():
    assert Lorentz() == O13() == O(1, 3) and O11() == O(1, 1)
    assert SO13() == SO(1, 3) and SO13p() == SOp(1, 3) and SO11p() == SOp(1, 1)
    assert O(3) == O(3, 0) and hash(O(3)) == hash(O(3, 0))
    assert O(3) != SO(3) and S(3) != Z(3)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("O(1,3)", O(1, 3)),
        (" Lorentz( ) ", O(1, 3)),
        ("O(p=2, q=1)", O(2, 1)),
        ("SO13p()", SOp(1, 3)),
        ("O(3)*SO13()", O(3) * SO(1, 3)),
        ("O(3)*(S(2)*Z(2))", O(3) * S(2) * Z(2)),
        ("DirectProduct(O(3), S(2))", O(3) * S(2)),
        ("Lorentz", O(1, 3)),
        ("O(3) × S(4)", O(3) * S(4)),
        ("O(3)⊗S(4)", O(3) * S(4)),
        ("O(3) x S(4)", O(3) * S(4)),
        ("SO⁺(1,3)", SOp(1, 3)),
        ("SO+(1,3)*O(3)", SOp(1, 3) * O(3)),
        ("SO(1, 3)⁺", SOp(1, 3)),
        ("O\N{NO-BREAK SPACE}(3)\N{ZERO WIDTH SPACE}", O(3)),
        ("Ｏ（３）", O(3)),
    ],
)
def test_text_is_read(text, group):
    assert parse(text) == group


def test_further_names_may_stand_for_groups():
    assert parse("G*O(3)", {"G": S(2)}) == S(2) * O(3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SO3(3)", "A group must have a known name. Got 'SO3'. Did you mean SO"),
        ("SO", "Write SO(…) with its arguments"),
        ("O(1,3", "Got 'O(1,3'. Check the brackets."),
        ("O(3)+O(2)", "Got 'O(3) + O(2)'. Use names and `*` alone."),
        ("O(x)", "Got 'x'."),
        ("O(1,2,3)", "O takes other arguments. Got O(1, 2, 3). Write for example"),
        ("__import__('os')", "A group must have a known name. Got '__import__'."),
        ("O(__import__('os'))", "A group must have a known name. Got '__import__'."),
        ("", "A group is written like"),
    ],
)
def test_text_that_names_no_group(text, message):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        parse(text)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("SO3", "Did you mean 'SO(3)'?"),
        ("O3", "Did you mean 'O(3)'?"),
        ("so3", "Did you mean 'SO(3)'?"),
        ("so(3)", "Did you mean 'SO(3)'?"),
        ("lorentz()*s4", "Did you mean 'Lorentz()*S(4)'?"),
        ("SO_3", "Did you mean 'SO(3)'?"),
        ("SU-2", "Did you mean 'SU(2)'?"),
        ("O 3", "Did you mean 'O(3)'?"),
        ("O[3]", "Did you mean 'O(3)'?"),
        ("O{3}*S(4)", "Did you mean 'O(3)*S(4)'?"),
        ("O1,3", "Did you mean 'O(1,3)'?"),
        ("O(1 3)", "Did you mean 'O(1,3)'?"),
        ("O31", "Did you mean 'O(3,1)' or 'O(31)'?"),
        ("O(3) S(4)", "Did you mean 'O(3)*S(4)'?"),
        ("O(3), S(4)", "Did you mean 'O(3)*S(4)'?"),
        ("SE(3)", "Translations are no matrices: take differences of places as inputs, and the group 'SO(3)'."),
        ("Poincaré", "Translations are no matrices: take differences of places as inputs, and the group 'Lorentz'."),
    ],
)
def test_what_was_probably_meant(text, remedy):
    with pytest.raises(ValueError) as error:
        parse(text)
    assert str(error.value) == f"A group is written like 'O(1,3)' or 'SO(3)*S(4)'. Got {text!r}. {remedy}"


def test_names_of_a_user_come_first():
    assert parse("so * O(3)", {"so": S(2)}) == S(2) * O(3)
    with pytest.raises(ValueError, match="Check the brackets"):
        parse("O(3) x O(3)", {"x": S(2)})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: O(0), "O(p, q) needs p + q >= 1. Got O(0). Write for example O(3) or O(1,3)."),
        (lambda: O(True), "Got p = True."),
        (lambda: O(3, -1), "O(p, q) needs integers of at least 0. Got q = -1. Write for example O(3, 3)."),
        (lambda: GL(0), "GL(n) needs an integer of at least 1. Got n = 0."),
        (lambda: Sp(0), "Sp(n) needs an integer of at least 1. Got n = 0. Write for example Sp(3)."),
        (lambda: SOp(2, 2), "SOp(1, q) needs p = 1 and q >= 1. Got SOp(2,2). For other signatures use SO(p, q)."),
        (lambda: C(0), "C(k) needs an integer of at least 1. Got k = 0. Write for example C(3)."),
        (lambda: DkeR3(0), "D(k) needs an integer of at least 1. Got k = 0. Write for example D(3)."),
        (lambda: ZksZnxZn(3, 5), "k must be 2 or 4. Got k = 3. Write for example ZksZnxZn(4,5)."),
        (lambda: Scaling(0), "Scaling(n) needs an integer of at least 1. Got n = 0."),
        (lambda: Embed(SO(2), 3, -1), "Got first = -1. Write for example Embed(SO(2), 3, 0)."),
        (
            lambda: Embed(SO(2), 3, 2),
            "needs size ≥ first + 2. Got size = 3 and first = 2. Write for example Em",
        ),
        (lambda: DirectProduct(O(3)), "two factors or more. Got (O(3),). Write for example O(3) * S(4)."),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        make()
    assert message in str(error.value)


@pytest.mark.parametrize("value", ["3", 1.5, None, True])
def test_integers_are_asked_for(value):
    @dataclasses.dataclass(frozen=True)
    class Own:  # not from the package, whose annotations the test suite checks at run time
        n: object

    with pytest.raises(ValueError) as error:
        integers(Own(value), "n", least=1)
    assert str(error.value) == f"Own(n) needs an integer of at least 1. Got n = {value!r}. Write for example Own(3)."
    own = Own(np.int64(5))
    integers(own, "n", least=1)
    assert type(own.n) is int


def test_only_groups_are_multiplied():
    with pytest.raises(TypeError, match="unsupported operand"):
        O(3) * 2


def test_only_groups_are_embedded(unchecked):
    with pytest.raises(TypeError, match=r"^Embed acts by a group\. Got 2\. Write for example Embed\(SO\(2\), 3\)\.$"):
        Embed(2, 3)


def test_groups_are_values():
    with pytest.raises(AttributeError):
        O(3).p = 4
    assert sorted([S(5), O(3)]) == [O(3), S(5)]
