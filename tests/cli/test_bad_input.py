"""Bad input ends in one clear line on stderr and exit code 2, and nothing written is lost."""

import json
from pathlib import Path

import pytest

from symtheory.cli.main import main
from symtheory.cli.mask_file import read_mask


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def refused(capsys, *words: str) -> str:
    """Run a command that must be refused; return its one line."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    is_pointing = err.rstrip("\n").endswith("^")  # a caret comes with the line that it points at
    assert err.count("\n") == (3 if is_pointing else 1), err
    assert err.startswith("symtheory: ")
    return err


@pytest.mark.parametrize("verb", ["predict", "verify", "train"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["modadd", "--p", "0"], "at least 5, got 0"),
        (["modadd", "--p", "-3"], "at least 5, got -3"),
        (["modadd", "--p", "x"], "must be an integer, got 'x'"),
        (["modadd", "--p", "7.0"], "must be an integer, got '7.0'"),
        (["modadd", "--p", "2"], "at least 5, got 2"),
        (["modadd", "--p", "1000000"], "the limit is 1024"),
        (["modadd"], "needs a modulus"),
        (["modad", "--p", "7"], "did you mean 'modadd'?"),
        (["zzz", "--p", "7"], "known are modadd"),
        (["modadd", "--p", "7", "--mod", "11"], "--p and --mod both give --mod; leave one out"),
        (["x + y"], "needs a modulus"),
        (["compose", "--p", "7"], "does not take --mod; it takes --group"),
        (["x + y", "--mod", "seven"], "mod must be an integer, got 'seven'"),
        (["x + y", "--mod", "9" * 5000], "over 30 digits"),
        (["x + $", "--mod", "7"], "column 5: '$' has no meaning here"),
        (["2x + y", "--mod", "7"], "column 2: expected an operator"),
        (["1/(x + y)", "--mod", "6"], "no value at x = 0, y = 0: 0 is no unit mod 6"),
        (["x^99999999999", "--mod", "7"], "exponents go up to"),
        (["__import__('os').system('touch here')", "--mod", "7"], "column 1"),
        (["(" * 10_000 + "x" + ")" * 10_000, "--mod", "7"], "the limit is 1000"),
        (["(" * 90 + "x" + ")" * 90, "--mod", "7"], "nested"),
        (["x*y + 1", "--group", "S3"], "column 5: a group has one operation"),
        (["x*y", "--group", "S"], "cannot read the group"),
        (["compose"], "needs a group"),
        (["compose", "--group", "S9"], "above the limit"),
        (["no.csv"], "there is no file no.csv"),
        (["no.toml:a"], "there is no file no.toml"),
        (["no.txt"], "files of tasks end in"),
        (["modadd", "--p", "7", "--train-fraction", "1.5"], "train fraction"),
        (["modadd", "--p", "7", "--train-fraction", "0"], "train fraction"),
        (["modadd", "--p", "7", "--train-fraction", "nan"], "train fraction"),
        (["modadd", "--p", "7", "--train-fraction", "many"], "--train-fraction"),
        (["modadd", "--p", "7", "--seed", "-1"], "--seed"),
        (["modadd", "--p", "7", "--nonsense"], "--nonsense"),
    ],
)
def test_words_that_mean_nothing(capsys, verb, words, said):
    assert said in refused(capsys, verb, *words)
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "table.csv is empty"),
        ("0,1\n1\n", "line 2, column 2: the line has 1 cells"),
        ("0,1\n1,0.5\n", "line 2, column 2: '0.5' is no integer"),
        ("0,1,2\n", "has 1 rows"),
        ("*\na\nb\n", "0 columns"),
        ("*,a,a\na,0,1\nb,1,0\n", "line 1, column 3: the label 'a'"),
        ("?,?\n,?\n", "no known answer"),
    ],
)
def test_tables_that_mean_nothing(capsys, content, said):
    Path("table.csv").write_text(content)
    assert said in refused(capsys, "predict", "table.csv")


def test_tasks_lists_every_name_with_its_parameter(capsys):
    assert main(["tasks"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        "modadd",
        "x",
        "+",
        "y",
        "mod",
        "p",
        "--mod",
        "N",
        "addition",
        "mod",
        "p",
    ]
    assert main(["tasks", "--json"]) == 0
    tasks = json.loads(capsys.readouterr().out)["tasks"]
    assert [line.split()[0] for line in lines] == list(tasks)
    assert tasks["compose"] == {
        "expression": "x*y", "parameters": ["group"], "summary": "composition",
    }  # fmt: skip
    starts = {line.index("--") for line in lines}
    assert len(starts) == 1


def test_the_largest_refusal_names_memory_and_time(capsys):
    line = refused(capsys, "predict", "modadd", "--p", "1000000")
    assert "8 TB" in line
    assert "days" in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--steps", "0"], "at least 1, got 0"),
        (["--loss", "other"], "--loss"),
        (["--relation", "none", "--relation", "swap"], "leave out the others"),
        (["--device", "abacus"], "device must be"),
        (["--device", "cuda:99"], "CUDA devices"),
        (["--resume", "--out", "nowhere"], "no run to resume in nowhere"),
        (["--out", "a\0b"], "--out must name a folder"),
        (["--relation", "swapp"], "has no auxiliary 'swapp'"),
        (["--train-fraction", ".001"], "leaves no training or no held-out cell"),
        (["--d-model", "3"], "--d-model must be a multiple of n_heads, 4, got 3"),
        (["--d-mlp", "1000000000"], "--d-mlp must lie between 1 and 65536"),
        (["--init-scale", "1e200"], "--init-scale must lie between 1e-06 and 1e+06, got 1e+200"),
        (["--output-scale", "nan"], "--output-scale must lie between"),
        (["--model", "mlp", "--one-hot", "--d-model", "8"], "--d-model does not go with --one-hot"),
        (["--mask", "/dev/zero"], "cannot read the mask '/dev/zero'"),
        (["--mask", "a\0b"], "cannot read the mask"),
        (["--adjacent", "--stratified"], "--adjacent and --stratified both give --split"),
        (["--split", "random"], "choose from"),
        (
            ["--mask", "zeros.csv", "--split", "adjacent"],
            "--mask says which cells are training data",
        ),
        (["--split", "adjacent"], "is about no order, in which tokens would be neighbors"),
        (["--split", "adjacent", "--train-fraction", ".5"], "leave out --train-fraction"),
        (["--cooldown", "1"], "cooldown is a share of the steps, from 0 to below 1, got 1.0"),
    ],
)
@pytest.mark.parametrize("verb", ["verify", "train"])
def test_training_words_that_mean_nothing(capsys, verb, words, said):
    assert said in refused(capsys, verb, "modadd", "--p", "7", *words)
    assert not list(Path().iterdir())


def test_no_verb_and_unknown_verb(capsys):
    assert "VERB" in refused(capsys)
    assert "invalid choice" in refused(capsys, "verfy")


def test_out_that_cannot_be_written(capsys):
    Path("file").write_text("mine")
    line = refused(capsys, "verify", "modadd", "--p", "7", "--out", "file/run")
    assert "cannot write the run folder file/run" in line
    assert Path("file").read_text() == "mine"


def headed(shape: str) -> bytes:
    """Return the start of a .npy file of integers."""
    header = f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}, }}"
    return b"\x93NUMPY\x01\x00\x76\x00" + header.encode().ljust(117) + b"\n"


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 no archive", b"", b"\x80\x04", headed("(100000000000, 5)"), headed("((((")],
)
def test_masks_that_are_no_arrays(capsys, content):
    Path("mask.npy").write_bytes(content)
    line = refused(capsys, "train", "modadd", "--p", "7", "--mask", "mask.npy")
    assert "cannot read the mask mask.npy: it is no array of numbers" in line


def test_a_mask_as_spreadsheets_write_it(tmp_path):
    """A byte order mark, line ends of Windows and an empty last line change nothing."""
    Path("plain.txt").write_bytes(b"1,0\n0,1\n")
    Path("written.csv").write_bytes(b"\xef\xbb\xbf1,0\r\n0,1\r\n\r\n")
    assert read_mask("written.csv") == read_mask("plain.txt") == ("10", "01")


@pytest.mark.parametrize(("name", "said"), [("config.json", "config.json"), ("thesis", "thesis")])
def test_several_seeds_go_into_no_folder_of_something_else(capsys, name, said):
    Path("run").mkdir()
    Path("run", name).write_text("mine")
    line = refused(capsys, "train", "modadd", "--p", "7", "--seeds", "2", "--out", "run")
    assert f"not a folder of several runs and not empty (it holds {said})" in line
    assert [path.name for path in Path("run").iterdir()] == [name]


def test_a_divergence_is_one_line_that_names_the_run(capsys):
    words = ["train", "modadd", "--p", "5", "--seeds", "2", "--steps", "9", "--out", "runs"]
    assert main([*words, "--learning-rate", "1e9", "--weight-decay", "0"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("symtheory: training into runs/s0 diverged at step 2")
    assert [line.split()[0] for line in lines[:-1]] == ["training", "step"]


def test_interrupted_while_the_words_are_read(capsys, monkeypatch):
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("symtheory.cli.main.build_parser", interrupt)
    assert main(["train", "modadd", "--p", "7"]) == 130
    assert capsys.readouterr().err == "symtheory: interrupted\n"


def trained(capsys, *words: str) -> None:
    code = main(["train", "modadd", "--p", "7", "--steps", "30", "--out", "run", *words])
    assert code == 0
    capsys.readouterr()


def test_out_that_holds_a_different_run(capsys):
    trained(capsys)
    before = {path: path.read_bytes() for path in Path("run").rglob("*") if path.is_file()}
    words = ["verify", "modadd", "--p", "7", "--steps", "30", "--out", "run"]
    assert "differs in 'seed'" in refused(capsys, *words, "--seed", "1")
    assert "differs in 'task'" in refused(capsys, *words[:3], "11", *words[4:])
    assert before == {path: path.read_bytes() for path in Path("run").rglob("*") if path.is_file()}


def test_an_unfinished_run_asks_for_resume(capsys):
    trained(capsys)
    Path("run/finished.json").unlink()
    words = ["train", "modadd", "--p", "7", "--steps", "30", "--out", "run"]
    assert "add --resume" in refused(capsys, *words)
    assert main([*words, "--resume"]) == 0
    assert json.loads(Path("run/finished.json").read_text())["step"] == 30


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("config.json", b"{", "config.json is damaged"),
        ("config.json", b"[" * 100_000, "config.json is damaged"),
        ("config.json", b"[]", "should hold one JSON object"),
        ("metrics.jsonl", b'{"step": 0}\n{"st\n', "metrics.jsonl line 1 is no row"),
        ("metrics.jsonl", b"\xff\xfe", "cannot be read"),
        ("metrics.jsonl", b"[1]\n", "line 1"),
        ("metrics.jsonl", b'{"train": 1}\n', "line 1"),
        ("snapshots/state-000030.safetensors", b"\x10", "state-000030.safetensors cannot be read"),
    ],
)
def test_a_damaged_run_on_resume(capsys, name, content, said):
    trained(capsys)
    Path("run/finished.json").unlink()
    Path("run", name).write_bytes(content)
    words = ["verify", "modadd", "--p", "7", "--steps", "30", "--out", "run", "--resume"]
    assert said in refused(capsys, *words).replace("training on cpu into run\n", "")
    assert Path("run", name).read_bytes() == content


def test_a_run_folder_that_cannot_be_locked(capsys):
    trained(capsys)
    Path("run/finished.json").unlink()
    Path("run/.lock").unlink()
    Path("run/.lock").mkdir()  # as good as a folder that is not ours, and works for root
    assert main(["train", "modadd", "--p", "7", "--steps", "30", "--out", "run", "--resume"]) == 2
    assert "cannot write the run folder run: Is a directory; mend that" in capsys.readouterr().err
