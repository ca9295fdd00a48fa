"""Protocol revisions."""

from __future__ import annotations

import pytest

from sidecar.protocol import eras


def _request(version=None, method="tools/call", **params: object):
    meta = {} if version is None else {"_meta": {eras.VERSION_KEY: version}}
    return {"method": method, "params": {**params, **meta}}


def test_1_the_envelope_in_meta_names_the_revision():
    assert eras.revision_of(_request("2026-07-28"), "2025-11-25") == "2026-07-28"
    assert eras.revision_of(_request("9999-01-01")) == "9999-01-01"


def test_2_initialize_asks_for_a_handshake_revision_and_gets_one_whatever_it_asks():
    assert eras.revision_of(_request(method="initialize", protocolVersion="2025-03-26")) == "2025-03-26"
    assert eras.revision_of(_request(method="initialize", protocolVersion="2026-07-28")) == "2025-11-25"
    assert eras.revision_of({"method": "initialize"}) == "2025-11-25"


def test_3_then_the_header_counts():
    assert eras.revision_of(_request(), "2025-06-18") == "2025-06-18"


def test_4_a_request_without_any_sign_speaks_the_revision_the_transport_assumes():
    assert eras.revision_of(_request()) == eras.revision_of({}) == "2025-03-26"


@pytest.mark.parametrize(
    "body", [{"params": []}, {"params": {"_meta": 1}}, {"params": {"_meta": {eras.VERSION_KEY: 5}}}]
)
def test_what_is_no_envelope_names_nothing(body):
    assert not eras.is_modern_request(body)
    assert eras.revision_of(body) == eras.DEFAULT


def test_a_modern_request_says_so_itself_and_an_unknown_revision_is_newer_than_all_known():
    assert eras.is_modern_request(_request("2026-07-28"))
    assert eras.is_modern_request(_request("2027-01-01"))
    assert not eras.is_modern_request(_request("2025-11-25"))


@pytest.mark.parametrize(
    ("method", "revision", "sender", "expected"),
    [
        ("initialize", "2025-11-25", "client", True),
        ("initialize", "2026-07-28", "client", False),
        ("server/discover", "2026-07-28", "client", True),
        ("sampling/createMessage", "2025-11-25", "server", True),
        ("sampling/createMessage", "2025-11-25", "client", False),
        ("sampling/createMessage", "2026-07-28", "server", False),
        ("elicitation/create", "2025-03-26", "server", False),
        ("tools/list", "9999-01-01", "client", True),
        ("vendor/method", "2026-07-28", "client", False),
    ],
)
def test_a_method_exists_for_a_sender_in_a_revision(method, revision, sender, expected):
    assert eras.exists(method, revision, sender) is expected


def test_only_modern_lists_and_reads_carry_caching_hints():
    assert eras.may_cache("tools/list", "2026-07-28")
    assert not eras.may_cache("tools/list", "2025-11-25")
    assert not eras.may_cache("tools/call", "2026-07-28")


def test_events_name_known_methods_only():
    assert eras.known_method("tools/call") == "tools/call"
    assert eras.known_method("alice@example.com") == "other"
