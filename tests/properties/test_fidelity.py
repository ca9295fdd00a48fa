"""What is not redacted leaves as it came, beside redactions too, however the bytes were split on the way in.

Messages are written as text with planted e-mail addresses, read by the real decoders, taken through a real session,
written by the real encoder and read again by a reader of the tests' own that keeps number text and key order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.session.actions import Analyze, Refuse, Send, Side
from sidecar.wire.framing import LineDecoder, SseDecoder, SseEvent, encode_line, sse_event
from sidecar.wire.jsonrpc import Envelope, Limits, Message, decode, encode
from tests.playbook import PATTERNS, Playbook
from tests.support.literal_json import Num, Obj, read, write

LABEL = "<EMAIL_ADDRESS>"
STRICT = "version: 1\non_write: redact"
"""``strict``, and calls of writing tools are redacted instead of refused: their arguments are to be seen."""
_AT = "@"


class Plant(str):
    """A string or key with one invented address in it; ``after`` is what must leave."""

    __slots__ = ("after",)
    after: str

    @classmethod
    def of(cls, name: str, before: str, behind: str) -> Plant:
        plant = cls(f"{before}{name}{_AT}example.com{behind}")
        plant.after = f"{before}{LABEL}{behind}"
        return plant


def is_clean(text: str) -> bool:
    return not any(pattern.search(text) for pattern in PATTERNS.values()) and LABEL not in text


_BEFORE = ("", "to ", "é: ", "\U0001f600 ", "a\tb ", "“", "\u2028", "日本 ")
_BEHIND = ("", " now", ", “x”", " \U0001f600", "\n\n", " é", "\u2028")
_TEXTS = (
    '{"a": 1.10, "b": [1E400, "x"]}', "<p>a &amp; b</p>", "a,b\r\n1,2\r\n", "https://a.test/p?q=%41&r=1#f", "eyJhIjoxfQ==",
    "", "\ud800", "a\udfffb", "\ud83d\ude00", "\0", "\x7f", "\ufeff", "\u0085\u2029", "/\\/", "e\u0301", "﷽", "\U0010ffff",
)  # fmt: skip
_LITERALS = ("1.10", "1E400", "-0", "-0.0", "0e0", "123456789012345678901234567890", "7" * 400 + ".0", "1.0", "1e-7")
_MARKS = "abcXYZ019 .,:;-_#%&+/\\\"'<>[]{}\t\n\r\x01éßñ日本\u200b\u2028\U0001f600\ud800\udc00"


class Draft:
    """Invents messages. From a seed, because hypothesis needs a second to draw a tree of this size leaf by leaf."""

    def __init__(self, seed: int, *, planted: bool) -> None:
        self.random = Random(seed)  # noqa: S311
        self.planted = planted

    def any_of(self, make: Callable[[], str]) -> str:
        while not is_clean(found := make()):
            pass
        return found

    def plant(self) -> Plant:
        name = "".join(self.random.choices("abcdefgh.", k=self.random.randint(1, 8))).strip(".") or "a"
        return Plant.of(name, self.random.choice(_BEFORE), self.random.choice(_BEHIND))

    def noise(self) -> str:
        return self.any_of(lambda: "".join(self.random.choices(_MARKS, k=self.random.randint(0, 14))))

    def number(self) -> Num:
        def made() -> str:
            digits = lambda most: "".join(self.random.choices("0123456789", k=self.random.randint(1, most)))  # noqa: E731
            whole = digits(40).lstrip("0") or "0"
            fraction = f".{digits(20)}" if self.random.random() < 0.4 else ""
            power = f"{self.random.choice('eE')}{self.random.choice(['', '+', '-'])}{digits(4)}"
            return f"{self.random.choice(['', '-'])}{whole}{fraction}{power if self.random.random() < 0.3 else ''}"

        return Num(self.random.choice(_LITERALS) if self.random.random() < 0.4 else self.any_of(made))

    def scalar(self) -> Any:
        match self.random.randrange(8):
            case 0 | 1 | 2 if self.planted:
                return self.plant()
            case 0 | 1:
                return self.random.choice(_TEXTS)
            case 2 | 3 | 4:
                return self.noise()
            case 5 | 6:
                return self.number()
            case _:
                return self.random.choice([True, False, None])

    def members(self, depth: int) -> Obj:
        found: dict[str, Any] = {}
        for _ in range(self.random.randint(0, 4)):
            key = (
                self.noise()
                if self.random.random() < 0.5
                else self.random.choice(["a", "b", "name", "value", "cursor"])
            )
            found[normal(key)] = self.tree(depth - 1)
        pairs = list(found.items())
        if self.planted and self.random.random() < 0.3:
            pairs.insert(self.random.randint(0, len(pairs)), (self.plant(), self.tree(depth - 1)))
        return Obj(tuple(pairs))

    def tree(self, depth: int = 3) -> Any:
        kind = self.random.random() if depth else 0.0
        if kind < 0.4:
            return self.scalar()
        if kind < 0.65:
            return [self.tree(depth - 1) for _ in range(self.random.randint(0, 4))]
        return self.members(depth)

    def message(self) -> tuple[Side, Obj, Obj | None]:
        """(sender, the message, the request it answers)."""
        tree = self.tree()
        for level in range(self.random.choice([0, 0, 0, 1, 50])):
            tree = [tree] if level % 2 else Obj((("in", tree), ("n", Num("1.0"))))
        number: Any = self.random.choice(
            [Num("0"), Num("-1"), Num("9007199254740993"), Num("1" + "0" * 30), "7", Num("7")]
        )
        if self.random.random() < 0.2:
            number = self.noise()
        name, request, build = self.random.choice(KINDS)
        body = [(key, number if item is ... else item) for key, item in build(tree, self.tree())]
        extra = [(f"x-{place}", self.tree(2)) for place in range(self.random.randint(0, 2))]
        members = [("jsonrpc", "2.0"), *body, *extra]
        self.random.shuffle(members)
        asked = None
        if request:
            asked = Obj((("jsonrpc", "2.0"), ("id", number), ("method", request[0]), ("params", request[1])))
        return Side.CLIENT if name == "client" else Side.SERVER, Obj(tuple(members)), asked

    def text(self, tree: Any, *, breaks: bool) -> str:
        """One of the many ways to write it: escapes and blanks anywhere."""
        blanks = ["", "", "", "", " ", "\t", *(["\n", "\r", "\r\n "] if breaks else [])]

        def spell(text: str) -> str:
            spelt = []
            for unit in text:
                is_bare = " " <= unit <= "~" and unit not in '"\\'
                if unit == "/" and self.random.random() < 0.3:
                    spelt.append("\\/")
                elif is_bare and self.random.random() < 0.1:
                    spelt.append(f"\\u{ord(unit):04X}")
                elif is_bare or (unit > "\x7f" and not "\ud800" <= unit <= "\udfff" and self.random.random() < 0.7):
                    spelt.append(unit)
                else:
                    spelt.append(json.dumps(unit)[1:-1])
            return f'"{"".join(spelt)}"'

        return write(tree, spell, lambda: self.random.choice(blanks))


def drafts(*, planted: bool = True) -> st.SearchStrategy[Draft]:
    return st.integers(0, 1 << 40).map(lambda seed: Draft(seed, planted=planted))


def obj(**members: Any) -> Obj:
    return Obj(tuple(members.items()))


CALL = ("tools/call", obj(name="t", arguments=obj()))
KINDS: list[tuple[Any, ...]] = [
    ("client", None, lambda a, b: [("id", ...), ("method", "x/unknown"), ("params", obj(a=a, b=b))]),
    ("client", None, lambda a, b: [("method", "notifications/x"), ("params", obj(a=a, _meta=Obj((("x.test/a", b),))))]),
    ("client", None, lambda a, b: [("id", ...), ("method", "tools/call"), ("params", obj(name="t", arguments=obj(a=a, b=b)))]),
    ("server", None, lambda a, b: [("id", ...), ("method", "x/asks"), ("params", [a, b])]),
    ("server", None, lambda a, _: [("method", "notifications/message"), ("params", obj(level="info", data=a))]),
    ("server", None, lambda a, b: [("id", ...), ("result", obj(a=a, b=b))]),
    ("server", None, lambda a, _: [("id", ...), ("error", obj(code=Num("-32000"), message="m", data=a))]),
    ("server", CALL, lambda a, b: [("id", ...), ("result", obj(content=[], structuredContent=obj(a=a), x=b))]),
    ("server", CALL, lambda a, b: [("id", ...), ("result", obj(content=[obj(type="text", text=text_of(b))], _meta=Obj((("x.test/a", a),))))]),
    ("server", CALL, lambda a, b: [("id", ...), ("error", obj(code=Num("-32602"), message=text_of(a), data=b))]),
    ("server", ("prompts/get", obj(name="p")), lambda a, b: [("id", ...), ("result", obj(messages=[obj(role="user", content=obj(type="text", text=text_of(a)))], x=b))]),
]  # fmt: skip


def text_of(tree: Any) -> str:
    return tree if isinstance(tree, str) else "plain"


def after(tree: Any) -> Any:
    """The message as it must leave."""
    match tree:
        case Plant():
            return tree.after
        case Num():
            return tree
        case Obj(members):
            return Obj(tuple((after(key), after(item)) for key, item in members))
        case list():
            return [after(item) for item in tree]
        case str():
            return normal(tree)
        case _:
            return tree


def normal(text: str) -> str:
    """A surrogate pair written as two escapes is one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


def framed(frames: list[bytes], cuts: list[int], *, is_sse: bool) -> list[bytes]:
    """The frames after a trip through the real framing in arbitrary pieces."""
    if is_sse:
        decoder = SseDecoder()
        stream = b"".join(sse_event(frame, event_id=str(place)).encode() for place, frame in enumerate(frames))
        items = [item for piece in pieces(stream, cuts) for item in decoder.feed(piece)]
        return [
            item.data for item in [*items, *decoder.flush()] if isinstance(item, SseEvent) and item.data is not None
        ]
    lines = LineDecoder()
    found = [line for piece in pieces(b"".join(map(encode_line, frames)), cuts) for line in lines.feed(piece)]
    return [line for line in [*found, *lines.flush()] if isinstance(line, bytes)]


def through(play: Playbook, sender: Side, frame: bytes) -> bytes:
    """What leaves. A slow detector is answered as the edge would."""
    message = decode(frame, Limits())
    assert isinstance(message, Message)
    actions = play.session.receive(sender, Envelope(message), lane=1)
    while tickets := [action for action in actions if isinstance(action, Analyze)]:
        actions = play.session.resume(tickets[0].ticket, play.detector.detect(tickets[0].passages))
    (sent,) = [action for action in actions if isinstance(action, (Send, Refuse))]
    assert isinstance(sent, Send), sent
    assert sent.to is sender.other
    return encode(sent.envelope.message)


def ask(play: Playbook, request: Obj | None, sender: Side) -> None:
    if request is not None:
        through(play, sender.other, write(request, json.dumps, str).encode())


cuts = st.lists(st.integers(0, 1 << 16), max_size=12)


@settings(max_examples=300, deadline=None)
@given(drafts(), cuts, st.booleans(), st.booleans())
def test_everything_beside_the_redactions_leaves_as_it_was_written(
    draft: Draft, where: list[int], is_sse: bool, is_slow: bool
) -> None:
    batch = [draft.message() for _ in range(draft.random.randint(1, 3))]
    frames = [draft.text(body, breaks=is_sse).encode() for _, body, _ in batch]
    arrived = framed(frames, where, is_sse=is_sse)
    assert len(arrived) == len(frames)
    for (sender, body, request), frame in zip(batch, arrived, strict=True):
        play = Playbook(STRICT, is_slow=is_slow)
        ask(play, request, sender)
        left = through(play, sender, frame)
        assert read(left) == after(body)
        assert _AT + "example.com" not in left.decode()
        assert not {10, 13} & set(left)


@given(drafts(), cuts, st.booleans())
def test_under_observe_every_message_leaves_byte_for_byte(draft: Draft, where: list[int], is_slow: bool) -> None:
    sender, body, request = draft.message()
    frame = draft.text(body, breaks=False).encode()
    (arrived,) = framed([frame], where, is_sse=False)
    play = Playbook("observe", is_slow=is_slow)
    ask(play, request, sender)
    assert through(play, sender, arrived) == frame


@given(drafts(planted=False), cuts, st.sampled_from(["strict", "reversible"]))
def test_a_message_without_a_finding_leaves_byte_for_byte(draft: Draft, where: list[int], policy: str) -> None:
    sender, body, request = draft.message()
    frame = draft.text(body, breaks=False).encode()
    (arrived,) = framed([frame], where, is_sse=False)
    play = Playbook(policy)
    ask(play, request, sender)
    assert through(play, sender, arrived) == frame


@given(drafts())
def test_tokens_go_out_and_come_back_as_the_values_they_stand_for(draft: Draft) -> None:
    """A message under ``reversible``, sent back as it was received: literally what the server had said."""
    _, body, _ = draft.message()
    play = Playbook("reversible")
    said = obj(jsonrpc="2.0", method="x/echo", params=body)
    hidden = through(play, Side.SERVER, draft.text(said, breaks=False).encode())
    assert _AT + "example.com" not in hidden.decode()
    assert read(through(play, Side.CLIENT, hidden)) == restored(said)


def restored(tree: Any) -> Any:
    match tree:
        case Obj(members):
            return Obj(tuple((normal(key), restored(item)) for key, item in members))
        case list():
            return [restored(item) for item in tree]
        case Num():
            return tree
        case str():
            return normal(str(tree))
        case _:
            return tree


@pytest.fixture(scope="module", params=["rampart", "none"])
def real(request: pytest.FixtureRequest) -> PresidioDetector:
    return PresidioDetector(DetectorSettings(engine=request.param))


_STAND_IN = re.compile(r"<[A-Z_]+>(?: \d+)?")


def assert_only_spans_changed(before: Any, now: Any) -> None:
    """Same shape, keys, order and literals; a changed string is the old one with labels in it."""
    match before:
        case Obj(members):
            assert isinstance(now, Obj)
            assert len(now.members) == len(members)
            for (key, item), (new_key, new_item) in zip(members, now.members, strict=True):
                assert_only_spans_changed(str(key), new_key)
                assert_only_spans_changed(item, new_item)
        case list():
            assert isinstance(now, list)
            assert len(now) == len(before)
            for item, new_item in zip(before, now, strict=True):
                assert_only_spans_changed(item, new_item)
        case str():
            shape = ".+".join(re.escape(part) for part in _STAND_IN.split(now))
            assert normal(str(before)) == now or re.fullmatch(shape, normal(str(before)), re.DOTALL)
        case _:
            assert now == before


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(drafts(), cuts)
def test_the_real_detector_changes_only_what_it_finds(real: PresidioDetector, draft: Draft, where: list[int]) -> None:
    sender, body, request = draft.message()
    (frame,) = framed([draft.text(body, breaks=False).encode()], where, is_sse=False)
    play = Playbook(STRICT, detector=real)
    ask(play, request, sender)
    left = through(play, sender, frame)
    assert _AT + "example.com" not in left.decode()
    assert_only_spans_changed(body, read(left))


@pytest.mark.nightly
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drafts(), cuts, st.booleans(), st.booleans())
def test_ten_thousand_messages_more_leave_as_they_were_written(
    draft: Draft, where: list[int], is_sse: bool, is_slow: bool
) -> None:
    test_everything_beside_the_redactions_leaves_as_it_was_written.hypothesis.inner_test(draft, where, is_sse, is_slow)
