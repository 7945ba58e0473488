"""Commands of README and docs: the parser takes each, under the names of today."""

import re
import shlex
from pathlib import Path

import pytest

from symtheory.cli.main import build_parser
from symtheory.cli.old_options import rewritten

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULUS = r"(modadd|modmul) --p (?=\d)"  # the first command that anyone meets keeps its letter


def commands(text: str) -> list[str]:
    """Return the indented commands, without what stands two spaces behind one to describe it."""
    joined = re.sub(r"\\\n *", "", text)
    lines = re.findall(r"^    (?:python -m )?symtheory (.*)", joined, re.MULTILINE)
    return [re.split(r"  +", line)[0] for line in lines]


def test_commands_are_found() -> None:
    assert commands("    symtheory a \\\n        --b c  d\nsymtheory e") == ["a --b c"]
    assert sum(len(commands(page.read_text())) for page in PAGES) > 30


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_parser_takes_every_command(page: Path) -> None:
    for command in commands(page.read_text()):
        words = shlex.split(re.sub(MODULUS, r"\1 --mod ", command))
        assert rewritten(words) == words, command  # no old name
        assert build_parser().parse_args(words)
