"""What clients are told of the access tokens asked for: metadata where RFC 9728 puts it, and a challenge that leads there."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sidecar.errors import BadConfig, Forbidden
from sidecar.guard.model import Tokens
from sidecar.guard.parse import parse
from sidecar.guard.resource import Resource, is_address

TOKENS = Tokens(
    "https://login.example.com", "https://mcp.example.com/mcp", "./jwks.json", scopes=("mcp:call", "mcp:read")
)
AT = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"


def test_the_document_says_resource_servers_and_scopes() -> None:
    assert json.loads(Resource(TOKENS).document) == {
        "resource": "https://mcp.example.com/mcp",
        "authorization_servers": ["https://login.example.com"],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["mcp:call", "mcp:read"],
    }
    assert "scopes_supported" not in json.loads(Resource(replace(TOKENS, scopes=())).document)
    other = replace(
        TOKENS, resource="https://front.example.com/a/mcp", authorization_servers=("https://one.example.com/t",)
    )
    said = json.loads(Resource(other).document)
    assert (said["resource"], said["authorization_servers"]) == (other.resource, ["https://one.example.com/t"])


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://mcp.example.com/mcp", "/.well-known/oauth-protected-resource/mcp"),
        ("https://mcp.example.com/a/b/", "/.well-known/oauth-protected-resource/a/b"),
        ("https://mcp.example.com", "/.well-known/oauth-protected-resource"),
        ("https://mcp.example.com/mcp?tenant=1", "/.well-known/oauth-protected-resource/mcp"),
    ],
)
def test_it_stands_between_host_and_path_and_at_the_root(address: str, path: str) -> None:
    assert Resource(replace(TOKENS, audience=address)).paths == {path, "/.well-known/oauth-protected-resource"}


def test_where_nothing_is_an_address_there_is_no_document() -> None:
    for tokens in (replace(TOKENS, audience="mcp"), replace(TOKENS, issuer="login")):
        found = Resource(tokens)
        assert (found.paths, found.document) == (frozenset(), b"")
        assert "resource_metadata" not in found.challenge(Forbidden("", 401))


@pytest.mark.parametrize(
    ("failure", "challenge"),
    [
        (Forbidden("", 401), f'Bearer scope="mcp:call mcp:read", resource_metadata="{AT}"'),
        (
            Forbidden("", 401, "invalid_token"),
            f'Bearer error="invalid_token", scope="mcp:call mcp:read", resource_metadata="{AT}"',
        ),
        (
            Forbidden("", 403, "insufficient_scope"),
            f'Bearer error="insufficient_scope", scope="mcp:call mcp:read", resource_metadata="{AT}"',
        ),
        (Forbidden("this network is not allowed"), ""),
    ],
)
def test_a_refusal_says_where_the_document_is_and_what_was_wrong_with_the_token(
    failure: Forbidden, challenge: str
) -> None:
    assert Resource(TOKENS).challenge(failure) == challenge


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://login.example.com", True),
        ("http://127.0.0.1:9000/jwks", True),
        ("http://[::1]:9000/jwks", True),
        ("http://localhost/jwks", True),
        ("http://127.0.0.1.evil.example.com/jwks", False),
        ("http://127.0.0.1@evil.example.com/jwks", False),
        ("http://login.example.com", False),
        ("https://login.example.com/#x", False),
        ('https://login.example.com/"x', False),
        ("https://login.example.com/\r\nX: y", False),
        ("https://[login", False),
        ("https:///jwks", False),
        ("ftp://login.example.com", False),
        ("login", False),
    ],
)
def test_an_address_is_https_or_of_this_machine(url: str, is_one: bool) -> None:
    assert is_address(url) is is_one


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("resource: mcp", "callers.tokens.resource: expected an https URL"),
        (
            "authorization_servers: [https://a.example.com, 'http://b.example.com']",
            "callers.tokens.authorization_servers",
        ),
        ("scopes: ['a b']", "callers.tokens.scopes: a scope is a word"),
        ("jwks: http://127.0.0.1.evil.example.com/k", "callers.tokens.jwks"),
    ],
)
def test_what_is_no_address_or_scope_is_refused_by_place(more: str, place: str) -> None:
    jwks = "" if more.startswith("jwks") else "jwks: ./k, "
    with pytest.raises(BadConfig) as refused:
        parse(f"version: 1\ncallers: {{tokens: {{issuer: i, audience: a, {jwks}{more}}}}}", "g")
    assert place in str(refused.value)


def test_both_addresses_may_be_given() -> None:
    said = "{issuer: i, audience: a, jwks: ./k, resource: 'https://m.example.com', authorization_servers: 'https://l.example.com'}"
    tokens = parse(f"version: 1\ncallers: {{tokens: {said}}}", "g").tokens
    assert tokens is not None
    assert (tokens.resource, tokens.authorization_servers) == ("https://m.example.com", ("https://l.example.com",))
