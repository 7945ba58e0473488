"""Tables from CSV, .npy and Python: what is read, what is unknown, and what is refused."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from symtheory.errors import BudgetError, SpecError
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.tables import read_table_task, table_task
from symtheory.tasks.task import Task


def write(folder: Path, text: str) -> Path:
    path = folder / "my table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def csv_of(task: Task) -> str:
    answers = [*task.z_labels, "?"]  # -1 is the last one
    lines = [["*", *task.y_labels]]
    lines += [
        [label, *(answers[z] for z in row)]
        for label, row in zip(task.x_labels, task.table.tolist(), strict=True)
    ]
    return "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)


def test_a_written_task_reads_as_the_same_task(tmp_path: Path) -> None:
    for task in (
        named_task("modadd", p=7),
        named_task("moddiv", p=8),
        named_task("compose", group="S4"),
    ):
        back = read_table_task(write(tmp_path, csv_of(task)))
        assert np.array_equal(back.table, task.table)
        assert (back.x_labels, back.y_labels, back.z_labels, back.shared_tokens) == (
            (task.x_labels, task.y_labels, task.z_labels, task.shared_tokens)
        )
        assert (back.name, back.formula) == ("my-table", "the table my table.csv")


def test_labels_may_come_in_any_order(tmp_path: Path) -> None:
    task = read_table_task(write(tmp_path, ",b,a\na,B,A\nb,b,c\n"))
    assert task.x_labels == task.y_labels == ("a", "b")
    assert task.shared_tokens
    answers = [[task.z_labels[z] for z in row] for row in task.table]
    assert answers == [["A", "B"], ["c", "b"]]
    apart = read_table_task(write(tmp_path, ",b,a\na,B,A\nb,b,c\n"), shared=False)
    assert not apart.shared_tokens


@pytest.mark.parametrize(
    ("text", "table", "answers"),
    [
        ("0,1\n1,0\n", [[0, 1], [1, 0]], "01"),
        ("7,-1\n12,7\n", [[1, 0], [2, 1]], ("-1", "7", "12")),  # in CSV, -1 is an answer
        ("?,1,0\n1,,1\n\n", [[-1, 1, 0], [1, -1, 1]], "01"),
        ("no,yes\nyes,no\n", [[0, 1], [1, 0]], ("no", "yes")),
        ("*,x,y\na,5,\nb,?,3\n", [[1, -1], [-1, 0]], "35"),
        # A closed operation keeps the order of its labels, numbers and names mixed.
        ("*,1,r\n1,1,r\nr,r,1\n", [[0, 1], [1, 0]], ("1", "r")),
        ("*,u,w\n0,w,u\n1,u,w\n", [[1, 0], [0, 1]], ("u", "w")),
        ("*,a,b\na,b,b\nb,b,\n", [[0, 0], [0, -1]], "b"),  # answers that never occur are none
        (",,,\n0,1\n,\n1,0\n"[4:], [[0, 1], [1, 0]], "01"),  # lines of empty cells
    ],
)
def test_what_cells_mean(
    tmp_path: Path, text: str, table: list[list[int]], answers: tuple[str, ...]
) -> None:
    task = read_table_task(write(tmp_path, text))
    assert task.table.tolist() == table
    assert task.z_labels == tuple(answers)
    assert task.is_partial == any(-1 in row for row in table)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n,,\n", "is empty"),
        ("0,1\n1\n", "line 2, column 2: the line has 1 cells, the first one has 2"),
        ("0,1\n\n1,0,2\n", "line 3, column 3: the line has 3 cells"),
        ("0,1\n1,0.5\n", "line 2, column 2: '0.5' is no integer"),
        ("0,1\n1,1e3\n", "line 2, column 2: '1e3' is no integer"),
        ("0,1\n1,nan\n", "line 2, column 2: 'nan' is no integer"),
        ("0,1\n1,O\n", "line 2, column 2: 'O' is no integer, but 0 is one"),
        ("a,b\nb,0\n", "line 1, column 1: 'a' is no integer, but 0 is one"),
        ("0,1,2\n", "has 1 rows of answers"),
        ("0\n1\n", "has 1 columns of answers"),
        ("0;1\n1;0\n", "commas between cells"),
        ("*\na\nb\n", "2 rows and 0 columns of answers"),
        ("*,a,b\n", "0 rows and 2 columns of answers"),
        ("*,a\nb,0\nc,1\n", "has 1 columns of answers"),
        ("*,a,b\na,0,1\n", "has 1 rows of answers"),
        ("?,?\n?,\n", "has no known answer"),
        ("*,a,b\na,,\nb,?,\n", "has no known answer"),
        ("*,a,a\na,0,1\nb,1,0\n", "line 1, column 3: the label 'a' is that of column 2 too"),
        ("*,a,b\na,0,1\na,0,1\n", "line 3, column 1: the label 'a' is that of line 2 too"),
        ("*,a,b\na,0,1\na,1,1\n", "is that of line 2 too, with other answers"),
        ("*,a,\na,0,1\nb,1,0\n", "line 1, column 3: a label has 1 to 100"),
        ("*,a,b\na,0,1\n?,1,0\n", "line 3, column 1: a label has 1 to 100"),
        ("*,a,b\na,0,1\n" + "b" * 101 + ",1,0\n", "line 3, column 1: a label has 1 to 100"),
        ('*,a,b\na,0,1\n"b\nc",1,0\n', "column 1: a label has 1 to 100 printable"),
        ("*,b,a\na,0,1\nb,1,0.5\n", "line 3, column 3: '0.5' is no integer"),  # before reordering
        ("0,1\n1,__import__('os').system('x')\n", "line 2, column 2: "),
    ],
)
def test_bad_tables_are_one_clear_line(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SpecError) as caught:
        read_table_task(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_contradictory_labels_cannot_share(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="different labels"):
        read_table_task(write(tmp_path, "*,a,b\nb,0,1\nc,1,0\n"), shared=True)


def saved(folder: Path, array: np.ndarray) -> Path:
    path = folder / "t.npy"
    np.save(path, array)
    return path


def test_npy_of_integers_texts_and_truths(tmp_path: Path) -> None:
    task = read_table_task(saved(tmp_path, np.array([[5, -1, 9], [9, 5, -1]], dtype=np.int8)))
    assert task.table.tolist() == [[0, -1, 1], [1, 0, -1]]
    assert (task.x_labels, task.y_labels, task.z_labels) == (tuple("01"), tuple("012"), tuple("59"))
    assert (task.name, task.formula, task.shared_tokens) == ("t", "the table t.npy", False)
    huge = read_table_task(saved(tmp_path, np.array([[2**64 - 1, 0], [0, 1]], dtype=np.uint64)))
    assert huge.z_labels == ("0", "1", str(2**64 - 1))
    texts = read_table_task(saved(tmp_path, np.array([["u", "?"], ["", "w"]])))
    assert texts.table.tolist() == [[0, -1], [-1, 1]]
    swapped = np.array([["u", "?"], ["", "w"]]).astype(">U1")
    assert read_table_task(saved(tmp_path, swapped)).to_dict() == texts.to_dict()
    truths = read_table_task(saved(tmp_path, np.less.outer(np.arange(5), np.arange(5))))
    assert truths.shared_tokens
    assert truths.z_labels == ("0", "1")
    turned = read_table_task(saved(tmp_path, np.asfortranarray([[0, 1, 2], [2, 0, 1]])))
    assert turned.table.tolist() == [[0, 1, 2], [2, 0, 1]]


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.eye(3), "holds float64"),
        (np.zeros((2, 2), dtype=complex), "holds complex128"),
        (np.zeros((2, 2), dtype="S3"), "holds |S3"),
        (np.zeros((2, 2), dtype="M8[s]"), "holds datetime64"),
        (np.zeros((2, 2), dtype=[("a", int)]), "holds [('a'"),
        (np.arange(4), "shape (4,)"),
        (np.array(4), "shape ()"),
        (np.zeros((2, 2, 2), dtype=int), "shape (2, 2, 2)"),
        (np.zeros((0, 3), dtype=int), "has 0 rows"),
        (np.zeros((3, 0), dtype=int), "has 0 columns"),
        (np.zeros((1, 3), dtype=int), "has 1 rows"),
        (np.full((2, 2), -1), "has no known answer; every cell is -1"),
        (np.array([[0, 1], [1, -2]]), "row 2, column 2: -2 is no answer"),
        (np.array([["?", ""], ["", ""]]), "has no known answer"),
        (np.array([["a", "1"], ["", ""]]), "row 1, column 1: 'a' is no integer"),
    ],
)
def test_bad_arrays_are_one_clear_line(tmp_path: Path, array: np.ndarray, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_table_task(saved(tmp_path, array))
    assert words in str(caught.value)


def test_files_that_hold_no_array(tmp_path: Path) -> None:
    path = tmp_path / "bad.npy"
    with pytest.raises(SpecError, match="there is no file"):
        read_table_task(path)
    np.save(path, np.array([{}, {}], dtype=object), allow_pickle=True)
    with pytest.raises(SpecError, match=r"no \.npy file"):
        read_table_task(path)
    np.savez(tmp_path / "archive.npz", np.eye(2))
    path.write_bytes((tmp_path / "archive.npz").read_bytes())
    with pytest.raises(SpecError, match="archive"):
        read_table_task(path)
    path.write_bytes(path.read_bytes()[:9])
    with pytest.raises(SpecError, match=r"no \.npy file"):
        read_table_task(path)
    # A header that promises far more than the file holds.
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "<i8", "fortran_order": False, "shape": (10**6, 10**9)}
    )
    path.write_bytes(stream.getvalue())
    with pytest.raises(SpecError, match=r"no \.npy file"):
        read_table_task(path)
    with pytest.raises(SpecError, match=r"cannot read|no file"):
        read_table_task(Path("x" * 5000 + ".csv"))


@pytest.mark.parametrize(
    ("old", "new"), [(b"), }", b"f, }"), (b"<i8", b"<O8"), (b"<i8", b"|V0"), (b"(2, 2)", b"(2,-2)")]
)
def test_a_damaged_header_is_one_clear_line(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = saved(tmp_path, np.array([[0, 1], [1, 0]]))
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(SpecError, match=r"t\.npy"):
        read_table_task(path)


def test_too_many_tokens_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BudgetError, match="1100 tokens"):
        read_table_task(saved(tmp_path, np.zeros((3, 1100), dtype=int)))
    with pytest.raises(BudgetError, match="1100 tokens"):
        read_table_task(write(tmp_path, "0,1\n" * 1101))
    with pytest.raises(BudgetError, match="1600 tokens"):  # of answers
        read_table_task(saved(tmp_path, np.arange(1600).reshape(40, 40)))


def test_python_tables() -> None:
    assert table_task([[0, 1], [1, -1]]).table.tolist() == [[0, 1], [1, -1]]
    assert table_task([[0, 1], [1, None]]).table.tolist() == [[0, 1], [1, -1]]
    task = table_task([["u", "v"], ["v", "w"]], ["a", "b"], ["1", "2"])
    assert task.z_labels == ("u", "v", "w")
    with_all = table_task([["1", "2"], [2, None]], ["a", "b"], ["1", "2"])
    assert with_all.z_labels == ("1", "2")
    assert task.shared_tokens is False


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([[0, 1], [1]], "equal length"),
        ([[0, 1], [1, 0.5]], "float64"),
        ([[0, 1], [1, {}]], r"row 2, column 2: \{\} is neither"),
        ([[None, 1], [1, -1]], "row 2, column 2: -1 is neither"),
        ([[0, 1], [1, 2.5, None]], "equal length"),
        ([], "shape"),
        (7, "shape"),
        ([["?", None], [None, ""]], "no known answer"),
    ],
)
def test_bad_python_tables(table: object, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        table_task(table)
    with pytest.raises(SpecError, match="3 labels"):
        table_task([[0, 1], [1, 0]], "abc")


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(st.sampled_from('01ab?*,,,,\n\n\n-." \x00é'), max_size=60))
@example("*,a\n")
@example('"')
def test_any_text_is_a_table_or_one_clear_error(tmp_path: Path, text: str) -> None:
    try:
        task = read_table_task(write(tmp_path, text))
    except SpecError:
        return
    assert task.is_known.any()
    again = read_table_task(write(tmp_path, csv_of(task)))
    assert np.array_equal(again.table, task.table)


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.sampled_from(
        [b"", b"\x93NUMPY", b"\x93NUMPY\x01\x00v\x00", b"PK\x03\x04", b"\x80\x04"]
    ),
    rest=st.binary(max_size=200)
    | st.text(st.sampled_from("{}'descr:<i8U(,)shape "), max_size=128).map(str.encode),
)
def test_any_bytes_are_an_array_or_one_clear_error(
    tmp_path: Path, start: bytes, rest: bytes
) -> None:
    path = tmp_path / "t.npy"
    path.write_bytes(start + rest)
    try:
        read_table_task(path)
    except SpecError:
        return


def test_letters_beyond_unicode_are_no_text(tmp_path: Path) -> None:
    path = saved(tmp_path, np.array([["ab", "cd"], ["ef", "gh"]]))
    path.write_bytes(path.read_bytes()[:-4] + b"\xff\xff\xff\xff")
    with pytest.raises(SpecError, match="beyond Unicode"):
        read_table_task(path)


def test_a_corner_that_names_nothing_else_is_asked_about(tmp_path):
    """Labels beside answers that are names: nothing but the corner tells them apart."""
    cells = "a,b,c\na,a,b,c\nb,b,c,a\nc,c,a,b\n"
    path = tmp_path / "table.csv"
    path.write_text(f"corner,{cells}")
    with pytest.raises(SpecError, match="leave the corner empty or write"):
        read_table_task(path)
    path.write_text(f"*,{cells}")
    assert read_table_task(path).table.tolist() == [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
