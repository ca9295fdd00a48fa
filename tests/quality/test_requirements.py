"""Every requirement names tests that exist, and a section that is spelt like one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.requirements import HAZARDS, REQUIREMENTS, Requirement

TESTS = Path(__file__).parents[1]
PAGES = {
    "2024-11-05": "basic basic/lifecycle basic/messages basic/transports",
    "2025-03-26": "basic basic/lifecycle basic/transports basic/authorization",
    "2025-11-25": "basic basic/lifecycle basic/transports basic/authorization basic/utilities/tasks server/tools",
    "2026-07-28": (
        "basic basic/versioning basic/authorization basic/authorization/security-considerations "
        "basic/transports basic/transports/stdio basic/transports/streamable-http "
        "basic/patterns/mrtr basic/patterns/cancellation basic/patterns/progress basic/patterns/subscriptions "
        "client/elicitation server/tools server/utilities/caching server/utilities/completion server/utilities/logging"
    ),
}
"""The specification's own paths, of the pages that are cited."""
SECTION = re.compile(r"(?P<revision>\d{4}-\d\d-\d\d) (?P<page>[a-z/-]+)(#[a-z0-9-]+)?")
STANDARD = re.compile(
    r"RFC \d{4}( \d+(\.\d+)*)?|WHATWG html/[a-z-]+|extension io\.modelcontextprotocol/(tasks|skills|ui)"
)


def is_section(text: str) -> bool:
    found = SECTION.fullmatch(text)
    if found is None:
        return STANDARD.fullmatch(text) is not None
    return found["page"] in PAGES.get(found["revision"], "").split()


def named(nodes: Iterable[str]) -> set[str]:
    """Files, and ``file::test`` without its parameters."""
    tests = {node.partition("[")[0].removeprefix("tests/") for node in nodes if "::" in node}
    return tests | {test.partition("::")[0] for test in tests}


@pytest.fixture(scope="module")
def collected(request: pytest.FixtureRequest) -> set[str]:
    """What pytest itself finds: in this run, and by a run of its own in the files this one leaves out."""
    found = named(item.nodeid for item in request.session.items)
    wanted = {test for requirement in REQUIREMENTS for test in requirement.tests}
    files = {str(TESTS / test.partition("::")[0]) for test in wanted - found}
    there = sorted(file for file in files if Path(file).is_file())
    if not there:
        return found
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-m",
        "nightly or not nightly",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [*command, *there], cwd=TESTS.parent, capture_output=True, text=True, check=False, timeout=110
    )
    assert done.returncode == 0, done.stdout[-2000:]
    return found | named(done.stdout.splitlines())


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda requirement: requirement.id)
def test_a_requirement_names_its_section_and_tests_that_exist(requirement: Requirement, collected: set[str]) -> None:
    assert is_section(requirement.section)
    assert set(requirement.tests) <= collected
    assert bool(requirement.tests) != bool(requirement.reason), "tests, or the reason why there is none"


def test_no_requirement_stands_twice_and_no_hazard_was_lost() -> None:
    assert len({requirement.id for requirement in REQUIREMENTS}) == len(REQUIREMENTS)
    assert len(HAZARDS) == 41


def test_what_is_not_there_is_noticed(collected: set[str]) -> None:
    assert "quality/test_requirements.py::test_what_is_not_there_is_noticed" in collected
    assert not collected & {"quality/test_requirements.py::test_gone", "quality/gone.py"}
    assert not any(map(is_section, ("2026-07-28", "2026-07-28 basic/nowhere", "2027-01-01 basic", "RFC", "basic#x")))
