"""Enormous types are refused by their text, before anything is made of them."""

import pytest

from scalaremlp.cli import main
from scalaremlp.reps import parse
from scalaremlp.runs.types import check_group

ENORMOUS = [
    "100000000*(T(0)+T(1))", "T(100000)", "T(100000000)", "V**100000", "Scalar**100000000", "10**8*(T(0)+T(1))",
    "1000*(1000*(1000*T(0)))", "(1000*V)**3", "(T(0)+T(1))**60", "T(50) >> T(50)", "T(1)+" * 5000 + "T(1)",
    "T(50000, 50000)", "T(1000*100)", "V**(10*10000)", "T(99999 + 1)", "(V**40)(O(3))*V**40",
]  # fmt: skip


@pytest.mark.parametrize("text", ENORMOUS, ids=lambda text: text[:30])
def test_an_enormous_type(text, capsys):
    assert main(["info", "--rep-in", "T(1)", "--rep-out", text, "--group", "O(3)"]) == 2
    assert main(["basis", text, "O(3)"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and all(len(line) < 300 and " Got " in line for line in lines)


@pytest.mark.parametrize("text", ["S(30000)", "DkeR3(1000000000)", "O(1001)"])
def test_an_enormous_group(text, capsys):
    assert main(["basis", "T(1) >> T(1)", text]) == 2
    assert main(["info", "--rep-in", "T(1)", "--rep-out", "T(1)", "--group", text]) == 2
    assert capsys.readouterr().err.count("at most 1000 rows") == 2


AS_PEOPLE_WRITE = ["3T(100000)", "V^100000", "100000000(T(0) ⊕ T(1))"]


@pytest.mark.parametrize("text", [*ENORMOUS, *AS_PEOPLE_WRITE], ids=lambda text: text[:30])
def test_an_enormous_type_as_it_is_read_from_folders(text):
    with pytest.raises(ValueError, match=r"^A (type|representation) .* Got .{1,90}\. "):
        parse(text)


def test_types_and_groups_of_any_sensible_size_pass():
    for text in ("5*T(0) + 5*T(1)", "1000000*T(0)", "999*(1000*T(0))", "V**2 >> V", "T(3,4)", "V²", "3T(1) ⊕ 2 Scalar"):
        parse(text)
    for text in ("O(1000)", "O(1,3)", "S(5)", "Lorentz", "(", "", "DkeR3(12)"):
        check_group("--group", text)
    with pytest.raises(ValueError, match="at most 1000000 terms"):
        parse("1000001*T(0)")
