"""Which paths beside the MCP endpoint pass under ``auth: passthrough``, and that they pass as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidecar.config.addresses import endpoint
from sidecar.errors import BadConfig
from sidecar.runtime.build import App, Settings
from sidecar.transports.authorization import Authorization
from sidecar.transports.http import HttpProxy, HttpSettings
from sidecar.transports.upstream import Upstream
from tests.support.http_proxy import proxied
from tests.support.raw_http import RawServer, Received, connect

CHALLENGE = 'Bearer resource_metadata="http://localhost:7/custom/metadata.json", scope="a b"'


def make(*headers: tuple[str, str]) -> Authorization:
    return Authorization(Upstream(endpoint("http://127.0.0.1:9/mcp")), headers)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/.well-known/oauth-protected-resource"),
        ("GET", "/.well-known/oauth-protected-resource/mcp"),
        ("HEAD", "/.well-known/oauth-authorization-server/tenant1"),
        ("OPTIONS", "/tenant1/.well-known/openid-configuration"),
        ("GET", "/.well-known/jwks.json"),
        ("GET", "/authorize"),
        ("POST", "/token"),
        ("POST", "/register"),
    ],
)
def test_these_pass(method: str, path: str) -> None:
    assert make().has_path(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/.well-known/oauth-protected-resource"),
        ("DELETE", "/token"),
        ("GET", "/.well-known/webfinger"),
        ("GET", "/.well-known/"),
        ("GET", "/"),
        ("GET", "/export"),
        ("POST", "/api/token"),
        ("GET", "/.well-known/oauth-protected-resource/../../mcp"),
        ("GET", "/.well-known/oauth-protected-resource/..%2f..%2fmcp"),
        ("GET", "/.well-known/%2e%2e/mcp"),
        ("GET", "//mcp/.well-known/openid-configuration"),
        ("GET", "/.well-known/oauth-protected-resource/;/mcp"),
        ("GET", "/.well-known\\..\\mcp/.well-known/openid-configuration"),
        ("POST", "/token/../mcp"),
        ("POST", "token"),
    ],
)
def test_these_do_not(method: str, path: str) -> None:
    assert not make().has_path(method, path)


def test_what_the_server_names_at_its_own_origin_passes_and_nothing_else_it_names() -> None:
    known = make()
    urls = ["http://localhost:7/login", "http://127.0.0.1:9/oauth/token", "/consent"]
    known.name([*urls, "http://elsewhere.test/evil", "http://127.0.0.1:9/mcp", "http://[/", "/a/../mcp"], "localhost:7")
    assert all(known.has_path("POST", path) for path in ("/login", "/oauth/token", "/consent"))
    assert not any(known.has_path("POST", path) for path in ("/evil", "/mcp", "/a/../mcp"))


def test_only_the_last_named_paths_are_known() -> None:
    known = make()
    known.name([f"/n{number}" for number in range(1000)], "")
    assert not known.has_path("GET", "/n0")
    assert known.has_path("GET", "/n999")


def test_a_configured_credential_and_the_clients_own_exclude_each_other() -> None:
    with pytest.raises(BadConfig):
        make(("authorization", "Bearer ours"))


def test_callers_the_guard_knows_and_the_clients_own_exclude_each_other(tmp_path: Path) -> None:
    guard = tmp_path / "guard.yaml"
    guard.write_text(
        f"version: 1\ncallers:\n  keys:\n    - {{name: a, sha256: {'a' * 64}, role: r}}\nroles: {{r: {{}}}}\n"
    )
    app = App(Settings(policy="observe", engine="none", guard=str(guard)), [])
    with pytest.raises(BadConfig):
        HttpProxy(app, HttpSettings("http://127.0.0.1:9/mcp", auth="passthrough"))


async def test_a_token_request_and_its_answer_pass_byte_for_byte() -> None:
    said = b'{ "access_token" : "maria.lindqvist@example.com", "expires_in":1.50 }'

    async def answer(received: Received) -> None:
        await received.json(said, "Cache-Control: no-store", "X-Contact: maria.lindqvist@example.com")

    async with (
        RawServer(answer) as server,
        proxied(server.url, auth="passthrough") as (port, _),
        connect(port) as client,
    ):
        form = b"grant_type=authorization_code&code=a%40b&resource=http%3A%2F%2Flocalhost"
        head, body = await client.post(form, "Authorization: Basic eDp5", target="/token?a=b%20c")
        assert (head.status, body) == (200, said)
        assert head.get("Cache-Control") == "no-store"
        (request,) = server.requests
        assert (request.body, request.target) == (form, "/token?a=b%20c")
        assert request.head.get("Authorization") == "Basic eDp5"


async def test_a_challenges_metadata_then_its_endpoints_and_where_they_lead_pass_one_after_the_other() -> None:
    async def answer(received: Received) -> None:
        match received.target.partition("?")[0]:
            case "/mcp":
                await received.reply("401 Unauthorized", b"", f"WWW-Authenticate: {CHALLENGE}")
            case "/custom/metadata.json":
                await received.json(b'{"resource":"http://localhost:7/mcp"}')
            case "/.well-known/oauth-authorization-server":
                await received.json(json.dumps({"authorization_endpoint": f"{server.url[:-4]}/login"}).encode())
            case "/login":
                await received.reply("302 Found", b"", f"Location: {server.url[:-4]}/consent?state=x%2Fy")
            case _:
                await received.reply("302 Found", b"", "Location: http://localhost:3000/callback?code=1&state=x%2Fy")

    async with (
        RawServer(answer) as server,
        proxied(server.url, auth="passthrough") as (port, _),
        connect(port) as client,
    ):
        host = "Host: localhost:7"
        for path in ("/custom/metadata.json", "/login", "/consent"):
            assert (await client.get(host, target=path))[0].status == 404
        head, _ = await client.post(b'{"jsonrpc":"2.0","id":1,"method":"ping"}', host)
        assert (head.status, head.get("WWW-Authenticate")) == (401, CHALLENGE)
        assert (await client.get(host, target="/custom/metadata.json"))[0].status == 200
        assert (await client.get(host, target="/.well-known/oauth-authorization-server"))[0].status == 200
        head, _ = await client.get(host, target="/login")
        assert (head.status, head.get("Location")) == (302, "/consent?state=x%2Fy")
        head, _ = await client.get(host, target="/consent?state=x%2Fy")
        assert head.get("Location") == "http://localhost:3000/callback?code=1&state=x%2Fy"
