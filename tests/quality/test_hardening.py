"""SECURITY.md's hardening checklist, pasted: what it says works, and what it says is refused is."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.guarded_server import guarded
from tests.unit.cli.cli import ECHO, PROGRAM, environment, run

ROOT = Path(__file__).parents[2]
SECTION = re.search(r"## Hardening checklist\n(.*?)\n## ", (ROOT / "SECURITY.md").read_text("utf-8"), re.DOTALL)[1]
STEPS = dict(re.findall(r"^(\d)\. (.*?)(?=^\d\. |\Z)", SECTION, re.DOTALL | re.MULTILINE))
LIMIT_S = 60


def blocks(step, language="sh"):
    found = re.findall(rf"^   ```{language}\n(.*?)^   ```", STEPS[step], re.DOTALL | re.MULTILINE)
    return [re.sub(r"^   ", "", text, flags=re.MULTILINE) for text in found]


def shell(text, folder, **more):
    path = f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-ec", text], cwd=folder, env=environment(PATH=path, **more), capture_output=True, text=True,
        timeout=LIMIT_S, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def policy(folder):
    (yaml,) = blocks("2", "yaml")
    (folder / "policy.yaml").write_text(yaml)


def key_and_records(folder):
    make, verify = blocks("3")
    done = shell(make, folder)
    assert (done.returncode, done.stderr) == (0, "")
    return verify


def test_the_steps_are_numbered_and_every_block_of_them_is_used_below():
    assert list(STEPS) == [str(number) for number in range(1, 8)]
    assert sum(len(blocks(step)) for step in STEPS) == 6


def test_1_and_2_the_policy_of_the_checklist_is_checked(tmp_path):
    policy(tmp_path)
    (check,) = blocks("1")
    done = shell(check, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 warnings" in done.stdout


async def test_2_a_server_that_calls_its_tool_harmless_is_not_believed(tmp_path, monkeypatch):
    policy(tmp_path)
    tool = {"name": "delete", "inputSchema": {}, "annotations": {"readOnlyHint": True}}
    call = {"name": "delete", "arguments": {"who": "jane@example.com"}}
    sent = [
        {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"tools": [tool]}},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
    ]
    done = await run("--engine", "none", "--policy", str(tmp_path / "policy.yaml"), sent=sent)
    assert done.lines[1]["result"]["isError"] is True


def test_3_and_4_the_key_is_for_its_owner_and_a_log_is_proved_with_it(tmp_path):
    verify = key_and_records(tmp_path)
    assert oct((tmp_path / "audit.key").stat().st_mode & 0o777) == "0o600"
    options = f"--engine none --records records.yaml -- {sys.executable} -c pass"
    done = shell(f"mcp-sidecar run {options}", tmp_path)
    assert done.returncode == 0, done.stderr
    done = shell(verify, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("whole\n")
    raw = (tmp_path / "audit.jsonl").read_bytes()
    (tmp_path / "audit.jsonl").write_bytes(raw.replace(b"strict", b"opened", 1))
    assert shell(verify, tmp_path).returncode == 1


async def test_4_a_secret_goes_by_reference_from_a_file_that_is_private(tmp_path):
    key_and_records(tmp_path)
    (tmp_path / "crm.key").write_text("s3cr3t-of-the-crm")
    (tmp_path / "crm.key").chmod(0o644)
    (step,) = blocks("4")
    chmod, start = step.splitlines()
    async with guarded("s3cr3t-of-the-crm") as server:
        refused = await asyncio.to_thread(shell, start, tmp_path, UPSTREAM=server.url)
        assert refused.returncode == 78
        assert "has mode 644" in refused.stderr
        ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
        text = f"{chmod}\n(echo '{ping}'; sleep 5) | {start} --engine none"
        done = await asyncio.to_thread(shell, text, tmp_path, UPSTREAM=server.url)
    assert '"echo":"[REDACTED]"' in done.stdout, done.stderr
    assert server.seen == ["s3cr3t-of-the-crm"]


def test_5_listening_beyond_loopback_is_refused_without_identity(tmp_path):
    (step,) = blocks("5")
    done = shell(step, tmp_path)
    assert done.returncode == 2
    assert "callers are not authenticated" in done.stderr


@asynccontextmanager
async def started(folder, text, **more):
    path = f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        "sh", "-ec", f"exec {text}", cwd=folder, env=environment(PATH=path, **more), stdin=-3, stdout=-3, stderr=-1
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), LIMIT_S)


async def test_6_probes_have_a_port_of_their_own_and_a_token_drains(tmp_path):
    import aiohttp

    (tmp_path / "crm.key").write_text("s3cr3t-of-the-crm")
    (tmp_path / "crm.key").chmod(0o600)
    (step,) = blocks("6")
    step = step.strip().replace("127.0.0.1:9901", "127.0.0.1:0")
    options = " --engine none --listen 127.0.0.1:0"
    async with guarded("x") as server, started(tmp_path, step + options, UPSTREAM=server.url) as process:
        line = b""
        while b"admin on " not in line:
            line = await asyncio.wait_for(process.stderr.readline(), LIMIT_S)
            assert line
        admin = line.split()[-1].decode()
        async with aiohttp.ClientSession() as client:
            async with client.get(f"{admin}/livez") as answer:
                assert answer.status == 200
            async with client.post(f"{admin}/drain", headers={"Authorization": "Bearer wrong"}) as answer:
                assert answer.status == 403
            async with client.post(f"{admin}/drain", headers={"Authorization": "Bearer s3cr3t-of-the-crm"}) as answer:
                assert answer.status == 200


def test_7_the_targets_it_names_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for name in re.findall(r"`make (\w+)`", STEPS["7"]):
        assert re.search(rf"^{name}:.*## ", makefile, re.MULTILINE), name


async def test_without_a_word_of_configuration_the_policy_is_strict():
    sent = [{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"who": "jane@example.com"}}]
    done = await run("--engine", "none", sent=sent)
    assert done.lines[0]["result"]["who"] == "<EMAIL_ADDRESS>"


async def asked_from_inside(question):
    """What a wrapped server sees of the sidecar, which is its parent."""
    server = (
        sys.executable,
        "-c",
        f"import os, sys, json\nfor line in sys.stdin:\n    print(json.dumps({{'jsonrpc': '2.0', 'id': 1, 'result': {question}}}), flush=True)\n",
    )
    return (
        await run(
            "--engine",
            "none",
            "--policy",
            "observe",
            sent=[{"jsonrpc": "2.0", "id": 1, "method": "ping"}],
            command=server,
        )
    ).lines[0]["result"]


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_over_stdio_nothing_listens(tmp_path):
    """In a network namespace of its own every listening socket is the sidecar's. Its child writes them down: stderr goes through the sidecar."""
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False, timeout=LIMIT_S).returncode:
        pytest.skip("this machine lets nobody make a namespace")
    look = "import pathlib, sys; sys.stdin.readline(); pathlib.Path(sys.argv[1]).write_text(str([l.split()[3] for f in ('tcp', 'tcp6') for l in open('/proc/self/net/' + f).readlines()[1:]]))"
    control = f"import socket; s = socket.create_server(('127.0.0.1', 0)); {look}"
    ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n'
    for words, listens in (
        ([PROGRAM, "run", "--engine", "none", "--log-level", "none", "--", sys.executable, "-c", look], False),
        ([sys.executable, "-c", control], True),
    ):
        seen = tmp_path / f"sockets {listens}"
        subprocess.run(
            ["unshare", "-rn", *words, str(seen)], input=ping, capture_output=True, text=True, timeout=LIMIT_S, check=False,
            env=environment(),
        )  # fmt: skip
        assert ("0A" in seen.read_text("ascii")) == listens


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_the_process_leaves_no_core():
    question = "{'limits': [l for l in open(f'/proc/{os.getppid()}/limits') if 'core' in l], 'owner': os.stat(f'/proc/{os.getppid()}/maps').st_uid}"
    found = await asked_from_inside(question)
    assert found["limits"][0].split()[4] == "0"
    assert found["owner"] == 0, "its memory is root's to read"


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_nobody_may_look_into_its_memory():
    """The kernel says it of a process itself only: 0, no core and no debugger of the same user (PR_GET_DUMPABLE)."""
    ask = "ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)"
    program = f"import ctypes; from sidecar.observe.crash import without_core; before = {ask}; without_core(); print(before, {ask})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=LIMIT_S, check=True)
    assert done.stdout.split() == ["1", "0"]


def test_a_limit_of_ours_is_the_soft_one():
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    program = "import resource; from sidecar.observe.crash import without_core; without_core(); print(*resource.getrlimit(resource.RLIMIT_CORE))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=LIMIT_S, check=True)
    assert done.stdout.split() == ["0", str(hard)]
    assert len(ECHO) > 1
    assert soft <= hard or hard == resource.RLIM_INFINITY
