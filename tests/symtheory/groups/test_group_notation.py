"""The text notation: what it builds, and what it says of bad texts; nothing is ever evaluated."""

import re
import string

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from samples import named

from symtheory.errors import BudgetError, GroupAxiomError, SpecError, SymtheoryError
from symtheory.groups.automorphisms import find_isomorphism
from symtheory.groups.constructions import (
    closure,
    direct_power,
    direct_product,
    homomorphism,
    quotient,
    semidirect_product,
    subgroup,
)
from symtheory.groups.families import cyclic, dihedral, symmetric
from symtheory.groups.matrices import matrix_group, parse_matrix
from symtheory.groups.names import NAMES
from symtheory.groups.notation import parse_group
from symtheory.groups.permutations import cycles_text, parse_cycles, permutation_group
from symtheory.groups.presentation import presented_group
from symtheory.groups.recognition import recognize

ORDERS = {
    "Z12": 12, "C12": 12, "D59": 118, "Dic5": 20, "Q8": 8, "Q16": 16, "S5": 120, "A5": 60,
    "SL(2,3)": 24, "GL(2,3)": 48, "PSL(2,7)": 168, "GL(3,2)": 168, "Heis(5)": 125, "F(7,3)": 21,
    "AGL(1,7)": 42, "U(15)": 8, "Z2^4": 16, "Z4 x Z6": 24, "S3 x Z2": 12, "S3xZ2×Z2": 24,
    "Z7 : Z3 by 1 -> {1 -> 2}": 21, "Z7 ⋊ Z3 by 1 -> {1 -> 2}": 21, "(Z2 x Z2) x Z3": 12,
    "(Z2 x Z2) : Z3 by 1 -> {(1, 0) -> (0, 1), (0, 1) -> (1, 1)}": 12,
    "Z3 : (Z2 x Z2) by (1, 0) -> {1 -> 2}, (0, 1) -> {1 -> 1}": 12,
    "S4 / <(1 2)(3 4), (1 3)(2 4)>": 6, "Q8 / <-1>": 4, "SL(2,5) / <[4 0; 0 4]>": 60,
    "sub(S5; (1 2 3 4 5), (2 5)(3 4))": 10, "sub(D12; r^2, r*s)": 12, "sub(Q8; i*j^-1)": 4,
    "<a, b | a^7, b^3, b^-1*a*b = a^2>": 21, "<a, b | a^2 = b^3 = (a b)^5 = 1>": 60,
    "<x, y | x^4, y^2, [x, y]>": 8, "<a, b | a^2, b^3, (a*b)^7, [a, b]^4>": 168, "< | >": 1,
    "<(1 2 3), (1 2)>": 6, "<(1,2,3,4)(5 6)>": 4, "<()>": 1,
    "<[1 1; 0 1], [1 0; 1 1]> mod 5": 120, "<[0 1; -1 0]> mod 7": 4,
}  # fmt: skip


@pytest.mark.parametrize(("text", "order"), ORDERS.items())
def test_orders(text: str, order: int) -> None:
    group = parse_group(text)
    assert group.order == order
    assert len(set(group.labels)) == order
    # Labels name their elements, and the name of the group reads back where it is notation.
    assert [group.element(label) for label in group.labels] == list(range(order))


@pytest.mark.parametrize("name", NAMES.values(), ids=lambda n: n.example)
def test_examples_of_all_names(name: object) -> None:
    text = name.example  # type: ignore[attr-defined]
    group = parse_group(text)
    expected = {"C12": "Z12"}.get(text, text)
    assert group.name == expected


ISOMORPHIC = [
    ("D3", "S3"), ("Dic2", "Q8"), ("Heis(2)", "D4"), ("PSL(2,5)", "A5"), ("AGL(1,5)", "F(5,4)"),
    ("SL(2,2)", "S3"), ("GL(3,2)", "PSL(2,7)"), ("PSL(2,3)", "A4"), ("U(15)", "Z2 x Z4"),
    ("<a, b | a^8, b^2, b*a*b = a^-1>", "D8"), ("<a, b | a^4, a^2 = b^2, b^-1*a*b = a^-1>", "Q8"),
    ("<a, b, c | a^2, b^2, c^2, (a*b)^3, (b*c)^3, (a*c)^2>", "S4"),
    ("<a, b | a^3, b^3, [a,b]*a = a*[a,b], [a,b]*b = b*[a,b]>", "Heis(3)"),
    ("S4 / <(1 2)(3 4), (1 3)(2 4)>", "S3"), ("sub(S4; (1 2 3), (1 2)(3 4))", "A4"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), ISOMORPHIC)
def test_two_definitions_of_one_group(first: str, second: str) -> None:
    a, b = parse_group(first), parse_group(second)
    images = find_isomorphism(a, b)
    assert images is not None
    assert np.array_equal(images[a.table], b.table[np.ix_(images, images)])


@pytest.mark.parametrize(
    ("first", "second"),
    [("D4", "Q8"), ("Z4 x Z2", "Z2^3"), ("D6", "A4"), ("Heis(3)", "Z3^3"), ("S4", "SL(2,3)"),
     ("Z9 : Z3 by 1 -> {1 -> 4}", "Heis(3)")],
)  # fmt: skip
def test_groups_that_are_not_isomorphic(first: str, second: str) -> None:
    assert find_isomorphism(parse_group(first), parse_group(second)) is None


def test_recognized_names_read_back() -> None:
    texts = [
        "Z4 x Z6",
        "S3 x Z2",
        "S3 x Z2 x Z2",
        "AGL(1,7)",
        "Z3 : Z8 by 1 -> {1 -> 2}",
        "Heis(3)",
    ]
    for text in texts:
        known = recognize(named(text))
        assert known.is_named
        again = parse_group(known.group.name)
        assert np.array_equal(again.table, known.group.table)


def test_labels_and_products_of_words() -> None:
    assert parse_group("D4").labels == ("1", "r", "r^2", "r^3", "s", "rs", "r^2s", "r^3s")
    assert parse_group("Z2 x Z3").labels[4] == "(1, 1)"
    assert parse_group("<a, b | a^2, b^2, (a*b)^2>").labels == ("1", "a", "b", "a*b")
    q = parse_group("Q8")
    assert q.labels[q.element("i*j*k")] == "-1"
    assert q.element("i^-1") == q.element("-i")
    s = parse_group("S4")
    assert s.labels[s.element("(1 2)*(2 3)")] == "(1 2 3)"
    f = parse_group("F(7,3)")
    assert f.labels[f.element("2x*x+1")] == "2x+2"  # maps compose from right to left


BAD = [
    ("", 1, "expected a group"),
    ("   ", 4, "expected a group"),
    ("x", 1, 'no group is called "x"'),
    ("PLS(2,7)", 1, "did you mean PSL"),
    ("Sym5", 1, "did you mean S "),
    ("Heis5", 5, "takes parameters in brackets"),
    ("SL(2)", 1, "takes 2 parameter"),
    ("D", 2, "a whole number"),
    ("Z0", 1, "at least one element"),
    ("Z4 x (Z6", 9, 'the bracket "(" of column 6'),
    ("Z4 x Z6)", 8, "expected the end"),
    ("Z4 x", 5, "expected a group"),
    ("Z3 Z4", 4, "expected the end"),
    ("Z" + "9" * 40, 2, "40 digits"),
    ("(" * 60 + "Z2" + ")" * 60, 42, "nested more than 40 deep"),
    ("__import__('os').system('true')", 1, "expected a group"),
    ("exec(1)", 1, 'no group is called "exec"'),
    ("lambda: 0", 1, 'no group is called "lambda"'),
    ("SL(2,4)", 1, "prime modulus"),
    ("F(7,4)", 1, "divide p - 1 = 6"),
    ("Q12", 1, "8, 16, 32"),
    ("AGL(2,3)", 1, "only AGL"),
    ("Z7 : Z3", 8, "needs its action"),
    ("Z7 : Z3 by 1 -> {1 -> 3}", 1, "no homomorphism"),
    ("Z7 : Z3 by 1 -> {1 -> 0}", 1, "automorphism"),
    ("Z7 : Z3 by 0 -> {1 -> 2}", 1, "generate only 1 of the 3"),
    ("(Z2 x Z2) : Z3 by 1 -> {(1, 0) -> (0, 1)}", 1, "generate only 2 of the 4"),
    ("Z7 : Z3 by 9 -> {1 -> 2}", 12, "is no element of Z3"),
    ("S4 / (1 2)", 6, "a quotient is written"),
    ("sub(S4; (1 2 9))", 9, "is no element of S4"),
    ("sub(S4 (1 2))", 8, "a subgroup is written"),
    ("<a, b | a^2", 12, 'expected "," or ">"'),
    ("<a, a | a^2>", 5, "listed twice"),
    ("<a | c>", 6, "not one of the generators a"),
    ("<a | a^>", 8, "a whole number"),
    ("<a | a^9999999>", 6, "longer than"),
    ("<a | (a>", 8, 'the bracket "(" of column 6'),
    ("<a | [a, a>", 11, 'the bracket "[" of column 6'),
    ("<a | " + "(" * 80 + "a" + ")" * 80 + ">", 57, "nested more than 50"),
    ("<a b | a>", 4, 'expected "|"'),
    ("<(1 2 3), (1 2 2)>", 11, "twice in one cycle"),
    ("<(1 2) junk>", 2, "cannot read the permutation"),
    ("<(1 2 3>", 2, "never closed"),
    ("<(0 1)>", 2, "1..5000"),
    ("<(1 99999)>", 2, "1..5000"),
    ("<[1 1; 0 1]>", 13, "need their prime"),
    ("<[1 1; 0 1]> mod 6", 1, "modulo a prime"),
    ("<[1 1; 1 1]> mod 5", 1, "determinant is 0"),
    ("<[1 1; 0]> mod 5", 2, "not square"),
    ("<[1 a; 0 1]> mod 5", 2, "no integer"),
    ("<[1], [1 1; 0 1]> mod 5", 1, "of one size"),
    ("Z2^0", 1, "at least 1"),
    ("Z2^x", 4, "a whole number"),
]


@pytest.mark.parametrize(("text", "column", "words"), BAD, ids=[b[0][:30] for b in BAD])
def test_bad_texts_name_the_column(text: str, column: int, words: str) -> None:
    with pytest.raises(SpecError, match=re.escape(words)) as caught:
        parse_group(text)
    assert f"at column {column}: " in str(caught.value)
    assert "\n" not in str(caught.value)


TOO_LARGE = [
    "S99", "S7", "S999999999", "A99", "Z2521", "Z999999999", "D1261", "Z2^12", "Z2^999999999",
    "Z50 x Z51", "GL(2,11)", "GL(9999999,2)", "SL(3,5)", "PSL(2,999999937)", "Heis(14)",
    "U(999999)",
    "F(999999937,2)", "<(1 2 3 4 5 6 7), (1 2)>", "<a | a^3000>", "<[1 1; 0 1], [1 0; 1 1]> mod 97",
    "S5 x S5", "Q4096", "Dic999999999", "AGL(1,53)",
]  # fmt: skip


@pytest.mark.parametrize("text", TOO_LARGE)
def test_orders_above_the_limit_are_refused(text: str) -> None:
    with pytest.raises(BudgetError, match="2520"):
        parse_group(text)


def test_infinite_presentations_stop() -> None:
    with pytest.raises(BudgetError, match=r"infinite: its abelianization has the free part Z\^2"):
        parse_group("<a,b|>")
    with pytest.raises(BudgetError, match=r"free part Z\^1"):
        parse_group("<a, b | a^2, [a, b]>")
    # The modular group is infinite with a finite abelianization: only the bound ends it.
    with pytest.raises(BudgetError, match=r"bound of 2000 cosets; raise it with max_cosets"):
        parse_group("<a, b | a^2, b^3>", max_cosets=2000)


def test_the_bound_decides() -> None:
    text = "<a, b | a^2, b^3, (a*b)^7, [a, b]^4>"
    with pytest.raises(BudgetError, match="bound of 100 cosets"):
        parse_group(text, max_cosets=100)
    assert parse_group(text, max_cosets=10_000).order == 168
    with pytest.raises(BudgetError, match="too large"):
        parse_group("<a, b | a^2, b^2, (a*b)^2520>", max_cosets=3000)


def test_a_quotient_needs_a_normal_subgroup() -> None:
    with pytest.raises(GroupAxiomError, match=r"column 5 .*not normal in S4: the conjugate of"):
        parse_group("S4 / <(1 2)>")
    with pytest.raises(GroupAxiomError, match="not normal"):
        quotient(symmetric(3), [symmetric(3).element("(1 2)")])


def test_presentations_agree_with_sympy() -> None:
    from sympy.combinatorics.fp_groups import FpGroup
    from sympy.combinatorics.free_groups import free_group

    free, a, b = free_group("a, b")
    cases = {
        "<a, b | a^3, b^2, (a*b)^4>": [a**3, b**2, (a * b) ** 4],
        "<a, b | a^5, b^4, b^-1*a*b*a^-2>": [a**5, b**4, b**-1 * a * b * a**-2],
        "<a, b | a^2*b^-3, (a*b)^2*b^-3>": [a**2 * b**-3, (a * b) ** 2 * b**-3],
        "<a, b | a^2, b^6, a*b*a*b^-1>": [a**2, b**6, a * b * a * b**-1],
    }
    for text, relators in cases.items():
        assert parse_group(text).order == FpGroup(free, relators).order()


def test_relations_hold_in_the_presented_group() -> None:
    group = parse_group("<a, b | a^2 = b^3 = (a*b)^5 = 1>")
    for word in ("a^2", "b^3", "a*b*a*b*a*b*a*b*a*b"):
        assert group.element(word) == group.identity
    assert presented_group(["a"], [(1, 1, 1), (1,) * 5], name="trivial").order == 1


def test_constructions_check_their_input() -> None:
    z7, z3 = cyclic(7), cyclic(3)
    with pytest.raises(SpecError, match="shape"):
        semidirect_product(z7, z3, action=np.zeros((3, 3), dtype=np.int64))
    with pytest.raises(SpecError, match="bijection"):
        semidirect_product(z7, z3, action=np.zeros((3, 7), dtype=np.int64))
    swap = np.array([[0, 1, 2, 3, 4, 5, 6], [1, 0, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5, 6]])
    with pytest.raises(SpecError, match="automorphism"):
        semidirect_product(z7, z3, action=swap)
    doubling = np.array([np.arange(7) * k % 7 for k in (1, 2, 2)])
    with pytest.raises(SpecError, match="no homomorphism"):
        semidirect_product(z7, z3, action=doubling)
    with pytest.raises(SpecError, match="at least one factor"):
        direct_product()
    with pytest.raises(SpecError, match="exponent"):
        direct_power(z3, 0)
    with pytest.raises(SpecError, match="generate only"):
        homomorphism(dihedral(3), z3, {1: 1})
    with pytest.raises(SpecError, match="no homomorphism"):
        homomorphism(z3, z7, {1: 1})
    assert homomorphism(cyclic(6), z3, {1: 2}).tolist() == [0, 2, 1, 0, 2, 1]


def test_permutations_and_matrices() -> None:
    assert parse_cycles(cycles_text((2, 0, 1, 4, 3))) == (2, 0, 1, 4, 3)
    assert parse_cycles("(1 2)(2 3)") == (1, 2, 0)
    with pytest.raises(SpecError, match="empty text"):
        parse_cycles(" ")
    with pytest.raises(SpecError, match="no permutation"):
        permutation_group([(0, 0)])
    with pytest.raises(SpecError, match="at least one generator"):
        matrix_group([], modulus=5)
    with pytest.raises(SpecError, match="not square"):
        parse_matrix("[]")


@settings(deadline=None, max_examples=30)
@given(st.lists(st.permutations(range(5)), min_size=1, max_size=3))
def test_permutation_groups_are_subgroups_of_s5(generators: list[list[int]]) -> None:
    group = permutation_group([tuple(g) for g in generators])
    s5 = named("S5")
    inside = closure(s5, [s5.element(cycles_text(tuple(g))) for g in generators])
    assert group.order == len(inside)
    assert {s5.labels[g] for g in inside} == set(group.labels)
    other = subgroup(s5, inside.tolist())
    match = [other.element(label) for label in group.labels]
    assert np.array_equal(np.array(match)[group.table], other.table[np.ix_(match, match)])


ALPHABET = "ZDSAQxab12350,;:|<>()[]{}^*/=- ->by mod sub SL(2,3) ×⋊"


@settings(deadline=None, max_examples=400)
@given(st.text(ALPHABET, max_size=30) | st.text(string.printable + "éζ∞", max_size=20))
@example("sub(" * 30)
@example("<" * 50)
@example("Z2/<1>/<0>/<0>")
@example("<a|a^-0>")
@example("<a,b|a^2,b^2,a*b*a*b*a*b=1,b=a>")
@example("²")
@example("Z٣")
def test_any_text_is_a_group_or_a_clear_error(text: str) -> None:
    check_read(text)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(ORDERS)), st.data())
def test_damaged_texts_are_groups_or_clear_errors(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    change = data.draw(st.sampled_from(["", "(", ")", "x", "9", "|", ">", "^", "-", " ", "_"]))
    check_read(text[:at] + change + text[at + 1 :])


def check_read(text: str) -> None:
    message = ""
    try:
        group = parse_group(text, max_cosets=2000)
    except SymtheoryError as error:
        message = str(error) or "\n"
    else:
        assert 1 <= group.order <= 2520
    assert "\n" not in message
