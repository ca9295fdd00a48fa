# ruff: noqa: RUF001  characters that look like others are what this is about
"""Values in disguise: other spellings of a text, in plain characters, with the way back to where each character stands.

It finds nothing. A view shows recognizers what a reader or a decoder would see; what they find there is replaced in the spelling
it has, and what nobody can disguise is not looked at: one pass over the text tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sidecar.errors import Unanalysable
from sidecar.redaction.disguise import escapes, letters, spelled
from sidecar.redaction.disguise.packed import opened
from sidecar.redaction.disguise.view import View, written

__all__ = ["HIDING", "View", "may_hide", "views"]

_ROUNDS: Final = 4
"""Escapes of escapes that are followed (``%2540``, ``&amp;commat;``)."""
_OPENED: Final = 6
"""Packed texts inside packed texts that are followed, where they stand in a sentence."""
_MOST_OPENED: Final = 64
"""Of one text. With more, or deeper, it cannot be said what it says."""
_WINDOW: Final = 512
_AROUND: Final = 96
"""Of a longer text only what stands this near a changed character is shown again."""
_ESCAPE = re.compile(r"&(?:#|[A-Za-z])|%[0-9A-Fa-f]{2}|\\[ux0-3U]|=(?:[0-9A-Fa-f]{2}|[ \t]{0,4}\r?\n)")
_APART = re.compile(r"(?:[^\W_][ .,\-_*/|·•~–]{1,4}){6}")

HIDING: Final = (_ESCAPE, _APART)
"""One of these is in every ASCII text that may mean more than it says."""


def may_hide(text: str) -> bool:
    """Whether a short value may mean more than it says: for those that would not be read otherwise."""
    if not text.isascii() and any(map(letters.plain, text)):
        return True
    return _ESCAPE.search(text) is not None or _APART.search(text) is not None


def views(text: str) -> Iterator[View]:
    """What ``text`` says in plain characters, where that differs from what is written; at most three views, cut to what differs.

    A text that is packed in it is read the same way. Raises ``Unanalysable`` for texts packed in each other without end.
    """
    return _views(text, _OPENED, [_MOST_OPENED])


def _views(text: str, opens: int, left: list[int]) -> Iterator[View]:
    start = written(text)
    plain = _plain(start)
    if plain is not start:
        yield from _windows(plain, text)
    whole = [plain]
    if "=" in text or "=" in plain.text:
        mail = escapes.printable(plain)
        if mail is not plain:
            mail = _plain(mail)
            whole.append(mail)
            yield from _windows(mail, text)
    for view in whole:
        joined = spelled.joined(view)
        if joined is not view:
            yield from _windows(joined, text)
            again = _plain(joined)
            if again is not joined:
                yield from _windows(again, text)
        for each in (view, joined) if joined is not view else (view,):
            loose = opened(each)
            if loose is not each:
                yield from _windows(loose, text)
                left[0] -= 1
                if not (opens and left[0]):
                    raise Unanalysable("texts are packed in each other too often")
                yield from (loose.within(inner) for inner in _views(loose.text, opens - 1, left))


def _plain(view: View) -> View:
    for _ in range(_ROUNDS):
        before = view
        view = letters.seen(escapes.undone(view))
        if view is before:
            break
    return view


def _windows(view: View, text: str) -> Iterator[View]:
    said, places = view.text, view.places
    if len(said) <= _WINDOW:
        yield view
        return
    changed = [at for at, mark in enumerate(said) if places[at + 1] - places[at] != 1 or text[places[at]] != mark]
    first = last = -1
    for at in (*changed, len(said) * 2):
        if first < 0:
            first = last = at
        elif at - last > 2 * _AROUND:
            low, high = _edge(said, first - _AROUND, -1), _edge(said, last + _AROUND, 1)
            yield view.part(low, high)
            first = at
        last = at


def _edge(text: str, at: int, step: int) -> int:
    """The nearest blank outward, or the end."""
    for _ in range(_AROUND):
        if at <= 0:
            return 0
        if at >= len(text):
            return len(text)
        if text[at].isspace():
            return at
        at += step
    return at
