"""Which header fields cross, and the codec of mirrored values."""

import pytest

from sidecar.errors import Malformed
from sidecar.wire.headers import decode_value, downward, encode_value, get, replace, take, upward
from sidecar.wire.jsonrpc import Headers

HOST = "127.0.0.1:9000"


def names(fields: Headers) -> list[str]:
    return [name for name, _ in fields]


def test_host_is_replaced_where_it_stood() -> None:
    assert upward((("Host", "proxy.example.com"), ("Accept", "*/*")), HOST)[0] == ("Host", HOST)


def test_host_and_identity_encoding_are_added_when_absent() -> None:
    assert upward((), HOST) == (("Host", HOST), ("Accept-Encoding", "identity"))


def test_only_identity_is_accepted_from_upstream() -> None:
    fields = upward((("accept-encoding", "gzip"), ("X", "1"), ("Accept-Encoding", "br")), HOST)
    assert fields == (("accept-encoding", "identity"), ("X", "1"), ("Host", HOST))


@pytest.mark.parametrize(
    "name",
    [
        "Origin",
        "sec-fetch-site",
        "If-None-Match",
        "If-Modified-Since",
        "Range",
        "Content-Length",
        "Content-Encoding",
        "Expect",
        "Content-MD5",
        "Digest",
        "Content-Digest",
        "Repr-Digest",
        "Signature",
        "Signature-Input",
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
    ],
)
def test_upstream_does_not_get(name: str) -> None:
    assert names(upward(((name, "x"), ("Keep", "1")), HOST)) == ["Keep", "Host", "Accept-Encoding"]


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "Cookie",
        "MCP-Protocol-Version",
        "Mcp-Session-Id",
        "Mcp-Method",
        "Mcp-Name",
        "Mcp-Param-City",
        "Last-Event-ID",
        "Accept",
        "Content-Type",
        "traceparent",
        "User-Agent",
        "X-Api-Key",
        "DPoP",
    ],
)
def test_upstream_gets_as_it_came(name: str) -> None:
    assert upward(((name, "a, b"),), HOST)[0] == (name, "a, b")


def test_fields_named_in_connection_stay_behind_in_both_directions() -> None:
    fields = (
        ("X-Hop", "1"),
        ("Connection", "close, x-HOP"),
        ("connection", "X-Other"),
        ("x-other", "2"),
        ("X-End", "3"),
    )
    assert names(downward(fields, changed=False)) == ["X-End"]
    assert names(upward(fields, HOST))[0] == "X-End"


def test_order_and_duplicates_survive() -> None:
    fields = (("Set-Cookie", "a=1"), ("X", "1"), ("set-cookie", "b=2"), ("X", "2"))
    assert downward(fields, changed=True) == fields


@pytest.mark.parametrize(
    "name",
    [
        "ETag",
        "Last-Modified",
        "Digest",
        "Content-Digest",
        "Repr-Digest",
        "Content-MD5",
        "Signature",
        "Signature-Input",
        "Accept-Ranges",
        "Content-Range",
    ],
)
def test_what_vouches_for_a_body_goes_with_the_body(name: str) -> None:
    assert downward(((name, "x"),), changed=True) == ()
    assert downward(((name, "x"),), changed=False) == ((name, "x"),)
    assert downward(((name, "x"), ("Content-Encoding", "gzip")), changed=False) == ()


@pytest.mark.parametrize("name", ["Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Alt-Svc"])
def test_the_client_never_gets(name: str) -> None:
    assert downward(((name, "x"),), changed=False) == ()


@pytest.mark.parametrize(
    "name",
    [
        "Content-Type",
        "WWW-Authenticate",
        "Mcp-Session-Id",
        "Allow",
        "Cache-Control",
        "X-Accel-Buffering",
        "Vary",
        "Retry-After",
        "Location",
        "Access-Control-Expose-Headers",
    ],
)
def test_the_client_gets_as_it_came(name: str) -> None:
    assert downward(((name, "no-cache, no-transform"),), changed=True) == ((name, "no-cache, no-transform"),)


def test_get_sees_every_line_of_a_field() -> None:
    fields = (("Origin", "http://localhost"), ("origin", "http://attacker.test"))
    assert get(fields, "ORIGIN") == "http://localhost, http://attacker.test"
    assert get(fields, "Host") is None


def test_take_gives_every_line_of_a_field_and_leaves_the_others_as_they_came() -> None:
    given = (("X-A", "1"), ("authorization", "Bearer a"), ("x-b", "2"), ("Authorization", "Bearer b"))
    assert take(given, "Authorization") == ("Bearer a, Bearer b", (("X-A", "1"), ("x-b", "2")))
    assert take(given[:1], "Authorization") == (None, given[:1])


def test_replace_leaves_one_field_of_that_name() -> None:
    fields = (("A", "1"), ("Mcp-Name", "x"), ("B", "2"), ("mcp-name", "y"))
    assert replace(fields, "MCP-NAME", "z") == (("A", "1"), ("Mcp-Name", "z"), ("B", "2"))
    assert replace(fields, "mcp-name", None) == (("A", "1"), ("B", "2"))
    assert replace((), "C", "") == (("C", ""),)


@pytest.mark.parametrize("value", ["a\r\nX: 1", "a\nb", "a\0"])
def test_a_value_cannot_start_another_field(value: str) -> None:
    with pytest.raises(Malformed) as caught:
        replace((), "Mcp-Name", value)
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("get_weather", "get_weather"),
        ("", ""),
        ("two words", "two words"),
        ("José", "=?base64?Sm9zw6k=?="),
        (" padded", "=?base64?IHBhZGRlZA==?="),
        ("a\nb", "=?base64?YQpi?="),
        ("=?base64?Sm9zw6k=?=", "=?base64?PT9iYXNlNjQ/U205enc2az0/PQ==?="),
        ("=?BASE64?x?=", "=?BASE64?x?="),
    ],
)
def test_a_mirrored_value_is_encoded_when_a_header_could_not_carry_it(value: str, encoded: str) -> None:
    assert encode_value(value) == encoded
    assert decode_value(encoded) == value


@pytest.mark.parametrize(
    "value", ["=?base64?Sm9zw6l=?=", "=?base64?Sm9z w6k=?=", "=?base64?/w==?=", "=?base64?é?=", "=?base64?a?="]
)
def test_a_broken_encoding_decodes_to_nothing(value: str) -> None:
    assert decode_value(value) is None


def test_no_header_decodes_to_nothing() -> None:
    assert decode_value(None) is None


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(Malformed):
        encode_value("\ud800")
