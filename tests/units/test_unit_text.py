"""Units from text, and back."""

from fractions import Fraction

import pytest

from scalaremlp.units import DIMENSIONLESS, Unit, as_unit, parse

METRE, SECOND = parse("m"), parse("s")


def dimension(**powers):
    names = ("kg", "m", "s", "A", "K", "mol", "cd")
    return tuple(Fraction(powers.get(name, 0)) for name in names)


@pytest.mark.parametrize(
    "text, powers, factor",
    [
        ("kg", {"kg": 1}, 1),
        ("g", {"kg": 1}, 1e-3),
        ("N", {"kg": 1, "m": 1, "s": -2}, 1),
        ("kg m/s^2", {"kg": 1, "m": 1, "s": -2}, 1),
        ("kg·m·s⁻²", {"kg": 1, "m": 1, "s": -2}, 1),
        ("kg*m*s**-2", {"kg": 1, "m": 1, "s": -2}, 1),
        ("kg m s-2", {"kg": 1, "m": 1, "s": -2}, 1),
        ("kg m2 s−2", {"kg": 1, "m": 2, "s": -2}, 1),
        ("cmH2O", {"kg": 1, "m": -1, "s": -2}, 98.0665),
        ("m^(1/3)", {"m": Fraction(1, 3)}, 1),
        ("(kg m)^0.5", {"kg": Fraction(1, 2), "m": Fraction(1, 2)}, 1),
        ("J/(kg K)", {"m": 2, "s": -2, "K": -1}, 1),
        ("J/kg/K", {"m": 2, "s": -2, "K": -1}, 1),
        ("10^-3 kg", {"kg": 1}, 1e-3),
        ("1/s", {"s": -1}, 1),
        ("GeV", {"kg": 1, "m": 2, "s": -2}, 1.602176634e-10),
        ("eV/c^2", {"kg": 1}, 1.602176634e-19 / 299792458**2),
        ("µm", {"m": 1}, 1e-6),
        ("Å", {"m": 1}, 1e-10),
        ("Ω", {"kg": 1, "m": 2, "s": -3, "A": -2}, 1),
        ("V", {"kg": 1, "m": 2, "s": -3, "A": -1}, 1),
        ("cd mol", {"cd": 1, "mol": 1}, 1),
        ("delta_degC", {"K": 1}, 1),
        ("rad", {}, 1),
        ("%", {}, 0.01),
        *((text, {}, 1) for text in ("", "1", "-", "–", " ")),
    ],
)
def test_what_a_text_names(text, powers, factor):
    found = parse(text)
    assert found.exponents == dimension(**powers)
    assert found.factor == pytest.approx(factor, rel=1e-9)
    assert found.dimensionless == (not powers)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("degC", "A unit must be a size: .* Got 'degC', a scale with an offset.* temperatures to K"),
        ("m/degC", "Got 'degC', a scale with an offset"),
        ("dB", "Got 'dB', a scale with an offset or of logarithms"),
        ("Kg", "Got 'Kg'. Did you mean kg?"),
        ("m/foo", "A unit must be one that pint knows. Got 'foo'. Use its usual sign"),
        ("nan", "one that pint knows. Got 'nan'"),
        ("J/kg K", r"Got 'J/kg K'. Write J/\(kg K\) or K J/kg"),
        ("W/m*K", r"Write W/\(m K\)"),
        ("m^1/2", "Put a number in front, exponents in brackets"),
        ("m + s", r"Got 'm \+ s'. Leave '\+' out"),
        ("9**9**9", "product of powers"),
        ("m^", "product of powers"),
        ("m^0.333", "fractions up to 40"),
        ("m^(1/0)", "Write exponents as numbers"),
        ("m^1000", "fractions up to 40"),
        ("(m", "Close each bracket"),
        ("m)", "Close each bracket"),
        ("m s" * 100, "Got 300 signs"),
        ("m\n\x1b[31m", r"Got 'm\\\\n"),
        ("0 m", "factor of a unit must be a finite number above 0"),
        ("1e400 m", "factor of a unit must be a finite number above 0"),
        ("€", "one that pint knows"),
    ],
)
def test_what_is_refused_says_why(text, reason):
    with pytest.raises(ValueError, match=reason) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("unchecked")
def test_a_unit_is_text():
    with pytest.raises(TypeError, match="must be text or a Unit"):
        parse(3)
    assert as_unit(METRE) is METRE


def test_arithmetic_is_exact():
    speed = METRE / SECOND
    assert speed == parse("m/s") and speed * SECOND == METRE and hash(speed) == hash(parse("m/s"))
    assert ((METRE**2) ** Fraction(1, 2)) == METRE and METRE**0 == DIMENSIONLESS
    assert parse("km") != METRE and parse("km").dimension == METRE.dimension
    assert parse("l") == parse("dm^3")


@pytest.mark.parametrize("text", ["kg m/s^2", "m^(1/2)", "1/s", "kg/(m s^2)", "1/(m s)", "1"])
def test_the_text_of_a_result_reads_as_the_same_unit(text):
    result = parse(text) * DIMENSIONLESS
    assert str(result) == text and parse(str(result)) == result


def test_a_factor_stands_in_front():
    assert str(parse("km") * parse("m")) == "1000.0 m^2"
    assert parse(str(parse("eV") * parse("km"))) == parse("eV") * parse("km")


def test_latex():
    assert (
        parse("N") * parse("m") / parse("K")
    ).latex == r"\mathrm{kg}\,\mathrm{m}^{2}\,\mathrm{s}^{-2}\,\mathrm{K}^{-1}"
    assert parse("eV").latex.startswith(r"1.602176634 \times 10^{-19}\,\mathrm{kg}") and parse("rad").latex == "1"


def test_a_unit_has_seven_exponents():
    with pytest.raises(ValueError, match="an exponent for each of kg, m, s"):
        Unit((Fraction(1),))


def test_a_factor_out_of_range_is_refused():
    with pytest.raises(ValueError, match="factor of a unit must be a finite number"):
        parse("hbar") ** 12
