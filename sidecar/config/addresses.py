"""Which hosts are this machine.

It resolves no names: one can be made to point anywhere.
"""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """``localhost`` or a loopback address, never by the look of a name: ``127.0.0.1.example.com`` is anywhere."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
