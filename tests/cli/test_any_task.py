"""Tasks of every kind on the command line, and what happens where nothing can be claimed."""

import json

import numpy as np
import pytest

from symtheory.cli.main import main


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write_random_table(n: int = 17) -> None:
    table = np.random.default_rng(3).integers(n, size=(n, n))
    with open("random.csv", "w") as file:
        file.writelines(",".join(map(str, row)) + "\n" for row in table.tolist())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x^2 + x*y + y^2", "--mod", "13"], "f(u*x, u*y) = u^2*f(x, y)"),
        (["x*y*x^-1", "--group", "S3"], "x*y*x^-1 in S3"),
        (["compose", "--group", "Q8"], "Q8, order 8, non-abelian"),
        (["moddiv", "--p", "7"], "two sets of tokens"),
        (["--mod", "7", "--", "-x + y"], "Z7, order 7"),
    ],
)
def test_predict(capsys, words, said):
    assert main(["predict", *words]) == 0
    assert said in capsys.readouterr().out


def test_predict_for_a_paper_and_for_a_program(capsys):
    assert main(["predict", "modmul", "--p", "7", "--latex"]) == 0
    assert r"\begin{tabular}" in capsys.readouterr().out
    assert main(["predict", "modmul", "--p", "7", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [relation["name"] for relation in found["relations"]] == [
        "swap", "composition", "shift", "equivariance",
    ]  # fmt: skip
    assert all(placebo["name"].endswith("(placebo)") for placebo in found["placebos"])
    assert main(["predict", "modmul", "--p", "7", "--json", "--latex"]) == 2


def test_nothing_is_claimed_of_a_random_table(capsys, tmp_path):
    """And so nothing is trained: the exit code says inconclusive, and no run folder is made."""
    write_random_table()
    assert main(["verify", "random.csv"]) == 3
    out = capsys.readouterr().out
    assert "claims       none" in out
    assert "no geometry is claimed for this task, nothing to verify" in out
    assert main(["verify", "random.csv", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["outcome"] == "inconclusive"
    assert [path.name for path in tmp_path.iterdir()] == ["random.csv"]


def write_shuffled_group(n: int = 13) -> None:
    rng, x = np.random.default_rng(4), np.arange(n)
    table = rng.permutation(n)[((x[:, None] + x) % n)[np.ix_(rng.permutation(n), x)]]
    with open("shuffled.csv", "w") as file:
        file.writelines(",".join(map(str, row)) + "\n" for row in table.tolist())


def test_a_run_says_what_its_relations_were_derived_from(capsys):
    write_shuffled_group()
    words = ["--steps", "2", "--train-fraction", "0.5"]
    assert main(["verify", "shuffled.csv", *words, "--out", "derived"]) == 3
    out = capsys.readouterr().out
    assert "symmetry derived from 84 training cells, no held-out answer was read" in out
    assert "table of Z13" in out
    assert main(["train", "shuffled.csv", *words, "--out", "known", "--symmetry", "known"]) == 0
    out = capsys.readouterr().out
    assert "symmetry known: the relations were read off the whole table, held-out answers" in out
    assert main(["train", "modadd", "--mod", "13", *words, "--out", "named", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["symmetry"].startswith("known: the relations follow from the definition")
    with open("named/config.json") as file:
        assert json.load(file)["symmetry"] == "known"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["graph", "--graph", "cycle(7)", "--symmetry", "derived"], "leave out --symmetry derived"),
        (["modadd", "--mod", "7", "--symmetry", "guessed"], "invalid choice: 'guessed'"),
        (["shuffled.csv", "--train-fraction", "0.1", "--relation", "swap"], "--symmetry known"),
    ],
)
def test_symmetry_that_cannot_be_is_one_line(capsys, tmp_path, words, said):
    write_shuffled_group()
    assert main(["verify", *words]) == 2
    captured = capsys.readouterr()
    assert said in captured.err.splitlines()[-1]
    assert "Traceback" not in captured.err
    assert not (tmp_path / "runs").exists()
