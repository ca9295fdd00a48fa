"""TLS on both sides: who is let in, whom the proxy believes."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sidecar.errors import BadConfig
from sidecar.transports.http import HttpProxy, HttpSettings
from sidecar.transports.tls import ListenerTls, UpstreamTls, identity, listener_context, renewing, upstream_context
from tests.support.http_proxy import proxied
from tests.support.passthrough_core import PassthroughCore
from tests.support.raw_http import RawServer, Received, connect
from tests.support.tls_files import Authority, Pair

PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
PONG = b'{"jsonrpc":"2.0","id":1,"result":{}}'


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "authority")


async def pong(received: Received) -> None:
    await received.json(PONG)


def trusting(authority: Authority, pair: Pair | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority.file)
    if pair is not None:
        context.load_cert_chain(pair.cert, pair.key)
    return context


async def asked(port: int, context: ssl.SSLContext) -> bytes:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"https://127.0.0.1:{port}/mcp", data=PING, ssl=context) as answer,
    ):
        return await answer.read()


async def test_a_listener_with_a_certificate_answers_those_who_trust_it(authority: Authority) -> None:
    own = authority.issue("server")
    async with RawServer(pong) as server, proxied(server.url, tls=ListenerTls(own.cert, own.key)) as (port, _):
        assert await asked(port, trusting(authority)) == PONG
        with pytest.raises(aiohttp.ClientConnectorError):
            await asked(port, ssl.create_default_context())


async def test_a_listener_that_wants_client_certificates_lets_nobody_in_without(
    authority: Authority, tmp_path: Path
) -> None:
    own = authority.issue("server")
    core = PassthroughCore()
    tls = ListenerTls(own.cert, own.key, authority.file)
    stranger = Authority(tmp_path, "stranger").issue("client")
    async with RawServer(pong) as server, proxied(server.url, core, tls=tls) as (port, _):
        for pair in (None, stranger):
            with pytest.raises((aiohttp.ClientError, OSError)):
                await asked(port, trusting(authority, pair))
        assert not server.requests
        for name in ("anna", "ben"):
            assert await asked(port, trusting(authority, authority.issue(name))) == PONG
        assert await asked(port, trusting(authority, authority.issue("anna"))) == PONG
    anna, ben, renewed = (conversation.principal for conversation in core.conversations)
    assert anna == renewed != ben, "a token belongs to whom the certificate names, renewed or not"
    assert "" not in (anna, ben)


def certificate(name: str) -> dict[str, Any]:
    return {"subject": ((("commonName", name),),), "issuer": ((("commonName", "authority"),),), "serialNumber": "1"}


def test_who_calls_is_a_digest_of_names_not_of_the_certificate() -> None:
    assert identity(None) == ""
    assert identity({}) == ""
    assert identity(certificate("anna")) == identity({**certificate("anna"), "serialNumber": "2"})
    assert identity(certificate("anna")) != identity(certificate("ben"))
    assert "anna" not in identity(certificate("anna"))


async def tls_server(own: Pair, client_ca: str = "") -> tuple[web.ServerRunner, str]:
    async def answer(request: web.BaseRequest) -> web.Response:
        seen.append(request.get_extra_info("peercert"))
        return web.Response(body=PONG, content_type="application/json")

    seen: list[Any] = []
    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)  # type: ignore[arg-type]
    await runner.setup()
    context = listener_context(ListenerTls(own.cert, own.key, client_ca))
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    return runner, f"https://127.0.0.1:{runner.addresses[0][1]}/mcp"


async def through(url: str, tls: UpstreamTls | None) -> tuple[int, bytes]:
    async with proxied(url, upstream_tls=tls) as (port, _), connect(port) as client:
        head, body = await client.post(PING)
        return head.status, body


async def test_a_server_is_believed_when_its_authority_is_the_systems_or_the_configured_one(
    authority: Authority, tmp_path: Path
) -> None:
    runner, url = await tls_server(authority.issue("server"))
    other = Authority(tmp_path, "other")
    try:
        assert await through(url, UpstreamTls(authority.file)) == (200, PONG)
        for untrusting in (None, UpstreamTls(other.file)):
            status, body = await through(url, untrusting)
            assert status == 502
            assert b'"code":-31013' in body
    finally:
        await runner.cleanup()


async def test_a_certificate_for_another_host_is_not_believed(authority: Authority) -> None:
    runner, url = await tls_server(authority.issue("server", host="192.0.2.7"))
    try:
        assert (await through(url, UpstreamTls(authority.file)))[0] == 502
    finally:
        await runner.cleanup()


async def test_a_server_that_wants_a_certificate_gets_ours(authority: Authority) -> None:
    runner, url = await tls_server(authority.issue("server"), authority.file)
    own = authority.issue("sidecar")
    try:
        assert await through(url, UpstreamTls(authority.file, own.cert, own.key)) == (200, PONG)
        assert (await through(url, UpstreamTls(authority.file)))[0] == 502
    finally:
        await runner.cleanup()


def test_files_that_are_no_certificates_are_a_configuration_error_that_names_them(
    authority: Authority, tmp_path: Path
) -> None:
    own, other = authority.issue("server"), authority.issue("other")
    nothing = str(tmp_path / "nothing.pem")
    Path(nothing).write_text("no certificate")
    for tls in (UpstreamTls(nothing), UpstreamTls(str(tmp_path / "absent")), UpstreamTls("", own.cert, other.key)):
        with pytest.raises(BadConfig):
            upstream_context(tls)
    for files in (
        ListenerTls(own.cert, other.key),
        ListenerTls(nothing, nothing),
        ListenerTls(own.cert, own.key, nothing),
    ):
        with pytest.raises(BadConfig):
            HttpProxy(PassthroughCore(), HttpSettings("http://127.0.0.1:9/mcp", tls=files))


def shown_by(port: int, context: ssl.SSLContext) -> str:
    """The serial number of the certificate a listener shows."""
    with (
        socket.create_connection(("127.0.0.1", port), 30) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        return str((secure.getpeercert() or {})["serialNumber"])


async def test_a_certificate_that_was_replaced_is_shown_to_the_next_who_connects(authority: Authority) -> None:
    async with RawServer(pong) as server:
        pair = authority.issue("server")
        async with proxied(server.url, tls=ListenerTls(pair.cert, pair.key)) as (port, _):
            first = await asyncio.to_thread(shown_by, port, trusting(authority))
            authority.issue("server")
            async with asyncio.timeout(30):
                while await asyncio.to_thread(shown_by, port, trusting(authority)) == first:  # noqa: ASYNC110 - files are polled
                    await asyncio.sleep(0.1)


async def test_a_certificate_that_cannot_be_used_is_not_shown_and_the_next_one_is(authority: Authority) -> None:
    pair = authority.issue("server")
    tls = ListenerTls(pair.cert, pair.key)
    async with RawServer(pong) as server, proxied(server.url, tls=tls) as (port, proxy):
        live = proxy._listener._tls
        assert live is not None
        first = await asyncio.to_thread(shown_by, port, trusting(authority))
        authority.issue("another")
        other = Path(pair.cert).with_name("another.crt")
        await asyncio.to_thread(other.replace, pair.cert)  # without its key
        watcher = asyncio.create_task(renewing(live, tls, 0.01))
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert await asyncio.to_thread(shown_by, port, trusting(authority)) == first
        watcher.cancel()


def test_a_key_others_may_read_is_refused(authority: Authority) -> None:
    pair = authority.issue("server")
    Path(pair.key).chmod(0o640)
    with pytest.raises(BadConfig, match="has mode 640"):
        listener_context(ListenerTls(pair.cert, pair.key))
    with pytest.raises(BadConfig, match="has mode 640"):
        upstream_context(UpstreamTls(cert_file=pair.cert, key_file=pair.key))


def test_verification_cannot_be_switched_off(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    own = authority.issue("sidecar")
    for tls in (UpstreamTls(), UpstreamTls(authority.file), UpstreamTls(authority.file, own.cert, own.key)):
        context = upstream_context(tls)
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    sources = Path(__file__).parents[3] / "sidecar"
    words = ("CERT_NONE", "check_hostname", "_create_unverified_context", "ssl=False", "verify_ssl")
    assert [path.name for path in sources.rglob("*.py") if any(word in path.read_text() for word in words)] == []
