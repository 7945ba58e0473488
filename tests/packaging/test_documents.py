"""README and docs: no gap left to fill in, no dead link, and code that is what it says."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from symtheory import pipeline

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
for layer in ("symtheory", "analysis", "experiments"):
    PAGES += sorted((ROOT / layer).rglob("README.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_nothing_is_left_to_fill_in_and_links_lead_somewhere(page):
    text = page.read_text()
    assert not re.search(r"@[A-Z]+@", text)
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (page.parent / target).exists(), target


def test_the_python_examples_run(tmp_path, monkeypatch, capsys):
    """On a smaller modulus and for too few steps, up to the verdict that says so."""
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGES[0].read_text(), re.DOTALL))
    for written, smaller in (("p=97", "p=11"), ("seed=1", "seed=1, steps=20")):
        assert code.count(written) == 1
        code = code.replace(written, smaller)
    usual = pipeline.default_config
    monkeypatch.setattr(pipeline, "default_config", lambda task: replace(usual(task), steps=20))
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102  # the page's own code
    theory, verdict = capsys.readouterr().out.rsplit("\n", 2)[:2]
    assert "x + y mod 11" in theory
    assert "did not generalize" in verdict
    assert (tmp_path / "runs" / "mine" / "result.json").is_file()
