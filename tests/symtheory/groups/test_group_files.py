"""Cayley tables from CSV and .npy, groups from TOML, and what is said of bad files."""

from pathlib import Path

import numpy as np
import pytest
from samples import named

from symtheory.errors import BudgetError, GroupAxiomError, SpecError
from symtheory.groups.group import Group
from symtheory.groups.specfile import read_group


def write(folder: Path, text: str, file: str = "table.csv") -> Path:
    path = folder / file
    path.write_text(text, encoding="utf-8")
    return path


def csv_of(group: Group, columns: np.ndarray | None = None) -> str:
    columns = np.arange(group.order) if columns is None else columns
    cell = '"{}"'.format
    lines = [",".join(["", *(cell(group.labels[c]) for c in columns)])]
    for a in range(group.order):
        row = (cell(group.labels[group.table[a, c]]) for c in columns)
        lines.append(",".join([cell(group.labels[a]), *row]))
    return "\n".join(lines) + "\n"


def test_plain_and_labeled_csv(tmp_path: Path) -> None:
    plain = read_group(write(tmp_path, "0, 1, 2\n1, 2, 0\n2, 0, 1\n\n"))
    assert plain.order == 3
    assert plain.name == "table"
    assert plain.labels == ("0", "1", "2")
    s4 = named("S4")
    shuffled = np.random.default_rng(0).permutation(24)
    for columns in (None, shuffled):
        again = read_group(write(tmp_path, csv_of(s4, columns)))
        assert np.array_equal(again.table, s4.table)
        assert again.labels == s4.labels
    starred = read_group(write(tmp_path, "*,e,s\ne,e,s\ns,s,e\n"))
    assert starred.labels == ("e", "s")


def test_the_user_order_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "z3.npy"
    np.save(path, np.array([[2, 0, 1], [0, 1, 2], [1, 2, 0]]))  # the identity is element 1
    group = read_group(path)
    assert group.identity == 1
    assert group.table[0, 0] == 2


CSV_ERRORS = [
    ("", "is empty"),
    ("0,1\n1,a\n", "line 2, column 2: 'a' is no integer"),
    ("0,1\n1,0.5\n", "line 2, column 2: '0.5' is no integer"),
    ("0,1\n1,__import__('os')\n", "line 2, column 2: "),
    ("0,1,2\n1,2\n2,0,1\n", "line 2, column 3: the line has 2 cells, the first one has 3"),
    ("0,1\n1,0\n0,1\n", "line 3: a Cayley table is square, this one has 3 lines of 2"),
    ("0,1\n", "line 1: a Cayley table is square"),
    (",e,s\ne,e,s\ns,s,x\n", "line 3, column 3: 'x' is none of the labels"),
    (",e,x\ne,e,s\ns,s,e\n", "line 1, column 3: 'x' must be one of the labels"),
    (",e,e\ne,e,s\ns,s,e\n", "line 1, column 3: 'e' must be one of the labels"),
    (",e,s\ne,e,s\ne,s,e\n", "line 3, column 1: the label 'e' occurs twice"),
    (",e,s\ne,e,s\n,s,e\n", "line 3, column 1: the label is empty"),
]


@pytest.mark.parametrize(("text", "words"), CSV_ERRORS, ids=range(len(CSV_ERRORS)))
def test_bad_csv_names_line_and_column(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_group(write(tmp_path, text))
    assert words in str(caught.value)
    assert str(tmp_path / "table.csv") in str(caught.value)


AXIOMS = [
    ("0,1\n1,2\n", "closure fails: 1*1 is entry 2"),
    ("0,1\n0,1\n", "cancellation fails: column 0 holds the value 0"),
    ("1,0,2\n0,2,1\n2,1,0\n", "identity fails"),
    ("0,1,2,3,4\n1,0,3,4,2\n2,4,0,1,3\n3,2,4,0,1\n4,3,1,2,0\n", "associativity fails: (1*"),
    ("-1,0\n0,-1\n", "closure fails"),
]


@pytest.mark.parametrize(("text", "words"), AXIOMS)
def test_tables_that_are_no_groups_name_the_axiom(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(GroupAxiomError) as caught:
        read_group(write(tmp_path, text))
    assert words in str(caught.value)


def test_other_bad_files(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="there is no file"):
        read_group(tmp_path / "missing.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match="no CSV text"):
        read_group(tmp_path / "bytes.csv")
    (tmp_path / "text.npy").write_text("no array")
    with pytest.raises(SpecError, match=r"no \.npy file"):
        read_group(tmp_path / "text.npy")
    np.save(tmp_path / "objects.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    with pytest.raises(SpecError, match=r"no \.npy file"):
        read_group(tmp_path / "objects.npy")
    np.save(tmp_path / "floats.npy", np.eye(2))
    with pytest.raises(GroupAxiomError, match="holds integers"):
        read_group(tmp_path / "floats.npy")
    np.save(tmp_path / "flat.npy", np.arange(4))
    with pytest.raises(GroupAxiomError, match="square"):
        read_group(tmp_path / "flat.npy")
    np.save(tmp_path / "large.npy", np.zeros((2, 3000), dtype=np.int8))
    with pytest.raises(BudgetError, match="2520"):
        read_group(tmp_path / "large.npy")


TOML = {
    'group = "Z4"\nname = "turns"\nelements = ["0", "90", "180", "270"]': ("turns", 4),
    "table = [[0, 1], [1, 0]]": ("spec", 2),
    'table = "table.csv"': ("table", 3),
    'permutations = ["(1 2 3)", "(1 2)"]': ("<(1 2 3), (1 2)>", 6),
    "matrices = [[[0, 1], [-1, 0]]]\nmodulus = 5": ("<[0 1; 4 0]> mod 5", 4),
    'group = "<a, b | a^2, b^2, (a*b)^3>"\nname = "triangle"': ("triangle", 6),
}


@pytest.mark.parametrize("text", TOML)
def test_toml(tmp_path: Path, text: str) -> None:
    write(tmp_path, "0,1,2\n1,2,0\n2,0,1\n")
    group = read_group(str(write(tmp_path, text, "spec.toml")))
    assert (group.name, group.order) == TOML[text]
    if group.name == "turns":
        assert group.labels == ("0", "90", "180", "270")


TOML_ERRORS = [
    ("group = ", "is no TOML"),
    ('groop = "Z4"', 'unknown key "groop"; did you mean "group"'),
    ("zzz = 1", "known keys"),
    ('name = "x"', "exactly one of group, table, permutations, matrices"),
    ('group = "Z4"\ntable = "t.csv"', "found group, table"),
    ('group = "Z4"\nmodulus = 5', '"modulus" goes with "matrices"'),
    ("matrices = [[[1]]]", '"modulus" goes with "matrices"'),
    ("matrices = [[[1, 2]]]\nmodulus = 5", "matrix 1 is no square"),
    ('matrices = [[[1]]]\nmodulus = "5"', "needs a prime"),
    ("matrices = [[[1]]]\nmodulus = 4", "modulo a prime"),
    ('group = "Q9"', "key group: "),
    ("group = 4", "needs a text in quotes"),
    ('table = "missing.csv"', "there is no file"),
    ("table = [[0, 1], [1]]", "square list of lists"),
    ('table = [[0, "1"], [1, 0]]', "row 1, column 2 holds '1'"),
    ("table = [[0, 1], [1, 1]]", "key table: cancellation fails"),
    ("table = 3", "square list of lists"),
    ('permutations = "(1 2)"', "needs a list"),
    ('permutations = ["(1 2"]', "at column 1"),
    ('group = "Z2"\nelements = ["a"]', "it needs as many distinct names; 1 are given"),
    ('group = "Z2"\nelements = ["a", "a"]', "1 of them distinct"),
]


@pytest.mark.parametrize(("text", "words"), TOML_ERRORS, ids=range(len(TOML_ERRORS)))
def test_bad_toml_names_the_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises((SpecError, GroupAxiomError)) as caught:
        read_group(write(tmp_path, text, "spec.toml"))
    assert words in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_missing_toml_file(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="No such file"):
        read_group(tmp_path / "missing.toml")
