"""Escapes undone: HTML entities, percent-encoding, backslash escapes, quoted-printable.

Each takes a view and gives a view; what is no valid escape stays as it is written.
"""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import Final

from sidecar.redaction.disguise.view import View, replaced

_ENTITY = re.compile(
    r"&(?:#0{0,8}[0-9]{1,7};?|#[xX]0{0,8}[0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31}(?:;|(?![A-Za-z0-9=])))"
)
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_BACKSLASH = re.compile(
    r"\\(?=\\{1,7}(?:[uU][0-9A-Fa-f]{4}|u\{|x[0-9A-Fa-f]{2}))"  # an escape that was escaped: JSON in a JSON string
    r"|\\(?:u\{0{0,4}[0-9A-Fa-f]{1,6}\}|(?:u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2})"
    r"|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[0-3][0-7]{2})"
)
_PRINTABLE = re.compile(r"(?:=[0-9A-Fa-f]{2})+|=[ \t]{0,4}\r?\n")
_SOFT_BREAK = re.compile(r"=[ \t]{0,4}\r?\n")
_LONGEST_POINT: Final = 0x10FFFF


def undone(view: View) -> View:
    """One round of entities, percent and backslash escapes. The same object when there are none."""
    text = view.text
    if "&" in text:
        view = replaced(view, _ENTITY, _entity)
    if "%" in text:
        view = _bytes(view, _PERCENT, 3)
    if "\\" in text:
        view = replaced(view, _BACKSLASH, _backslash)
    return view


def printable(view: View) -> View:
    """Quoted-printable undone (RFC 2045 6.7); the same object when the text does not look like it."""
    text = view.text
    if "=" not in text or (_SOFT_BREAK.search(text) is None and sum(1 for _ in _PRINTABLE.finditer(text)) == 0):
        return view
    return _bytes(replaced(view, _SOFT_BREAK, lambda _: ""), _PRINTABLE, 3)


def _entity(match: re.Match[str]) -> str | None:
    said = match[0]
    if said[1] != "#" and not said.endswith(";"):
        return html5.get(said[1:] + ";")
    new = html.unescape(said if said.endswith(";") else said + ";")
    return None if new == said else new


def _backslash(match: re.Match[str]) -> str | None:
    said = match[0]
    if len(said) == 1:
        return ""
    if said[1] in "0123":
        return chr(int(said[1:], 8))
    if len(said) == 12:  # noqa: PLR2004  a surrogate pair
        return (bytes.fromhex(said[2:6]) + bytes.fromhex(said[8:])).decode("utf-16-be")
    point = int(said[2:].strip("{}"), 16)
    return chr(point) if point <= _LONGEST_POINT else None


def _bytes(view: View, pattern: re.Pattern[str], width: int) -> View:
    """Runs of escaped bytes, each ``width`` characters long, as UTF-8, else as Latin-1; every character keeps its own place."""
    text, places = view.text, view.places
    said: list[str] = []
    kept: list[int] = []
    at = 0
    for run in pattern.finditer(text):
        raw = bytes.fromhex(run[0].replace(run[0][0], ""))
        try:
            meant, charset = raw.decode(), "utf-8"
        except UnicodeDecodeError:
            meant, charset = raw.decode("latin-1"), "latin-1"
        here = run.start()
        said += (text[at:here], meant)
        kept += places[at:here]
        for mark in meant:
            kept.append(places[here])
            here += width * len(mark.encode(charset))
        at = run.end()
    if not said:
        return view
    said.append(text[at:])
    kept += places[at:]
    return view._replace(text="".join(said), places=kept, has_words=True)
