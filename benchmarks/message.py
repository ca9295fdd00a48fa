"""What one 20 KB message costs: parsing alone, through the session warm and cold, and stock Presidio on the same leaves."""

from __future__ import annotations

import json
from collections.abc import Callable

from benchmarks._messages import contacts, request, result
from benchmarks._table import median_ms, table, timed_ms
from sidecar.protocol.leaf import Kind, Part
from sidecar.protocol.surface import leaves
from sidecar.runtime.build import Settings, build_kit
from sidecar.session.actions import Analyze, Send, Side
from sidecar.session.context import Kit
from sidecar.session.session import Session
from sidecar.wire.jsonrpc import Envelope, Limits, Message, decode, encode

STOCK_LEAVES = 25


class Path:
    """A message's whole way: decode, session with the detector inline, encode."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.session = Session(kit, scope="bench", number=1)

    def __call__(self, frame: bytes) -> bytes:
        self._through(Side.CLIENT, request())
        return self._through(Side.SERVER, frame)

    def _through(self, sender: Side, frame: bytes) -> bytes:
        message = decode(frame, Limits())
        assert isinstance(message, Message)
        actions = self.session.receive(sender, Envelope(message), lane=1)
        if isinstance(actions[0], Analyze):
            actions = self.session.resume(actions[0].ticket, self.kit.detector.detect(actions[0].passages))
        (sent,) = [action for action in actions if isinstance(action, Send)]
        return encode(sent.envelope.message)


def _cold(policy: str, frames: list[bytes]) -> Callable[[], object]:
    path = Path(build_kit(Settings(policy=policy)))
    path.kit.detector.warm()
    path(result(contacts(5, seed=99)))
    left = iter(frames)
    return lambda: path(next(left))


def main() -> None:
    frame = result(contacts(50))
    floor = median_ms(lambda: json.dumps(json.loads(frame)).encode(), 60)
    exact = median_ms(lambda: encode(Message(decode(frame, Limits()).body)), 60)  # type: ignore[union-attr]
    rows: list[tuple[object, ...]] = [
        ("json.loads + json.dumps", floor, 1.0),
        ("decode + encode, numbers kept as written", exact, exact / floor),
    ]
    for policy in ("strict", "reversible", "observe"):
        path = Path(build_kit(Settings(policy=policy)))
        path.kit.detector.warm()
        path(frame)
        warm = median_ms(lambda path=path: path(frame), 40)
        rows.append((f"{policy}, seen before", warm, warm / floor))
    known = median_ms(_cold("strict", [result(contacts(50, seed=n)) for n in range(10, 19)]), 9)
    rows.append(("strict, new people, keys that tell", known, known / floor))
    opaque = median_ms(_cold("strict", [result(contacts(50, seed=n, opaque=True)) for n in range(20, 25)]), 5)
    rows.append(("strict, new people, keys that do not tell", opaque, opaque / floor))

    import spacy.util
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    found = [leaf for leaf in leaves(decode(frame, Limits()).body, "tools/call", Part.RESULT) if leaf.kind is not Kind.OPAQUE]  # type: ignore[union-attr]  # fmt: skip
    texts = [leaf.text for leaf in found if leaf.json_type.value == "string" and leaf.text]
    model = next((name for name in ("en_core_web_sm", "en_core_web_md") if spacy.util.is_package(name)), None)
    if model is None:
        rows.append(("stock Presidio: no spaCy model installed", "-", "-"))
    else:
        provider = NlpEngineProvider(
            nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
        )
        engine = AnalyzerEngine(nlp_engine=provider.create_engine())
        engine.analyze("warm up, Jane Doe", language="en")
        sample = texts[:: max(1, len(texts) // STOCK_LEAVES)][:STOCK_LEAVES]
        taken = timed_ms(lambda: [engine.analyze(text, language="en") for text in sample])
        stock = taken / len(sample) * len(texts)
        rows.append(
            (f"stock AnalyzerEngine ({len(sample)} leaves, extrapolated to {len(texts)})", stock, stock / floor)
        )
    print(f"one tools/call result of {len(frame)} bytes, 50 contacts, {len(texts)} string leaves; medians")
    table(("", "ms", "x floor"), rows)
