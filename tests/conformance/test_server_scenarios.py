"""The official suite gives check for check the same result with the sidecar in front of a server as without it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clients.peers import MISSING, in_front, listening, own
from tests.conformance.suite import SUITE, Checks, differences, passed, run_suite

pytestmark = pytest.mark.timeout(400)

REVISIONS = {"2025-11-25": 84, "2026-07-28": 167}
"""Passed checks of our server without the sidecar. The rest of 2026-07-28 is the tasks extension, which it has not."""
WITHHELD = {
    f"server-{name}": [f"- {name} SUCCESS", f"+ {name} FAILURE"]
    for name in (
        "prompts-get-with-image",
        "resources-read-binary",
        "tools-call-audio",
        "tools-call-image",
        "tools-call-mixed-content",
    )
}
"""``strict`` withholds binaries that nobody can read for personal data: that, and nothing else, is different."""
EXPECTED: dict[str, dict[str, list[str]]] = {"observe": {}, "reversible": {}, "strict": WITHHELD}


@pytest.fixture(autouse=True)
def suite() -> None:
    if not SUITE.is_file():
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with listening(own("--http")) as at:
        yield at


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_check_is_what_it_is_without_the_sidecar(revision: str, url: str, tmp_path: Path) -> None:
    direct = await run_suite(url, revision, tmp_path / "direct")
    assert passed(direct) == REVISIONS[revision], "the server itself changed, or the suite did"
    found: dict[str, dict[str, list[str]]] = {}
    for policy in EXPECTED:
        async with listening(in_front(policy, url)) as proxied:
            found[policy] = differences(direct, await run_suite(proxied, revision, tmp_path / policy))
    assert found == EXPECTED


def test_the_comparison_sees_what_the_suites_exit_code_does_not() -> None:
    from collections import Counter

    direct: Checks = {"a": Counter({("x", "SUCCESS"): 2, ("y", "SUCCESS"): 1}), "b": Counter({("z", "SUCCESS"): 1})}
    through: Checks = {"a": Counter({("x", "SUCCESS"): 1, ("y", "WARNING"): 1})}
    assert differences(direct, direct) == {}
    assert differences(direct, through) == {"a": ["- x SUCCESS", "- y SUCCESS", "+ y WARNING"], "b": ["- z SUCCESS"]}
