"""A value planted anywhere in a message, in texts inside texts: withheld or gone on the other side, packed or not.

It runs a whole session with the detector of ``--engine none``, without countries, built once. What a session learns is new for every input, so that
what is found by one input is found by it alone.
"""

from __future__ import annotations

import base64
import csv
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

from sidecar.protocol.schemas import Tools
from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.findings import Findings, Passage
from sidecar.redaction.shape import is_plain_key
from sidecar.session.actions import Refuse, Send
from sidecar.session.session import Session
from sidecar.vault.memory import MemoryVault
from sidecar.wire.places import Places
from tests.fuzz.choices import Choices
from tests.fuzz.wraps import INNER, OUTER, Wrap, readable
from tests.playbook import Playbook, body

PLANTED: Final = "jane.planted@example.com"
DEEPEST: Final = 3
BLOB: Final = Wrap(
    "blob",
    "",
    lambda inner, _: base64.b64encode(inner.encode("utf-8", "replace")).decode(),
    lambda text: base64.b64decode(text, validate=True).decode(),
)
UNREADABLE: Final = (ValueError, KeyError, IndexError, TypeError, OSError, csv.Error, zlib.error)
"""What reading something fails with that is no longer what it was."""
STOOD: Final = ("text", "resource", "blob", "structured", "error", "prompt", "progress", "arguments")
POLICIES: Final = ("strict", "reversible")


class _Detector:
    """Answers at once; what it has read before is nothing to it."""

    def __init__(self) -> None:
        self._inner = PresidioDetector(DetectorSettings(engine="none", countries=()))
        self._inner.warm()
        self._inner.hone()
        self.fingerprint, self.models, self.entities = self._inner.fingerprint, "", self._inner.entities
        self.generation = 0
        self.is_blind = False

    def warm(self) -> None: ...

    def hone(self) -> None: ...

    def reads_numbers(self, name: str) -> bool:
        return self._inner.reads_numbers(name)

    def lookup(self, passages: Sequence[Passage]) -> list[Findings | None]:
        return list(self.detect(passages))

    def detect(self, misses: Sequence[Passage]) -> list[Findings]:
        return [()] * len(misses) if self.is_blind else list(self._inner.detect(misses))

    def store(self, misses: Sequence[Passage], found: Sequence[Findings]) -> None: ...


@cache
def detector() -> Any:
    return _Detector()


@cache
def _table(policy: str) -> Playbook:
    return Playbook(policy, detector=detector())


def _fresh(policy: str) -> Playbook:
    """A session that nothing has passed through yet."""
    play = _table(policy)
    places = Places(is_plain_key, detector().reads_numbers)
    kit = replace(play.kit, vault=MemoryVault(key=b"k" * 32), tools=Tools(), places=places)
    play.session = Session(kit, scope="s", number=1, clock=lambda: 0.0)
    return play


def planted(data: bytes) -> None:
    choices = Choices(data)
    policy, stood = choices.one(POLICIES), choices.one(STOOD)
    spellings: tuple[Wrap, ...] = choices.one(INNER), choices.one(INNER)
    layers = [choices.one(OUTER) for _ in range(choices.below(DEEPEST + 1))]
    is_alone = choices.below(2)
    text = choices.rest().decode("utf-8", "replace")
    said = PLANTED
    for spelling in spellings:
        said = spelling.do(said, "")
    if not is_alone:
        spellings = *spellings, _sentence(text)
        said = spellings[-1].do(said, text)
    for layer in layers:
        said = layer.do(said, text)
    mime = next((layer.mime for layer in reversed(layers)), "text/plain")
    got = _crossed(_fresh(policy), stood, said, mime)
    assert isinstance(got, (Send, Refuse))
    whole = body(got)
    names = " in ".join(layer.name for layer in (*spellings, *layers))
    where = f"{names} in {stood} under {policy}"
    assert PLANTED not in json.dumps(whole, ensure_ascii=False), where
    for leaf in _strings(whole):
        for reading in _readings(leaf, (BLOB, *reversed(layers), *reversed(spellings))):
            assert PLANTED not in reading, where


def _sentence(text: str) -> Wrap:
    return Wrap(
        "a sentence",
        "",
        lambda inner, _: f"{text} {inner} {text}",
        lambda said: said.removeprefix(f"{text} ").removesuffix(f" {text}"),
    )


def _readings(leaf: str, layers: Sequence[Wrap]) -> Iterator[str]:
    """What ``leaf`` says to one who undoes what was done, as far as that still can be done."""
    yield leaf
    for start in range(len(layers)):
        text = leaf
        try:
            for layer in layers[start:]:
                text = layer.undo(text)
                yield text
        except UNREADABLE:
            continue


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():
                yield key
                yield from _strings(inner)
        case list():
            for inner in value:
                yield from _strings(inner)


def _crossed(play: Playbook, stood: str, said: str, mime: str) -> Any:
    """What came out on the other side, or was said instead."""
    match stood:
        case "text":
            result: Any = {"content": [{"type": "text", "text": said}]}
        case "resource":
            result = {"content": [{"type": "resource", "resource": {"uri": "a:b", "mimeType": mime, "text": said}}]}
        case "blob":
            blob = {"uri": "a:b", "mimeType": mime, "blob": BLOB.do(readable(said), "")}
            result = {"content": [{"type": "resource", "resource": blob}]}
        case "structured":
            result = {"content": [], "structuredContent": {"rows": [{"id": 1, "said": said}]}}
        case "error":
            play.client({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t", "arguments": {}}})
            error = {"code": -32000, "message": said, "data": {"said": said}}
            return play.server({"jsonrpc": "2.0", "id": 1, "error": error})
        case "prompt":
            play.client({"jsonrpc": "2.0", "id": 1, "method": "prompts/get", "params": {"name": "p"}})
            messages = [{"role": "user", "content": {"type": "text", "text": said}}]
            return play.server({"jsonrpc": "2.0", "id": 1, "result": {"description": said, "messages": messages}})
        case "progress":
            params = {"progressToken": 1, "progress": 1, "message": said}
            return play.server({"jsonrpc": "2.0", "method": "notifications/progress", "params": params})
        case _:
            play.learn({"name": "t", "annotations": {"readOnlyHint": True}})
            return play.call("t", {"said": said})[0]
    return play.call("t", {}, result)[1]
