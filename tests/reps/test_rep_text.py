"""Representations from text."""

import pytest

from scalaremlp.groups import SO, Lorentz, Matrices, O, S, U, Z
from scalaremlp.reps import Alt, Scalar, Sym, Sym0, Symmetric, T, V, parse

READ = [
    ("5*T(0)+5*T(1)", 5 * T(0) + 5 * T(1)),
    ("(T(1)+T(2))>>(T(0)+T(1)+T(2))", (T(1) + T(2)) >> (T(0) + T(1) + T(2))),
    ("V**2>>V", V**2 >> V),
    ("(V+2*V**2)*(V.T+1*V).T+V.T", (V + 2 * V**2) * (V.T + V).T + V.T),
    ("T(2)+4*T(1,0)+T(0,1)", T(2) + 4 * T(1) + T(0, 1)),
    ("2*V(Z(3))*V(S(4)) + V(O(3))**2", 2 * V(Z(3)) * V(S(4)) + V(O(3)) ** 2),
    ("(Scalar + Vector)(Lorentz())", (Scalar + V)(Lorentz())),
    ("V(O(3)*S(2)).T", V.T(O(3) * S(2))),
    ("V.conj() * V", V.conj() * V),
    ("2 + V", 2 + V),
    ("3", 3 * Scalar),
    ("2*3*V", 6 * V),
    ("V >> 2", V >> 2),
    (" (\n V ) ", V),
    ("Sym(2)+Alt(2)+T(1)", Sym(2) + Alt(2) + T(1)),
    ("Sym(2) >> 2*Sym0(2)", Sym(2) >> 2 * Sym0(2)),
    ("(Sym(3).T*V + Alt(2).conj())(U(2))", (Sym(3).T * V + Alt(2).conj())(U(2))),
    ('Symmetric(T(4), "ijkl=jikl=klij")', Symmetric(T(4), "ijkl=jikl=klij")),
    ("Symmetric(T(3), 'abc = -bac').T(O(3)) + 1", Symmetric(T(3), "ijk=-jik").T(O(3)) + 1),
    ("Sym(0) + Sym(1) + Alt(0) + Alt(1) + Sym0(1)", T(0) + T(1) + T(0) + T(1) + T(1)),
]


@pytest.mark.parametrize(("text", "rep"), READ, ids=[text for text, _ in READ])
def test_text_is_read(text, rep):
    assert parse(text) == rep and parse(str(rep)) == rep


@pytest.mark.parametrize(
    ("text", "rep"),
    [
        ("3T(1)", 3 * T(1)),
        ("3 T(1)+2\N{NO-BREAK SPACE}T(0)", 3 * T(1) + 2 * T(0)),
        (" T(1)\t+  T(0) ", T(1) + T(0)),
        ("T(1)\N{NO-BREAK SPACE}+\N{THIN SPACE}T(0)", T(1) + T(0)),
        ("3×T(1) ⊕ 2·V", 3 * T(1) + 2 * V),
        ("3 x T(1)", 3 * T(1)),
        ("V⊗V", V * V),
        ("V² + V^3", V**2 + V**3),
        ("Vector + 2Scalar", V + 2 * Scalar),
        ("2(V + 1)", 2 * (V + 1)),
        ("T(1)(Lorentz)", T(1)(Lorentz())),
        ("（T（1））", T(1)),
        ("2Sym(2) ⊕ Alt(2)", 2 * Sym(2) + Alt(2)),
        ('Symmetric(T(2), "ij=−ji")', Alt(2)),
    ],
)
def test_text_is_read_as_it_is_meant(text, rep):
    assert parse(text) == rep


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("T1", "'T(1)'"),
        ("5T0 + 5T1", "'5*T(0) + 5*T(1)'"),
        ("T₁", "'T(1)'"),
        ("T_1", "'T(1)'"),
        ("2*T[1]", "'2*T(1)'"),
        ("T{1}", "'T(1)'"),
        ("T(1;2)", "'T(1,2)'"),
        ("T12", "'T(1,2)' or 'T(12)'"),
        ("T(0), T(1)", "'T(0) + T(1)'"),
        ("[T(0), T(1)]", "'T(0) + T(1)'"),
        ("T(0) T(1)", "'T(0) + T(1)'"),
        ("2 scalars + 3 vectors", "'2*Scalar + 3*Vector'"),
        ("vector + 2scalar", "'Vector + 2*Scalar'"),
        ("t(1)(so(3))", "'T(1)(SO(3))'"),
        ("T(1) -> T(2)", "'T(1) >> T(2)'"),
        ("T(1) → T(2)", "'T(1) >> T(2)'"),
        ("5x0e + 1o", "'5*T(0) + 1*T(1)'"),
        ("T(2)(SO3)", "'T(2)(SO(3))'"),
        ("Sym2 + alt(2)", "'Sym(2) + Alt(2)'"),
    ],
)
def test_what_was_probably_meant(text, meant):
    rule = "A representation is written like '5*T(0) + 5*T(1)' or 'V**2 >> V'."
    with pytest.raises(ValueError) as error:
        parse(text)
    assert str(error.value) == f"{rule} Got {text!r}. Did you mean {meant}?"


def test_a_text_that_is_read_is_not_changed():
    group = Matrices(lie_algebra=[[[1e-5, 0.0], [0.0, 2e300]]], name="3 T(1) × x^2")
    assert parse(str(V(group))) == V(group) and parse(str(V(group))).leaves[0].group.name == group.name


def test_further_names():
    assert parse("T(2)(G)*W", {"G": SO(3), "W": V(S(4))}) == T(2)(SO(3)) * V(S(4))


@pytest.mark.parametrize(
    ("rep", "text"),
    [
        (5 * T(0) + 5 * T(1), "5*T(0) + 5*T(1)"),
        (V.T * V, "T(0,1)*T(1)"),
        ((5 * T(0) + 5 * T(1))(O(3)), "(5*T(0) + 5*T(1))(O(3))"),
        (T(2)(O(3)), "T(2)(O(3))"),
        (2 * V(Z(3)) * V(S(4)) + V(O(3)) ** 2, "2*T(1)(Z(3))*T(1)(S(4)) + T(2)(O(3))"),
        ((2 + V) * (1 + V.conj()), "(2*T(0) + T(1))*(T(0) + T(1).conj())"),
        (2 * ((1 + V) * V), "2*((T(0) + T(1))*T(1))"),
        (0 * V, "0"),
        ((2 * Sym(2) + Alt(2).T)(O(3)), "(2*Sym(2) + Alt(2).T)(O(3))"),
        (Symmetric(T(4), "abcd = bacd = cdab")(O(3)), '(Symmetric(T(4), "abcd=bacd=cdab"))(O(3))'),
    ],
    ids=str,
)
def test_text_is_short(rep, text):
    assert str(rep) == repr(rep) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("T(1", "Got 'T(1'. Check the brackets and operators."),
        ("Vektor", "A representation must have a known name. Got 'Vektor'. Did you mean Vector"),
        ("Q(3)", "A representation must have a known name. Got 'Q'. Use one of V, Vector, Scalar, T, Sym, Alt, Sym0, "),
        ("V(T(3))", "A group must have a known name. Got 'T'."),
        ("V(O(0))", "O(p, q) needs p + q >= 1. Got O(0)."),
        ("T(-1)", "Got '-1'. Use names, whole numbers, +, *, **, >> and .T alone."),
        ("0.5*V", "Got '0.5'."),
        ("V - V", "Got 'V - V'. The operators are +, *, ** and >>, of representations."),
        ("9**9**9", "The operators are +, *, ** and >>, of representations."),
        ("T(1,2,3)", "A representation is written like '5*T(0) + 5*T(1)' or 'V**2 >> V'. Got 'T(1,2,3)'."),
        ("V.size", "Got 'V.size'."),
        ("Sym(200)", "tensors of order 64 at most"),
        ("Symmetric(T(2))", 'Write for example Symmetric(T(2), "ij=-ji").'),
        ("Sym0(2)(GL(2))", "Got Sym0(2) for GL(2). Use Sym(2), which keeps the traces."),
        ("__import__('os').system('true')", "Got "),
        ("[V][0]", "Got '[V][0]'."),
        ("", "A representation is written like"),
    ],
)
def test_text_that_is_no_representation(text, message):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        parse(text)
    assert message in str(error.value)
