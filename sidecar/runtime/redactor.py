"""The library entry: one JSON value or text in, the redacted one and a report out, synchronously.

The same session, policy and detector as in the proxy; no thread, no event loop. Not thread-safe: use one per thread.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from sidecar.errors import SidecarError, Unanalysable
from sidecar.events import Change, MessagePassed
from sidecar.runtime.build import Settings, build_kit
from sidecar.session.actions import Action, Analyze, Inspect, Record, Refuse, Send, Side, Why
from sidecar.session.session import Session
from sidecar.wire.jsonrpc import Envelope, Json, Limits, Message, check_depth, dumps, loads


@dataclass(frozen=True, slots=True)
class Finding:
    """One found value: where, what, who found it, which rule decided. It does not hold the value."""

    pointer: str
    entity: str
    score: float
    recognizer: str
    rule: str
    operator: str


@dataclass(frozen=True, slots=True)
class Report:
    """``changes``: counts per entity, operator and rule; ``restored``: tokens turned back into values."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    restored: int


def _finding(why: Why) -> Finding:
    pointer = why.pointer.removeprefix("value").removeprefix(".")
    return Finding(pointer, why.entity, why.score, why.recognizer, why.rule, why.operator)


class Redactor:
    """Redacts values the way the proxy redacts messages. Tokens live as long as the object."""

    def __init__(self, settings: Settings) -> None:
        self._kit = build_kit(settings)
        self._session = Session(self._kit, scope="library", number=0, is_inspected=True)

    @classmethod
    def from_policy(cls, policy: str = "strict", *, engine: str = "rampart", analyzer_config: str = "") -> Redactor:
        """``policy``: ``strict``, ``reversible``, ``observe`` or a file's path. Raises ``BadConfig``.

        ``analyzer_config``: with the engine ``presidio``, paths of Presidio's own YAML files, comma-separated.
        """
        return cls(Settings(policy=policy, engine=engine, analyzer_config=analyzer_config))

    def redact(self, value: Any, direction: Literal["to_client", "to_server"] = "to_client") -> tuple[Any, Report]:
        """A JSON value (str, dict, list, number …) → the redacted value and what was done.

        Under ``reversible`` values become tokens ``to_client``; ``to_server`` turns this object's tokens back.
        Raises ``SidecarError`` when the policy blocks the value or it cannot be analysed (``TooLarge``: over 126 levels
        deep), ``TypeError`` when it is not JSON.
        """
        try:
            text = json.dumps(value, allow_nan=False)
        except (ValueError, RecursionError):
            raise TypeError("not a JSON value") from None
        redacted, report = self.redact_json(text, direction)
        return json.loads(redacted), report

    def redact_json(self, text: str, direction: Literal["to_client", "to_server"] = "to_client") -> tuple[str, Report]:
        """JSON text → JSON text and what was done: like ``redact``, and numbers stay as they are written.

        Raises ``Malformed`` when it is not JSON or an object has a key twice.
        """
        body = {"jsonrpc": "2.0", "method": "sidecar/redact", "params": {"value": loads(text)}}
        check_depth(body, Limits().max_depth)
        sender = Side.SERVER if direction == "to_client" else Side.CLIENT
        redacted, report = self._settle(self._session.receive(sender, Envelope(Message(body)), lane=0))
        return dumps(redacted).decode(), report

    def _settle(self, actions: list[Action]) -> tuple[Json, Report]:
        passed: MessagePassed | None = None
        findings: tuple[Finding, ...] = ()
        for action in actions:
            match action:
                case Analyze(ticket=ticket, passages=passages):
                    return self._settle(self._detect(ticket, passages))
                case Record(event=MessagePassed() as event):
                    passed = event
                case Inspect(why=why):
                    findings = tuple(map(_finding, why))
                case Refuse(error=error):
                    raise error
                case Send(envelope=envelope):
                    value = envelope.message.body["params"]["value"]
                    return value, Report(passed.changes if passed else (), findings, passed.restored if passed else 0)
                case _:
                    pass
        raise SidecarError("the value was not answered")

    def _detect(self, ticket: int, passages: tuple[Any, ...]) -> list[Action]:
        try:
            found = self._kit.detector.detect(passages)
        except SidecarError as error:
            return self._session.fail(ticket, error)
        except Exception:  # noqa: BLE001 - fail closed, and the next value must find the session in order
            return self._session.fail(ticket, Unanalysable("detection failed; nothing was passed on"))
        return self._session.resume(ticket, found)
