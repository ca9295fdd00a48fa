"""What one page of 50 contacts costs: parsing alone, the whole way through the session, and stock Presidio on the same leaves."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable
from typing import Any

from benchmarks._messages import contacts, note, request, result
from benchmarks._table import Steady, table
from sidecar.protocol.leaf import JsonType, Kind, Part
from sidecar.protocol.surface import leaves
from sidecar.redaction.stock import Stock
from sidecar.runtime.build import Settings, build_kit
from sidecar.session.actions import Analyze, Send, Side
from sidecar.session.context import Kit
from sidecar.session.session import Session
from sidecar.wire.jsonrpc import Envelope, Limits, Message, decode, encode

FORMS = ("structured", "text", "both")
NAMES = {"structured": "(i) structuredContent", "text": "(ii) JSON text", "both": "(iii) both"}
STEADY = Steady()
PAGES = ("first page", "next page, other people", "same page again")


class Path:
    """A message's whole way: decode, session with the detector inline, encode."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.session = Session(kit, scope="bench", number=1)

    def ask(self) -> None:
        self._through(Side.CLIENT, request())

    def answer(self, frame: bytes) -> bytes:
        return self._through(Side.SERVER, frame)

    def __call__(self, frame: bytes) -> bytes:
        self.ask()
        return self.answer(frame)

    def _through(self, sender: Side, frame: bytes) -> bytes:
        message = decode(frame, Limits())
        assert isinstance(message, Message)
        actions = self.session.receive(sender, Envelope(message), lane=1)
        if isinstance(actions[0], Analyze):
            actions = self.session.resume(actions[0].ticket, self.kit.detector.detect(actions[0].passages))
        (sent,) = [action for action in actions if isinstance(action, Send)]
        return encode(sent.envelope.message)


def answered(path: Path, frame: bytes) -> Callable[[], object]:
    """The result alone; the small request before it is not counted."""

    def act() -> None:
        path.answer(frame)

    return act


def timed_answer(path: Path, frame: bytes) -> float:
    path.ask()
    return STEADY.timed_ms(answered(path, frame))


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def warm_path(policy: str, engine: str) -> Path:
    """Models loaded, nothing seen yet."""
    path = Path(build_kit(Settings(policy=policy, engine=engine)))
    path.kit.detector.warm()
    path.kit.detector.hone()
    gc.collect()
    gc.set_threshold(20_000)
    gc.freeze()  # as the proxy does when it is warm
    return path


def rebuild(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: rebuild(item) for key, item in value.items()}
    return [rebuild(item) for item in value] if isinstance(value, list) else value


def texts_of(frame: bytes) -> list[str]:
    """The string leaves somebody would hand to an analyzer one by one."""
    message = decode(frame, Limits())
    assert isinstance(message, Message)
    found = leaves(message.body, "tools/call", Part.RESULT)
    return [leaf.text for leaf in found if leaf.kind is not Kind.OPAQUE and leaf.json_type is JsonType.STRING]


def _median_ms(act: Callable[[], object]) -> float:
    return median([STEADY.timed_ms(act) for _ in range(40)])


def _floors() -> list[tuple[object, ...]]:
    import orjson

    rows: list[tuple[object, ...]] = []
    for form in FORMS:
        frame = result(contacts(50), form=form)
        c = _median_ms(lambda frame=frame: orjson.dumps(orjson.loads(frame)))
        python = _median_ms(lambda frame=frame: orjson.dumps(rebuild(orjson.loads(frame))))
        stdlib = _median_ms(lambda frame=frame: json.dumps(json.loads(frame)))
        rows.append((NAMES[form], len(frame), c, python, stdlib))
    return rows


def _ours(policy: str, engine: str, form: str, *, opaque: bool, runs: int) -> tuple[float, float, float]:
    """First page ever, next page of the same columns with other people, same page again: medians."""
    first, after, again = [], [], []
    for run in range(runs):
        path = warm_path(policy, engine)
        pages = [result(contacts(50, seed=100 * run + n, opaque=opaque), form=form) for n in range(4)]
        first.append(timed_answer(path, pages[0]))
        timed_answer(path, pages[1])
        after += [timed_answer(path, page) for page in pages[2:]]
        again += [timed_answer(path, pages[3]) for _ in range(9)]
    return median(first), median(after), median(again)


def main() -> None:
    runs = int(os.environ.get("BENCH_RUNS", "3"))
    print("floors, ms: orjson, orjson with a Python rebuild, json.loads + json.dumps")
    table(("", "bytes", "orjson", "+ rebuild", "json"), _floors())

    taken = {
        (policy, form): _ours(policy, "rampart", form, opaque=False, runs=runs)
        for policy in ("strict", "reversible")
        for form in FORMS
    }
    opaque = {engine: _ours("strict", engine, "structured", opaque=True, runs=runs) for engine in ("rampart", "both")}
    notes = [note(seed) for seed in range(40)]
    read = {engine: _notes(engine, notes) for engine in ("rampart", "spacy", "both")}

    stock = Stock()  # last: what it keeps in memory slows down whoever comes after it
    stock.find("warm up, Jane Doe, +1 212 555 0100, a@example.com")
    cost = {}
    for form in FORMS:
        texts = texts_of(result(contacts(50), form=form))
        cost[form] = median([_stock_ms(stock, texts) for _ in range(runs)])
        print(
            f"stock AnalyzerEngine + {stock.model}, {NAMES[form]}: {len(texts)} leaves, {cost[form]:.0f} ms", flush=True
        )

    rows: list[tuple[object, ...]] = [
        (f"{policy}, known names, {NAMES[form]}, {name}", ms, f"1/{cost[form] / ms:.0f}")
        for (policy, form), times in taken.items()
        for name, ms in zip(PAGES, times, strict=True)
    ]
    rows += [
        (f"strict, opaque names, {engine}, {name}", ms, f"1/{cost['structured'] / ms:.0f}")
        for engine, times in opaque.items()
        for name, ms in zip(PAGES, times, strict=True)
    ]
    print("times are scaled by the speed of a fixed piece of work at the moment of each")
    print(f"the whole way through the session, CPU ms, medians of {runs} fresh starts; and as a part of stock's cost")
    table(("", "ms", "of stock"), rows)

    stock_note = median([STEADY.timed_ms(lambda text=text: stock.find(text)) for text in notes])
    rows = [(f"stock, one note of {len(notes[0])} characters", stock_note, "1")]
    rows += [(f"{engine}, new text", ms, f"1/{stock_note / ms:.1f}") for engine, ms in read.items()]
    table(("", "ms", "of stock"), rows)


def _stock_ms(stock: Stock, texts: list[str]) -> float:
    """In parts: each is scaled by the speed of its moment."""
    parts = [texts[at : at + 20] for at in range(0, len(texts), 20)]
    return sum(STEADY.timed_ms(lambda part=part: [stock.find(text) for text in part]) for part in parts)


def _notes(engine: str, notes: list[str]) -> float:
    path = warm_path("strict", engine)
    return median([timed_answer(path, result([{"note": text}])) for text in notes])
