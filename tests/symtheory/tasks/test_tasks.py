"""Tasks: tables with labels, the catalogue of names, and its refusals."""

import json
from functools import reduce
from itertools import permutations
from math import gcd

import numpy as np
import pytest

from symtheory.errors import BudgetError, SpecError, SymtheoryError
from symtheory.groups.notation import parse_group
from symtheory.tasks.catalogue import CATALOGUE, named_task
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import MAX_TOKENS, Task


def test_addition_is_the_catalogue_entry_over_the_general_reader() -> None:
    task = named_task("modadd", p=13)
    assert np.array_equal(task.table, np.add.outer(np.arange(13), np.arange(13)) % 13)
    assert np.array_equal(task.table, modular_task("x + y", 13).table)
    assert (task.name, task.formula, task.shared_tokens) == ("modadd-13", "x + y mod 13", True)
    assert task.x_labels == task.y_labels == task.z_labels == tuple(map(str, range(13)))


P = 97
X, Y = np.ogrid[:P, :P]
INVERSE = np.array([pow(y, -1, P) if y else 0 for y in range(P)])
# Appendix A.1.1 of Power et al. 2022, with p = 97, worked out without our reader.
STUDY = {
    "modadd": (X + Y) % P,
    "modsub": (X - Y) % P,
    "moddiv": (X * INVERSE[Y] % P)[:, 1:],
    "modparity": np.where(Y % 2 == 1, X * INVERSE[Y] % P, (X - Y) % P),
    "modsquares": (X**2 + Y**2) % P,
    "modpoly": (X**2 + X * Y + Y**2) % P,
    "modpolyx": (X**2 + X * Y + Y**2 + X) % P,
    "modcubic": (X**3 + X * Y) % P,
    "modcubicy": (X**3 + X * Y**2 + Y) % P,
}


@pytest.mark.parametrize("name", STUDY)
def test_the_modular_operations_of_the_original_study(name: str) -> None:
    task = named_task(name, p=P)
    assert np.array_equal(task.table, STUDY[name])
    assert task.shared_tokens == (name != "moddiv")
    assert task.latex.endswith(r"\pmod{97}")


@pytest.mark.parametrize("name", ["compose", "conjugate", "sandwich"])
def test_the_group_operations_of_the_original_study(name: str) -> None:
    task = named_task(name, group="S5")
    points = list(permutations(range(5)))  # labels of S5 are sorted like this

    def product(*factors: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(reduce(lambda point, g: g[point], factors, i) for i in range(5))

    def inverse(g: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(range(5), key=g.__getitem__))

    # The group multiplies its permutations in one of two orders; find out which.
    group = parse_group("S5")
    a, b = points.index((1, 0, 2, 3, 4)), points.index((0, 2, 1, 3, 4))
    is_left_first = points[group.table[a, b]] == product(points[a], points[b])
    for x in range(0, 120, 7):
        for y in range(0, 120, 5):
            word = {
                "compose": (points[x], points[y]),
                "conjugate": (points[x], points[y], inverse(points[x])),
                "sandwich": (points[x], points[y], points[x]),
            }[name]
            value = product(*(word if is_left_first else word[::-1]))
            assert points[task.table[x, y]] == value
    assert task.shared_tokens
    assert task.x_labels == task.y_labels == task.z_labels == group.labels


EXAMPLES = {"p": ("11", 11), "group": ("D6", 12), "graph": ("cycle(9)", 9), "levels": ("3,3", 9)}


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_entry_reads(name: str) -> None:
    parameter = CATALOGUE[name].parameters[0]
    value, n = EXAMPLES[parameter]
    task = named_task(name, **{parameter: value})
    assert task.table.shape[0] == n
    assert task.name == f"{name}-{value.replace('(', '-').replace(',', '-').rstrip(')')}"
    assert not task.is_partial


@pytest.mark.parametrize("n", [5, 12, 15, 16, 36])
def test_division_runs_over_the_units(n: int) -> None:
    task = named_task("moddiv", p=n)
    units = [u for u in range(n) if gcd(u, n) == 1]
    assert task.y_labels == tuple(map(str, units))
    assert task.x_labels == task.z_labels == tuple(map(str, range(n)))
    assert not task.shared_tokens
    assert np.array_equal(
        task.table * np.array(units) % n, np.tile(np.arange(n)[:, None], len(units))
    )
    turned = modular_task("y/x", n)
    assert np.array_equal(turned.table, task.table.T)
    both = modular_task("1/(x*y)", n)
    assert both.shared_tokens
    assert both.x_labels == both.y_labels == task.y_labels


def test_rows_and_columns_can_both_be_left_out() -> None:
    task = modular_task("x/y + 1/(x - 1)/(y - 2)", 7)
    assert (task.x_labels, task.y_labels) == (tuple("023456"), tuple("13456"))
    assert not task.is_partial


@pytest.mark.parametrize(
    ("expression", "n", "words"),
    [
        ("1/(x + y)", 6, "no value at x = 0, y = 0: 0 is no unit mod 6"),
        ("x/2", 6, "no value at x = 0, y = 0: 2 is no unit mod 6"),  # no cell has a value
        ("x/y + 1/(x - 4*y)", 7, "no value at x = 1, y = 2: 0 is no unit mod 7"),
        ("(x - y)^-1", 9, "no value at x = 0, y = 0: 0 is no unit mod 9"),
        ("if x odd then 1/(x + y) else 1", 9, "no value at x = 1, y = 2: 3 is no unit mod 9"),
    ],
)
def test_any_other_cell_without_value_is_named(expression: str, n: int, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        modular_task(expression, n)
    assert words in str(caught.value)


def test_a_partial_table_knows_what_it_knows() -> None:
    task = Task("t", [[0, -1, 1], [-1, 1, 0]], "ab", "cde", "01", formula="f")
    assert task.is_known.tolist() == [[True, False, True], [False, True, True]]
    assert task.is_partial
    assert "4 of 6 cells known" in repr(task)
    assert Task.from_dict(json.loads(json.dumps(task.to_dict()))).to_dict() == task.to_dict()
    assert not named_task("modadd", p=5).is_partial


def test_tables_are_read_only_copies() -> None:
    table = np.zeros((2, 3), dtype=np.int32)
    task = Task("t", table, "ab", "abc", "z", formula="f")
    table[0, 0] = 7
    assert task.table[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        task.table[0, 0] = 1


def test_json_round_trip_is_exact() -> None:
    task = Task("t", [[0, 1, 0]], "a", ["b", "c", "δ"], ["no", "yes"], formula="a b")
    back = Task.from_dict(json.loads(json.dumps(task.to_dict())))
    assert back.to_dict() == task.to_dict()
    assert np.array_equal(back.table, task.table)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"table": [[0, 1, 2]]}, r"f\(a, d\) = 2"),
        ({"table": [[0, -2, 0]]}, r"f\(a, c\) = -2"),
        ({"table": [[-1, -1, -1]]}, "every cell of the table of 't' is unknown"),
        ({"table": [[0, 1]]}, "2 values of y but 3 labels"),
        ({"table": [[0, 1], [0]]}, "equal length"),
        ({"table": [[0.5, 1, 1]]}, "integer"),
        ({"table": [0, 1, 1]}, "shape"),
        ({"table": []}, "shape"),
        ({"x_labels": "a"}, "list of strings"),
        ({"y_labels": ["b", "c", "b"]}, "'b' of 't' occurs twice"),
        ({"shared_tokens": True}, "different labels"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, object], words: str) -> None:
    data = Task("t", [[0, 1, 0]], "a", "bcd", ["no", "yes"], formula="f").to_dict()
    with pytest.raises(SpecError, match=words):
        Task.from_dict({**data, **change})  # type: ignore[dict-item]


def test_a_missing_key_is_named() -> None:
    data = named_task("modadd", p=5).to_dict()
    del data["formula"]
    with pytest.raises(SpecError, match="formula"):
        Task.from_dict(data)


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0, "at least 5, got 0"),
        (-3, "at least 5, got -3"),
        (2, "at least 5, got 2"),
        (4, "at least 5, got 4"),
        ("x", "integer, got 'x'"),
        ("9" * 20 + "x", "integer, got '99999999999999999999x'"),
        (97.0, "integer, got 97.0"),
        (True, "integer, got True"),
        (None, "needs a modulus"),
    ],
)
def test_a_bad_modulus_is_one_clear_line(p: object, words: str) -> None:
    with pytest.raises(SpecError, match=words) as caught:
        named_task("modadd", p=p)
    assert "\n" not in str(caught.value)


def test_a_huge_modulus_says_what_it_would_cost() -> None:
    with pytest.raises(BudgetError) as caught:
        named_task("modadd", p=1_000_000)
    message = str(caught.value)
    assert "8 TB" in message
    assert "days" in message
    assert str(MAX_TOKENS) in message
    assert named_task("modadd", p=np.int64(MAX_TOKENS)).table.shape == (MAX_TOKENS, MAX_TOKENS)
    with pytest.raises(BudgetError):
        named_task("modadd", p=MAX_TOKENS + 1)
    with pytest.raises(BudgetError):
        named_task("modadd", p="1" + "0" * 25)
    for huge in ("9" * 5000, 10**5000, -(10**400)):
        for make in (lambda p: named_task("modadd", p=p), lambda p: modular_task("x", p)):
            with pytest.raises(BudgetError, match="over 30 digits"):
                make(huge)


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("modad", {"p": 7}, "did you mean 'modadd'"),
        ("zzz", {"p": 7}, "known are modadd, modsub"),
        ("modadd", {}, "needs a modulus"),
        ("modadd", {"p": 7, "q": 3}, "no parameter 'q'"),
        ("modadd", {"group": "S3"}, "no parameter 'group'; it takes a modulus p"),
        ("compose", {}, "needs a group"),
        ("compose", {"p": 7}, "no parameter 'p'; it takes a group"),
        ("compose", {"group": 7}, "a Group or as text"),
        ("compose", {"group": "S"}, "cannot read the group"),
        ("compose", {"group": "A7"}, "2520 tokens"),
    ],
)
def test_unknown_names_are_answered_with_known_ones(
    name: str, parameters: dict[str, object], words: str
) -> None:
    with pytest.raises(SymtheoryError, match=words):
        named_task(name, **parameters)
