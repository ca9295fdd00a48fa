"""Without a network and with nothing in the home directory everything works; no connection is tried and no file written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sidecar.redaction.names import ENGINES

BROKEN = 97
WATCHED = """
import os, sys, runpy
ALLOWED = ("/dev/null", "/dev/tty")
CALLS = ("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "socket.sendmsg", "os.mkdir", "os.rename",
         "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.mknod", "shutil.", "tempfile.", "urllib.Request", "http.client.",
         "ftplib.", "smtplib.", "webbrowser.")
def watch(event, given):
    if event == "open":
        path, mode, flags = given
        is_written = (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) or set(str(mode or "")) & set("wax+")
        if not is_written or isinstance(path, int) or path in ALLOWED:
            return
    elif not event.startswith(CALLS):
        return
    os.write(2, f"tried: {event} {given[:1]!r}\\n".encode())
    os._exit(97)
sys.addaudithook(watch)
sys.argv = sys.argv[1:]
if sys.argv[0] == "-c":
    exec(sys.argv[1])
else:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
TEXTS = {
    "note": "Maria Gonzalez of 12 High Street, Springfield wrote from maria@mail.example.co.uk; call +1 415 555 0132.",
    "account": "IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, from 203.0.113.7, see https://example.com/a?b=c",
    "born": "born on 1980-03-12, ssn 123-45-6789, passport number 123456789",
}
NAMESPACE = ("unshare", "--map-root-user", "--net", "--")
HAS_NAMESPACES = shutil.which("unshare") is not None and not subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode  # fmt: skip


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def start(empty: Path, *arguments: str, before: tuple[str, ...] = (), **more) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        **dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(empty)),
    }
    program = [*before, sys.executable, "-c", WATCHED, *arguments]
    return subprocess.run(program, env=environment, cwd=empty, capture_output=True, text=True, timeout=110, check=False, **more)  # fmt: skip


def found(out: str) -> set[tuple[str, str]]:
    return {(line["pointer"], line["entity"]) for line in map(json.loads, out.splitlines())}


@pytest.mark.parametrize(
    "engine", [pytest.param(e, marks=() if e in {"both", "none"} else pytest.mark.nightly) for e in ENGINES]
)
def test_a_scan_with_any_engine_calls_nobody_and_writes_nothing(engine, empty, tmp_path):
    file = tmp_path / "texts.json"
    file.write_text(json.dumps(TEXTS))
    done = start(empty, "sidecar", "scan", "--engine", engine, str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert {("note", "EMAIL_ADDRESS"), ("account", "IBAN_CODE")} <= found(done.stdout)
    assert (("note", "PERSON") in found(done.stdout)) == (engine != "none")
    assert list(empty.iterdir()) == []


@pytest.mark.skipif(not HAS_NAMESPACES, reason="this machine gives no namespaces")
@pytest.mark.parametrize("engine", ["both"])
def test_in_a_namespace_without_any_network_the_same_is_found(engine, empty, tmp_path):
    file = tmp_path / "texts.json"
    file.write_text(json.dumps(TEXTS))
    arguments = ("sidecar", "scan", "--engine", engine, str(file))
    done = start(empty, *arguments, before=NAMESPACE)
    assert (done.returncode, done.stderr) == (0, "")
    assert {("note", "PERSON"), ("note", "LOCATION"), ("note", "EMAIL_ADDRESS"), ("account", "IBAN_CODE")} <= found(
        done.stdout
    )
    assert list(empty.iterdir()) == []


def test_a_wrapped_server_is_protected_by_a_sidecar_that_calls_nobody_and_writes_nothing(empty):
    call = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": TEXTS}}
    done = start(empty, "sidecar", "run", "--", "cat", input=json.dumps(call) + "\n")
    assert done.returncode == 0, done.stderr
    assert "tried:" not in done.stderr
    assert "<EMAIL_ADDRESS>" in done.stdout
    assert "Gonzalez" not in done.stdout
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.getaddrinfo('example.com', 443)",
        "import socket; socket.socket().connect(('127.0.0.1', 9))",
        "open('kept', 'w')",
        "import os; os.open('kept', os.O_CREAT | os.O_WRONLY)",
        "import os; os.makedirs('a/b')",
        "import tempfile; tempfile.mkdtemp()",
        "import sqlite3, os; os.rename('a', 'b')",
        "import tldextract; tldextract.extract('https://example.com')",
    ],
)
def test_what_watches_sees_a_call_and_a_written_file(act, empty):
    done = start(empty, "-c", act)
    assert done.returncode == BROKEN
    assert done.stderr.startswith("tried: ")
