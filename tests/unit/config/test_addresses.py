"""Loopback is told by the address, never by the look of a name."""

import pytest

from sidecar.config.addresses import is_loopback


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True), ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("::", False),
        ("0.0.0.0", False),  # noqa: S104
        ("192.0.2.1", False), ("127.evil.example", False), ("localhost.evil.example", False), ("", False),
    ],
)  # fmt: skip
def test_only_this_machine_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
