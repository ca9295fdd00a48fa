"""Formats of JSON Schema."""

from __future__ import annotations

import pytest

from sidecar.protocol.formats import fits_format

GOOD = {
    "email": ["a@example.com", "email-7k2q9xw3fav4d@example.com", "a.b+c@mail.example.org"],
    "uri": ["https://example.com/a?b=c#d", "file:///home/PERSON_1/x", "urn:isbn:1", "https://[2001:db8::1]/"],
    "uri-reference": ["/a/b", "", "https://example.com"],
    "uri-template": ["https://example.com/{id}{?q}"],
    "date": ["2024-02-29"],
    "time": ["12:30:00Z", "23:59:59+23:59"],
    "date-time": ["2024-02-29T12:00:00Z", "2024-02-29T12:00:00.5+02:00"],
    "duration": ["P1Y2M", "PT5M", "P3W"],
    "uuid": ["6c84fb90-12c4-11e1-840d-7b25c5ee775a"],
    "ipv4": ["192.0.2.1"],
    "ipv6": ["2001:db8::1"],
    "hostname": ["example.com", "localhost"],
    "json-pointer": ["", "/a/0/~1"],
    "idn-email": ["jörg@example.com"],
    "iri": ["https://example.com/ü"],
}
BAD = {
    "email": ["<EMAIL_ADDRESS>", "EMAIL_ADDRESS_7k2q", "a@localhost", "a b@example.com", "a@-x.com", "a@@example.com"],
    "uri": ["<URL>", "URL_1", "file:///home/<PERSON_1>/x", "https://a b", "/a", "https://x/%zz"],
    "uri-reference": ["<a>", "a b"],
    "uri-template": ["{", "<a>"],
    "date": ["2026-13-01", "2023-02-29", "20240229", "DATE_1"],
    "time": ["23:59:60+01:00", "12:30:00+24:00", "12:30:00-01:60", "24:00:00Z", "12:00:00"],
    "date-time": ["2024-02-29T12:00:00", "2024-02-29", "x"],
    "duration": ["P", "PT", "1Y"],
    "uuid": ["6c84fb90", "ID_1"],
    "ipv4": ["300.1.1.1", "1.2.3", "IP_1"],
    "ipv6": [":::", "fe80::1%eth0"],
    "hostname": ["a_b", "-a", "a..b", "x" * 64, ""],
    "json-pointer": ["a", "/~2"],
    "idn-email": ["@", "x"],
    "iri": ["<x>", "x"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in GOOD.items() for text in texts])
def test_a_text_has_the_format(name, text):
    assert fits_format(name, text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in BAD.items() for text in texts])
def test_a_text_does_not_have_the_format(name, text):
    assert not fits_format(name, text)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_no_format_is_longer_than_a_uri_may_be(name):
    assert not fits_format(name, "a" * 5000)


def test_an_unknown_format_asks_for_nothing():
    assert fits_format("vendor-code", "<ANYTHING>")
