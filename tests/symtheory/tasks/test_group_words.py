"""Words in a group: their values are products, and only words are read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtheory.errors import BudgetError, SpecError
from symtheory.groups.group import Group
from symtheory.groups.notation import parse_group
from symtheory.tasks.group_words import group_task, parse_word

Q8 = parse_group("Q8")
GROUPS = [parse_group(text) for text in ("Z1", "Z5", "S3", "D4", "A4", "Z7 : Z3 by 1 -> {1 -> 2}")]


def product(group: Group, *factors: int) -> int:
    result = group.identity
    for factor in factors:
        result = int(group.table[result, factor])
    return result


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_named_words_are_what_they_say(group: Group) -> None:
    words = {
        "x*y": lambda x, y, _: (x, y),
        "x*y*x^-1": lambda x, y, inv: (x, y, inv[x]),
        "x * y * x": lambda x, y, _: (x, y, x),
        "x^2*y": lambda x, y, _: (x, x, y),
        "y**-1*x*y": lambda x, y, inv: (inv[y], x, y),
        "(x*y)^2": lambda x, y, _: (x, y, x, y),
        "(x*y)^-1": lambda x, y, inv: (inv[y], inv[x]),
        "x^-1*y^-1*x*y": lambda x, y, inv: (inv[x], inv[y], x, y),
        "x^0*y": lambda _, y, __: (y,),
        "y": lambda _, y, __: (y,),
    }
    inverse = group.inverses.tolist()
    for text, factors in words.items():
        task = group_task(text, group)
        cells = [
            [product(group, *factors(x, y, inverse)) for y in range(group.order)]
            for x in range(group.order)
        ]
        assert task.table.tolist() == cells
        assert task.shared_tokens
        assert task.x_labels == task.z_labels == group.labels
        assert task.formula == f"{text} in {group.name}"


def test_names_are_safe_in_file_names() -> None:
    task = group_task("x*y", parse_group("Z7 : Z3 by 1 -> {1 -> 2}"))
    assert task.name == "word-Z7-Z3-by-1-1-2"
    assert group_task("x*y", Q8, name="mine").name == "mine"


def test_latex() -> None:
    assert parse_word("x*y*x^-1").latex == "x y x^{-1}"
    assert parse_word("(x*y)^2*x").latex == r"\left(x y\right)^{2} x"


def test_huge_exponents_are_exact() -> None:
    everyone = np.arange(8)
    word = parse_word("x^999999*y^-999999")
    table = word.evaluate(everyone[:, None], everyone, group=Q8)
    expected = parse_word("x^3*y^-3").evaluate(everyone[:, None], everyone, group=Q8)
    assert np.array_equal(table, expected)  # the exponent of Q8 is 4


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "ends"),
        ("x*", 3, "ends"),
        ("x*y + 1", 5, "'+' is none"),
        ("x - y", 3, "'-' is none"),
        ("x/y", 2, "write x*y^-1"),
        ("-x", 1, "before '-'"),
        ("2*x", 1, "numbers stand only in exponents"),
        ("x*z", 3, "'z' is not an operand"),
        ("xy", 1, "write x*y"),
        ("x y", 3, "write *"),
        ("x^y", 3, "exponent"),
        ("x^1000001", 3, "1000000"),
        ("x^2^3", 4, "brackets"),
        ("(x*y", 5, "expected ')'"),
        ("(x*y + x)", 6, "'+' is none"),
        ("x*y)", 4, "closes nothing"),
        ("if x odd then x else y", 1, "brackets around it"),
        ("x < y", 3, "between 'if' and 'then'"),
        ("__import__('os').system('x')", 1, "not an operand"),
        ("(" * 30 + "x" + ")" * 30, 22, "nested"),
    ],
)
def test_errors_name_the_column(text: str, column: int, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_word(text)
    assert str(caught.value).startswith(f"column {column}: ")
    assert words in str(caught.value)


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from("xy012*^()-+/ if.'"), max_size=40))
def test_any_text_is_a_word_or_one_clear_error(text: str) -> None:
    try:
        word = parse_word(text)
    except SpecError:
        return
    table = word.evaluate(np.arange(8)[:, None], np.arange(8), group=Q8)
    assert table.shape == (8, 8)
    assert 0 <= table.min() <= table.max() < 8
    assert parse_word(word.text) == word


def test_a_group_beyond_the_budget_is_refused() -> None:
    with pytest.raises(BudgetError, match="1200 tokens"):
        group_task("x*y", parse_group("Z1200"))
