"""The official conformance suite as a command, and its results check by check.

The suite's own exit code does not see checks that turn into warnings or disappear; ``worse`` does.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from pathlib import Path

from tests.clients.peers import MODULES, NODE, environment

SUITE = MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
_STAMP = re.compile(r"-\d{4}-\d\d-\d\dT[\d-]+Z$")

Checks = dict[str, Counter[tuple[str, str]]]
"""Scenario → how often each (check, status) was reported; what is only information is left out."""


async def run_suite(url: str, revision: str, folder: Path) -> Checks:
    """All server scenarios a revision requires, against ``url``."""
    process = await asyncio.create_subprocess_exec(
        NODE,
        str(SUITE),
        "server",
        "--url",
        url,
        "--requirements",
        revision,
        "-o",
        str(folder),
        env=environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await asyncio.wait_for(process.wait(), 120)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return read_checks(folder)


def read_checks(folder: Path) -> Checks:
    checks: Checks = {}
    for path in sorted(folder.rglob("checks.json")):
        scenario = _STAMP.sub("", path.parent.name)
        assert scenario not in checks, "a folder holds one run"
        reported = json.loads(path.read_text())
        checks[scenario] = Counter((item["id"], item["status"]) for item in reported if item["status"] != "INFO")
    return checks


def passed(checks: Checks) -> int:
    return sum(count for counter in checks.values() for (_, status), count in counter.items() if status == "SUCCESS")


def differences(direct: Checks, through: Checks) -> dict[str, list[str]]:
    """Scenario → what is reported on one way only, in either direction."""
    found: dict[str, list[str]] = {}
    for scenario in sorted(direct.keys() | through.keys()):
        one, other = direct.get(scenario, Counter()), through.get(scenario, Counter())
        lost, new = (one - other), (other - one)
        if lost or new:
            found[scenario] = [f"- {check} {status}" for check, status in sorted(lost)]
            found[scenario] += [f"+ {check} {status}" for check, status in sorted(new)]
    return found
