"""Files that `symtheory test` must refuse: one clear line, exit code 2, and nothing unpickled."""

import io
import json
import os
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from made_embeddings import TASK, P, circles

from symtheory.cli.main import main


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def refused(capsys, *words: str, task: tuple[str, ...] = TASK) -> str:
    assert main(["test", *words, *task]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1, err
    assert err.startswith("symtheory: ")
    assert len(err) < 1100
    assert "Traceback" not in err
    assert "allow_pickle" not in err
    return err


def npy(array: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


class Bomb:
    def __reduce__(self):
        return (Path.touch, (Path("exploded"),))


def spoiled(row: int, column: int, value: float) -> np.ndarray:
    points = circles()
    points[row, column] = value
    return points


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((30, 4)), "x has 31 tokens, but the array 'x' has 30 rows"),
        (circles().T, "transpose it"),
        (np.vstack([circles(), circles()[:1]]), "say --rows x=0:31"),
        (np.zeros(31), "shape (31,)"),
        (np.zeros((31, 4, 4)), "shape (31, 4, 4)"),
        (np.array(3.0), "shape ()"),
        (np.zeros((31, 0)), "coincide"),
        (spoiled(7, 3, np.nan), "a value that is not finite, the first at row 7, column 3"),
        (spoiled(0, 15, np.inf), "row 0, column 15"),
        (np.ones((31, 8)), "all 31 points of the x embedding coincide"),
        (np.outer(np.arange(31.0), np.ones(8)), "lie on one line (rank 1)"),
        (circles()[:, :1], "lie on one line"),
        (circles().astype(float) * 1e200, "whose square is out of range; rescale"),
        (circles().astype(float) * 1e-200, "whose square is out of range; rescale"),
        (np.zeros((0, 4)), "x has 31 tokens, but the array 'x' has 0 rows"),
        (circles() + 1j, "is complex (complex64)"),
        (np.zeros((31, 4), dtype=int), "holds int64"),
        (np.zeros((31, 4), dtype=bool), "holds bool"),
        (np.zeros((31, 4), dtype="U5"), "holds str"),
        (np.zeros((31, 4), dtype=[("a", "f4")]), "holds void"),
    ],
)
@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_arrays_that_are_no_embedding(capsys, array, said, kind):
    name = f"x.{kind}"
    if kind == "npy":
        np.save(name, array)
    else:
        np.savez(name, x=array)
    err = refused(capsys, name)
    assert said in err


@pytest.mark.parametrize("name", ["x.npy", "x.npz"])
def test_objects_are_refused_without_being_loaded(capsys, name):
    array = np.empty((31, 4), dtype=object)
    array[:] = Bomb()
    if name == "x.npy":
        np.save(name, array, allow_pickle=True)
    else:
        np.savez(name, x=array)
    assert "Python objects, which could run code" in refused(capsys, name)
    assert not Path("exploded").exists()


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize("name", ["x.npy", "x.npz", "x.safetensors"])
def test_pickles_are_refused_without_being_loaded(capsys, name, protocol):
    Path(name).write_bytes(pickle.dumps(Bomb(), protocol=protocol))
    assert name in refused(capsys, name)
    assert not Path("exploded").exists()


@pytest.mark.parametrize("name", ["x.npy", "x.npz", "x.safetensors", "x.csv"])
def test_empty_files(capsys, name):
    Path(name).touch()
    assert f"{name} is empty" in refused(capsys, name, "--array", "x")


@pytest.mark.parametrize("keep", [3, 9, 60, 500, 1500])
@pytest.mark.parametrize("name", ["x.npy", "x.npz", "x.safetensors"])
def test_truncated_files(capsys, name, keep):
    from safetensors.numpy import save_file

    writers = {
        "x.npy": lambda: np.save("x.npy", circles()),
        "x.npz": lambda: np.savez("x.npz", x=circles()),
        "x.safetensors": lambda: save_file({"x": circles()}, "x.safetensors"),
    }
    writers[name]()
    whole = Path(name).read_bytes()
    Path(name).write_bytes(whole[:keep])
    assert name in refused(capsys, name)


def test_damage_inside_an_archive(capsys):
    np.savez("x.npz", x=circles())
    content = bytearray(Path("x.npz").read_bytes())
    content[600] ^= 0xFF
    Path("x.npz").write_bytes(content)
    assert "Bad CRC-32" in refused(capsys, "x.npz")


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("(True, 3)", "impossible shape"),
        ("(-31, 3)", "impossible shape"),
        ("(31, 10**3)", "has no readable header: malformed node or string on line 1\n"),
        (f"({'1, ' * 2000})", "is cut off: 1 × 1 × 1"),
    ],
)
def test_shapes_that_no_array_has(capsys, shape, said):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    head = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    Path("x.npy").write_bytes(head)
    err = refused(capsys, "x.npy")
    assert said in err
    assert len(err) < 250


def test_labels_that_never_end(capsys):
    np.save("x.npy", circles())
    os.mkfifo("pipe")
    for name in ("pipe", "/dev/zero", "."):
        assert "it is no ordinary file" in refused(
            capsys, "x.npy", "--array", "x", "--labels", name
        )


def test_an_archive_without_arrays(capsys):
    with zipfile.ZipFile("x.npz", "w") as archive:
        archive.writestr("notes.txt", "none")
    assert refused(capsys, "x.npz") == "symtheory: x.npz holds no array\n"


def test_a_header_that_promises_the_world(capsys):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (31, 1000000000000), }\n"
    head = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    Path("x.npy").write_bytes(head)
    assert "is cut off" in refused(capsys, "x.npy")
    with zipfile.ZipFile("x.npz", "w") as archive:
        archive.writestr("x.npy", head)
    assert "the limit is" in refused(capsys, "x.npz")


def test_archives_that_unpack_to_more_than_they_say(capsys):
    with zipfile.ZipFile("x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", npy(circles()) + bytes(50_000_000))
    assert "more bytes than the array has" in refused(capsys, "x.npz")
    bomb = b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + b" " * 50_000_000
    with zipfile.ZipFile("x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", bomb)
    assert "a header of 2147483648 bytes" in refused(capsys, "x.npz")


def test_odd_members_of_an_archive(capsys):
    with zipfile.ZipFile("x.npz", "w") as archive:
        archive.writestr("../" * 5 + "up\nand\tdown" + "n" * 3000 + ".npy", npy(circles()))
        archive.writestr("readme.txt", "no array")
    assert "no array has the name of a role" in refused(capsys, "x.npz")
    with zipfile.ZipFile("x.npz", "w") as archive:
        archive.writestr("x.npy", npy(circles()))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x.npy", npy(circles()))
    assert "two arrays named 'x'" in refused(capsys, "x.npz")
    with zipfile.ZipFile("x.npz", "w") as archive:
        archive.writestr("x.npy", "no array")
    assert "does not begin as one" in refused(capsys, "x.npz")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"x": {"dtype": "I32", "shape": [2, 2], "data_offsets": [0, 16]}}, "holds int32"),
        ({"x": {"dtype": "F8_E4M3", "shape": [4, 4], "data_offsets": [0, 16]}}, "F8_E4M3"),
        ({"x": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 999]}}, "no whole"),
        ({"x": {"dtype": "F32", "shape": [-1, 2], "data_offsets": [0, 16]}}, "no whole"),
        ([], "no whole"),
    ],
)
def test_safetensors_with_other_headers(capsys, header, said):
    text = json.dumps(header).encode()
    Path("x.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(16))
    assert said in refused(capsys, "x.safetensors")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1,2\n3\n", "line 2: it has 1 cells, the first line has 2"),
        ("1,2\n3,four\n", "line 2, column 2: 'four' is no number"),
        ("1,2\n\n3,x\n", "line 3, column 2"),
        ("1;2\n3;4\n", "has no numbers; cells are separated by commas"),
        ("1 2\n3 4\n", "cells are separated by commas"),
        ("a,b\n", "has no numbers"),
        ("1,2\n3,nan\n" * 16, "x has 31 tokens"),
        ("x" * 200_000, "field larger"),
        ("1.5,2.5," + "y" * 100_000 + "\n3,4,5\n", "line 1, column 3: 'yyy"),
        ("1," * 40_000 + "1\n" + "2\n", "line 2: it has 1 cells"),
        ("\n\n\n", "is empty"),
        ("".join(f"{i},0.5,{i * i}\n" for i in range(31)), "the first column counts the lines"),
        (
            "id,a,b\n" + "".join(f"{7 * i % 31},0.5,{i * i}\n" for i in range(31)),
            "the first column counts the lines",
        ),
        ("token,c\n" + "".join(f"{i % 30},{i}\n" for i in range(31)), "label '0' stands on rows"),
        ("token,c\n" + "".join(f"{i + 1},{i}\n" for i in range(31)), "'31' of row 30 is none"),
    ],
)
def test_csv_that_is_no_embedding(capsys, content, said):
    Path("x.csv").write_text(content)
    assert said in refused(capsys, "x.csv", "--array", "x")


def test_csv_that_is_no_text(capsys):
    Path("x.csv").write_bytes(b"\xff\xfe\x00\x01")
    assert "no CSV text in UTF-8" in refused(capsys, "x.csv")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no.npy"], "there is no file no.npy"),
        (["."], ". is a folder"),
        (["net.pt"], "files, not .pt; it may be a pickle"),
        (["net.txt"], ".npy, .npz, .safetensors, .csv files, not .txt"),
        (["net.npz"], "it holds 'W' (31 × 16, float32), 'b' (31, float64)"),
        (["net.npz", "--array", "x"], "name the array for x by its key"),
        (["net.npz", "--array", "W"], "--array 'W' names no role; say --array x=W"),
        (["net.npz", "--array", "x=V"], "has no array 'V'; it holds 'W'"),
        (["net.npz", "--array", "z=W"], "'z' is no role of an embedding"),
        (["net.npz", "--array", "network=W"], "'network' is no role"),
        (["net.npz", "--array", "x=W", "--array", "x=W"], "two arrays for x"),
        (["net.npz", "--array", "x=W", "--array", "shared=W"], "give shared, or x and y"),
        (["net.npz", "--array", "left=W"], "'left' is no role"),
        (["net.npz", "--array", "x", "--array", "y=b"], "each needs its name"),
        (["net.npz", "--array", "x=W", "--rows", "1"], "--rows is A:B"),
        (["net.npz", "--array", "x=W", "--rows", "x=-1:4"], "--rows is A:B"),
        (["net.npz", "--array", "x=W", "--rows", "5:2"], "rows 5:2 are not all there"),
        (["net.npz", "--array", "x=W", "--rows", "0:40"], "rows 0:40 are not all there"),
        (
            ["net.npz", "--array", "x=W", "--rows", "0:9"],
            "the chosen part of the array 'W' has 9",
        ),
        (["net.npz", "--array", "x=W", "--rows", "0:9", "--rows", "x=0:9"], "twice for x"),
        (["net.npz", "--array", "x=W", "--labels", "no.txt"], "cannot read the labels no.txt"),
        (["net.npz", "--array", "x=W", "--labels", "few.txt"], "2 labels for 31 rows of x"),
        (["net.npz", "--array", "x=W", "--labels", "wrong.txt"], "'a' of row 0 is none of the x"),
        (["net.npz", "--array", "x=W", "--labels", "gap.txt"], "line 2 is empty"),
        (["net.npz", "--array", "x=W", "--accuracy", "2"], "between 0 and 1, got 2"),
        (["net.npz", "--array", "x=W", "--accuracy", "nan"], "between 0 and 1, got nan"),
        (
            ["net.npz", "--array", "x=W", "--accuracy", "1", "--accuracy", "1"],
            "2 times for 1 files",
        ),
        (["net.npz", "--array", "x=W", "--permutations", "9"], "take 19 or more"),
        (["net.npz", "--array", "x=W", "--permutations", "9999999"], "over the limit"),
        (["net.npz", "net.npz", "--array", "x=W"], "holds the same network as net.npz"),
        (["net.npz", "--array", "x=W", "--out", "net.npz/x"], "choose another --out"),
        ([], "FILE"),
    ],
)
def test_words_that_mean_nothing(capsys, words, said):
    np.savez("net.npz", W=circles(), b=np.zeros(31))
    for name, text in {"few": "0\n1\n", "wrong": "a\n" * 31, "gap": "0\n\n2\n"}.items():
        Path(f"{name}.txt").write_text(text)
    Path("net.pt").write_bytes(b"PK")
    Path("net.txt").write_text("1")
    assert said in refused(
        capsys, *words, task=(*TASK[:-2], *([] if "--permutations" in words else TASK[-2:]))
    )


def test_a_task_whose_operands_have_different_tokens_has_no_shared_table(capsys):
    np.save("shared.npy", np.random.default_rng(0).standard_normal((31, 4)))
    task = ("--task", "x/y", "--mod", str(P))
    assert "has x, y, readout; its operands have different tokens" in refused(
        capsys, "shared.npy", "--array", "shared", task=task
    )


def test_fewer_than_five_tokens(capsys):
    Path("xor.csv").write_text("0,1,1,0\n1,0,0,1\n1,0,0,1\n0,1,1,0\n")
    np.save("x.npy", np.eye(4))
    assert "at least 5 are needed" in refused(capsys, "x.npy", task=("--task", "xor.csv"))


def test_a_task_is_needed(capsys):
    np.save("x.npy", circles())
    assert "--task" in refused(capsys, "x.npy", task=())


@pytest.mark.parametrize("words", [["--rows", "y=0:31"], ["--labels", "readout=x.txt"]])
def test_options_for_an_embedding_that_is_not_tested(capsys, words):
    np.save("x.npy", np.random.default_rng(0).standard_normal((31, 8)))
    Path("x.txt").write_text("\n".join(map(str, range(31))))
    code = main(["test", "x.npy", "--array", "x", "--task", "modadd", "--p", "31", *words])
    assert code == 2
    assert "the embeddings tested are x" in capsys.readouterr().err


def test_no_shortened_options(capsys):
    assert main(["tasks", "--jso"]) == 2
    assert "--jso" in capsys.readouterr().err


def test_rows_in_another_order_are_hinted_at(capsys):
    angles = 2 * np.pi * np.arange(31) / 31
    circle = np.stack([np.cos(angles), np.sin(angles), np.cos(3 * angles)], axis=1)
    np.save("x.npy", circle[np.random.default_rng(1).permutation(31)])
    words = ["test", "x.npy", "--array", "x", "--task", "modadd", "--p", "31"]
    assert main([*words, "--permutations", "99"]) == 1
    assert "stand in the task's own order" in " ".join(capsys.readouterr().out.split())
