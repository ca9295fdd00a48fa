"""What ``--records`` asks for, running: the audit log, alerts, traces; and the secrets of the process, renewed while it runs.

It decides nothing about messages. Whether one may be sent without having been written down is asked of the audit log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sidecar.config.records import AlertSettings, AuditSettings, Records, load_records
from sidecar.config.secrets import Secret, Secrets
from sidecar.errors import BadConfig
from sidecar.events import Event
from sidecar.observe.watch import Observing

if TYPE_CHECKING:
    from sidecar.observe.alerts import Alerts

_SOON_S: Final = 0.05
"""How long the audit log's head may be behind its last line."""


class Keeping:
    """Made in three steps, because secrets are named before they are read: refer, ``load``, use."""

    def __init__(self, path: str, transport: str) -> None:
        """``path`` may be empty. Raises ``BadConfig``."""
        self.secrets: Final = Secrets()
        self._records: Final = load_records(path) if path else Records()
        self._transport: Final = transport
        self._named: dict[str, Secret] = {}
        audit, alerts = self._records.audit, self._records.alerts
        if audit is not None:
            self._refer("audit.key", audit.key)
            self._refer("audit.seal", audit.seal)
        if alerts is not None:
            self._refer("alerts.header", alerts.header)
        self.sinks: list[Callable[[Event], None]] = []
        self.observing = Observing()
        self._record: Callable[[Event], None] = lambda _event: None
        self._closing: list[Callable[[], None]] = []
        self._alerts: Alerts | None = None

    def _refer(self, name: str, reference: str) -> None:
        if reference:
            self._named[name] = self.secrets.refer(reference, name)

    def load(self) -> None:
        """Read every secret, and open what writes. Raises ``BadConfig``. Before the event loop that carries traffic."""
        if len(self.secrets):
            asyncio.run(self.secrets.load())
        is_usable = self._open_audit(self._records.audit) if self._records.audit is not None else None
        if self._records.alerts is not None:
            self._open_alerts(self._records.alerts)
        begin = None
        if self._records.has_traces:
            from sidecar.observe.traces import Traces

            begin = Traces(self._transport).begin
        self.observing = Observing(is_usable, begin)

    def _open_audit(self, settings: AuditSettings) -> Callable[[], bool] | None:
        from sidecar.observe.audit import AuditSink
        from sidecar.observe.audit_file import AuditFile, Retention
        from sidecar.observe.audit_lines import Keys

        try:
            keys = Keys.derive(self._named["audit.key"].value, self._value("audit.seal"))
            retention = Retention(settings.max_bytes, days=settings.days, keep_bytes=settings.keep_bytes)
            file = AuditFile(settings.file, keys, settings.style, retention, later=_soon)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise BadConfig(f"audit: {settings.file} cannot be written: {reason or 'failed'}") from None
        sink = AuditSink(file, keys)
        self.sinks.append(sink)
        self._closing.append(sink.close)
        return sink.is_usable if settings.is_required else None

    def _open_alerts(self, settings: AlertSettings) -> None:
        from sidecar.observe.alerts import Alerts, post, run_command

        async def send(body: bytes) -> None:
            if settings.command:
                await run_command(settings.command, body)
            if settings.url:
                authorization = self._value("alerts.header")
                await post(settings.url, {"Authorization": authorization} if authorization else {}, body)

        alerts = Alerts(settings, send, self._tell)
        self.sinks.append(alerts)
        self._alerts = alerts

    def _tell(self, event: Event) -> None:
        self._record(event)

    def _value(self, name: str) -> str:
        return self._named[name].value if name in self._named else ""

    def tell(self, record: Callable[[Event], None]) -> None:
        """Where alerts are told of."""
        self._record = record

    async def close(self) -> None:
        """When the last message has been told of."""
        if self._alerts is not None:
            await self._alerts.close()
        for close in self._closing:
            close()
        self.secrets.forget()


def _soon(write: Callable[[], None]) -> None:
    """At once where there is no loop to come back to."""
    try:
        asyncio.get_running_loop().call_later(_SOON_S, write)
    except RuntimeError:
        write()
