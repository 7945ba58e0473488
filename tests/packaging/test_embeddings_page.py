"""The Python of docs/embeddings.md runs, but for the lines that need a model of the reader's."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "embeddings.md"


def test_the_examples_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    script = "\n".join(block for block in blocks if not block.startswith("# PyTorch"))
    exec(compile(script, str(PAGE), "exec"), {})  # noqa: S102 - our own page
    out = capsys.readouterr().out
    assert "held: all 3 primary claims" in out
    assert "network/L4 held 1.0" in out
    assert "network/logits held 1.0" in out
    assert "network/units held" in out
