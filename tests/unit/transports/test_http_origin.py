"""The rules of the Host and Origin check, one by one."""

from __future__ import annotations

import pytest

from sidecar.errors import Forbidden
from sidecar.transports.origin import Door
from sidecar.wire.jsonrpc import Headers

HOST = ("Host", "localhost:1")
DOOR = Door(hosts=("mcp.example.com", "*.example.com:*"), origins=("https://app.example.com",))


@pytest.mark.parametrize(
    "headers",
    [
        (HOST,),
        (("host", "127.0.0.1:65535"),),
        (("Host", "mcp.example.com"),),
        (HOST, ("Origin", "http://[::1]:3000")),
        (HOST, ("origin", "https://app.example.com")),
    ],
)
def test_these_pass(headers: Headers) -> None:
    DOOR.check(headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((), 421),
        ((HOST, HOST), 421),
        ((HOST, ("HOST", "evil.example.com")), 421),
        ((("Host", ""),), 421),
        ((("Host", "localhost"),), 421),
        ((("Host", "localhost:"),), 421),
        ((("Host", "localhost:1@evil.example.com"),), 421),
        ((("Host", "a.example.com:1"),), 421),
        ((HOST, ("Origin", "")), 403),
        ((HOST, ("Origin", "null")), 403),
        ((HOST, ("Origin", "http://localhost")), 403),
        ((HOST, ("Origin", "http://localhost:1"), ("Origin", "http://evil.example.com")), 403),
        ((HOST, ("Origin", "http://localhost:1"), ("Origin", "http://localhost:1")), 403),
    ],
)
def test_these_do_not(headers: Headers, status: int) -> None:
    with pytest.raises(Forbidden) as caught:
        DOOR.check(headers)
    assert caught.value.status == status
