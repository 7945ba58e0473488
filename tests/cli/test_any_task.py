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
