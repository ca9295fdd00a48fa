"""Every decoder under bytes nobody meant: no crash, no hang, no byte of a planted value out."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

PIECES = st.sampled_from(
    [
        b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xe2\x80\xa8", b"data: ", b"data:", b"id: ", b"event: ",
        b"retry: 10", b":", b"{", b"}", b"[", b"]", b",", b'"', b"\\", b"\\u00e9", b"\\ud800", b"1E400", b"-0", b"NaN", b"null",
        b'{"jsonrpc":"2.0","id":1,"method":"a"}', b'"id":1', b"=?base64?", b"?=", b"Zm9v", b"<p>", b"</p>", b"<!--", b"-->",
        b"<script>", b"<![CDATA[", b"&amp;", b"&#64;", b"%40", b"|", b"---", b"```", b"`", b"a,b", b'"",', b";", b"\t", b"\x1f\x8b\x08",
        b"\x78\x9c", gzip.compress(b"abc", mtime=0), json.dumps({"a": [1, {"b": "c"}]}).encode(), b"data:text/plain;base64,",
    ]
)  # fmt: skip
ANY = st.binary(max_size=600) | st.lists(PIECES | st.binary(max_size=8), max_size=40).map(b"".join)
HEAVY = {"planted": 40, "encodings": 60, "embedded": 80}
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.mark.parametrize("name", TARGETS)
def test_a_decoder_keeps_its_promises_whatever_it_is_fed(name: str) -> None:
    _fed(name, HEAVY.get(name, 300), is_derandomized=True)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", TARGETS)
def test_a_decoder_keeps_them_for_long(name: str) -> None:
    _fed(name, 50 * HEAVY.get(name, 400), is_derandomized=False)


def _fed(name: str, count: int, *, is_derandomized: bool) -> None:
    @settings(
        max_examples=count, deadline=None, derandomize=is_derandomized, database=None, suppress_health_check=CHECKS
    )
    @given(ANY)
    def feed(data: bytes) -> None:
        TARGETS[name](data)

    feed()
