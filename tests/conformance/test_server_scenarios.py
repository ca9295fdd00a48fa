"""The official suite gives check for check the same result with the sidecar in front of a server as without it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
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


async def settled(url: str, revision: str, folder: Path, is_as_expected: Callable[[Checks], bool]) -> Checks:
    """The result of the first run that is as expected, else of the third.

    Some scenarios wait for a moment and miss it when the machine is busy, without the sidecar too; what really differs
    differs every time.
    """
    for number in range(3):
        checks = await run_suite(url, revision, folder / str(number))
        if is_as_expected(checks):
            break
    return checks


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_check_is_what_it_is_without_the_sidecar(revision: str, url: str, tmp_path: Path) -> None:
    wanted = REVISIONS[revision]
    direct = await settled(url, revision, tmp_path / "direct", lambda checks: passed(checks) == wanted)
    assert passed(direct) == wanted, "the server itself changed, or the suite did"
    found: dict[str, dict[str, list[str]]] = {}
    for policy, expected in EXPECTED.items():
        async with listening(in_front(policy, url)) as proxied:
            through = await settled(
                proxied,
                revision,
                tmp_path / policy,
                lambda checks, expected=expected: differences(direct, checks) == expected,
            )
            found[policy] = differences(direct, through)
    assert found == EXPECTED


def test_the_comparison_sees_what_the_suites_exit_code_does_not() -> None:
    from collections import Counter

    direct: Checks = {"a": Counter({("x", "SUCCESS"): 2, ("y", "SUCCESS"): 1}), "b": Counter({("z", "SUCCESS"): 1})}
    through: Checks = {"a": Counter({("x", "SUCCESS"): 1, ("y", "WARNING"): 1})}
    assert differences(direct, direct) == {}
    assert differences(direct, through) == {"a": ["- x SUCCESS", "- y SUCCESS", "+ y WARNING"], "b": ["- z SUCCESS"]}
