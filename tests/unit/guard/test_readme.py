"""The guard file of the README is one that is read."""

from __future__ import annotations

import re
from pathlib import Path

from sidecar.guard.model import PUBLIC
from sidecar.guard.parse import parse

README = Path(__file__).parents[3] / "README.md"


def test_the_example_is_a_guard_file_and_its_limits_are_the_defaults() -> None:
    (example,) = re.findall(r"## Guard\n.*?```yaml\n(.*?)```", README.read_text(), re.DOTALL)
    found = parse(example, "README.md")
    assert (found.sizes, found.rates, found.ban) == (PUBLIC.sizes, PUBLIC.rates, PUBLIC.ban)
    assert (found.request_bytes, found.response_bytes, found.idle_s) == (
        PUBLIC.request_bytes,
        PUBLIC.response_bytes,
        PUBLIC.idle_s,
    )
    assert (found.checks_arguments, found.injection, found.pins) == (
        PUBLIC.checks_arguments,
        PUBLIC.injection,
        PUBLIC.pins,
    )
    assert found.has_callers
    assert len(found.roles) == 2
