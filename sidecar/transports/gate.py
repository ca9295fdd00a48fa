"""What a listener asks before it reads a body: whether the network is allowed, who calls, and how much and how often.

It decides nothing itself (``guard`` does) and keeps nothing but what the guard keeps, and which calls are under way.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

from sidecar.errors import Forbidden, RateLimited, SidecarError
from sidecar.events import Event, Suspected, SuspicionKind
from sidecar.guard.callers import NOBODY, Callers, Known
from sidecar.guard.guard import Guard
from sidecar.guard.resource import Resource
from sidecar.transports.patience import Silences
from sidecar.wire import headers as fields
from sidecar.wire.jsonrpc import Headers

_MOST_NEAR: Final = 4096
_READS: Final = frozenset({"GET", "HEAD"})
_ATTRIBUTES: Final[Mapping[str, str]] = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "localityName": "L",
    "stateOrProvinceName": "ST",
}


class Gate:
    """Of one listener."""

    __slots__ = ("_callers", "_guard", "_near", "_networks", "_record", "_resource", "is_open", "leave", "silences")

    def __init__(self, guard: Guard, callers: Callers, record: Callable[[Event], None]) -> None:
        self._guard: Final = guard
        self._callers: Final = callers
        self._record: Final = record
        tokens = guard.settings.tokens
        self._resource: Final = Resource(tokens) if tokens is not None else None
        self._networks: Final = [ipaddress.ip_network(network) for network in guard.settings.networks]
        self.is_open: Final = not guard.settings.has_callers
        """Nobody is asked who they are; then a credential is the server's business."""
        idle_s = guard.settings.idle_s
        self.silences: Final = Silences(idle_s) if idle_s is not None else None
        """Of servers within calls."""
        self.leave: Final = guard.turnstile.leave
        """When the answer to a request that was counted has gone; takes whose it was."""
        self._near: Final[set[str]] = set()
        """Addresses that lie in one of them. Those that do not are not remembered: there may be any number."""

    def most_bytes(self, otherwise: int) -> int:
        """Of a request's body."""
        return min(otherwise, self._guard.settings.request_bytes or otherwise)

    def document(self, method: str, path: str, remote: str | None) -> bytes | None:
        """What is said there of the tokens asked for here; None elsewhere. Raises ``Forbidden``."""
        if self._resource is None or path not in self._resource.paths or method not in _READS:
            return None
        self._check_network(remote)
        return self._resource.document

    def challenge(self, failure: SidecarError) -> str:
        """``WWW-Authenticate`` of a refusal, where it has more to say than that a bearer credential is needed."""
        if self._resource is None or not isinstance(failure, Forbidden):
            return ""
        return self._resource.challenge(failure)

    def enter(
        self, remote: str | None, headers: Headers, certificate: Mapping[str, Any] | None, *, is_counted: bool
    ) -> tuple[Known, str, Headers]:
        """Who calls, whose rates and violations the request counts for, and its fields without a credential that was for us.

        ``leave`` is owed where it ``is_counted``: streams that stand are not. Raises ``Forbidden`` and ``RateLimited``.
        """
        if self._networks and remote not in self._near:
            self._check_network(remote)
        caller = NOBODY
        if not self.is_open:
            subject = subject_of(certificate) if certificate else ""
            authorization, headers = fields.take(headers, "Authorization")
            try:
                caller = self._callers.identify(authorization, subject)
            except Forbidden:
                self._suspect("auth.fail")
                self._guard.turnstile.violated(_address(remote))
                raise
        whose = caller.principal or _address(remote)
        refused = self._guard.turnstile.enter(whose) if is_counted else None
        if refused is not None:
            self._suspect("banned" if "banned" in refused.reason else "rate.limit")
            raise RateLimited(refused.reason, refused.retry_after_s)
        return caller, whose, headers

    def _check_network(self, remote: str | None) -> None:
        if not self._networks or not remote:
            return  # a unix socket: its file's mode says who may
        if not self._lies_in(remote):
            self._suspect("origin.refused")
            raise Forbidden("this network is not allowed")
        if len(self._near) >= _MOST_NEAR:
            self._near.clear()
        self._near.add(remote)

    def _lies_in(self, remote: str) -> bool:
        try:
            address = ipaddress.ip_address(remote.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._networks)

    def _suspect(self, kind: SuspicionKind) -> None:
        self._record(Suspected(kind))


def _address(remote: str | None) -> str:
    return f"address {remote or ''}"


def subject_of(certificate: Mapping[str, Any]) -> str:
    """``CN=agent,O=Example``: the subject of a verified certificate, most specific first (RFC 4514)."""
    pairs = [pair for name in certificate.get("subject", ()) for pair in name]
    return ",".join(f"{_ATTRIBUTES.get(name, name)}={_escaped(value)}" for name, value in reversed(pairs))


def _escaped(value: str) -> str:
    return "".join(f"\\{sign}" if sign in ',+"\\<>;=' else sign for sign in value)
