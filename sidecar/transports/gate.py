"""What a listener asks before it reads a body: whether the network is allowed, who calls, and how much and how often.

It decides nothing itself (``guard`` does) and keeps nothing but what the guard keeps.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final

from sidecar.errors import Forbidden, RateLimited, SidecarError
from sidecar.events import Event, Suspected, SuspicionKind
from sidecar.guard.callers import NOBODY, Callers, Known
from sidecar.guard.guard import Guard
from sidecar.guard.rates import Turnstile
from sidecar.guard.resource import Resource
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

    def __init__(self, guard: Guard, callers: Callers, record: Callable[[Event], None]) -> None:
        self._guard: Final = guard
        self._callers: Final = callers
        self._record: Final = record
        tokens = guard.settings.tokens
        self._resource: Final = Resource(tokens) if tokens is not None else None
        self._networks: Final = [ipaddress.ip_network(network) for network in guard.settings.networks]
        self.is_open: Final = not guard.settings.has_callers
        """Nobody is asked who they are; then a credential is the server's business."""
        self.idle_s: Final = guard.settings.idle_s
        """How long a server may say nothing within a call."""
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

    def counted_as(self, caller: Known, remote: str | None) -> str:
        """Whose rates and violations a request counts for."""
        return caller.principal or f"address {remote or ''}"

    def passing(
        self, remote: str | None, headers: Headers, certificate: Mapping[str, Any] | None, *, is_counted: bool = True
    ) -> _Passing:
        """While the request is under way; streams that stand are not counted. Raises ``Forbidden`` and ``RateLimited``."""
        caller = self._known(remote, headers, certificate)
        if not is_counted:
            return _Passing(caller)
        whose = self.counted_as(caller, remote)
        refused = self._guard.turnstile.enter(whose)
        if refused is not None:
            self._suspect("banned" if "banned" in refused.reason else "rate.limit")
            raise RateLimited(refused.reason, refused.retry_after_s)
        return _Passing(caller, self._guard.turnstile, whose)

    def _known(self, remote: str | None, headers: Headers, certificate: Mapping[str, Any] | None) -> Known:
        if self._networks and remote not in self._near:
            self._check_network(remote)
        if self.is_open:
            return NOBODY
        try:
            return self._callers.identify(fields.get(headers, "Authorization"), subject_of(certificate))
        except Forbidden:
            self._suspect("auth.fail")
            self._guard.turnstile.violated(self.counted_as(NOBODY, remote))
            raise

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


class _Passing:
    """A request that was let in: ``leave`` is owed where ``turnstile`` is. Entered at once, or not at all."""

    __slots__ = ("_caller", "_turnstile", "_whose")

    def __init__(self, caller: Known, turnstile: Turnstile | None = None, whose: str = "") -> None:
        self._caller = caller
        self._turnstile = turnstile
        self._whose = whose

    def __enter__(self) -> Known:
        return self._caller

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._turnstile is not None:
            self._turnstile.leave(self._whose)


def subject_of(certificate: Mapping[str, Any] | None) -> str:
    """``CN=agent,O=Example``: the subject of a verified certificate, most specific first (RFC 4514); empty without one."""
    if not certificate:
        return ""
    pairs = [pair for name in certificate.get("subject", ()) for pair in name]
    return ",".join(f"{_ATTRIBUTES.get(name, name)}={_escaped(value)}" for name, value in reversed(pairs))


def _escaped(value: str) -> str:
    return "".join(f"\\{sign}" if sign in ',+"\\<>;=' else sign for sign in value)
