"""The official suite gives check for check the same result with the sidecar in front of a server as without it.

Three servers: ours, which passes every scenario, and two that others wrote, which fail many and must fail the same ones.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

import sidecar.policy
from tests.clients.peers import everything, fastmcp, in_front, listening, own
from tests.conformance.suite import (
    LISTED,
    REVISIONS,
    Checks,
    count,
    differences,
    listed,
    require_suite,
    server_scenarios,
    settled,
)

pytestmark = [pytest.mark.timeout(400), pytest.mark.usefixtures("suite")]

PASSED = {"2025-11-25": 84, "2026-07-28": 196}
"""Checks our server passes: all there are. One is skipped, by the suite itself (tasks-status-notifications)."""
PRESETS = Path(sidecar.policy.__file__).parent / "presets"


@pytest.fixture
def suite() -> None:
    require_suite()


def is_clean(checks: Checks) -> bool:
    return count(checks, "FAILURE") == count(checks, "WARNING") == 0


@asynccontextmanager
async def running(server: str) -> AsyncIterator[str]:
    match server:
        case "ours":
            command, more = own("--http"), {}
        case "fastmcp":
            command, more = fastmcp("--http"), {}
        case _:
            command, more = everything("streamableHttp"), {"PORT": "0"}
    async with listening(command, **more) as url:
        yield url


async def assert_listed(url: str, direct: Checks, policy: str, group: str, revision: str, folder: Path) -> None:
    expected = listed(group, direct)
    async with listening(in_front(policy, url)) as proxied:
        through = await settled(
            lambda to: server_scenarios(proxied, revision, to),
            folder,
            lambda checks: differences(direct, checks) == expected,
        )
    assert differences(direct, through) == expected


@pytest.mark.parametrize("revision", REVISIONS)
async def test_our_server_passes_and_every_difference_through_the_sidecar_has_its_rule(
    revision: str, tmp_path: Path
) -> None:
    async with running("ours") as url:
        direct = await settled(lambda to: server_scenarios(url, revision, to), tmp_path / "direct", is_clean)
        assert is_clean(direct), "the server itself changed, or the suite did"
        assert count(direct, "SUCCESS") == PASSED[revision]
        for policy in ("observe", "reversible", "strict"):
            await assert_listed(url, direct, policy, policy, revision, tmp_path / policy)


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("server", ["fastmcp", "server-everything"])
async def test_servers_written_by_others_pass_and_fail_the_same_checks(
    server: str, revision: str, tmp_path: Path
) -> None:
    async with running(server) as url:
        direct = await server_scenarios(url, revision, tmp_path / "direct")
        is_open = direct["server-dns-rebinding-protection"]["localhost-host-rebinding-rejected", "FAILURE"]
        group = "unguarded" if is_open else "observe"
        await assert_listed(url, direct, "observe", group, revision, tmp_path / "through")


def test_every_listed_difference_names_a_rule_that_stands_in_its_preset() -> None:
    groups = yaml.safe_load(LISTED.read_text())
    assert groups.pop("observe") == {}, "nothing may be different where nothing changes"
    groups.pop("unguarded")
    for preset, entries in groups.items():
        lines = {line.strip() for line in (PRESETS / f"{preset}.yaml").read_text().splitlines()}
        assert {entry["rule"] for entry in entries.values()} <= lines
        assert all(entry["why"] for entry in entries.values())


def test_the_comparison_sees_what_the_suites_exit_code_does_not() -> None:
    from collections import Counter

    direct: Checks = {"a": Counter({("x", "SUCCESS"): 2, ("y", "SUCCESS"): 1}), "b": Counter({("z", "SUCCESS"): 1})}
    through: Checks = {"a": Counter({("x", "SUCCESS"): 1, ("y", "WARNING"): 1})}
    assert differences(direct, direct) == {}
    assert differences(direct, through) == {"a": ["- x SUCCESS", "- y SUCCESS", "+ y WARNING"], "b": ["- z SUCCESS"]}
