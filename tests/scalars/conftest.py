"""Settings of the tests of scalars."""

import pytest


@pytest.fixture(autouse=True)
def found_by_this_code(tmp_path_factory, monkeypatch):
    """Generating sets that other code left on disk are not read."""
    monkeypatch.setenv("SCALAREMLP_CACHE", str(tmp_path_factory.getbasetemp() / "kept"))
