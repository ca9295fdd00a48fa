"""``--records FILE``: what it may say, and where a mistake is."""

from __future__ import annotations

import re

import pytest

from sidecar.config import records
from sidecar.config.records import AlertSettings, AuditSettings, Records, parse_records
from sidecar.errors import BadConfig

AUDIT = "version: 1\naudit: {file: a.jsonl, key: env:K"


def example():
    return "\n".join(line[4:] for line in records.__doc__.splitlines() if line.startswith("    "))


def test_the_example_of_the_module_is_a_file_with_every_key():
    text = example()
    found = parse_records(text, "x")
    assert found.audit == AuditSettings(
        "/var/log/mcp-sidecar/audit.jsonl",
        "file:/etc/mcp-sidecar/audit.key",
        "vault:kv/mcp-sidecar#audit",
        is_required=True,
    )
    assert found.alerts.command == ("/usr/local/bin/page-me",)
    assert found.alerts.thresholds["avg_file_size"] == 20_000_000
    assert found.has_traces
    for key in (*records._KEYS, *records._AUDIT, *records._ALERTS):
        assert re.search(rf"\b{key}:", text), key


def test_what_is_not_asked_for_is_not_kept():
    assert parse_records("version: 1\n", "x") == Records()
    assert parse_records("version: 1\nalerts: {command: a b}", "x").alerts == AlertSettings(command=("a", "b"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("audit: {}", "x:1:1 version: this program reads version 1"),
        ("version: 1\naudits: {}", "x:2:1 audits: unknown key; did you mean 'audit'?"),
        ("version: 1\naudit: {file: a}", "x:2:8 audit: 'key' is missing"),
        (AUDIT + ", format: cef}", "'cef' is not a format"),
        (AUDIT + ", days: -1}", "audit.days: expected a number"),
        (AUDIT + ", max_bytes: 1}", "audit.max_bytes: expected a number"),
        (AUDIT + ", required: maybe}", "audit.required: expected true or false"),
        ("version: 1\nalerts: {}", "'command' or 'url' is missing"),
        ("version: 1\nalerts: {url: 'http://example.com/'}", "plain http only to loopback"),
        ("version: 1\nalerts: {url: 'https://u:p@example.com/'}", "without credentials"),
        ("version: 1\nalerts: {command: a, thresholds: {api_error: 1}}", "did you mean 'api_errors'?"),
        ("version: 1\ntraces: 1", "traces: expected true or false"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, told):
    with pytest.raises(BadConfig, match=re.escape(told)):
        parse_records(text, "x")
