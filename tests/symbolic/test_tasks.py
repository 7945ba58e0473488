"""Tasks: tables with labels, the catalogue of names, and its refusals."""

import json

import numpy as np
import pytest

from symtheory.errors import BudgetError, SpecError, SymtheoryError
from symtheory.tasks.catalogue import CATALOGUE, named_task
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import MAX_TOKENS, Task


def test_addition_is_the_catalogue_entry_over_the_general_reader() -> None:
    task = named_task("modadd", p=13)
    assert np.array_equal(task.table, np.add.outer(np.arange(13), np.arange(13)) % 13)
    assert np.array_equal(task.table, modular_task("x + y", 13).table)
    assert (task.name, task.formula, task.shared_tokens) == ("modadd-13", "x + y mod 13", True)
    assert task.x_labels == task.y_labels == task.z_labels == tuple(map(str, range(13)))


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_entry_reads(name: str) -> None:
    assert named_task(name, p="11").table.shape == (11, 11)


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
        ({"table": [[0, -1, 0]]}, r"f\(a, c\) = -1"),
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
        ("9" * 5000, "integer, got"),
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


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("modad", {"p": 7}, "did you mean 'modadd'"),
        ("zzz", {"p": 7}, "known are modadd, modsub"),
        ("modadd", {}, "needs a modulus"),
        ("modadd", {"p": 7, "q": 3}, "no parameter 'q'"),
    ],
)
def test_unknown_names_are_answered_with_known_ones(
    name: str, parameters: dict[str, object], words: str
) -> None:
    with pytest.raises(SymtheoryError, match=words):
        named_task(name, **parameters)
