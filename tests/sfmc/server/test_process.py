"""The command as a process: standard output, standard error, exit codes, both transports, and no secret anywhere."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import aiohttp
import pytest
from mcp.shared.exceptions import MCPError

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).resolve().parents[3]
WAIT_S = 30
SECRET = "s3cr3t-CANARY-4711"


async def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "upstream_sfmc",
        *arguments,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), WAIT_S)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_tools_work_over_standard_input_and_output(tenant, over_stdio, tmp_path):
    async with over_stdio() as tools:
        assert (await tools.ok("sfmc_whoami"))["organization"]["member_id"] == tenant.emulator.account_id
        rows = await tools.ok("de_rows", key="Customer_Master", page_size=3)
        email = rows["items"][0]["values"]["emailaddress"]
        assert (await tools.ok("contact_search_by_email", email=email))["channelAddressResponseEntities"]
        assert (await tools.ok("subscriber_get", email=email))["items"]
        assert (await tools.error("de_rows", key="nothing"))["category"] == "not_found"
    log = (tmp_path / "stderr.txt").read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["event"] for line in lines] == ["tool_failed"]
    assert email not in log


async def test_the_correlation_id_of_an_error_stands_in_standard_error(tenant, over_stdio, tmp_path):
    async with over_stdio() as tools:
        error = await tools.error("de_rows", key="jane.doe@example.com")
    log = (tmp_path / "stderr.txt").read_text()
    assert error["correlation_id"] in log
    assert "jane" not in log


async def test_no_secret_or_token_is_in_any_output(tenant, over_stdio, tmp_path):
    wrong = tenant.environment | {"SFMC_CLIENT_SECRET": SECRET}
    async with over_stdio(**wrong) as tools:
        refused = await tools.call("sfmc_whoami")
    assert json.loads(refused.content[0].text)["error"]["code"] == "invalid_client"
    log = (tmp_path / "stderr.txt").read_text()
    shown = refused.model_dump_json()

    async with over_stdio() as tools:
        await tools.ok("sfmc_whoami")
        for kind in ("401", "403", "500", "429", "truncated"):
            await tenant.fault(kind, path="*/rowset", count=9, retry_after_s=600)
            shown += (await tools.call("de_rows_upsert", key="Customer_Master", rows=[ROW])).model_dump_json()
            await tenant.control("POST", "reset")
    log += (tmp_path / "stderr.txt").read_text()
    for secret in (SECRET, tenant.emulator.client_secret, "eyJ", "w.four@example.com", "Internal Server Error"):
        assert secret not in shown + log
    assert "Traceback" not in log


ROW = {"keys": {"SubscriberKey": "w-4"}, "values": {"EmailAddress": "w.four@example.com"}}


async def test_without_an_environment_it_names_the_variables_and_exits_78():
    code, out, err = await run()
    assert (code, out) == (78, "")
    assert all(name in err for name in ("SFMC_CLIENT_ID", "SFMC_CLIENT_SECRET", "SFMC_SUBDOMAIN"))
    assert len(err.splitlines()) == 1


async def test_a_partial_environment_is_told_without_its_secret():
    code, out, err = await run(SFMC_CLIENT_SECRET=SECRET, SFMC_SUBDOMAIN="mc-example")
    assert (code, out) == (78, "")
    assert "SFMC_CLIENT_ID" in err
    assert "SFMC_SUBDOMAIN" not in err
    assert SECRET not in err


async def test_the_emulator_never_stands_in_for_a_configured_tenant():
    code, out, err = await run("--emulator", SFMC_CLIENT_ID="id", SFMC_CLIENT_SECRET=SECRET)
    assert (code, out) == (78, "")
    assert "SFMC_CLIENT_ID" in err
    assert SECRET not in err


async def test_the_emulator_in_the_same_process_answers(over_stdio):
    async with over_stdio("--emulator", "--profile", "tiny", PATH=os.environ["PATH"], PYTHONPATH=str(ROOT)) as tools:
        assert (await tools.ok("de_list", page_size=1))["items"]


@pytest.mark.parametrize("address", ["0.0.0.0:8931", "example.com:1", "192.0.2.7:80", "127.0.0.1:99999", "http", ""])
async def test_http_is_for_loopback_only(address):
    code, out, err = await run("--http", address)
    assert (code, out) == (2, "")
    assert "--http" in err


async def test_a_profile_without_the_emulator_is_wrong_usage():
    code, _, err = await run("--profile", "tiny")
    assert code == 2
    assert "--emulator" in err


async def test_help_fits_one_screen_and_shows_examples():
    code, out, _ = await run("--help")
    assert code == 0
    assert len(out.splitlines()) <= 40
    assert "examples:" in out
    assert "upstream-sfmc --http 8931" in out


async def test_a_foreign_origin_or_host_is_refused_over_http(http_url):
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            accept = {"Accept": "application/json, text/event-stream", **headers}
            async with session.post(http_url, json=message, headers=accept) as response:
                assert response.status in {403, 421}


async def test_many_calls_at_once_are_all_answered(tenant, over_http):
    async with over_http() as tools:
        answers = await asyncio.gather(
            *(tools.ok("de_rows", key="Customer_Master", page=page, page_size=5) for page in range(1, 21))
        )
    assert len({item["keys"]["subscriberkey"] for answer in answers for item in answer["items"]}) == 100


async def test_a_client_of_an_older_protocol_revision_is_served(http_url):
    from mcp import Client

    async with Client(http_url, mode="legacy") as client:
        assert len((await client.list_tools()).tools) == 24
        with pytest.raises(MCPError):
            await client.call_tool("no_such_tool", {})


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads Linux's /proc")
async def test_over_standard_input_it_listens_nowhere_and_dumps_no_core(tenant):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "upstream_sfmc",
        env=tenant.environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
    answer = json.loads(await asyncio.wait_for(process.stdout.readline(), WAIT_S))
    assert answer["result"]["serverInfo"]["name"] == "upstream-sfmc"
    own = Path(f"/proc/{process.pid}")
    open_sockets = {link.readlink().name for link in (own / "fd").iterdir() if "socket:" in str(link.readlink())}
    lines = [line.split() for name in ("tcp", "tcp6") for line in (own / "net" / name).read_text().splitlines()[1:]]
    listening = {f"socket:[{fields[9]}]" for fields in lines if fields[3] == "0A"}
    limits = next(line for line in (own / "limits").read_text().splitlines() if "core file" in line)
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), WAIT_S) == 0
    assert listening, "the emulator of this test listens"
    assert not listening & open_sockets
    assert limits.split()[4:6] == ["0", "0"]


async def test_a_start_loads_neither_emulator_nor_http_client_nor_sidecar():
    program = (
        "import sys; import upstream_sfmc.cli, upstream_sfmc.api, upstream_sfmc.server; "
        "print(*sorted(name for name in sys.modules if name.split('.')[0] in {'aiohttp', 'faker', 'sidecar'} "
        "or 'emulator' in name))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), WAIT_S)
    assert process.returncode == 0
    assert out.strip() == b""


async def test_the_emulator_alone_tells_on_standard_error_how_to_reach_it(tmp_path):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "upstream_sfmc",
        "emulator",
        *("--port", "0", "--profile", "tiny", "--write-truth", str(tmp_path)),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    told: dict[str, str] = {}
    while "SFMC_ACCOUNT_ID" not in told:
        line = (await asyncio.wait_for(process.stderr.readline(), WAIT_S)).decode().strip()
        assert line, told
        name, _, value = line.removeprefix("export ").partition("=")
        told[name] = value
    async with aiohttp.ClientSession() as session, session.get(told["SFMC_AUTH_URL"] + "/v2/userinfo") as response:
        assert response.status == 401
    process.terminate()
    assert await asyncio.wait_for(process.stdout.read(), WAIT_S) == b""
    await asyncio.wait_for(process.wait(), WAIT_S)
    assert {"SFMC_CLIENT_ID", "SFMC_CLIENT_SECRET", "SFMC_AUTH_URL"} <= set(told)
    assert (tmp_path / "truth.jsonl").stat().st_size > 0
