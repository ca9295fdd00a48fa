"""HTML and XML: texts, attributes, comments and code in them as values, each with the field its place gives it.

Tags are never changed; new values are escaped. A text that inline tags run through is one value: ``<b>Ana</b> <i>Lopez</i>``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from sidecar.redaction.embedded.nodes import Slot, as_written
from sidecar.redaction.embedded.tags import Tag, attributes, is_html, is_markup, tags

_INLINE: Final = frozenset(
    "b i em strong span a u s font small mark sub sup label abbr time q cite var kbd samp bdi bdo wbr ins del tt big strike code br".split()  # noqa: SIM905  as words they can be read
)
_ENTITY = re.compile(
    r"&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});|&(?:#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6})(?![0-9A-Fa-f;])"
)
_URLS: Final = frozenset(("href", "src", "action", "cite", "formaction", "background", "xmlns"))
_NAMING: Final = ("name", "property", "key", "field", "itemprop", "id", "label", "column")
_VALUING: Final = frozenset(("value", "content", "data-value", "placeholder"))
_SYNTAX: Final = frozenset(
    "class style id type rel align valign width height border cellpadding cellspacing bgcolor color target method enctype charset lang dir role "  # noqa: SIM905  as words they can be read
    "colspan rowspan http-equiv viewbox d fill stroke xmlns version encoding nonce integrity runat".split()
)
"""Attributes that say how, not what: they stay in the husk, which is read as code."""
_FIELD_VALUES: Final = frozenset(("value", "val", "data", "text", "string", "content"))
_FIELD_NAMES: Final = frozenset(("name", "key", "label", "attribute", "field", "property"))
_NAMED_ELEMENTS: Final = frozenset(
    "field property param parameter attribute column input select textarea meta data item entry string add cell variable option header".split()  # noqa: SIM905  as words they can be read
)
"""Elements whose ``name`` is a field's, not a person's."""
_VALUE_FOLLOWS = re.compile(
    r"\s{0,40}</[^<>]{1,80}>\s{0,80}<(?:[\w-]{1,40}:)?(?:value|val|data|text|string|content)\b", re.IGNORECASE
)
_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.){2,400})\"|'((?:[^'\\\n]|\\.){2,400})'")
_LONGEST_HEADER: Final = 48


def slots(text: str) -> Sequence[Slot] | None:
    """The values of a text that is or contains markup, else ``None``."""
    if not is_markup(text):
        return None
    found = list(tags(text))
    names = {tag.name.lower() for tag in found if tag.kind in {"open", "empty"}}
    reading = (_Html if is_html(names) else _Xml)(text)
    reading.read(found)
    return reading.slots


Escape: TypeAlias = Callable[[str], str]


def _escaped(new: str) -> str:
    return html.escape(new, quote=True)


def _escaped_text(new: str) -> str:
    """Between tags quotation marks and apostrophes stand as they are, as people write them: O'Brien comes back as he was."""
    return html.escape(new, quote=False)


def _escaped_double(new: str) -> str:
    return html.escape(new, quote=False).replace('"', "&quot;")


class _Reading:
    """One text being read from tag to tag."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.slots: list[Slot] = []

    def read(self, found: Sequence[Tag]) -> None:
        at = 0
        for tag in found:
            if at < tag.start:
                self.text(at, tag.start)
            match tag.kind:
                case "comment":
                    self.add(((tag.inner),), escape=as_written, field=None)
                case "cdata":
                    self.cdata(tag)
                case "code":
                    self.code(tag)
                case "other":
                    pass
                case _:
                    self.tag(tag)
            at = tag.end
        if at < len(self.source):
            self.text(at, len(self.source))
        self.end()

    def text(self, start: int, end: int) -> None:
        raise NotImplementedError

    def tag(self, tag: Tag) -> None:
        raise NotImplementedError

    def end(self) -> None:
        """The text is over."""

    def cdata(self, tag: Tag) -> None:
        self.add((tag.inner,), escape=_without_end, field=None, is_raw=True)

    def code(self, tag: Tag) -> None:
        """Script and style; a script of JSON is data."""
        if "json" in self.source[self.source.rfind("<", 0, tag.start) : tag.start].lower():
            self.add((tag.inner,), escape=as_written, is_raw=True)
            return
        self.slots.append(_slot(self.source, (tag.inner,), as_written, "", is_code=True, is_raw=True))

    def add(
        self,
        pieces: tuple[tuple[int, int], ...],
        *,
        escape: Escape = _escaped,
        field: str | None = "",
        sibling: str = "",
        kind: str = "string",
        is_raw: bool = False,
    ) -> None:
        if any(self.source[start:end].strip() for start, end in pieces):
            self.slots.append(_slot(self.source, pieces, escape, field, sibling=sibling, kind=kind, is_raw=is_raw))

    def attributes(self, tag: Tag) -> None:
        """``name="email" value="…"`` names its value; a link's address and a title have no name but their own."""
        if tag.inner[0] == tag.inner[1]:
            return
        all_of = list(attributes(self.source, tag.inner))
        named = {each.name.lower(): self.source[each.start : each.end] for each in all_of}
        naming = next((named[name] for name in _NAMING if name in named), "")
        for each in all_of:
            lower = each.name.lower()
            if lower in _SYNTAX or lower.startswith(("xmlns:", "on")):
                continue
            if lower in _NAMING and (not _VALUING.isdisjoint(named) or _local(tag.name).lower() in _NAMED_ELEMENTS):
                self.add(((each.start, each.end),), kind="key")
                continue
            field = naming if lower in _VALUING and naming else "" if lower in _URLS else _local(each.name)
            escape = _escaped_double if self.source[each.start - 1] == '"' else _escaped
            self.add(((each.start, each.end),), escape=escape, field=html.unescape(field))


class _Html(_Reading):
    """Blocks of text; cells know their column's header, definitions their term."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._pieces: list[tuple[int, int]] = []
        self._breaks: list[int] = []
        self._headers: list[str] = []
        self._row: list[str] = []
        self._cell = ""
        self._is_header_row = False
        self._header = ""
        self._term = ""
        self._has_row_name = False

    def text(self, start: int, end: int) -> None:
        self._pieces.append((start, end))

    def tag(self, tag: Tag) -> None:
        name = tag.name.lower()
        if name not in _INLINE:
            self._flush()
        elif name == "br":
            self._breaks.append(len(self._pieces))
        if tag.kind != "close":
            self.attributes(tag)
        if name not in _INLINE:
            self._place(tag, name)

    def end(self) -> None:
        self._flush()

    def code(self, tag: Tag) -> None:
        """Literals of a script that runs at the server are texts of the mail, not of the program."""
        super().code(tag)
        opening = self.source.rfind("<", 0, tag.start)
        if "runat" in self.source[opening : tag.start].lower():
            self.slots.pop()
            spans = [m.span(1) if m[1] else m.span(2) for m in _LITERAL.finditer(self.source, *tag.inner)]
            at = tag.inner[0]
            pieces: list[tuple[int, int]] = []
            for start, end in spans:
                pieces.append((at, start))
                at = end
            pieces.append((at, tag.inner[1]))
            self.slots += (
                _slot(self.source, (p,), as_written, "", is_code=True, is_raw=True) for p in pieces if p[0] < p[1]
            )
            self.slots += (_slot(self.source, (span,), _in_literal, "", is_raw=True) for span in spans)
            self.slots.sort(key=lambda slot: slot.pieces)

    def _flush(self) -> None:
        if not self._pieces:
            return
        pieces, breaks = tuple(self._pieces), self._breaks
        self._pieces, self._breaks = [], []
        said = "".join(self.source[start:end] for start, end in pieces)
        if not said.strip():
            return
        field: str | None
        if self._cell == "th" or (self._cell == "td" and self._is_header_row):
            self._header = (self._header + html.unescape(said)).strip()[:_LONGEST_HEADER]
            field = ""
        elif self._cell == "td":
            place = len(self._row)
            row_name = self._row[0] if place == 1 and self._has_row_name else ""
            field = row_name or (self._headers[place] if place < len(self._headers) else "")
        elif self._cell == "dt":
            self._term, field = html.unescape(said).strip()[:_LONGEST_HEADER], ""
        elif self._cell == "dd":
            field = self._term
        else:
            field = None
        self.slots.append(_slot(self.source, pieces, _escaped_text, field, breaks=breaks))

    def _place(self, tag: Tag, name: str) -> None:
        is_open = tag.kind == "open"
        match name:
            case "table":
                self._headers, self._row = [], []
            case "tr":
                if not self._headers and len(self._row) > 1 and all(self._row[1:]):
                    self._headers = self._row
                self._row, self._has_row_name, self._cell = [], False, ""
            case "thead":
                self._is_header_row = is_open
            case "td" | "th" | "dt" | "dd":
                if self._cell in {"td", "th"}:  # closed here, or by the next one that opens
                    self._row.append(self._header)
                    self._has_row_name = self._cell == "th" and len(self._row) == 1
                self._cell, self._header = (name if is_open else ""), ""
            case _:
                pass


class _Xml(_Reading):
    """Texts of elements, named by them; ``<Name>Email</Name><Value>…</Value>`` gives the value its neighbour's name."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._open: list[str] = []
        self._given: list[str] = [""]
        """By depth: the last ``Name`` element's text, or the ``name`` attribute of the element."""
        self._named: list[str] = [""]

    def text(self, start: int, end: int) -> None:
        self._value(start, end, is_raw=False)

    def cdata(self, tag: Tag) -> None:
        self._value(*tag.inner, is_raw=True)

    def _value(self, start: int, end: int, *, is_raw: bool) -> None:
        name = self._open[-1] if self._open else None
        sibling, kind = "", "string"
        if name is not None:
            lower = name.lower()
            if lower in _FIELD_NAMES and len(self._given) > 1:
                self._given[-2] = html.unescape(self.source[start:end]).strip()[:_LONGEST_HEADER]
                kind = "key" if _VALUE_FOLLOWS.match(self.source, end) else kind
            elif lower in _FIELD_VALUES and len(self._given) > 1:
                sibling = self._given[-2]
            sibling = sibling or self._named[-1]
        low, high = _trimmed(self.source, start, end)
        self.add(
            ((low, high),),
            escape=_without_end if is_raw else _escaped_text,
            field=name,
            sibling=sibling,
            kind=kind,
            is_raw=is_raw,
        )

    def tag(self, tag: Tag) -> None:
        if tag.kind == "close":
            name = _local(tag.name)
            if name in self._open:
                while self._open.pop() != name:
                    self._given.pop()
                    self._named.pop()
                self._given.pop()
                self._named.pop()
            return
        self.attributes(tag)
        if tag.kind == "open":
            named = {a.name.lower(): self.source[a.start : a.end] for a in attributes(self.source, tag.inner)}
            self._open.append(_local(tag.name))
            self._given.append("")
            self._named.append(
                html.unescape(next((named[n] for n in ("name", "key", "field", "label") if n in named), ""))
            )


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    raw = text[start:end]
    low = start + len(raw) - len(raw.lstrip())
    return low, max(low, end - (len(raw) - len(raw.rstrip())))


def _slot(
    text: str,
    pieces: tuple[tuple[int, int], ...],
    escape: Escape,
    field: str | None,
    *,
    sibling: str = "",
    kind: str = "string",
    breaks: Sequence[int] = (),
    is_code: bool = False,
    is_raw: bool = False,
) -> Slot:
    if len(pieces) == 1 and (is_raw or text.find("&", *pieces[0]) < 0):
        start, end = pieces[0]
        return Slot(text[start:end], range(start, end + 1), pieces, escape, field, sibling, kind, is_code=is_code)
    said: list[str] = []
    for number, (start, end) in enumerate(pieces):
        if number and number in breaks:
            said.append("\n")
        part = text[start:end]
        said.append(part if is_raw or "&" not in part else _ENTITY.sub(_meant, part))
    places = _Places(text, pieces, breaks, is_raw=is_raw)
    return Slot("".join(said), places, pieces, escape, field, sibling, kind, is_code=is_code)


def _meant(entity: re.Match[str]) -> str:
    said = entity[0] if entity[0].endswith(";") else entity[0] + ";"
    meant = html.unescape(said)
    return entity[0] if meant == said else meant


class _Places(Sequence[int]):
    """Where the characters of a text in pieces stand: sought only when something in it is edited."""

    __slots__ = ("_breaks", "_found", "_is_raw", "_pieces", "_text")

    def __init__(self, text: str, pieces: Sequence[tuple[int, int]], breaks: Sequence[int], *, is_raw: bool) -> None:
        self._text = text
        self._pieces = pieces
        self._breaks = breaks
        self._is_raw = is_raw
        self._found: list[int] = []

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, at: Any) -> Any:
        return self._all()[at]

    def _all(self) -> list[int]:
        found = self._found
        if not found:
            for number, (start, end) in enumerate(self._pieces):
                if number and number in self._breaks:
                    found.append(start)
                self._piece(start, end)
            found.append(self._pieces[-1][1])
        return found

    def _piece(self, at: int, end: int) -> None:
        for entity in () if self._is_raw else _ENTITY.finditer(self._text, at, end):
            self._found += range(at, entity.start())
            self._found += [entity.start()] * len(_meant(entity))
            at = entity.end()
        self._found += range(at, end)


def _without_end(new: str) -> str:
    return new.replace("]]>", "]] >")


def _in_literal(new: str) -> str:
    return new.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'").replace("\n", "\\n")
