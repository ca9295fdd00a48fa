"""``mcp-sidecar audit``: whole or not, and what it says."""

from __future__ import annotations

import json

import pytest

from sidecar.cli.main import main
from tests.unit.observe.audit_log import KEY, SEAL, Log


@pytest.fixture
def log(tmp_path):
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "seal").write_text(SEAL)
    for name in ("key", "seal"):
        (tmp_path / name).chmod(0o600)
    found = Log(tmp_path, seal=SEAL, max_bytes=4096)
    found.write(3)
    found.sink.close()
    return found


def audit(log, *words):
    return main(["audit", words[0], "--key", f"file:{log.path.parent / 'key'}", *words[1:]])


def everything(log):
    return sorted(map(str, log.path.parent.glob("audit.jsonl*")))


def test_a_whole_log_is_said_to_be_in_whatever_order_its_files_come(log, capsys):
    assert len(everything(log)) > 3
    assert audit(log, "verify", *reversed(everything(log))) == 0
    assert capsys.readouterr().out.endswith(": whole\n")


def test_a_changed_log_is_told_of_with_file_and_line(log, capsys):
    raw = log.path.read_bytes()
    log.path.write_bytes(raw[:200] + bytes([raw[200] ^ 1]) + raw[201:])
    assert audit(log, "verify", *everything(log)) == 1
    assert "audit.jsonl:1: " in capsys.readouterr().out
    assert audit(log, "verify", "--json", *everything(log)) == 1
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said[-1]["problems"] == len(said) - 1 > 0


def test_records_are_shown_to_who_has_both_keys(log, capsys):
    assert audit(log, "show", str(log.path)) == 0
    assert "tools/call" not in capsys.readouterr().out
    assert audit(log, "show", "--seal", f"file:{log.path.parent / 'seal'}", *everything(log)) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"message.passed", "message.withheld"} <= {record["event"] for record in said}


def test_what_cannot_be_read_is_a_mistake_of_the_configuration(log, capsys):
    assert audit(log, "verify", str(log.path) + ".none") == 78
    assert main(["audit", "verify", "--key", "env:NO_SUCH_KEY", str(log.path)]) == 78
    assert main(["audit", "verify", "--key", KEY, str(log.path)]) == 78
    assert KEY not in capsys.readouterr().err
    assert audit(log, "verify", str(log.path) + ".head") == 2
