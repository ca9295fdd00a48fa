import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from sidecar import admin
from sidecar.admin import AdminState, build_admin, may_drain, start_admin

BOUND_S = 10
TOKEN = "a-drain-token-for-tests"


@dataclass
class Latches:
    watchdog_fresh: bool = True
    config_valid: bool = True
    models_warm: bool = True
    listener_bound: bool = True
    draining: bool = False
    upstream_reachable: bool = True
    vault_usable: bool = True
    selfcheck_clean: bool = True
    calls: int = 0
    drain_started: asyncio.Event = field(default_factory=asyncio.Event)

    def in_flight(self) -> int:
        return self.calls

    def start_draining(self) -> None:
        self.draining = True
        self.drain_started.set()


@dataclass
class Port:
    """A running admin port and a client on loopback."""

    health: Latches
    base: str
    client: aiohttp.ClientSession

    async def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        async with asyncio.timeout(BOUND_S), self.client.request(method, self.base + path, headers=headers) as answer:
            return answer.status, await answer.text()


def _metrics() -> bytes:
    return b"# TYPE mcp_sidecar_sessions gauge\nmcp_sidecar_sessions 2.0\n"


@pytest.fixture
async def port() -> AsyncIterator[Port]:
    health = Latches()
    runner = await start_admin(
        AdminState(health, _metrics, drain_token=lambda: TOKEN, drain_deadline_s=0.1), "127.0.0.1", 0
    )
    host, number = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as client:
        yield Port(health, f"http://{host}:{number}", client)
    await runner.cleanup()


@pytest.mark.parametrize("path", ["/livez", "/startupz", "/readyz"])
async def test_a_healthy_process_answers_ok_on_every_probe(port, path):
    assert await port.ask(path) == (200, "ok\n")


async def test_livez_depends_on_nothing_but_the_watchdog(port):
    health = port.health
    health.config_valid = health.models_warm = health.listener_bound = False
    health.upstream_reachable = health.vault_usable = False
    health.draining = True
    assert await port.ask("/livez") == (200, "ok\n")


async def test_livez_fails_when_the_watchdog_is_stale(port):
    port.health.watchdog_fresh = False
    assert await port.ask("/livez") == (503, "failed: watchdog_fresh\n")


async def test_startupz_passes_without_an_upstream_or_the_pod_would_never_start(port):
    port.health.upstream_reachable = port.health.vault_usable = False
    assert await port.ask("/startupz") == (200, "ok\n")


@pytest.mark.parametrize("latch", ["config_valid", "models_warm", "listener_bound"])
async def test_startupz_and_readyz_fail_until_each_start_latch_holds(port, latch):
    setattr(port.health, latch, False)
    assert await port.ask("/startupz") == (503, f"failed: {latch}\n")
    assert await port.ask("/readyz") == (503, f"failed: {latch}\n")


@pytest.mark.parametrize("latch", ["upstream_reachable", "vault_usable", "selfcheck_clean"])
async def test_readyz_fails_without_upstream_or_vault(port, latch):
    setattr(port.health, latch, False)
    assert await port.ask("/readyz") == (503, f"failed: {latch}\n")


async def test_readyz_fails_while_draining(port):
    port.health.draining = True
    assert await port.ask("/readyz") == (503, "failed: not_draining\n")


async def test_readyz_verbose_lists_every_latch(port):
    port.health.vault_usable = False
    status, body = await port.ask("/readyz?verbose")
    assert status == 503
    assert body.splitlines() == [
        "[+] config_valid",
        "[+] models_warm",
        "[+] listener_bound",
        "[+] not_draining",
        "[+] upstream_reachable",
        "[-] vault_usable",
        "[+] selfcheck_clean",
        "failed: vault_usable",
    ]


async def test_metrics_are_passed_on_byte_for_byte_as_prometheus_text(port):
    async with asyncio.timeout(BOUND_S), port.client.get(port.base + "/metrics") as answer:
        assert await answer.read() == _metrics()
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_a_failing_metrics_source_is_a_plain_500_that_does_not_say_why(capfd, caplog):
    def broken() -> bytes:
        raise RuntimeError("ada@example.com")

    runner = await start_admin(AdminState(Latches(), broken), "127.0.0.1", 0)
    try:
        host, number = runner.addresses[0][:2]
        async with (
            aiohttp.ClientSession() as client,
            asyncio.timeout(BOUND_S),
            client.get(f"http://{host}:{number}/metrics") as answer,
        ):
            assert answer.status == 500
            assert "example.com" not in await answer.text()
    finally:
        await runner.cleanup()
    assert "example.com" not in caplog.text
    assert "example.com" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_drain_of_an_idle_process_starts_draining_and_answers_idle(port, method):
    assert await port.ask("/drain", method) == (200, "idle\n")
    assert port.health.draining
    assert (await port.ask("/readyz"))[0] == 503


async def test_drain_answers_only_once_the_last_call_is_answered():
    health = Latches(calls=1)
    runner = await start_admin(AdminState(health, _metrics, drain_deadline_s=BOUND_S), "127.0.0.1", 0)
    try:
        host, number = runner.addresses[0][:2]
        async with aiohttp.ClientSession() as client:
            drain_port = Port(health, f"http://{host}:{number}", client)
            pending = asyncio.create_task(drain_port.ask("/drain"))
            await asyncio.wait_for(health.drain_started.wait(), BOUND_S)
            assert await drain_port.ask("/livez") == (200, "ok\n")
            assert not pending.done()
            health.calls = 0
            assert await asyncio.wait_for(pending, BOUND_S) == (200, "idle\n")
    finally:
        await runner.cleanup()


async def test_drain_past_its_deadline_answers_with_the_count_still_in_flight(port):
    port.health.calls = 3
    assert await port.ask("/drain") == (503, "deadline passed: 3 in flight\n")
    assert port.health.draining


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"])
async def test_no_other_method_starts_a_drain(port, method):
    status, _ = await port.ask("/drain", method)
    assert status == 405
    assert not port.health.draining


async def test_the_right_token_drains_and_a_wrong_one_does_not_even_from_loopback(port):
    for wrong in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer ", "Bearer", TOKEN, "Bearer \u00e9"):
        assert (await port.ask("/drain", Authorization=wrong))[0] == 403
        assert not port.health.draining
    assert await port.ask("/drain", Authorization=f"Bearer {TOKEN}") == (200, "idle\n")


@pytest.mark.parametrize("header", [{"Origin": "https://site.test"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_a_page_in_a_browser_on_the_same_machine_cannot_drain(port, header):
    assert (await port.ask("/drain", **header))[0] == 403
    assert not port.health.draining


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", True),
        ("127.0.0.53", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.7", False),
        ("10.0.0.1", False),
        ("::ffff:192.0.2.7", False),
        ("2001:db8::1", False),
        ("", False),
        (None, False),
    ],
)
def test_rules_3_and_4_only_a_loopback_peer_may_drain_without_a_token(address, allowed):
    assert may_drain(address, {}, None) is allowed


def test_rule_1_a_token_opens_the_drain_to_other_addresses_and_only_if_one_is_configured():
    offered = {"Authorization": f"Bearer {TOKEN}"}
    assert may_drain("192.0.2.7", offered, TOKEN)
    assert not may_drain("192.0.2.7", offered, None)
    assert not may_drain("192.0.2.7", {"Authorization": "Bearer None"}, None)


def test_forwarding_headers_do_not_make_a_stranger_local():
    forwarded = {"X-Forwarded-For": "127.0.0.1", "X-Real-Ip": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
    assert not may_drain("192.0.2.7", forwarded, TOKEN)


async def test_an_empty_token_lets_nobody_drain_and_a_token_is_in_no_repr():
    state = AdminState(Latches(), _metrics, drain_token=str)
    async with TestClient(TestServer(build_admin(state))) as client:
        assert (await client.get("/drain", headers={"Authorization": "Bearer "})).status == 403
    assert TOKEN not in repr(AdminState(Latches(), _metrics, drain_token=lambda: TOKEN))


def test_the_module_docstring_is_the_list_of_endpoints():
    listed = {
        (method, path)
        for methods, path in re.findall(r"^(GET(?:, POST)?) +(/\w+)", admin.__doc__ or "", flags=re.MULTILINE)
        for method in methods.split(", ")
    }
    routes = {
        (route.method, route.resource.canonical)
        for route in build_admin(AdminState(Latches(), _metrics)).router.routes()
        if route.method != "HEAD" and route.resource is not None
    }
    assert listed == routes


async def test_an_unknown_path_is_404(port):
    assert (await port.ask("/"))[0] == 404


async def test_a_port_in_use_is_an_oserror_and_leaves_nothing_running(port):
    number = int(port.base.rpartition(":")[2])
    with pytest.raises(OSError, match=str(number)):
        await start_admin(AdminState(Latches(), _metrics), "127.0.0.1", number)
    assert await port.ask("/livez") == (200, "ok\n")


async def test_bytes_that_are_no_http_are_not_written_to_any_log(port, capfd, caplog):
    caplog.set_level("DEBUG")
    host, _, number = port.base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(number))
    writer.write(b"ada@example.com\r\n\r\n")
    await writer.drain()
    async with asyncio.timeout(BOUND_S):
        await reader.read()
    writer.close()
    await writer.wait_closed()
    assert "example.com" not in caplog.text
    assert "example.com" not in "".join(capfd.readouterr())
