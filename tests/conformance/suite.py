"""The official conformance suite as a command, its results check by check, and the differences that are accounted for.

The suite's own exit code does not see checks that turn into warnings or disappear; ``differences`` does. Checks of
status INFO are compared too: they are counts of what was seen on the wire, and two runs of one server agree in them.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import yaml

from tests.clients.peers import MISSING, MODULES, NODE, environment

SUITE = MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
LISTED = Path(__file__).with_name("differences.yaml")
REVISIONS = ("2025-11-25", "2026-07-28")
_STAMP = re.compile(r"-\d{4}-\d\d-\d\dT[\d-]+Z$")
_RUN_S = 200.0

Checks = dict[str, Counter[tuple[str, str]]]
"""Scenario → how often each (check, status) was reported."""
Differences = dict[str, list[str]]
"""Scenario → ``- check STATUS`` without the sidecar, ``+ check STATUS`` through it."""


def require_suite() -> None:
    """Skips where the suite is not installed; in CI that is a failure."""
    if not SUITE.is_file():
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)


async def server_scenarios(url: str, revision: str, folder: Path) -> Checks:
    """All server scenarios a revision names, against ``url``."""
    return await _run(["server", "--url", url, "--requirements", revision], folder)


async def client_scenarios(command: str, revision: str, folder: Path, **variables: str) -> Checks:
    """All client scenarios a revision names, with ``command`` as the client, which sees ``variables``."""
    arguments = ["client", "--command", command, "--requirements", revision, "--timeout", "180000"]
    return await _run(arguments, folder, **variables)


async def _run(arguments: list[str], folder: Path, **variables: str) -> Checks:
    process = await asyncio.create_subprocess_exec(
        NODE,
        str(SUITE),
        *arguments,
        "-o",
        str(folder),
        env=environment(**variables),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await asyncio.wait_for(process.wait(), _RUN_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return read_checks(folder)


def read_checks(folder: Path) -> Checks:
    checks: Checks = {}
    for path in sorted(folder.rglob("checks.json")):
        scenario = _STAMP.sub("", path.parent.relative_to(folder).as_posix())
        assert scenario not in checks, "a folder holds one run"
        checks[scenario] = Counter((item["id"], item["status"]) for item in json.loads(path.read_text()))
    return checks


async def settled(run: Callable[[Path], Awaitable[Checks]], folder: Path, is_done: Callable[[Checks], bool]) -> Checks:
    """The result of the first run that is as expected, else of the third.

    Some scenarios wait for a moment and miss it when the machine is busy, without the sidecar too; what really differs
    differs every time.
    """
    for number in range(3):
        checks = await run(folder / str(number))
        if is_done(checks):
            break
    return checks


def count(checks: Checks, status: str) -> int:
    return sum(number for counter in checks.values() for (_, found), number in counter.items() if found == status)


def failed(checks: Checks) -> list[str]:
    """The scenarios in which a check failed."""
    return [name for name, counter in checks.items() if any(status == "FAILURE" for _, status in counter)]


def differences(direct: Checks, through: Checks) -> Differences:
    """Scenario → what is reported on one way only, in either direction."""
    found: Differences = {}
    for scenario in sorted(direct.keys() | through.keys()):
        one, other = direct.get(scenario, Counter()), through.get(scenario, Counter())
        lost, new = (one - other), (other - one)
        if lost or new:
            found[scenario] = [f"- {check} {status}" for check, status in sorted(lost)]
            found[scenario] += [f"+ {check} {status}" for check, status in sorted(new)]
    return found


def listed(group: str, direct: Checks) -> Differences:
    """What ``differences.yaml`` accounts for in a group, of the scenarios that ran."""
    entries = yaml.safe_load(LISTED.read_text())[group]
    return {name: entry["checks"] for name, entry in entries.items() if name in direct}
