"""The sidecar as an OAuth resource server, over real sockets: a client finds the authorization server, gets a token and is let in.

The client is the official SDK's. What stands before the sidecar's unix socket does what a gateway that ends TLS does.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from mcp import Client
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import MCPServer

from sidecar.runtime.build import App, Settings
from sidecar.transports.http import HttpProxy, HttpSettings
from tests.support.http_proxy import serving
from tests.support.raw_http import RawServer, Received, connect, within

RESOURCE = "https://mcp.example.com/mcp"
AT = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
KEY = ec.generate_private_key(ec.SECP256R1())
PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'


class AuthorizationServer:
    """Gives a token to who says the secret, with the scopes and for the resource that were asked for."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.url = ""

    async def __call__(self, received: Received) -> None:
        match received.target:
            case "/.well-known/oauth-authorization-server":
                said: dict[str, Any] = {
                    "issuer": self.url, "token_endpoint": f"{self.url}/token", "authorization_endpoint": f"{self.url}/a",
                    "response_types_supported": ["code"], "grant_types_supported": ["client_credentials"],
                }  # fmt: skip
            case "/token":
                form = parse_qs(received.body.decode())
                self.asked.append(form)
                said = {
                    "access_token": self.token(form["resource"][0], form["scope"][0]),
                    "token_type": "Bearer",
                    "expires_in": 300,
                }
            case _:
                await received.reply("404 Not Found")
                return
        await received.json(json.dumps(said).encode())

    def token(self, audience: str, scope: str) -> str:
        claims = {"iss": self.url, "aud": audience, "sub": "agent", "exp": time.time() + 300, "scope": scope}
        return jwt.encode(claims, KEY, "ES256", {"kid": "one"})


class Storage:
    """Of the client's tokens; there are none to begin with."""

    async def get_tokens(self) -> None:
        return None

    async def set_tokens(self, tokens: Any) -> None:
        pass

    async def get_client_info(self) -> None:
        return None

    async def set_client_info(self, info: Any) -> None:
        pass


class Gateway(httpx2.AsyncBaseTransport):
    """https://mcp.example.com, whose other side is a unix socket."""

    def __init__(self, socket: str) -> None:
        self._inner = httpx2.AsyncHTTPTransport(uds=socket)
        self.seen: list[tuple[str, int, str]] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        inner = httpx2.Request(
            request.method, request.url.copy_with(scheme="http"), headers=request.headers, stream=request.stream,
            extensions=request.extensions,
        )  # fmt: skip
        answer = await self._inner.handle_async_request(inner)
        self.seen.append((request.url.path, answer.status_code, answer.headers.get("www-authenticate", "")))
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()


def guard_file(folder: Path, issuer: str, more: str = "") -> str:
    entry = {**jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "one"}
    (folder / "jwks.json").write_text(json.dumps({"keys": [entry]}))
    path = folder / "guard.yaml"
    path.write_text(
        f"version: 1\ndefaults: none\ncallers:\n  tokens: {{issuer: '{issuer}', audience: '{RESOURCE}', jwks: '{folder}/jwks.json', scopes: [mcp:call]{more}}}\n"
    )
    return str(path)


@asynccontextmanager
async def resource_server(folder: Path, upstream: str, issuer: str, **at: Any) -> AsyncIterator[int]:
    app = App(Settings(policy="observe", engine="none", upstream=upstream, guard=guard_file(folder, issuer)), [])
    proxy = HttpProxy(app, HttpSettings(upstream, drain_s=0.2, **at))
    port = await proxy.start()
    try:
        yield port
    finally:
        await within(proxy.stop())
        await app.close()


async def test_the_official_client_finds_the_authorization_server_and_is_let_in(tmp_path: Path) -> None:
    lab = MCPServer("lab")

    @lab.tool()
    async def whoami() -> str:
        return "somebody"

    authorization, socket = AuthorizationServer(), str(tmp_path / "s")
    async with RawServer(authorization) as issuer, serving(lab.streamable_http_app()) as upstream:
        authorization.url = issuer.url.removesuffix("/mcp")
        async with resource_server(tmp_path, upstream, authorization.url, socket=socket):
            gateway = Gateway(socket)
            provider = ClientCredentialsOAuthProvider(
                RESOURCE,
                Storage(),
                "agent",
                "its-secret",
                issuer=authorization.url,  # type: ignore[arg-type]
            )
            async with (
                httpx2.AsyncClient(auth=provider, mounts={"https://mcp.example.com": gateway}, timeout=30) as http,
                Client(streamable_http_client(RESOURCE, http_client=http)) as client,
            ):
                result = await within(client.call_tool("whoami", {}))
    assert result.content[0].text == "somebody"  # type: ignore[union-attr]
    first, second = gateway.seen[:2]
    assert first == ("/mcp", 401, f'Bearer scope="mcp:call", resource_metadata="{AT}"')
    assert second[:2] == ("/.well-known/oauth-protected-resource/mcp", 200)
    assert [(form["resource"], form["scope"]) for form in authorization.asked] == [([RESOURCE], ["mcp:call"])]


async def test_everybody_may_read_the_document_and_nothing_else(tmp_path: Path) -> None:
    async def answer(received: Received) -> None:
        await received.json(b'{"resource":"the server\'s own"}')

    async with (
        RawServer(answer) as server,
        resource_server(tmp_path, server.url, "https://login.example.com") as port,
        connect(port) as client,
    ):
        for path in ("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"):
            head, body = await client.get(target=path)
            assert (head.status, head.get("content-type")) == (200, "application/json")
            assert json.loads(body)["resource"] == RESOURCE
            assert head.get("access-control-allow-origin") is None
            assert (await client.post(PING, target=path))[0].status == 404
            assert (await client.get("Origin: https://evil.example.com", target=path))[0].status == 403
        for path in (
            "/.well-known/oauth-protected-resource/other",
            "/.well-known/oauth-authorization-server",
            "/token",
        ):
            assert (await client.get(target=path))[0].status == 404
        assert server.requests == []


@pytest.mark.parametrize(
    ("credential", "status", "error"),
    [("", 401, ""), ("Bearer x.y.z", 401, 'error="invalid_token", '), ("scope", 403, 'error="insufficient_scope", ')],
)
async def test_a_refusal_leads_to_the_document(tmp_path: Path, credential: str, status: int, error: str) -> None:
    authorization = AuthorizationServer()
    authorization.url = "https://login.example.com"
    if credential == "scope":
        credential = f"Bearer {authorization.token(RESOURCE, 'other')}"

    async def answer(received: Received) -> None:
        await received.json(b"{}")

    async with (
        RawServer(answer) as server,
        resource_server(tmp_path, server.url, authorization.url) as port,
        connect(port) as client,
    ):
        head, _ = await client.post(PING, *([f"Authorization: {credential}"] if credential else []))
        assert head.status == status
        assert head.get("www-authenticate") == f'Bearer {error}scope="mcp:call", resource_metadata="{AT}"'
        assert server.requests == []
