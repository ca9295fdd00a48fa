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
from collections.abc import Collection
from functools import lru_cache
from html import unescape
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
_NEEDS_VIEW: Final = re.compile(r"[%&\\=]|[^\x00-\x7f]")
_BREAK: Final = r"(?:[ \t]*\r?\n[ \t>|*#/-]*)?"
_RUN: Final = re.compile(rf"[A-Za-z2-7](?:{_BREAK}[A-Za-z2-7]){{{TAIL - 1}}}(?=[sS]?(?![A-Za-z0-9]))")
_SEALED_RUN: Final = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z2-7](?:{_BREAK}[A-Za-z2-7]){{29,92}}(?![A-Za-z0-9])")
_BETWEEN: Final = re.compile(r"(?:[\s_\\*`~:.,\"'(\[-]|\u2010|\u2011|\u2013|\u2014|</?[a-z]{1,6}>){0,6}\Z")
_BACK: Final = 96
_WORD: Final = re.compile(r"[A-Za-z0-9]")
_MAY_SEPARATE: Final = re.compile(r"[\s_\\*.\u2010\u2011-]{0,3}\Z")
_MALFORMED: Final = re.compile(
    r"\\?_(?:([A-Za-z0-9]{12,14})(?![A-Za-z0-9])|([A-Za-z2-7]{3,12})(?=\u2026|\.\.\.|\[\u2026|\[\.\.\.))"
)
_HAS_DIGIT: Final = re.compile(r"[0-9]")
_HAS_LETTER: Final = re.compile(r"[g-zG-Z]")


class _View:
    """The text with escapes undone: ``chars``, and where each of them stands in the text."""

    def __init__(self, text: str) -> None:
        self.chars = text
        self._places: list[tuple[int, int, Escape]] | None = None
        if _NEEDS_VIEW.search(text):
            self._undo(text)

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


def find(text: str, names: Collection[str]) -> list[TokenSpan]:
    """Everything in ``text`` that may be one of our tokens, in order, none overlapping another.

    Spans that are not genuine are what a writing call must not carry: a tail of the wrong length, cut short or mistyped.
    """
    spans = tokens.find(text, names) + spellings.find(text, names)
    if "%" in text or "&" in text or "\\" in text or not text.isascii():
        view = _View(text)
        for _ in range(2):  # escapes within escapes: JSON in a URL, HTML in JSON
            spans += _in_view(view, names, spans)
            inner = _View(view.chars)
            if inner.chars == view.chars:
                break
            view = _stacked(view, inner)
    else:
        spans += _in_view(_View(text), names, spans)
    spans += _malformed(text, names, spans)
    return sorted(spans)


def _stacked(outer: _View, inner: _View) -> _View:
    """``inner`` is the view of ``outer``'s characters; its places are put in terms of the text."""
    view = _View("")
    view.chars = inner.chars
    places: list[tuple[int, int, Escape]] = []
    for low, high, escape in inner._places or [(n, n + 1, "") for n in range(len(inner.chars))]:  # noqa: SLF001
        start, end, around = outer.span(low, high)
        places.append((start, end, escape or around))
    view._places = places  # noqa: SLF001
    return view


def _in_view(view: _View, names: Collection[str], taken: list[TokenSpan]) -> list[TokenSpan]:
    chars = view.chars
    new: list[TokenSpan] = []
    for pattern in (_RUN, _SEALED_RUN):
        for found in _overlapping(pattern, chars):
            span = _candidate(view, found, names)
            if span is not None and not _touches(span, taken) and not _touches(span, new):
                new.append(span)
    if view._places is not None:  # noqa: SLF001
        for inner in spellings.find(chars, names):
            start, end, escape = view.span(inner.start, inner.end)
            span = TokenSpan(start, end, inner.token, is_genuine=True, escape=escape)
            if not _touches(span, taken) and not _touches(span, new):
                new.append(span)
    return new


def _overlapping(pattern: re.Pattern[str], chars: str) -> list[re.Match[str]]:
    """Matches that begin anywhere: ``PERSON7k2…`` is one run of letters, of which the end counts."""
    found: list[re.Match[str]] = []
    at = 0
    while (match := pattern.search(chars, at)) is not None:
        found.append(match)
        at = match.start() + 1
    return found


def _candidate(view: _View, found: re.Match[str], names: Collection[str]) -> TokenSpan | None:
    chars = view.chars
    name = _name_before(chars, found.start(), names)
    if name is None:
        return None
    entity, begin = name
    tail = _BROKEN.sub("", found.group()).lower()
    if not is_checked(entity, tail):
        return None
    start, end, escape = view.span(begin, found.end())
    between = chars[begin : found.start()]
    is_plain = between.endswith("_") or _HAS_DIGIT.search(tail) is not None
    return TokenSpan(start, end, f"{entity}_{tail}", is_genuine=True, is_plain=is_plain, escape=escape)


_BROKEN: Final = re.compile(r"[^A-Za-z2-7]+")


@lru_cache(maxsize=16)
def _compact(names: frozenset[str]) -> tuple[dict[str, str], tuple[int, ...]]:
    """Names without underscores, and their lengths, longest first."""
    table = {name.replace("_", ""): name for name in names}
    return table, tuple(sorted({len(name) for name in table}, reverse=True))


def _name_before(chars: str, at: int, names: Collection[str]) -> tuple[str, int] | None:
    """The entity whose name ends before ``at``, with what models put in an underscore's place, and where it begins."""
    low = max(0, at - _BACK)
    before = chars[low:at]
    between = _BETWEEN.search(before)
    end = between.start() if between is not None else len(before)
    letters = [place for place in range(end) if _WORD.match(before[place])]
    word = "".join(before[place] for place in letters).upper()
    table, lengths = _compact(frozenset(names))
    for length in lengths:
        if length > len(word) or (name := table.get(word[-length:])) is None:
            continue
        begin = letters[-length]
        if begin and _WORD.match(before[begin - 1]):
            continue
        if all(
            two - one == 1 or _MAY_SEPARATE.match(before[one + 1 : two])
            for one, two in zip(letters[-length:-1], letters[-length + 1 :], strict=True)
        ):
            return name, low + begin
    return None


def _malformed(text: str, names: Collection[str], taken: list[TokenSpan]) -> list[TokenSpan]:
    spans: list[TokenSpan] = []
    for found in _MALFORMED.finditer(text) if "_" in text else ():
        name = _name_before(text, found.start(), names)
        tail = found[1] or found[2]
        if name is None or (found[1] and not (_HAS_DIGIT.search(tail) and _HAS_LETTER.search(tail))):
            continue
        span = TokenSpan(name[1], found.end(), f"{name[0]}_{tail.lower()}", is_genuine=False)
        if not _touches(span, taken):
            spans.append(span)
    return spans


def _touches(span: TokenSpan, others: list[TokenSpan]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
