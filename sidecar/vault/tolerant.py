r"""Finds tokens in texts a model wrote, whatever the model made of them, and tells how the text around them is escaped.

It restores nothing: a span is a question to the vault, and only what the vault knows becomes a value, so genuine text is
never changed. Undone are: letter case; ``\_`` and other Markdown; percent, quoted-printable, HTML and JSON escapes, once
or within one another; full-width and other compatibility letters; invisible characters; a space, hyphen, colon, tag or
line break for the underscore, or none; a tail broken over lines; the plural or genitive s; words before and after.
Nothing else: no letter of the tail is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from html import unescape
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from sidecar.vault import spellings, tokens
from sidecar.vault.tokens import TAIL, TokenSpan, is_checked

Escape: TypeAlias = Literal["", "percent", "html", "json"]
_ESCAPES: Final = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|(?P<html>&(?:\#[xX]0*[0-9A-Fa-f]{1,5}|\#0*[0-9]{1,6}|[A-Za-z]{2,8});)"
    r"|(?P<json>\\+u[0-9A-Fa-f]{4}|\\+x[0-9A-Fa-f]{2}|\\+[nrtbf])"
    r"|(?P<soft>=\r?\n|=(?=5F)|(?<==)5F|[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff])"
    r"|(?P<wide>[^\x00-\x7f\u00ad])"
)
_BREAK: Final = r"(?:[ \t]*\r?\n[ \t>|*#/-]*)?"
_BROKEN: Final = re.compile(rf"[A-Za-z2-7](?:{_BREAK}[A-Za-z2-7]){{{TAIL - 1}}}(?=[sS]?(?![A-Za-z0-9]))")
"""A tail that goes on in the next line."""
_LINE_END: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z2-7]{1,12}[ \t]*\r?\Z")
_FLAT: Final = str.maketrans(dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "a"))
_RUN: Final = re.compile("a+")
_LONGEST_RUN: Final = 64 + TAIL
_SEALED: Final = re.compile(rf"(?<![A-Za-z0-9])(?=([A-Za-z2-7](?:{_BREAK}[A-Za-z2-7]){{29,92}})(?![A-Za-z0-9]))")
_MOST_BREAKS: Final = 3
_TAIL: Final = re.compile(rf"[A-Za-z2-7]{{{TAIL}}}")
_JUNK: Final = " \t\r\n\xa0_\\*`~:.,\"'([-\u2010\u2011\u2013\u2014"
_MOST_JUNK: Final = 8
_TAG_BEFORE: Final = re.compile(r"</?[a-z]{1,6}>\Z")
_BACK: Final = 96
_WORD: Final = re.compile(r"[A-Za-z0-9]")
_NOT_WORD: Final = re.compile(r"[^A-Za-z0-9]+")
_MAY_SEPARATE: Final = re.compile(r"[\s_\\*.\u2010\u2011-]{0,3}\Z")
_MALFORMED: Final = re.compile(
    r"_(?:([A-Za-z0-9]{12,14})(?![A-Za-z0-9])|([A-Za-z2-7]{3,12})(?=\u2026|\.\.\.|\[\u2026|\[\.\.\.))"
)
_HAS_DIGIT: Final = re.compile(r"[0-9]")
_HAS_LETTER: Final = re.compile(r"[g-zG-Z]")


class _View:
    """The text with escapes undone: ``chars``, and where each of them stands in the text."""

    def __init__(self, text: str) -> None:
        self.chars = text
        self._places: list[tuple[int, int, Escape]] | None = None
        if not text.isascii() or "%" in text or "&" in text or "\\" in text or "=" in text:
            self._undo(text)
            if self.chars == text:
                self._places = None

    def _undo(self, text: str) -> None:
        chars: list[str] = []
        places: list[tuple[int, int, Escape]] = []
        at = 0
        for found in _ESCAPES.finditer(text):
            start, end = found.span()
            chars.append(text[at:start])
            places += [(place, place + 1, "") for place in range(at, start)]
            for said, low, high, escape in _said(found):
                chars.append(said)
                places += [(low, high, escape)] * len(said)
            at = end
        chars.append(text[at:])
        places += [(place, place + 1, "") for place in range(at, len(text))]
        self.chars, self._places = "".join(chars), places

    @property
    def is_changed(self) -> bool:
        return self._places is not None

    def with_inner(self, inner: _View) -> _View:
        """``inner``, a view of these characters, with its places in terms of the text."""
        view = _View("")
        view.chars = inner.chars
        view._places = [
            (*self.span(low, high)[:2], escape or self.span(low, high)[2]) for low, high, escape in inner._places or ()
        ]
        return view

    def span(self, start: int, end: int) -> tuple[int, int, Escape]:
        """Where ``chars[start:end]`` stands in the text, and how anything in it was escaped."""
        if self._places is None:
            return start, end, ""
        places = self._places[start:end]
        escape: Escape = next((place[2] for place in places if place[2]), "")
        return places[0][0], places[-1][1], escape


def _said(found: re.Match[str]) -> list[tuple[str, int, int, Escape]]:
    """What an escape says: characters, each with its place in the text; nothing for what is invisible."""
    start, end = found.span()
    text = found.group()
    match found.lastgroup:
        case "percent":
            octets = bytes.fromhex(text.replace("%", ""))
            said = octets.decode("utf-8", "replace")
            if len(said) == len(octets):
                return [(c, start + 3 * n, start + 3 * n + 3, "percent") for n, c in enumerate(said)]
            return [(_fold(said), start, end, "percent")]
        case "html":
            said = unescape(text)
            return [(said if len(said) == 1 else text[0], start, end, "html")] if said != text else _as_is(found)
        case "json":
            letters = text.lstrip("\\")
            said = chr(int(letters[1:], 16)) if letters[0] in "ux" else " "
            return [(_fold(said), start, end, "json")]
        case "soft":
            return [("_", start, end, "")] if text == "5F" else []
        case _:
            return [(c, start, end, "") for c in _fold(text)]


def _as_is(found: re.Match[str]) -> list[tuple[str, int, int, Escape]]:
    return [(c, found.start() + n, found.start() + n + 1, "") for n, c in enumerate(found.group())]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


class _Taken:
    """What of a text has been found already."""

    def __init__(self, length: int) -> None:
        self._marks = bytearray(length)
        self.spans: list[TokenSpan] = []

    def offer(self, span: TokenSpan) -> None:
        """Keep it unless it touches one that was found before."""
        if self._marks.find(1, span.start, span.end) < 0:
            self._marks[span.start : span.end] = b"\x01" * (span.end - span.start)
            self.spans.append(span)


def find(text: str, names: Collection[str], *, is_sealed: bool = False) -> list[TokenSpan]:
    """Everything in ``text`` that may be one of our tokens, in order, none overlapping another.

    Spans that are not genuine are what a writing call must not carry: a tail of the wrong length, cut short or mistyped.
    """
    taken = _Taken(len(text))
    for span in tokens.find(text, names) + spellings.find(text, names):
        taken.offer(span)
    view = _View(text)
    _in_view(view, names, taken, is_sealed=is_sealed)
    for _ in range(2 if view.is_changed else 0):  # escapes within escapes: JSON in a URL, HTML in JSON
        inner = _View(view.chars)
        if not inner.is_changed:
            break
        view = view.with_inner(inner)
        _in_view(view, names, taken, is_sealed=is_sealed)
    _malformed(text, names, taken)
    return sorted(taken.spans)


def tails(chars: str) -> Iterator[tuple[int, int]]:
    """Where a tail may stand: at the end of a word, with or without an s, or broken over lines.

    Most texts have no word so long: that is seen without a look at each letter.
    """
    flat = chars.translate(_FLAT)
    at = flat.find("a" * TAIL)
    while at >= 0:
        run = _RUN.match(flat, at)
        end = run.end() if run is not None else at + TAIL
        if end - at <= _LONGEST_RUN:
            yield end - TAIL, end
            if end - at > TAIL and chars[end - 1] in "sS":
                yield end - TAIL - 1, end - 1
        at = flat.find("a" * TAIL, end)
    at = chars.find("\n")
    while at >= 0:
        begun = _LINE_END.search(chars, max(0, at - 2 * TAIL), at)
        found = None if begun is None else _BROKEN.match(chars, begun.start())
        if found is not None and "\n" in found.group():
            yield found.span()
        at = chars.find("\n", at + 1)


def _in_view(view: _View, names: Collection[str], taken: _Taken, *, is_sealed: bool) -> None:
    chars = view.chars
    for start, end in tails(chars):
        _offer(view, start, end, names, taken)
    for found in _SEALED.finditer(chars) if is_sealed else ():
        _offer(view, found.start(1), found.end(1), names, taken)
    for inner in spellings.find(chars, names) if view.is_changed else ():
        start, end, escape = view.span(inner.start, inner.end)
        taken.offer(TokenSpan(start, end, inner.token, is_genuine=True, escape=escape))


def _offer(view: _View, at: int, end: int, names: Collection[str], taken: _Taken) -> None:
    """A tail and the name before it, if that is one."""
    chars = view.chars
    tail = chars[at:end]
    if not tail.isalnum():
        if tail.count("\n") > _MOST_BREAKS:
            return
        tail = _NOT_WORD.sub("", tail)
    if len(tail) == TAIL and not _TAIL.fullmatch(tail):
        return
    name = _name_before(chars, at, names)
    if name is None or not is_checked(name[0], tail.lower()):
        return
    entity, begin = name
    start, stop, escape = view.span(begin, end)
    is_plain = chars[begin:at].endswith("_") or _HAS_DIGIT.search(tail) is not None
    taken.offer(TokenSpan(start, stop, f"{entity}_{tail.lower()}", is_genuine=True, is_plain=is_plain, escape=escape))


@lru_cache(maxsize=16)
def _compact(names: frozenset[str]) -> tuple[dict[str, str], tuple[int, ...], frozenset[str]]:
    """Names without underscores, their lengths, longest first, and the letters they end in."""
    table = {name.replace("_", ""): name for name in names}
    lasts = {name[-1] for name in table}
    return (
        table,
        tuple(sorted({len(name) for name in table}, reverse=True)),
        frozenset(lasts | set(map(str.lower, lasts))),
    )


def _name_before(chars: str, at: int, names: Collection[str]) -> tuple[str, int] | None:
    """The entity whose name ends before ``at``, with what models put in an underscore's place, and where it begins."""
    low = max(0, at - _BACK)
    whole = chars[low:at]
    before = whole.rstrip(_JUNK)
    if before.endswith(">"):
        before = _TAG_BEFORE.sub("", before).rstrip(_JUNK)
    if len(whole) - len(before) > _MOST_JUNK:
        return None
    table, lengths, lasts = _compact(frozenset(names))
    if before[-1:] not in lasts:
        return None
    word = _NOT_WORD.sub("", before).upper()
    for length in lengths:
        if length <= len(word) and (name := table.get(word[-length:])) is not None:
            begin = _begins(before, length)
            if begin is not None:
                return name, low + begin
    return None


def _begins(before: str, length: int) -> int | None:
    """Where its last ``length`` letters begin; None when that is within a word, or too much stands between them."""
    letters = [place for place in range(len(before)) if _WORD.match(before[place])][-length:]
    if letters[0] and _WORD.match(before[letters[0] - 1]):
        return None
    for one, two in pairwise(letters):
        if two - one > 1 and not _MAY_SEPARATE.match(before[one + 1 : two]):
            return None
    return letters[0]


def _malformed(text: str, names: Collection[str], taken: _Taken) -> None:
    for span in spellings.mistyped(text, names):
        taken.offer(span)
    for found in _MALFORMED.finditer(text) if "_" in text else ():
        tail = found[1] or found[2]
        if found[1] and not (_HAS_DIGIT.search(tail) and _HAS_LETTER.search(tail)):
            continue
        name = _name_before(text, found.start(), names)
        if name is not None:
            taken.offer(TokenSpan(name[1], found.end(), f"{name[0]}_{tail.lower()}", is_genuine=False))
