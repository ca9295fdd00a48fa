"""A first hour under ``strict`` refuses at most one ordinary call in ten: else another preset must be the default."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.first_hour import EVERYTHING, SFMC, files, first_hour, table
from tests.clients.peers import MISSING, ROOT, has_node_peers

pytestmark = [pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning"), pytest.mark.timeout(240)]


@pytest.fixture(autouse=True)
def node_peers() -> None:
    if not has_node_peers():
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)


async def test_strict_refuses_at_most_one_ordinary_call_in_ten(tmp_path):
    hours = await first_hour("strict")
    print(table(hours, "strict"))
    assert [hour.calls for hour in hours] == [20, 20, 20]
    everything, filesystem, sfmc = hours
    assert everything.share <= 0.1, everything.refused
    assert filesystem.share <= 0.1, filesystem.refused
    assert sfmc.refused == [], "reading is never refused"
    assert [what for what, _ in filesystem.refused] == ["write_file README.md"], "its address is the only personal data"
    assert "arguments.content holds EMAIL_ADDRESS" in filesystem.refused[0][1]
    assert len(EVERYTHING) == len(files(tmp_path)) == len(SFMC) == 20


def test_the_table_is_printed_by_the_command():
    command = [sys.executable, "-m", "benchmarks.first_hour", "--policy", "observe"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=True)
    lines = done.stdout.splitlines()
    assert lines[0] == "first hour under 'observe'"
    assert [line.split()[:4] for line in lines[2:5]] == [
        ["server-everything", "20", "0", "0%"],
        ["server-filesystem", "20", "0", "0%"],
        ["upstream-sfmc", "20", "0", "0%"],
    ]
