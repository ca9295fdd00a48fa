"""A pipe has one client: what only a listener can ask is refused, and what holds for any message is taken."""

from __future__ import annotations

import sys

import pytest

from tests.unit.cli.cli import cli

CHILD = ("--", sys.executable, "-c", "import sys; sys.stdin.read()")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("rates: {per_caller: 5}", "rates"),
        ("networks: [192.0.2.0/24]", "networks"),
        (f"callers: {{keys: [{{name: a, sha256: {'ab' * 32}}}]}}", "callers"),
    ],
)
async def test_what_only_a_listener_asks_is_refused(tmp_path, line, key):
    guard = tmp_path / "guard.yaml"
    guard.write_text(f"version: 1\n{line}\n", "utf-8")
    done = await cli("run", "--guard", str(guard), *CHILD)
    assert done.code == 78
    assert done.err.endswith(f"mcp-sidecar: --guard: {key}: only a listener asks for that; leave it to 'serve'\n")


async def test_what_holds_for_any_message_is_taken_with_the_defaults_for_others(tmp_path):
    guard = tmp_path / "guard.yaml"
    guard.write_text("version: 1\ndefaults: public\ninjection: block\n", "utf-8")
    done = await cli("run", "--engine", "none", "--guard", str(guard), *CHILD)
    assert done.code == 0
