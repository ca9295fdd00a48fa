"""A process of its own: messages full of canaries go through the app; then everything the interpreter still holds is walked.

``python -m tests.leaks.kept ENGINE POLICY`` prints what holds a canary, one line each, by the types on the way to it; nothing when nothing does.
Not walked: freed memory, and what native code (hyperscan, onnxruntime, tokenizers) keeps outside Python objects.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gc
import json
import random
import sys
import types
from collections import deque
from collections.abc import Iterator
from typing import Any

import uvloop

from sidecar.errors import SidecarError
from sidecar.runtime.build import App, Settings
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Envelope, Limits, Message, decode, encode
from tests.support.raw_http import until

_LETTERS = [113, 122, 118, 120]
"""What every canary of letters has in it; written so that this file has it nowhere."""
_DIGITS = [52, 56, 49, 53, 49, 54, 50, 51, 52]
_LENGTH = 13
"""Of every canary of digits."""


def marker(codes: list[int]) -> str:
    return "".join(map(chr, codes))


WALKED = "everything was walked"


class Canaries:
    """Values that are new each time."""

    def __init__(self, seed: int) -> None:
        self._pick = random.Random(seed)  # noqa: S311

    def word(self) -> str:
        return marker(_LETTERS) + "".join(self._pick.choice("aeioulmnrst") for _ in range(7))

    def name(self) -> str:
        return f"{self.word().capitalize()} {self.word().capitalize()}"

    def number(self) -> str:
        return marker(_DIGITS) + f"{self._pick.randrange(10**4):04d}"

    def email(self) -> str:
        return f"{self.word()}.{self.word()}@example.com"

    def row(self) -> dict[str, Any]:
        return {
            "FirstName": self.word().capitalize(),
            "FullName": self.name(),
            "EmailAddress": self.email(),
            "MobilePhone": f"+49 {self.number()}",
            "CustomerNumber": self.number(),
            "City": self.word().capitalize(),
            "Notes": f"Met {self.name()} who moved to {self.word().capitalize()}; her social security number is {self.number()}.",
            "x1": self.name(),
            "x2": self.email(),
            "x3": self.word(),
            "x4": int(self.number()),
            self.name(): "a name as a key",
            self.word(): "a word as a key",
            self.email(): 1,
            f"{self.word()}_{self.number()}": {"deeper": self.word()},
        }

    def texts(self) -> Iterator[str]:
        """In everything that is unfolded, unspelled or taken apart."""
        row = self.row()
        yield json.dumps([row, self.row()])
        yield f"Here it is:\n{json.dumps(row, indent=2)}\nand that was {self.name()}."
        yield "name,email,phone\n" + "".join(f"{self.name()},{self.email()},{self.number()}\n" for _ in range(8))
        yield f"<p>Dear <b>{self.name()}</b>,</p><a href='mailto:{self.email()}'>{self.email()}</a><table><tr><th>Name</th></tr><tr><td>{self.name()}</td></tr></table>"
        yield base64.b64encode(
            f"Call {self.name()} on +49 {self.number()}, or write to {self.email()} today.".encode()
        ).decode()
        yield f"https://{self.word()}.example.com/{self.word()}?email={self.word()}%40example.com&name={self.name().replace(' ', '+')}#{self.word()}"
        yield f"First name: {self.word().capitalize()}\nPassport: {self.number()}\nPassword: {self.word()}{self.number()}"
        yield f"{self.word()} (at) example (dot) com; {' '.join(self.number())}; &#{ord(self.word()[0])};{self.word()[1:]} {self.name().replace('a', chr(0x430))}"
        yield f"passport no {self.number()}, IBAN DE89 3704 {self.number()}, account number {self.number()}, driver's license {self.word()}{self.number()}"
        yield f"token=sk_live_{self.word()}{self.number()}{self.word()} postgres://{self.word()}:{self.word()}@db.example.com/{self.word()}"
        yield f"Hello %%FirstName%% {{{{ '{self.name()}' }}}} <PERSON> and PERSON_7k2q9xw3fav4d {self.name()}"
        yield " ".join(
            f"{self.name()} of {self.word().capitalize()} wrote on 2026-01-02 from 203.0.113.7." for _ in range(120)
        )


def bodies(canaries: Canaries) -> Iterator[tuple[Side, dict[str, Any]]]:
    def call(number: object, **arguments: Any) -> tuple[Side, dict[str, Any]]:
        params = {"name": "contacts", "arguments": arguments}
        return Side.CLIENT, {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}

    yield Side.CLIENT, {"jsonrpc": "2.0", "id": "list", "method": "tools/list", "params": {}}
    tool = {"name": "contacts", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}}
    yield Side.SERVER, {"jsonrpc": "2.0", "id": "list", "result": {"tools": [tool]}}
    for number, text in enumerate(canaries.texts()):
        yield call(number, query=canaries.name(), **{canaries.word(): canaries.email()})
        result = {
            "content": [{"type": "text", "text": text}],
            "structuredContent": {"items": [canaries.row() for _ in range(12)]},
        }
        yield Side.SERVER, {"jsonrpc": "2.0", "id": number, "result": result}
    yield call("error", name=canaries.name())
    error = {"code": -32000, "message": f"no {canaries.name()}", "data": canaries.row()}
    yield Side.SERVER, {"jsonrpc": "2.0", "id": "error", "error": error}
    yield Side.SERVER, {"jsonrpc": "2.0", "method": f"notifications/{canaries.word()}", "params": canaries.row()}
    params = {"level": "info", "data": canaries.row(), "logger": canaries.word()}
    yield Side.SERVER, {"jsonrpc": "2.0", "method": "notifications/message", "params": params}
    uri = f"crm://people/{canaries.word()}?mail={canaries.email()}"
    yield Side.CLIENT, {"jsonrpc": "2.0", "id": "read", "method": "resources/read", "params": {"uri": uri}}
    contents = [{"uri": uri, "mimeType": "text/plain", "text": canaries.name()}]
    yield Side.SERVER, {"jsonrpc": "2.0", "id": "read", "result": {"contents": contents}}
    yield call("long", text=canaries.name())
    long = {"content": [{"type": "text", "text": f"{canaries.name()} " * 10_000}]}
    yield Side.SERVER, {"jsonrpc": "2.0", "id": "long", "result": long}


async def _through(app: App, canaries: Canaries, *, is_refused: bool = False) -> None:
    conversation = app.conversation()
    lane = conversation.lane()
    refused = 0
    for sender, body in bodies(canaries):
        message = decode(json.dumps(body).encode(), Limits())
        assert isinstance(message, Message)
        outcome = await conversation.submit(sender, Envelope(message), lane)
        refused += outcome.error is not None
        if outcome.envelope is not None:
            encode(outcome.envelope.message)
    assert refused > 0 if is_refused else refused < 4, refused
    with contextlib.suppress(SidecarError):
        decode(b'{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":"%s' % canaries.name().encode(), Limits())


def _broken(_: Any) -> Any:
    raise ValueError("as a recognizer may")


async def _all(engine: str, policy: str) -> list[App]:
    """The apps, with their conversations open."""
    apps = []
    for kind in ("sound", "late", "broken"):
        canaries = Canaries(len(apps))
        app = App(Settings(engine=engine, policy=policy, deadline_s=0.0001 if kind == "late" else 120), [])
        apps.append(app)
        if kind == "broken":
            app.kit.detector.detect = _broken  # type: ignore[method-assign]
            app.pool._detect = _broken
        app.warm()
        await app.pool.warm()
        await _through(app, canaries, is_refused=kind != "sound")
        await until(lambda app=app: app.pool.waiting == 0)
    return apps


def _strings(found: Any) -> list[str]:
    if isinstance(found, str):
        return [found]
    if isinstance(found, (bytes, bytearray, memoryview)):
        return [bytes(found).decode("latin-1")]
    return [str(found)] if isinstance(found, int) and 0 < found < 10**_LENGTH else []


def holders() -> list[str]:
    """Everything reachable from what the collector tracks and from the threads' frames; what native string stores list."""
    gc.unfreeze()
    gc.collect()
    wanted = (marker(_LETTERS), marker(_DIGITS))
    here = sys._getframe()
    roots = [each for each in gc.get_objects() if each is not here and each is not wanted]
    frames = [frame for frame in sys._current_frames().values() if frame is not here]
    above = here.f_back
    while above is not None:
        frames.append(above)
        above = above.f_back
    todo = deque((*roots, *frames))
    above_of: dict[int, Any] = {id(each): None for each in todo}
    own = {id(wanted), id(roots), id(frames), id(todo), id(here), id(above_of)}
    lines: set[str] = set()
    while todo:
        each = todo.popleft()
        if type(each).__name__ == "Vocab":
            lines |= {"spaCy's strings" for text in each.strings if any(mark in text.lower() for mark in wanted)}
        for inner in gc.get_referents(each):
            if id(inner) in above_of or id(inner) in own:
                continue
            if any(mark in text.lower() for text in _strings(inner) for mark in wanted):
                lines.add(_way(each, above_of))
            elif not isinstance(inner, (str, bytes, int, float, types.ModuleType)):
                above_of[id(inner)] = each
                todo.append(inner)
    return sorted(lines)


def _way(each: Any, above_of: dict[int, Any]) -> str:
    """The holder, what holds it, and so on."""
    names = []
    while each is not None and len(names) < 8:
        names.append(f"{type(each).__module__}.{getattr(each, '__qualname__', type(each).__qualname__)}")
        above = above_of.get(id(each))
        if above is None:
            own = {"deque", "list"}
            above = next((one for one in gc.get_referrers(each) if type(one).__name__ not in own), None)
        each = above
    return " < ".join(names)


def main(engine: str, policy: str) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        apps = runner.run(_all(engine, policy))
        if policy == "reversible":
            for app in apps:
                app.kit.vault.close()
        for line in holders():
            print(line)
    print(WALKED)


if __name__ == "__main__":
    main(*sys.argv[1:])
