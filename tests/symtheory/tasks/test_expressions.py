"""Expressions: exact values, and one clear error for each way to get the text wrong."""

from collections.abc import Callable
from math import gcd
from operator import eq, ge, gt, le, lt, ne

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from symtheory.errors import SpecError
from symtheory.tasks.expressions import (
    MAX_DEPTH,
    MAX_EXPONENT,
    MAX_LENGTH,
    parse_expression,
)


def value(text: str, x: int = 0, y: int = 0, mod: int = 101) -> int:
    return int(parse_expression(text).evaluate(x, y, mod=mod))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + y", 10),
        ("x - y", 97),  # 3 - 7 mod 101
        ("2*x - 3*y + 1", (6 - 21 + 1) % 101),
        ("(x+y)^2", 100),
        ("(x+y)**2", 100),
        ("-x^2", -9 % 101),  # minus binds weaker than the power
        ("(-x)^2", 9),
        ("x - -y", 10),
        ("--x", 3),
        ("x*-y", -21 % 101),
        ("x - y - 1", (3 - 7 - 1) % 101),  # from the left
        ("x + y*2^3", 59),
        ("7", 7),
        ("x^0", 1),
        ("x*y+x*y", 42),
        ("  ( x )\t", 3),
        ("x/y", 3 * 29 % 101),  # 7 * 29 = 203 = 1 mod 101
        ("x/y*y", 3),  # from the left
        ("x/-y", -3 * 29 % 101),
        ("y^-2", 29 * 29 % 101),
        ("x*y^-1", 3 * 29 % 101),
        ("if x odd then 1 else 2", 1),
        ("if x is even then 1 else 2", 2),
        ("if x + y odd then 1 else 2", 2),
        ("if x < y then x else y", 3),
        ("if x >= y then x else y", 7),
        ("if x == y - 4 then 1 else 2", 1),
        ("if x = 3 then 1 else 2", 1),
        ("if x != 3 then 1 else 2", 2),
        ("if -x <= y then 1 else 2", 2),  # -3 is 98
        ("if y even then 1 else if x > 5 then 2 else if x > 2 then 3 else 4", 3),
        ("if x odd then if y even then 1 else 2 else 3", 2),
        ("(if x odd then x else y) * 2 + 1", 7),
        ("if x odd then x else y + 1", 3),  # the last branch reaches to the end
    ],
)
def test_values_follow_the_rules_of_arithmetic(text: str, expected: int) -> None:
    assert value(text, 3, 7) == expected


def test_zero_to_the_zero_is_one_as_for_the_empty_product() -> None:
    assert value("x^0", 0) == 1
    assert value("x^0", 0, mod=1) == 0


Value = Callable[[int, int, int], int | None]
_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": ne}


def arithmetic(sign: str, left: tuple[str, Value], right: tuple[str, Value]) -> tuple[str, Value]:
    """Text and value of two operands and a sign, by Python's own integers."""

    def apply(x: int, y: int, n: int) -> int | None:
        a, b = left[1](x, y, n), right[1](x, y, n)
        if a is None or b is None or (sign == "/" and gcd(b, n) > 1):
            return None
        if sign == "/":
            b = pow(b, -1, n)
        return {"+": a + b, "-": a - b}.get(sign, a * b) % n

    return f"({left[0]} {sign} {right[0]})", apply


def power(base: tuple[str, Value], exponent: int) -> tuple[str, Value]:
    def apply(x: int, y: int, n: int) -> int | None:
        a = base[1](x, y, n)
        return None if a is None or (exponent < 0 and gcd(a, n) > 1) else pow(a, exponent, n)

    return f"({base[0]})^{exponent}", apply


def cases(sign: str, *parts: tuple[str, Value]) -> tuple[str, Value]:
    left, right, then, otherwise = parts

    def apply(x: int, y: int, n: int) -> int | None:
        a, b = left[1](x, y, n), right[1](x, y, n)
        if a is None or (b is None and sign in _COMPARE):
            return None
        holds = _COMPARE[sign](a, b) if sign in _COMPARE else a % 2 == (sign == "odd")
        return (then if holds else otherwise)[1](x, y, n)

    condition = f"{left[0]} {sign} {right[0]}" if sign in _COMPARE else f"{left[0]} {sign}"
    return f"(if {condition} then {then[0]} else {otherwise[0]})", apply


def constant(number: int) -> tuple[str, Value]:
    return str(number), lambda *cell: number % cell[2]


_leaves = st.sampled_from(
    [("x", lambda *cell: cell[0] % cell[2]), ("y", lambda *cell: cell[1] % cell[2])]
) | st.integers(0, 10**30).map(constant)
_expressions = st.recursive(
    _leaves,
    lambda inner: (
        st.builds(arithmetic, st.sampled_from("+-*/"), inner, inner)
        | st.builds(power, inner, st.integers(-9, 9))
        | inner.map(lambda e: (f"(-{e[0]})", arithmetic("-", constant(0), e)[1]))
        | st.builds(cases, st.sampled_from([*_COMPARE, "odd", "even"]), inner, inner, inner, inner)
    ),
    max_leaves=10,
).filter(lambda e: len(e[0]) <= MAX_LENGTH)


@settings(deadline=None, max_examples=300)
@given(expression=_expressions, mod=st.integers(2, 60) | st.integers(2, 2**31), data=st.data())
def test_evaluation_is_exact_integer_arithmetic(
    expression: tuple[str, Value], mod: int, data: st.DataObject
) -> None:
    text, expected = expression
    x, y = data.draw(st.integers(0, mod - 1)), data.draw(st.integers(0, mod - 1))
    parsed = parse_expression(text)
    wanted = expected(x, y, mod)
    assert value(text, x, y, mod) == (-1 if wanted is None else wanted)
    divisor = parsed.bad_divisor(x, y, mod=mod)
    assert (divisor is None) == (wanted is not None)
    assert divisor is None or gcd(divisor, mod) > 1
    assert parsed.latex.count("{") == parsed.latex.count("}")
    assert parsed.latex.count(r"\left(") == parsed.latex.count(r"\right)")


@settings(deadline=None, max_examples=60)
@given(expression=_expressions, mod=st.integers(1, 30))
def test_a_table_at_once_is_its_cells_one_by_one(expression: tuple[str, Value], mod: int) -> None:
    parsed = parse_expression(expression[0])
    residues = np.arange(mod)
    table = parsed.evaluate(residues[:, None], residues, mod=mod)
    cells = [[int(parsed.evaluate(x, y, mod=mod)) for y in residues] for x in residues]
    assert table.tolist() == cells


@settings(deadline=None, max_examples=400)
@given(text=st.text(st.sampled_from("xy019+-*/^()<>=! ifthenlsodvq\n.'_$é"), max_size=60))
@example("if" * 300)
@example("if x odd then " * 60)
@example("if x odd then 1 else " * 47 + "1")
@example("x/" * 400 + "x")
@example("((((((((((((((((((((1" + ")^999999" * 20)
def test_any_text_is_an_expression_or_one_clear_error(text: str) -> None:
    try:
        parsed = parse_expression(text)
    except SpecError as error:
        message = str(error)
    else:
        message = ""
    if message:
        assert message.startswith(("column ", "the expression has"))
        return
    values = parsed.evaluate(np.arange(7)[:, None], np.arange(7), mod=7)
    assert values.shape == (7, 7)
    assert values.min() >= -1
    assert values.max() < 7
    assert repr(parsed.tree)
    # The text that is kept spells the same tree.
    assert parse_expression(parsed.text) == parsed


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x+y", "x + y"),
        ("x^2 + x*y", "x^{2} + x y"),
        ("(x + y)^2", r"\left(x + y\right)^{2}"),
        ("2*x + 3*y + 1", "2 x + 3 y + 1"),
        ("x*2*3", r"x \cdot 2 \cdot 3"),
        ("x/y", r"\frac{x}{y}"),
        ("(x + 1)/(y - 1)*x", r"\frac{x + 1}{y - 1} x"),
        ("x*(x/y)", r"x \left(\frac{x}{y}\right)"),
        ("(x/y)^-2", r"\left(\frac{x}{y}\right)^{-2}"),
        ("-x^2", "-x^{2}"),
        ("(-x)^2", r"\left(-x\right)^{2}"),
        ("x - -y", r"x - \left(-y\right)"),
        ("x - (y + 1)", r"x - \left(y + 1\right)"),
        ("(x + 1)*y", r"\left(x + 1\right) y"),
        (
            "if y odd then x/y else if x <= y then x else y",
            r"\begin{cases} \frac{x}{y} & \text{if } y \text{ is odd} \\ "
            r"x & \text{if } x \le y \\ y & \text{otherwise} \end{cases}",
        ),
    ],
)
def test_latex_is_written_from_the_tree(text: str, latex: str) -> None:
    assert parse_expression(text).latex == latex


def test_division_by_a_non_unit_has_no_value_only_where_it_is_taken() -> None:
    parsed = parse_expression("if y odd then x/y else x - y")
    table = parsed.evaluate(np.arange(6)[:, None], np.arange(6), mod=6)
    assert (table[:, 3] == -1).all()
    assert (np.delete(table, 3, axis=1) >= 0).all()
    assert parsed.bad_divisor(1, 3, mod=6) == 3
    assert parsed.bad_divisor(1, 2, mod=6) is None
    assert value("0*(1/x)", 0) == -1
    assert value("x^-0", 0) == 1
    assert value("1/x", 0, mod=1) == 0  # in the ring of one element 0 is a unit
    assert value("x/y", 2**31 - 2, 2**31 - 2, mod=2**31 - 1) == 1


def test_operands_broadcast_to_a_table() -> None:
    table = parse_expression("7").evaluate(np.arange(3)[:, None], np.arange(4), mod=5)
    assert table.tolist() == [[2] * 4] * 3


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "ends"),
        ("   ", 1, "ends"),
        ("x +", 4, "ends"),
        ("x + z", 5, "'z' is not an operand"),
        ("x + $", 5, "'$'"),
        ("x ; y", 3, "';'"),
        ("2x", 2, "write * for a product"),
        ("x y", 3, "write * for a product"),
        ("x(y)", 2, "write * for a product"),
        ("x + * y", 5, "before '*'"),
        ("(x + y", 7, "expected ')'"),
        ("x + y)", 6, "closes nothing"),
        ("()", 2, "before ')'"),
        ("x^--1", 4, "exponent"),
        ("x^-y", 4, "exponent"),
        ("x /", 4, "ends"),
        ("x // y", 4, "before '/'"),
        ("xy", 1, "write x*y"),
        ("x + y mod 7", 7, "modulus"),
        ("x % y", 3, "'%'"),
        ("x < y", 3, "between 'if' and 'then'"),
        ("odd", 1, "'odd' is not an operand"),
        ("x odd", 3, "before 'odd'"),
        ("if x then y", 6, "a condition is"),
        ("if x is then y else x", 9, "a condition is"),
        ("if x odd y", 10, "expected 'then', found 'y'"),
        ("if x odd then y", 16, "expected 'else', found the end"),
        ("if x < y < 3 then y else x", 10, "expected 'then'"),
        ("x + if x odd then 1 else 2", 5, "brackets around it"),
        ("(x odd)", 4, "expected ')'"),
        ("x^y", 3, "exponent"),
        ("x^(2)", 3, "exponent"),
        ("x^2^3", 4, "brackets"),
        (f"x^{MAX_EXPONENT + 1}", 3, str(MAX_EXPONENT)),
        ("x^" + "9" * 200, 3, str(MAX_EXPONENT)),
        ("x + " + "9" * 200, 5, "digits"),
        ("__import__('os')", 1, "not an operand"),
        ("x.real", 2, "'.'"),
        ("lambda: x", 1, "not an operand"),
        ("x\n+ é", 5, "'é'"),
        ("x + ٣", 5, "'٣'"),  # a digit, but not one of ours
    ],
)
def test_errors_name_the_column_under_a_caret(text: str, column: int, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_expression(text)
    message, line, caret = str(caught.value).split("\n")
    assert message.startswith(f"column {column}: ")
    assert words in message
    assert len(line) <= 4 + 70
    # The caret stands under the column, unless the line had to be cut on the left.
    assert caret.index("^") == 4 + min(column - 1, 40)


@pytest.mark.parametrize("n", [MAX_DEPTH + 1, 10_000])
def test_deep_nesting_is_one_clear_error(n: int) -> None:
    with pytest.raises(SpecError, match=r"nested|characters"):
        parse_expression("(" * n + "x" + ")" * n)


def test_the_allowed_depth_length_and_signs_work() -> None:
    assert value("(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH, 5) == 5
    assert value("-" * (MAX_LENGTH - 1) + "x", 5) == 101 - 5
    with pytest.raises(SpecError, match="limit is 1000"):
        parse_expression("x" * (MAX_LENGTH + 1))


def test_a_modulus_beyond_exact_arithmetic_is_refused() -> None:
    assert value("x*y", 2**31 - 1, 2**31 - 1, mod=2**31) == 1
    for mod in (0, -5, 2**31 + 1):
        with pytest.raises(SpecError, match="modulus"):
            value("x", mod=mod)
