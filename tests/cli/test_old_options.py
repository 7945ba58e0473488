"""Options of version 0.1 under their old names say what the new ones say."""

import argparse

import pytest

from symtheory.cli.main import build_parser, main
from symtheory.cli.old_options import rewritten

VERIFY, TEST = ["verify", "modadd"], ["test", "net.npz", "--task", "modadd"]
SAME = (
    ([*VERIFY, "--p", "97"], [*VERIFY, "--mod", "97"]),
    ([*VERIFY, "--p=97"], [*VERIFY, "--mod", "97"]),
    ([*VERIFY, "--width", "64"], [*VERIFY, "--d-model", "64"]),
    ([*VERIFY, "--hidden", "64"], [*VERIFY, "--d-mlp", "64"]),
    ([*VERIFY, "--auxiliary", "swap=2"], [*VERIFY, "--relation", "swap=2"]),
    ([*VERIFY, "--loss", "none"], [*VERIFY, "--relation", "none"]),
    ([*VERIFY, "--loss=none"], [*VERIFY, "--relation", "none"]),
    ([*VERIFY, "--loss", "symmetry"], VERIFY),
    ([*VERIFY, "--loss", "none", "--loss", "symmetry"], VERIFY),  # the last counted
    ([*VERIFY, "--loss", "symmetry", "--loss=none"], [*VERIFY, "--relation", "none"]),
    ([*VERIFY, "--loss=symmetry", "--auxiliary", "swap"], [*VERIFY, "--relation", "swap"]),
    ([*VERIFY, "--adjacent"], [*VERIFY, "--split", "adjacent"]),
    ([*VERIFY, "--stratified"], [*VERIFY, "--split", "stratified"]),
    ([*TEST, "--prompted", "triangle"], [*TEST, "--relation", "triangle"]),
    ([*TEST, "--key", "x=W"], [*TEST, "--array", "x=W"]),
    ([*TEST, "--role", "x"], [*TEST, "--array", "x"]),
    ([*TEST, "--key", "W", "--role", "x"], [*TEST, "--array", "x=W"]),
    ([*TEST, "--role", "y", "--role=x"], [*TEST, "--array", "x"]),
)


def parsed(words: list[str]) -> argparse.Namespace:
    return build_parser().parse_args(rewritten(words))


@pytest.mark.parametrize(("old", "new"), SAME, ids=lambda words: " ".join(words[1:]))
def test_old_and_new_say_the_same(old: list[str], new: list[str]) -> None:
    assert vars(parsed(old)) == vars(parsed(new))
    assert rewritten(new) == new


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([*VERIFY, "--p", "7", "--mod", "11"], "--p and --mod both give --mod"),
        ([*VERIFY, "--width", "8", "--d-model", "8"], "--width and --d-model both give"),
        ([*VERIFY, "--adjacent", "--split", "uniform"], "--adjacent and --split both give"),
        ([*VERIFY, "--adjacent=yes"], "unrecognized arguments: --adjacent=yes"),
        ([*VERIFY, "--loss", "other"], "--loss is symmetry or none, got 'other'"),
        ([*VERIFY, "--loss", "symmetry", "--relation", "none"], "contradict each other"),
        ([*VERIFY, "--relation=none", "--loss=symmetry"], "contradict each other"),
        ([*TEST, "--role", "x", "--key", "a", "--key", "b"], "--role is for one array"),
        ([*TEST, "--role", "x", "--array", "y=b"], "--role is for one array"),
    ],
)
def test_both_names_are_refused_in_words(words: list[str], said: str, capsys) -> None:
    assert main(words) == 2
    streams = capsys.readouterr()
    assert said in streams.err
    assert streams.out == ""
    assert len(streams.err.splitlines()) == 1


def test_what_follows_a_lone_dash_is_no_option() -> None:
    assert rewritten(["predict", "--p", "7", "--", "--p"]) == ["predict", "--mod", "7", "--", "--p"]


def test_a_word_that_is_missing_is_left_to_the_parser() -> None:
    for words in ([*VERIFY, "--p"], [*VERIFY, "--loss"], [*TEST, "--role"], [*TEST, "--key"]):
        assert rewritten(words)
