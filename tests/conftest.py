"""What tests of several parts share."""

import pytest

from symtheory.analysis.figures import files


@pytest.fixture
def svg_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write figures in one format: most of their time is PDF and PNG, which other tests want."""
    monkeypatch.setattr(files, "FORMATS", ("svg",))
