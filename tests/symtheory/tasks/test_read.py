"""What a text names: catalogue, files, words, expressions; what is said where it names nothing."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from symtheory.errors import BudgetError, GroupAxiomError, SpecError, SymtheoryError
from symtheory.groups.notation import parse_group
from symtheory.tasks.catalogue import CATALOGUE, named_task
from symtheory.tasks.group_words import group_task
from symtheory.tasks.modular import modular_task
from symtheory.tasks.read import read_task
from symtheory.tasks.tables import table_task
from symtheory.tasks.task import Task

TOML = """
[quadratic]
expression = "x^2 + 3*y"
mod = 31

[twisted]
word = "x*y^2"
group = "D5"
formula = "a twisted product"

["of a file"]
word = "x*y"
group = "z3.csv"

[measured]
table = "z3.csv"
shared = false
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "z3.csv").write_text("0,1,2\n1,2,0\n2,0,1\n")
    (tmp_path / "mine.toml").write_text(TOML)
    (tmp_path / "one.toml").write_text('[only]\nexpression = "x*y"\nmod = 7\nshared = false')
    np.save(tmp_path / "t.npy", np.array([[0, 1], [1, -1]]))
    return tmp_path


def same(task: Task, other: Task) -> bool:
    return task.to_dict() == other.to_dict()


def test_names_come_first() -> None:
    assert same(read_task(" modadd ", p="13"), named_task("modadd", p=13))
    assert same(read_task("compose", group="Q8"), named_task("compose", group="Q8"))


def test_words_and_expressions() -> None:
    assert same(read_task("x*y", mod="7"), modular_task("x*y", 7))
    assert same(read_task("y", mod=7), modular_task("y", 7))
    q8 = parse_group("Q8")
    assert same(read_task("x*y", group="Q8"), group_task("x*y", q8))
    assert same(read_task("x", group=q8), group_task("x", q8))
    piecewise = "if y odd then x/y else x"
    assert same(read_task(piecewise, mod=11), modular_task(piecewise, 11))


def test_files(folder: Path) -> None:
    z3 = read_task(str(folder / "z3.csv"))
    assert z3.table.tolist() == [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    assert read_task(str(folder / "t.npy")).is_partial
    only = read_task(str(folder / "one.toml"))
    assert same(only, read_task(f"{folder / 'one.toml'}:only"))
    assert (only.name, only.formula, only.shared_tokens) == ("only", "x*y mod 7", False)
    assert only.latex == r"x y \pmod{7}"
    mine = {name: read_task(f"{folder / 'mine.toml'}:{name}") for name in ("quadratic", "twisted")}
    assert np.array_equal(mine["quadratic"].table, modular_task("x^2 + 3*y", 31).table)
    assert mine["twisted"].formula == "a twisted product"
    assert np.array_equal(mine["twisted"].table, group_task("x*y^2", parse_group("D5")).table)
    measured = read_task(f"{folder / 'mine.toml'}:measured")
    assert np.array_equal(measured.table, z3.table)
    assert (z3.shared_tokens, measured.shared_tokens) == (True, False)
    of_a_file = read_task(f"{folder / 'mine.toml'}:of a file")
    assert (of_a_file.name, of_a_file.formula) == ("of-a-file", "x*y in z3")


@pytest.mark.parametrize(
    ("text", "given", "words"),
    [
        ("modadd", {}, "needs a modulus"),
        ("modadd", {"p": 7, "mod": 11}, "p and mod are both the modulus, but 7 and 11 are given"),
        ("modadd", {"p": 7, "group": "S3"}, "does not take --group"),
        ("compose", {"p": 7}, "the task compose does not take --mod; it takes --group"),
        ("x + y", {}, "needs a modulus, such as --mod 97"),
        ("x + y", {"p": 7, "mod": 11}, "p and mod are both the modulus"),
        ("x*y", {"mod": 7, "group": "S3"}, "the word 'x*y' does not take --mod"),
        ("x*y", {"mod": "7.5"}, "mod must be an integer, got '7.5'"),
        ("x*y", {"mod": 4}, "at least 5, got 4"),
        ("x*y", {"group": "nonsense"}, "cannot read the group"),
        ("x*y", {"group": 5}, "a Group or as text"),
        ("x + y", {"group": "S3"}, "'+' is none"),
        ("x + z", {"mod": 7}, "column 5: 'z' is not an operand"),
        ("modad", {"p": 7}, "there is no task named 'modad'; did you mean 'modadd'"),
        ("conjugat", {"group": "S3"}, "did you mean 'conjugate'"),
        ("zzz", {"p": 7}, "known are modadd, modsub"),
        ("", {"mod": 7}, "the task is empty"),
        ("xy", {"mod": 7}, "for a product write x*y"),
        ("table.txt", {}, "files of tasks end in .csv, .npy or .toml"),
        ("missing.csv", {}, "there is no file missing.csv"),
        ("missing.toml:a", {}, "there is no file missing.toml"),
        ("missing.csv", {"mod": 7}, "a task from a file does not take --mod; it is complete"),
        ("__import__('os').system('x')", {"mod": 7}, "column 1"),
        ("(" * 10_000 + "x" + ")" * 10_000, {"mod": 7}, "20001 characters, the limit is 1000"),
        ("(" * 400 + "x" + ")" * 400, {"mod": 7}, "nested more than 20 deep"),
        ("x^9999999999", {"mod": 7}, "exponents go up to 1000000"),
    ],
)
def test_what_names_nothing_is_one_clear_error(
    text: str, given: dict[str, object], words: str
) -> None:
    with pytest.raises(SpecError) as caught:
        read_task(text, **given)
    assert words in str(caught.value)


def test_too_large_is_refused() -> None:
    for text, parameters in (("x*y", {"mod": 2500}), ("x*y", {"group": "Z2500"})):
        with pytest.raises(BudgetError, match="2500 tokens"):
            read_task(text, **parameters)
    with pytest.raises(BudgetError, match="order"):
        read_task("x*y", group="S9")
    with pytest.raises(BudgetError, match="over 30 digits"):
        read_task("x*y", mod="9" * 5000)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "defines no task"),
        ("a = 1", "key 'a' stands outside of any task"),
        ("[a", "is no TOML"),
        ("[a]\nb = " + "[" * 50_000, "nested too deep"),
        ("[a]\nmod = " + "9" * 5000, "is no TOML"),
        ("\xff", "is no TOML"),
        ("#" * 2_000_000, "larger than 1000000 bytes"),
        ("[a]", "task a: exactly one of expression, word, table defines it, found none"),
        ('[a]\nexpression="x"\nword="x"\nmod=7\ngroup="S3"', "found expression and word"),
        ('[a]\nexpresion="x"', "unknown key 'expresion'; did you mean 'expression'?"),
        ('[a]\nzzz="x"', "unknown key 'zzz'; known keys: expression, mod"),
        ('[a]\nexpression="x"', "'mod' goes with 'expression'"),
        ('[a]\nword="x"\nmod=7', "'mod' goes with 'expression'"),
        ('[a]\ntable="z3.csv"\ngroup="S3"', "'group' goes with 'word'"),
        ("[a]\nexpression=7\nmod=7", "key expression: needs a text in quotes, got 7"),
        ('[a]\nexpression="x"\nmod="7"', "key mod: needs an integer, got '7'"),
        ('[a]\nexpression="x"\nmod=true', "key mod: needs an integer, got True"),
        ('[a]\nexpression="x"\nmod=7\nshared=1', "key shared: needs true or false, got 1"),
        ('[a]\nexpression="x + z"\nmod=7', "task a, key expression: column 5: 'z'"),
        ('[a]\nexpression="x"\nmod=3', "task a, key expression: the modulus must be at least 5"),
        ('[a]\nexpression="x/y"\nmod=7\nshared=true', "key expression: 'a' cannot share tokens"),
        ('[a]\nword="x"\ngroup="nonsense"', "key word: cannot read the group"),
        ('[a]\nword="x"\ngroup="no.csv"', "no.csv"),
        ('[a]\ntable="no.csv"', "task a, key table: there is no file"),
        ('[a]\ntable="one.toml"', "key table: a table is a .csv or .npy file, got 'one.toml'"),
        ('[a]\nexpression="x"\nmod=7\n[b]\n', "holds several tasks, name one: a, b"),
    ],
)
def test_bad_files_name_task_and_key(folder: Path, content: str, words: str) -> None:
    path = folder / "bad.toml"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(SpecError) as caught:
        read_task(str(path))
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_a_task_that_the_file_lacks_is_answered_with_those_it_has(folder: Path) -> None:
    with pytest.raises(SpecError, match="has no task 'other'; it has quadratic, twisted"):
        read_task(f"{folder / 'mine.toml'}:other")
    with pytest.raises(SpecError, match="it has only"):
        read_task(f"{folder / 'one.toml'}:other")


def test_other_errors_keep_their_kind_and_name_the_task(folder: Path) -> None:
    path = folder / "bad.toml"
    (folder / "no-group.csv").write_text("0,1\n0,1\n")
    path.write_text('[a]\nword="x"\ngroup="no-group.csv"')
    with pytest.raises(GroupAxiomError, match=r"task a, key word: .*cancellation"):
        read_task(str(path))
    path.write_text('[a]\nexpression="x"\nmod=5000')
    with pytest.raises(BudgetError, match="task a, key expression: "):
        read_task(str(path))


@settings(deadline=None, max_examples=300)
@given(
    text=st.text(st.sampled_from("xy01+*^()/. :modadtlcsvnp\x00é-"), max_size=30)
    | st.sampled_from(sorted(CATALOGUE)),
    p=st.none() | st.sampled_from(["7", "0", "a", ""]),
    mod=st.none() | st.sampled_from(["7", "-7", "6", "1e9"]),
    group=st.none() | st.sampled_from(["S3", "Z0", "S(", "", "x"]),
)
@example(text="x/y", p=None, mod="6", group=None)
@example(text="\x00.csv", p=None, mod=None, group=None)
@example(text="\x00.toml:a", p=None, mod=None, group=None)
def test_any_words_are_a_task_or_one_clear_error(
    text: str, p: str | None, mod: str | None, group: str | None
) -> None:
    try:
        task = read_task(text, p=p, mod=mod, group=group)
    except SymtheoryError as error:
        message = str(error)
    else:
        assert Task.from_dict(task.to_dict()).to_dict() == task.to_dict()
        return
    assert message


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.sampled_from(
            [
                "[a]", "[b]", "[[c]]", "[a.b]", 'expression="x*y"', 'word="x*y"', 'table="z3.csv"',
                'table="t.npy"', "mod=7", "mod=6", "mod=1e3", 'group="S3"', 'group=""',
                "shared=true", "shared=false", 'formula="f"', "formula=''", "mod=[1]",
                "a=1979-05-27", '""=1', "=",
            ]
        ),
        max_size=6,
    )
)  # fmt: skip
def test_any_toml_is_a_task_or_one_clear_error(folder: Path, lines: list[str]) -> None:
    path = folder / "any.toml"
    path.write_text("\n".join(lines))
    try:
        read_task(str(path))
    except SymtheoryError as error:
        message = str(error)
    else:
        return
    assert message.startswith(str(path))


def test_the_lines_of_python_in_the_documentation_make_tasks() -> None:
    table = [[max(x, y) for y in range(9)] for x in range(9)]
    assert table_task(table).table.tolist() == table
