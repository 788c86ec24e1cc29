"""Fixtures that several test modules share."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from project_case import ProjectCase

# A shell that starts tests in the background makes them deaf to Ctrl-C, which some of them press.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> ProjectCase:
    """An empty folder in which projects are made; it is the current one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return ProjectCase(folder=folder, capture=capsys)
