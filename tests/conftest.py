"""Fixtures and settings that tests of several parts share."""

import pytest
from hypothesis import settings

from symtheory.analysis.figures import files

# A drawn example may be the first to load or to cache something, on a busy machine: no test of
# ours is about 200 ms, the default limit for one example.
settings.register_profile("symtheory", deadline=None)
settings.load_profile("symtheory")


@pytest.fixture
def svg_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write figures in one format: most of their time is PDF and PNG, which other tests want."""
    monkeypatch.setattr(files, "FORMATS", ("svg",))
