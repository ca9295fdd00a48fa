"""TLS on both edges: contexts from files, and who a client's certificate says it is.

It opens no connection. A listener's certificate is read again when its file changes. There is no way to switch verification off: not by an option, not by the environment.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sidecar.config.secret_file import check_private
from sidecar.errors import BadConfig

_EVERY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class ListenerTls:
    """Paths of PEM files. With ``client_ca_file`` a client without a certificate of that authority gets no further (mTLS)."""

    cert_file: str
    key_file: str
    client_ca_file: str = ""


@dataclass(frozen=True, slots=True)
class UpstreamTls:
    """Paths of PEM files. ``ca_file`` is trusted beside the system's authorities; the certificate is the proxy's own."""

    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


def listener_context(tls: ListenerTls) -> ssl.SSLContext:
    """Raises ``BadConfig`` naming the file that cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load_chain(context, tls.cert_file, tls.key_file)
    if tls.client_ca_file:
        _load_authorities(context, tls.client_ca_file)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def renewing(context: ssl.SSLContext, tls: ListenerTls, every_s: float = _EVERY_S) -> None:
    """Until cancelled: a certificate that was replaced is shown to the next who connects. One that cannot be used is not."""
    seen = _states(tls)
    while True:
        await asyncio.sleep(every_s)
        now = _states(tls)
        if now == seen:
            continue
        seen = now
        with contextlib.suppress(BadConfig):
            listener_context(tls)  # the live one must not be left with a certificate and another's key
            _load_chain(context, tls.cert_file, tls.key_file)


def _states(tls: ListenerTls) -> list[tuple[int, int] | None]:
    """Links are followed: Kubernetes swaps the one a mounted file stands behind."""
    found: list[tuple[int, int] | None] = []
    for path in (tls.cert_file, tls.key_file):
        try:
            state = os.stat(path)  # noqa: PTH116 - a Path for each of them each second costs more than the call
            found.append((state.st_mtime_ns, state.st_ino))
        except OSError:
            found.append(None)
    return found


def upstream_context(tls: UpstreamTls) -> ssl.SSLContext:
    """The system's trust, and verification of chain and host name. Raises ``BadConfig``."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.ca_file:
        _load_authorities(context, tls.ca_file)
    if tls.cert_file:
        _load_chain(context, tls.cert_file, tls.key_file)
    return context


def identity(certificate: Mapping[str, Any] | None) -> str:
    """An opaque digest of whom a verified certificate names, ``""`` without one; it stays when the certificate is renewed."""
    if not certificate:
        return ""
    named = [certificate.get(part, ()) for part in ("issuer", "subject", "subjectAltName")]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


def _load_chain(context: ssl.SSLContext, cert_file: str, key_file: str) -> None:
    check_private(key_file or cert_file)
    try:
        context.load_cert_chain(cert_file, key_file or None, password=_refuse_password)
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        raise BadConfig(f"{cert_file}: certificate and key cannot be used together, or not read") from None


def _load_authorities(context: ssl.SSLContext, ca_file: str) -> None:
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError:
        raise BadConfig(f"{ca_file}: no certificates can be read from it") from None


def _refuse_password() -> str:
    """Without it OpenSSL would ask on the terminal."""
    raise ValueError("an encrypted key")
