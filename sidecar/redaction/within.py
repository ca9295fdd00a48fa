# ruff: noqa: RUF001  typographic signs as people write them
"""Values inside one passage that say more by themselves: in URLs, after a name on a line, beside an address, in disguise.

Texts that have to be rewritten as a whole when a value in them changes (JSON, CSV, base64) are ``embedded``'s. It finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sidecar.redaction import disguise, shape, uris
from sidecar.redaction.assigned import assigned
from sidecar.redaction.disguise import View
from sidecar.redaction.disguise.packed import SHORTEST
from sidecar.redaction.findings import Findings, Passage

_NUMBERS: Final = frozenset(("integer", "number"))
_KEY = r"(?P<key>[^\W\d_][\w'’./()#&\- ]{0,40}?)"
_LINE = re.compile(
    rf"^[ \t>*•·|-]{{0,8}}(?:\*\*|__)?{_KEY}(?:\*\*|__)?[ \t]{{0,8}}[:=：](?:\*\*|__)?[ \t]{{1,12}}(?P<value>\S[^\n\r]{{0,240}})",
    re.MULTILINE,
)
_LISTED = re.compile(
    rf"(?:^|[,;|][ \t]{{0,4}}){_KEY}[ \t]?[:=：][ \t]{{0,4}}(?P<value>[^\s,;|:=][^,;|\n\r:=]{0, 80}?)[ \t]{0, 8}(?=[,;|\n\r]|$)",
    re.MULTILINE,
)
_FURTHER = re.compile(r"[,;|][ \t]{0,4}[^\W\d_][\w' -]{0,30}[:=：]")
_LONGEST_KEY: Final = 5
"""Words."""
_LISTS: Final = 2
_MAX_VALUES: Final = 2_000
"""Named values looked at in one text."""

_ADDRESSED = re.compile(
    r"(?:\"(?P<quoted>[^\"\n<>@]{2,60})\"|(?P<bare>(?<![\w.'’-])[^\W\d_][\w.'’-]{0,30}(?:,? [^\W\d_][\w.'’-]{0,30}){1,4}))"
    r"[ \t]{0,2}<(?P<local>[^\s<>@]{1,64})@[^\s<>@]{1,200}>"
)
_HEADER = re.compile(
    r"^(?:from|to|cc|bcc|reply-to|sender|von|an|de|para|à|da|od|van|aan)[ \t]?:", re.IGNORECASE | re.MULTILINE
)
_MAILBOX = "full_name"
"""What a display name is to ``fields``."""
_NOBODY = re.compile(
    r"(?i)\b(?:team|support|sales|service|news(?:letter)?|info|inc|ltd|llc|gmbh|corp|no-?reply|office|desk|help|marketing|billing|"
    r"accounts?|admin|alerts?|notifications?|shop|store|group|bank|customer|care|department|dept|staff|list|from|to|cc|by)\b"
)

_LITERAL = re.compile(r"\"(?P<double>[^\"\n]{2,400})\"|'(?P<single>[^'\n]{2,400})'")


def within(passage: Passage) -> Iterator[tuple[Passage, View]]:
    """Further passages in ``passage``, and where their characters stand in it."""
    text, json_type = passage.text, passage.json_type
    if json_type in _NUMBERS:
        return
    for view in _all(text, is_value=json_type == "string" and not passage.is_code):
        name = passage.field if view.name is None else view.name
        sibling = passage.sibling if view.name is None else ""
        kind = json_type if view.name is None else "string"
        is_code = passage.is_code or view.is_code
        yield passage._replace(text=view.text, field=name, sibling=sibling, json_type=kind, is_code=is_code), view


def placed(findings: Findings, view: View, text: str) -> Findings:
    """Findings in ``view`` as findings in ``text``, outside its labels, personalisation strings and masked tokens."""
    found = tuple(view.placed(findings))
    if not found or view.in_syntax or not (spans := shape.protected_spans(text)):
        return found
    return tuple(
        each._replace(start=start, end=end)
        for each in found
        for start, end in shape.outside(each.start, each.end, spans)
        if any(map(str.isalnum, said := text[start:end])) or not said.isascii()
    )


def _all(text: str, *, is_value: bool) -> Iterator[View]:
    if len(text) < SHORTEST and text.isalnum() and text.isascii():
        return
    yield from _in_urls(text)
    for view in disguise.views(text):
        yield view
        yield from (view.within(View(part.text, part.places, part.name)) for part in uris.parts(view.text))
        for literal in _literals(view.text):
            yield view.within(literal)._replace(in_syntax=True, is_code=literal.is_code)
        if is_value:
            yield from (view.within(inner) for inner in _named(view.text))
    if is_value:
        yield from _named(text)
    for literal in _literals(text):
        yield literal
        for inner in (*disguise.views(literal.text), *_in_urls(literal.text)):
            yield literal.within(inner)._replace(in_syntax=True, is_code=literal.is_code)


def _in_urls(text: str) -> Iterator[View]:
    for part in uris.parts(text):
        own = View(part.text, part.places, part.name)
        yield own
        yield from (own.within(inner) for inner in disguise.views(part.text))


def _named(text: str) -> Iterator[View]:
    """``First name: Ana``: only what the name says of the value counts, the rest is read with the text around it."""
    for _, (start, end, name) in zip(range(_MAX_VALUES), assigned(text), strict=False):
        yield _value(text, start, end, name)
    if ":" not in text and "=" not in text and "：" not in text:
        return
    for _, match in zip(range(_MAX_VALUES), _LINE.finditer(text), strict=False):
        if _is_name(match["key"]) and _FURTHER.search(match["value"]) is None:
            yield _value(text, *match.span("value"), match["key"])
    for _, match in zip(range(_MAX_VALUES), _LISTED.finditer(text), strict=False):
        if _is_name(match["key"]):
            yield _value(text, *match.span("value"), match["key"])
    if "<" in text and "@" in text:
        yield from _addressed(text)


def _is_name(key: str) -> bool:
    return len(key.split()) <= _LONGEST_KEY


def _value(text: str, start: int, end: int, name: str) -> View:
    while end > start + 1 and text[end - 1] in " \t,;|":
        end -= 1
    if end - start > 2 and text[start] == text[end - 1] and text[start] in "\"'`*":  # noqa: PLR2004  quotes and something in them
        start, end = start + 1, end - 1
    return View(text[start:end], range(start, end + 1), name.strip(), by_name=True)


def _addressed(text: str) -> Iterator[View]:
    """``Ana Lopez <ana@…>``: a display name is a person's if the mailbox bears it, or on a line that says who wrote."""
    headers = [match.start() for match in _HEADER.finditer(text)]
    for match in _ADDRESSED.finditer(text):
        group = "quoted" if match["quoted"] else "bare"
        name = match[group]
        words = [word for word in re.split(r"[\s.,'’-]+", name.lower()) if len(word) > 2]  # noqa: PLR2004  initials say little
        local = match["local"].lower()
        is_header = any(text.count("\n", start, match.start()) == 0 for start in headers if start < match.start())
        if _NOBODY.search(name) is None and (is_header or any(word in local for word in words)):
            start, end = match.span(group)
            yield View(name, range(start, end + 1), _MAILBOX, by_name=True)


def _literals(text: str) -> Iterator[View]:
    """Personalisation strings, whose syntax is never part of a finding: quoted texts in them are texts, the rest is code."""
    if "%%" not in text and "{{" not in text and "{%" not in text:
        return
    for start, end in shape.protected_spans(text):
        if end - start > 4 and text[start] in "%{":  # noqa: PLR2004  the brackets alone
            for match in _LITERAL.finditer(text, start, end):
                low, high = match.span("double" if match["double"] else "single")
                yield View(text[low:high], range(low, high + 1), "", in_syntax=True)
            low, high = start + 2, end - 2
            yield View(text[low:high], range(low, high + 1), "", in_syntax=True, is_code=True)
