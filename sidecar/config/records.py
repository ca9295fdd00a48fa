"""``--records FILE``: what is kept of what happened beside the log: the audit log, alerts, traces.

It reads no secret and opens no file but this one. ::

    version: 1
    audit:
      file: /var/log/mcp-sidecar/audit.jsonl
      key: file:/etc/mcp-sidecar/audit.key     # a reference to a secret: HMAC of the chain
      seal: vault:kv/mcp-sidecar#audit         # optional, the same: AES-256-GCM
      format: native                           # or ocsf
      required: true                           # nothing passes that cannot be written down
      max_bytes: 16777216                      # a file is closed at this size, or after a day
      keep_bytes: 1073741824                   # of all closed files
      days: 30
    alerts:
      command: /usr/local/bin/page-me          # gets one JSON object on stdin
      url: https://alerts.example.com/hook     # gets it as a POST
      header: env:ALERT_AUTHORIZATION          # the POST's Authorization
      window_s: 60
      thresholds: {failed_validations: 5, api_errors: 10, avg_file_size: 20000000}
    traces: true                               # OpenTelemetry spans (extra: otel)
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from sidecar.config.addresses import endpoint
from sidecar.config.document import Part, parse
from sidecar.config.load import read_file
from sidecar.errors import BadConfig

THRESHOLDS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "failed_validations": 5,
        "api_errors": 10,
        "avg_file_size": 20_000_000,
        "auth_failures": 5,
        "suspicious_paths": 0,
        "rate_limited": 10,
        "suspicious_texts": 5,
    }
)
"""More than so many within the window give an alert; of sizes, more bytes than that on average."""
_KEYS: Final = ("version", "audit", "alerts", "traces")
_AUDIT: Final = ("file", "key", "seal", "format", "required", "max_bytes", "keep_bytes", "days")
_ALERTS: Final = ("command", "url", "header", "window_s", "thresholds")
_TERA: Final = 1 << 40


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """``key`` and ``seal`` are references."""

    file: str
    key: str
    seal: str = ""
    style: Literal["native", "ocsf"] = "native"
    is_required: bool = False
    max_bytes: int = 16 * 1024 * 1024
    keep_bytes: int = 1024 * 1024 * 1024
    days: float = 30


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """``header`` is a reference."""

    command: tuple[str, ...] = ()
    url: str = ""
    header: str = ""
    window_s: float = 60
    thresholds: Mapping[str, int] = field(default_factory=lambda: THRESHOLDS)


@dataclass(frozen=True, slots=True)
class Records:
    audit: AuditSettings | None = None
    alerts: AlertSettings | None = None
    has_traces: bool = False


def load_records(path: str) -> Records:
    """Raises ``BadConfig`` with file:line:column."""
    return parse_records(read_file(path), path)


def parse_records(text: str, source: str) -> Records:
    root = parse(text, source)
    parts = root.members(_KEYS)
    if "version" not in parts or parts["version"].scalar() != 1:
        (parts.get("version") or root).fail("version: this program reads version 1")
    return Records(
        audit=_audit(parts["audit"]) if "audit" in parts else None,
        alerts=_alerts(parts["alerts"]) if "alerts" in parts else None,
        has_traces="traces" in parts and parts["traces"].flag(),
    )


def _audit(part: Part) -> AuditSettings:
    parts = part.members(_AUDIT)
    for name in ("file", "key"):
        if name not in parts:
            part.fail(f"'{name}' is missing")
    defaults = AuditSettings("", "")
    style: Literal["native", "ocsf"] = "native"
    if "format" in parts and parts["format"].choice(("native", "ocsf"), "a format") == "ocsf":
        style = "ocsf"
    return AuditSettings(
        file=parts["file"].text(),
        key=parts["key"].text(),
        seal=parts["seal"].text() if "seal" in parts else "",
        style=style,
        is_required="required" in parts and parts["required"].flag(),
        max_bytes=int(_number(parts, "max_bytes", defaults.max_bytes, 4096, _TERA)),
        keep_bytes=int(_number(parts, "keep_bytes", defaults.keep_bytes, 0, _TERA)),
        days=_number(parts, "days", defaults.days, 0, 36_500),
    )


def _alerts(part: Part) -> AlertSettings:
    parts = part.members(_ALERTS)
    if "command" not in parts and "url" not in parts:
        part.fail("'command' or 'url' is missing")
    command: tuple[str, ...] = ()
    if "command" in parts:
        try:
            command = tuple(shlex.split(parts["command"].text()))
        except ValueError:
            parts["command"].fail("the quotes do not match")
    limits = dict(THRESHOLDS)
    if "thresholds" in parts:
        given = parts["thresholds"].members(tuple(THRESHOLDS))
        limits |= {name: int(value.number(0, _TERA)) for name, value in given.items()}
    return AlertSettings(
        command=command,
        url=_url(parts["url"]) if "url" in parts else "",
        header=parts["header"].text() if "header" in parts else "",
        window_s=_number(parts, "window_s", AlertSettings().window_s, 1, 86_400),
        thresholds=MappingProxyType(limits),
    )


def _url(part: Part) -> str:
    url = part.text()
    try:
        where = endpoint(url)
    except BadConfig:
        part.fail("expected https://HOST/PATH without credentials")
    if not where.is_tls and not where.at.is_local:
        part.fail("plain http only to loopback; use https://")
    if where.at.socket:
        part.fail("expected https://HOST/PATH")
    return url


def _number(parts: Mapping[str, Part], name: str, default: float, low: float, high: float) -> float:
    return parts[name].number(low, high) if name in parts else default
