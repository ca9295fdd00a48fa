"""The client that the official suite's client scenarios ask for: the Python SDK's, told what each of them needs.

Every request to the scenario's server may be led to another port of this machine, which is how the sidecar comes to
stand at the server's own address: URL, Host and every token's audience stay what they are.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import mcp_types as types
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import (
    ClientCredentialsOAuthProvider,
    PrivateKeyJWTOAuthProvider,
    SignedJWTParameters,
)
from mcp.client.auth.extensions.identity_assertion import IdentityAssertionOAuthProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import AnyUrl

WAIT_S = 30.0
CALLBACK = AnyUrl("http://localhost:3000/callback")
OWN_ID = "https://conformance-test.local/client-metadata.json"
SUM = ("add_numbers", {"a": 5, "b": 3})
CALLS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "tools_call": [SUM],
    "request-metadata": [SUM],
    "http-standard-headers": [SUM],
    "sse-retry": [("test_reconnection", {})],
    "elicitation-sep1034-client-defaults": [("test_client_elicitation_defaults", {})],
    "sep-2322-client-request-state": [
        ("test_mrtr_echo_state", {}),
        ("test_mrtr_unrelated", {}),
        ("test_mrtr_no_state", {}),
        ("test_mrtr_no_result_type", {}),
    ],
}
_FILLERS: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "object": {}, "array": [], "null": None}


@dataclass(frozen=True)
class Order:
    """What the suite wants of a client; ``port`` is where the sidecar stands, if it does."""

    scenario: str
    url: str
    version: str
    context: dict[str, Any]
    port: int | None = None

    @property
    def mode(self) -> str:
        """``json-schema-ref-no-deref`` is announced as modern, and its server speaks the handshake only."""
        is_modern = self.version in MODERN_PROTOCOL_VERSIONS and self.scenario != "json-schema-ref-no-deref"
        return "auto" if is_modern else "legacy"


class _Led(httpx2.AsyncBaseTransport):
    """Connects to another port and says nothing of it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._inner = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@asynccontextmanager
async def _http(order: Order, auth: httpx2.Auth | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    mounts = {} if order.port is None else {f"http://{urlsplit(order.url).netloc}": _Led(order.port)}
    async with httpx2.AsyncClient(auth=auth, mounts=mounts, timeout=WAIT_S, trust_env=False) as client:
        yield client


@dataclass
class _Kept:
    """What a client remembers of its authorization."""

    tokens: OAuthToken | None = None
    info: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.info

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.info = client_info


@dataclass
class _User:
    """Agrees at once to everything an authorization page asks."""

    order: Order
    answers: list[AuthorizationCodeResult] = field(default_factory=list)

    async def visit(self, url: str) -> None:
        async with _http(self.order) as client:
            response = await client.get(url)
        query = parse_qs(urlsplit(response.headers["location"]).query)
        said = {name: values[0] for name, values in query.items()}
        self.answers.append(AuthorizationCodeResult(code=said["code"], state=said.get("state"), iss=said.get("iss")))

    async def come_back(self) -> AuthorizationCodeResult:
        return self.answers.pop()


async def _auth(order: Order) -> httpx2.Auth:
    context, kept = order.context, _Kept()
    match order.scenario:
        case "auth/client-credentials-jwt":
            signed = SignedJWTParameters(
                issuer=context["client_id"],
                subject=context["client_id"],
                signing_algorithm=context.get("signing_algorithm", "ES256"),
                signing_key=context["private_key_pem"],
            )
            return PrivateKeyJWTOAuthProvider(
                server_url=order.url,
                storage=kept,
                client_id=context["client_id"],
                assertion_provider=signed.create_assertion_provider(),
            )
        case "auth/client-credentials-basic":
            return ClientCredentialsOAuthProvider(
                server_url=order.url,
                storage=kept,
                client_id=context["client_id"],
                client_secret=context["client_secret"],
                token_endpoint_auth_method="client_secret_basic",
            )
        case "auth/enterprise-managed-authorization":
            return await _enterprise(order, kept)
        case _:
            return _code_flow(order, kept)


def _code_flow(order: Order, kept: _Kept) -> httpx2.Auth:
    if "client_id" in order.context:
        secret = order.context.get("client_secret")
        kept.info = OAuthClientInformationFull(
            client_id=order.context["client_id"],
            client_secret=secret,
            redirect_uris=[CALLBACK],
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
        )
    user = _User(order)
    metadata = OAuthClientMetadata(
        client_name="scenario client",
        redirect_uris=[CALLBACK],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
    )
    return OAuthClientProvider(
        server_url=order.url,
        client_metadata=metadata,
        storage=kept,
        redirect_handler=user.visit,
        callback_handler=user.come_back,
        client_metadata_url=OWN_ID,
    )


async def _enterprise(order: Order, kept: _Kept) -> httpx2.Auth:
    """The issuer is configuration in this flow; the suite gives it in the protected resource's metadata only."""
    parts, context = urlsplit(order.url), order.context
    async with _http(order) as client:
        about = await client.get(f"http://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}")

    async def exchange(audience: str, resource: str) -> str:
        """A token of the identity provider for an assertion (RFC 8693)."""
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "requested_token_type": "urn:ietf:params:oauth:token-type:id-jag",
            "subject_token": context["idp_id_token"],
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "client_id": context["idp_client_id"],
            "audience": audience,
            "resource": resource,
        }
        async with _http(order) as client:
            answer = await client.post(context["idp_token_endpoint"], data=form)
        return str(answer.json()["access_token"])

    return IdentityAssertionOAuthProvider(
        server_url=order.url,
        storage=kept,
        client_id=context["client_id"],
        client_secret=context["client_secret"],
        issuer=about.json()["authorization_servers"][0],
        assertion_provider=exchange,
        token_endpoint_auth_method="client_secret_basic",
    )


# --- what the human and the model at the client say -------------------------------------------------------------------


async def _elicit(_context: Any, params: Any) -> types.ElicitResult:
    properties = getattr(params, "requested_schema", {}).get("properties", {})
    content = {name: about["default"] for name, about in properties.items() if "default" in about}
    content |= {"confirmed": True} if "confirmed" in properties else {}
    return types.ElicitResult(action="accept", content=content)


async def _sample(_context: Any, _params: Any) -> types.CreateMessageResult:
    text = types.TextContent(type="text", text="a word")
    return types.CreateMessageResult(role="assistant", content=text, model="none")


async def _roots(_context: Any) -> types.ListRootsResult:
    return types.ListRootsResult(roots=[])


# --- scenarios --------------------------------------------------------------------------------------------------------


async def follow(order: Order) -> None:
    """Raises what the SDK's client raises."""
    auth = await _auth(order) if order.scenario.startswith("auth/") else None
    async with (
        _http(order, auth) as http,
        Client(
            streamable_http_client(order.url, http_client=http),
            mode=order.mode,
            read_timeout_seconds=WAIT_S,
            sampling_callback=_sample,
            elicitation_callback=_elicit,
            list_roots_callback=_roots,
        ) as client,
    ):
        listed = (await client.list_tools()).tools
        for name, arguments in _calls(order, listed):
            try:
                await client.call_tool(name, arguments)
            except MCPError:
                if order.scenario not in {"http-invalid-tool-headers", "http-custom-headers"}:
                    raise


def _calls(order: Order, listed: list[types.Tool]) -> list[tuple[str, dict[str, Any]]]:
    match order.scenario:
        case "json-schema-2020-12-preservation":
            tool = next(tool for tool in listed if tool.name == "json_schema_2020_12_tool")
            return [("json_schema_echo", {"schema": tool.input_schema})]
        case "http-invalid-tool-headers":
            return [(tool.name, _filled(tool.input_schema)) for tool in listed]
        case "http-custom-headers":
            known = {tool.name for tool in listed}
            wanted = order.context.get("toolCalls", [])
            return [(call["name"], call.get("arguments") or {}) for call in wanted if call["name"] in known]
        case scenario if scenario.startswith("auth/"):
            return [(tool.name, {}) for tool in listed[:1]]
        case scenario:
            return CALLS.get(scenario, [])


def _filled(schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    return {name: _FILLERS.get(properties.get(name, {}).get("type"), "x") for name in schema.get("required", [])}
