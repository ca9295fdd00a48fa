"""An operator of somebody else's package, really installed: found by its entry point, used by its name, never in ours' place."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

OPERATOR = """\
def apply(text, entity, context):
    if text == "boom@example.com":
        raise RuntimeError(text)
    if text == "none@example.com":
        return None
    return f"[{entity.lower()} of {len(text)}]"
"""
PROGRAM = """
import json, sys
from sidecar import Redactor
from sidecar.errors import SidecarError

redactor = Redactor.from_policy(sys.argv[1], engine="none")
for text in ("jane@example.com", "boom@example.com", "none@example.com"):
    try:
        shown, report = redactor.redact({"email": text})
        print(json.dumps([shown["email"], [change.operator for change in report.changes]]))
    except SidecarError as error:
        print(json.dumps([type(error).__name__, str(error)]))
"""


@pytest.fixture
def installed(tmp_path):
    """A folder as pip leaves it: a module, and beside it its dist-info."""
    (tmp_path / "acme_redaction.py").write_text(OPERATOR)
    info = tmp_path / "acme_redaction-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-redaction\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[mcp_sidecar.operators]\ncount = acme_redaction\nlabel = acme_redaction\nmissing = acme_redaction_gone\n"
    )
    return tmp_path


def redacted(installed, tmp_path, operator):
    policy = tmp_path / "p.yaml"
    policy.write_text(f"version: 1\nrules: [{{match: {{entity: EMAIL_ADDRESS}}, do: {operator}}}]\n")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(installed)!r})\n{PROGRAM}", str(policy)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_policy_names_it_and_it_is_used(installed, tmp_path):
    _, lines = redacted(installed, tmp_path, "count")
    assert lines[0] == ["[email_address of 16]", ["count"]]


def test_what_it_raises_or_answers_wrongly_withholds_the_message_and_is_not_quoted(installed, tmp_path):
    done, lines = redacted(installed, tmp_path, "count")
    assert [line[0] for line in lines[1:]] == ["Unanalysable", "Unanalysable"]
    assert "boom@" not in done.stdout + done.stderr


def test_ours_cannot_be_replaced(installed, tmp_path):
    _, lines = redacted(installed, tmp_path, "label")
    assert lines[0][0] == "<EMAIL_ADDRESS>"


def test_one_whose_code_is_not_there_withholds(installed, tmp_path):
    _, lines = redacted(installed, tmp_path, "missing")
    assert [line[0] for line in lines] == ["Unanalysable"] * 3


def test_a_name_nobody_has_is_a_mistake_in_the_policy_with_the_nearest_suggested(installed, tmp_path):
    done, _ = redacted(installed, tmp_path, "cuont")
    assert "did you mean 'count'?" in done.stderr


def test_without_the_package_its_name_is_a_mistake(tmp_path):
    done, _ = redacted(tmp_path / "empty", tmp_path, "count")
    assert "'count' is not an operator" in done.stderr
