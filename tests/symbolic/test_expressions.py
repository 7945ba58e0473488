"""Expressions: exact values, and one clear error for each way to get the text wrong."""

import numpy as np
import pytest
from hypothesis import given, settings
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
    ],
)
def test_values_follow_the_rules_of_arithmetic(text: str, expected: int) -> None:
    assert value(text, 3, 7) == expected


def test_zero_to_the_zero_is_one_as_for_the_empty_product() -> None:
    assert value("x^0", 0) == 1
    assert value("x^0", 0, mod=1) == 0


_leaves = st.sampled_from(["x", "y"]) | st.integers(0, 10**30).map(str)
_texts = st.recursive(
    _leaves,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({''.join(t)})")
        | inner.map("(-{})".format)
        | st.tuples(inner, st.integers(0, 9)).map(lambda t: f"({t[0]})^{t[1]}")
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(text=_texts, mod=st.integers(2, 2**31), data=st.data())
def test_evaluation_is_exact_integer_arithmetic(text: str, mod: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, mod - 1)), data.draw(st.integers(0, mod - 1))
    # The text is built above from digits, x, y and operators only.
    expected = eval(text.replace("^", "**"), {"__builtins__": {}}, {"x": x, "y": y})  # noqa: S307
    assert value(text, x, y, mod) == expected % mod


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
        ("x / y", 3, "'/'"),
        ("x ; y", 3, "';'"),
        ("2x", 2, "write * for a product"),
        ("x y", 3, "write * for a product"),
        ("x(y)", 2, "write * for a product"),
        ("x + * y", 5, "before '*'"),
        ("(x + y", 7, "expected ')'"),
        ("x + y)", 6, "closes nothing"),
        ("()", 2, "before ')'"),
        ("x^-1", 3, "exponent"),
        ("x^y", 3, "exponent"),
        ("x^(2)", 3, "exponent"),
        ("x^2^3", 4, "brackets"),
        (f"x^{MAX_EXPONENT + 1}", 3, str(MAX_EXPONENT)),
        ("x^" + "9" * 200, 3, str(MAX_EXPONENT)),
        ("x + " + "9" * 200, 5, "digits"),
        ("__import__('os')", 1, "not an operand"),
        ("x.real", 2, "'.'"),
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
