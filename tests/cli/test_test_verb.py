"""`symtheory test` on files of every kind: the same points give the same verdict."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from made_embeddings import TASK, P, circles
from safetensors.numpy import save_file

from symtheory.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def verdict(capsys, *words: str, code: int = 0) -> dict:
    assert main(["test", *words, *TASK, "--json"]) == code
    result = json.loads(capsys.readouterr().out)
    assert result["schema"] == "symtheory/1"
    assert result["exit_code"] == code
    return result


def effects(result: dict) -> list[float]:
    return [v["effect"] for network in result["networks"] for v in network["verdicts"]]


def test_every_format_gives_the_same_verdict(capsys):
    points = circles()
    np.save("net.npy", points)
    np.savez("net.npz", x=points)
    np.savez_compressed("other.npz", W_E=points, bias=np.zeros(3), step=np.array(7))
    save_file({"x": points, "count": np.arange(3)}, "net.safetensors")
    np.savetxt("net.csv", points.astype(float), delimiter=",")
    found = [
        verdict(capsys, "net.npy", "--array", "x"),
        verdict(capsys, "net.npz"),
        verdict(capsys, "other.npz", "--array", "x=W_E"),
        verdict(capsys, "other.npz", "--array", "x=W_E"),
        verdict(capsys, "net.safetensors"),
        verdict(capsys, "net.csv", "--array", "x"),
    ]
    assert found[0]["outcome"] == "held"
    assert found[0]["conditional"]
    assert [v["key"] for v in found[0]["networks"][0]["verdicts"]] == [
        "x/L0",
        "x/L1",
        "x/L2",
        "x/L3",
    ]
    embedding = found[0]["networks"][0]["embeddings"]["x"]
    assert embedding["active"] == ["frequency 1", "frequency 4", "frequency 11"]
    assert embedding["reached"] == "L3"
    for other in found[1:]:
        assert effects(other)[:3] == pytest.approx(effects(found[0])[:3], abs=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float64", ">f4"])
def test_other_floats(capsys, dtype):
    np.save("x.npy", np.asfortranarray(circles().astype(dtype)))
    assert verdict(capsys, "x.npy")["outcome"] == "held"


def test_bfloat16(capsys):
    halves = (circles().view(np.uint32) >> 16).astype("<u2")
    header = {"x": {"dtype": "BF16", "shape": [P, 16], "data_offsets": [0, halves.nbytes]}}
    text = json.dumps(header).encode()
    Path("net.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + halves.tobytes())
    result = verdict(capsys, "net.safetensors")
    assert result["outcome"] == "held"
    assert result["networks"][0]["arrays"]["x"]["dtype"] == "bfloat16"


def test_relabeled_rows_are_refuted_and_labels_put_them_right(capsys):
    points, order = circles(), np.random.default_rng(1).permutation(P)
    np.save("x.npy", points[order])
    assert verdict(capsys, "x.npy", code=1)["outcome"] == "refuted"
    Path("tokens.txt").write_text("\n".join(map(str, order)) + "\n")
    right = verdict(capsys, "x.npy", "--labels", "tokens.txt")
    np.save("x.npy", points)
    assert effects(right) == effects(verdict(capsys, "x.npy"))
    lines = ["token," + ",".join(f"c{i}" for i in range(16))]
    lines += [f"{t}," + ",".join(map(repr, points[t].tolist())) for t in order]
    Path("net.csv").write_text("\n".join(lines) + "\n")
    assert effects(verdict(capsys, "net.csv", "--array", "x")) == pytest.approx(effects(right))


def test_rows_that_are_no_tokens_are_left_out_when_asked(capsys):
    points = circles()
    table = np.vstack([np.zeros((1, 16)), points, np.ones((1, 16))]).astype(np.float32)
    np.savez("net.npz", shared=table, readout=circles(seed=2))
    rows = ["--rows", f"shared=1:{P + 1}"]
    assert verdict(capsys, "net.npz", *rows, "--array", "shared=shared")["outcome"] == "held"
    both = verdict(capsys, "net.npz", *rows)
    assert list(both["networks"][0]["embeddings"]) == ["shared", "readout"]


def test_snapshots_of_a_run_are_read_as_they_are(capsys):
    assert main(["train", "modadd", "--p", str(P), "--steps", "20", "--out", "run"]) == 0
    capsys.readouterr()
    result = verdict(capsys, "run/snapshots/embedding-000020.safetensors", code=3)
    assert list(result["networks"][0]["arrays"]) == ["shared", "readout"]


def test_accuracy_decides_whether_anything_can_be_held(capsys):
    np.save("x.npy", circles())
    known = verdict(capsys, "x.npy", "--accuracy", "1")
    assert not known["conditional"]
    assert known["networks"][0]["sentence"] == "held: all 3 primary claims"
    low = verdict(capsys, "x.npy", "--accuracy", "0.5", code=3)
    assert "did not generalize" in low["networks"][0]["sentence"]
    assert "held" not in {v["outcome"] for v in low["networks"][0]["verdicts"]}
    near = verdict(capsys, "x.npy", "--accuracy", "0.98999", code=3)
    assert (
        "accuracy 0.9899, the claims are about networks at 0.99" in near["networks"][0]["sentence"]
    )


def test_several_files_are_seeds(capsys):
    choices = [(1, 4, 11), (2, 3, 9), (5, 6, 12), (7, 8, 14)]
    for seed, frequencies in enumerate(choices):
        np.save(f"{seed}.npy", circles(frequencies, seed=seed))
    files = [f"{seed}.npy" for seed in range(4)]
    result = verdict(capsys, *files, "--array", "x", "--accuracy", "1")
    over = result["over_seeds"]
    assert over["outcomes"] == ["held"] * 4
    claims = {claim["key"]: claim for claim in over["claims"]}
    assert claims["x/L1"]["n_held"] == 4
    assert claims["x/L1"]["outcome"] == "held"
    assert over["usage"]["x"]["n_seeds"] == 4
    assert main(["test", *files, "--array", "x", *TASK]) == 0
    out = capsys.readouterr().out
    assert "together held: of 4 networks 4 held" in out
    assert "use of irreps, x" in out


def test_text_fits_a_hundred_columns_and_says_what_it_cannot_tell(capsys):
    np.savez("net.npz", x=circles(), readout=circles(seed=3))
    assert main(["test", "net.npz", *TASK]) == 0
    out, err = capsys.readouterr()
    assert max(map(len, out.splitlines())) <= 100
    assert "active frequencies: " in out
    assert "obeys the law" in out
    assert "clock and pizza" in out
    assert "do not see labels" in out
    assert "if the network generalizes" in out
    assert err == "" or "testing" in err


def test_few_tokens_are_inconclusive(capsys):
    rng = np.random.default_rng(0)
    np.save("x.npy", rng.standard_normal((7, 4)))
    assert main(["test", "x.npy", "--task", "modadd", "--p", "7", "--permutations", "39"]) == 3
    assert "fewer than 12" in capsys.readouterr().out


def test_the_folder_holds_result_figures_and_report(capsys):
    np.save("x.npy", circles())
    Path("found").mkdir()
    Path("found/result.json").touch()  # of an earlier test: written over
    result = verdict(capsys, "x.npy", "--out", "found")
    assert json.loads(Path("found/result.json").read_text()) == result
    figures = {path.name for path in Path("found/figures").iterdir()}
    names = ("planes-x", "spectrum", "gram", "persistence")  # and no log
    assert figures == {f"{name}.{kind}" for name in names for kind in ("pdf", "svg", "png", "csv")}
    page = Path("found/report.html").read_text()
    assert page.count("<svg") == len(names)
    assert "clock and pizza" in page


def test_a_folder_of_other_things_is_left_alone(capsys):
    np.save("x.npy", circles())
    for name in ("notes.txt", "config.json"):
        Path(name[:5]).mkdir()
        Path(name[:5], name).write_text("keep")
        Path(name[:5], "result.json").write_text("keep")
    assert main(["test", "x.npy", *TASK, "--out", "confi"]) == 2
    Path("notes/result.json").unlink()
    assert main(["test", "x.npy", *TASK, "--out", "notes"]) == 2
    assert "holds other things (notes.txt)" in capsys.readouterr().err
    assert [path.name for path in Path("notes").iterdir()] == ["notes.txt"]


def test_two_tokens_with_one_vector_are_named(capsys):
    points = circles(noise=0.1)
    points[4] = points[9]
    np.savez("net.npz", x=points, y=points)
    main(["test", "net.npz", *TASK])
    err = capsys.readouterr().err
    assert "warning: net.npz: x: 2 tokens share their vector" in err
    assert ": 4, 9\n" in err
    assert "x and y are the same array" in err


def test_neither_torch_nor_figures_are_loaded():
    np.save("x.npy", circles())
    script = (
        "import sys; from symtheory.cli.main import main; "
        f"main({['test', 'x.npy', *TASK]!r}); "
        "sys.exit(bool({'torch', 'matplotlib'} & set(sys.modules)))"
    )
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": path},
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_columns_may_be_hidden_units(capsys):
    rng = np.random.default_rng(0)
    frequency = rng.choice([1, 4, 11], 96)
    turns = 2 * np.pi * np.outer(np.arange(P), frequency) / P
    a, b = rng.uniform(0, 2 * np.pi, (2, 96))
    sides = {"x": np.cos(turns + a), "y": np.cos(turns + b), "readout": np.cos(turns + a + b)}
    np.savez("mlp.npz", **sides)
    plain = verdict(capsys, "mlp.npz")["networks"][0]["verdicts"]
    assert "network/units" not in [v["key"] for v in plain]
    found = verdict(capsys, "mlp.npz", "--units")["networks"][0]["verdicts"]
    assert found[:-1] == plain  # the test of units draws after all others
    assert found[-1]["key"] == "network/units"
    assert found[-1]["outcome"] == "held"
    assert found[-1]["details"]["alignment"] == pytest.approx(1)
    np.savez("mixed.npz", **{**sides, "readout": np.cos(turns + rng.permutation(a + b))})
    found = verdict(capsys, "mixed.npz", "--units", code=1)["networks"][0]["verdicts"]
    assert found[-1]["outcome"] == "refuted"


def test_units_need_all_three_arrays(capsys):
    np.savez("net.npz", x=circles())
    assert main(["test", "net.npz", *TASK, "--units"]) == 2
    assert "both operands" in capsys.readouterr().err
