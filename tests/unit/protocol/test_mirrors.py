"""Headers that repeat a part of the body."""

from __future__ import annotations

import pytest
from mcp.shared import inbound

from sidecar.protocol.mirrors import mirrored, recompute
from sidecar.wire import tree
from sidecar.wire.headers import encode_value
from sidecar.wire.jsonrpc import Number


def _call(**arguments: object):
    return {"method": "tools/call", "params": {"name": "find", "arguments": arguments}}


@pytest.mark.parametrize(
    ("method", "params"), [(m, {member: "x"}) for m, member in inbound.NAME_BEARING_METHODS.items()]
)
def test_mcp_name_repeats_the_member_the_official_sdk_says(method, params):
    [mirror] = mirrored((("Mcp-Name", "x"),), {"method": method, "params": params})
    assert mirror.path == ("params", *params)


def test_other_headers_are_no_mirrors():
    assert mirrored((("Mcp-Method", "tools/call"), ("Accept", "find")), _call()) == []


def test_a_parameter_header_repeats_the_argument_of_its_name_before_any_equal_one():
    body = _call(other="a@example.com", deep={"e_mail": "a@example.com"})
    [mirror] = mirrored((("mcp-param-E-Mail", "a@example.com"),), body)
    assert mirror.path == ("params", "arguments", "deep", "e_mail")
    [mirror] = mirrored((("Mcp-Param-Who", "a@example.com"),), body)
    assert mirror.path == ("params", "arguments", "other")


def test_a_declared_header_repeats_its_own_argument_and_no_other():
    declared = {"mcp-param-who": ("contact", "mail")}
    body = _call(contact={"mail": "a@example.com"}, copy="b@example.com")
    [mirror] = mirrored((("Mcp-Param-Who", "a@example.com"),), body, declared)
    assert mirror.path == ("params", "arguments", "contact", "mail")
    [mirror] = mirrored((("Mcp-Param-Who", "b@example.com"),), body, declared)
    assert mirror.path is None


def test_an_encoded_header_is_decoded_before_it_is_compared():
    [mirror] = mirrored((("Mcp-Param-Name", encode_value("José")),), _call(name="José"))
    assert (mirror.value, mirror.path) == ("José", ("params", "arguments", "name"))


@pytest.mark.parametrize("literal", [42, Number("42.0"), Number("42")])
def test_integers_are_compared_as_numbers(literal):
    assert mirrored((("Mcp-Param-Id", "42.0"),), _call(id=literal))[0].path is not None
    assert mirrored((("Mcp-Param-Id", "43"),), _call(id=literal))[0].path is None


@pytest.mark.parametrize("raw", ["=?base64?!!!?=", "=?base64?/w==?=", "someone@example.com", "true"])
def test_a_header_that_repeats_nothing_has_no_path_and_is_itself_to_be_analysed(raw):
    [mirror] = mirrored((("Mcp-Param-X", raw),), _call(x="other"))
    assert (mirror.path, mirror.value, mirror.field) == (None, raw, "X")


def test_a_mismatch_is_passed_on_unrepaired():
    headers = (("Mcp-Name", "delete"), ("Mcp-Param-X", "a"), ("Host", "h"))
    assert recompute(headers, mirrored(headers, _call(x="b")), {}) == headers


def test_a_header_sent_twice_is_two_mirrors_with_names_of_their_own():
    headers = (("Mcp-Param-X", "a@example.com"), ("mcp-param-x", "b@example.com"))
    one, two = mirrored(headers, _call(x="a@example.com"))
    assert one.name != two.name
    after = recompute(headers, (one, two), {one.name: "EMAIL_1", two.name: "EMAIL_2"})
    assert after == (("Mcp-Param-X", "EMAIL_1"), ("mcp-param-x", "EMAIL_2"))


@pytest.mark.parametrize("value", ["plain", "José", " padded ", "", "=?base64?eA==?=", "line\nbreak"])
def test_after_a_rewrite_the_official_server_finds_header_and_body_in_agreement(value):
    schema = {"properties": {"who": {"type": "string", "x-mcp-header": "Who"}}}
    before = _call(who="before")
    headers = (("Accept", "*/*"), ("Mcp-Param-Who", "before"))
    mirrors = mirrored(headers, before)
    after = tree.put(before, mirrors[0].path, value)
    sent = recompute(headers, mirrors, {mirrors[0].name: value})
    assert inbound.validate_mcp_param_headers(schema, after["params"]["arguments"], dict(sent)) is None
    assert sent[0] == headers[0]


def test_no_value_shows_in_the_representation():
    [mirror] = mirrored((("Mcp-Param-X", "a@example.com"),), _call())
    assert "example" not in repr(mirror)


def test_baggage_is_a_text_of_its_own_and_comes_back_as_baggage():
    headers = (("Baggage", "tenant=7,contact=jane%40example.com"), ("X-Other", "1"))
    [mirror] = mirrored(headers, _call(who="tenant=7,contact=jane%40example.com"))
    assert (mirror.path, mirror.field, mirror.value) == (None, "baggage", headers[0][1])
    assert recompute(headers, [mirror], {mirror.name: "tenant=7,contact=x"})[0] == ("Baggage", "tenant=7,contact=x")
