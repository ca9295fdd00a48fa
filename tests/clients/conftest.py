"""Peers for the tests here: skipped with a reason where they are not installed, an error in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.clients.peers import MISSING, has_node_peers
from tests.clients.scripts import FILES


@pytest.fixture(scope="session")
def node_peers() -> None:
    if has_node_peers():
        return
    if os.environ.get("CI"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)


class Project:
    """A folder that is the same at the start of every run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fresh(self) -> Path:
        shutil.rmtree(self.folder, ignore_errors=True)
        for name, text in FILES.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return self.folder


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "demo")
