"""Streams that break or lack symbols: an exit code never says a verdict that was not reached."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from symtheory.cli import main as command_line
from symtheory.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


def symtheory(*words: str, **options) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "symtheory", *words],
        cwd=ROOT, env=environment, check=False, **options,
    )  # fmt: skip


def test_a_reader_that_goes_away_is_not_a_verdict(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    words = ["verify", "modadd", "--p", "7", "--steps", "20", "--out", str(tmp_path / "run")]
    done = symtheory(*words, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert done.returncode == 141
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_greek_letters(encoding):
    done = symtheory(
        "predict", "modadd", "--p", "7", env={"PYTHONIOENCODING": encoding}, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert rb"\u03c6" in done.stdout


def test_a_full_disk_behind_stdout_is_one_line():
    with Path("/dev/full").open("w") as full:
        done = symtheory("predict", "modadd", "--p", "7", stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr.startswith(b"symtheory: ")
    assert done.stderr.count(b"\n") == 1


def test_a_mistake_of_ours_is_no_refutation(monkeypatch, capsys):
    def broken(arguments):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(command_line.tasks, "run", broken)
    assert main(["tasks"]) == 70
    assert capsys.readouterr().err.startswith("symtheory: internal error, please report it: Zero")
