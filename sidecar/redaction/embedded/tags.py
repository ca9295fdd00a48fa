"""Tags of HTML and XML in a text, tolerantly and in linear time: no entity is expanded, no DTD read, nothing has to be well-formed.

It says where tags, comments, CDATA and code stand; ``markup`` says what is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TAG = re.compile(
    r"(?P<comment><!--)|(?P<cdata><!\[CDATA\[)|<(?P<other>[!?][A-Za-z\[](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z_][\w:.-]{0,80})(?P<rest>(?:[\s/](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)?)>"
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s=/>\"'<]{1,120})(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+)))?"
)
_CODE: Final = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
HTML: Final = frozenset(
    "html head body div span p br a b i em strong u s font table thead tbody tfoot tr td th ul ol li dl dt dd h1 h2 h3 h4 h5 h6 img hr pre "  # noqa: SIM905  as words they can be read
    "blockquote script style center small sub sup input form select option textarea button label title meta link section article header footer "
    "main nav aside figure figcaption iframe abbr cite code kbd mark q time del ins strike big tt wbr caption colgroup col fieldset legend "
    "video audio source picture svg details summary address".split()
)
_AMBIGUOUS: Final = frozenset(
    "title label address time code mark data source summary details header section form option link main cite".split()  # noqa: SIM905  as words they can be read
)
"""Names that XML made of data has as well."""
_LABEL = re.compile(r"[A-Z][A-Z_]{2,40}")
_CLOSED = re.compile(r"</([A-Za-z_][\w:.-]{0,80})\s*>")


class Tag(NamedTuple):
    """``start`` to ``end`` of the text; ``kind`` is open, close, empty, comment, cdata, code or other; ``inner`` where its content stands."""

    start: int
    end: int
    kind: str
    name: str = ""
    inner: tuple[int, int] = (0, 0)


class Attribute(NamedTuple):
    name: str
    start: int
    end: int


def is_markup(text: str) -> bool:
    """Whether there is a tag in it that HTML knows or that is closed again: addresses and labels in angle brackets are no tags."""
    for match in _TAG.finditer(text):
        if match["cdata"] is not None or (match["other"] or "").lower().startswith(("?xml", "!doctype")):
            return True
        if match["name"] and (match["close"] or match["rest"].strip() or match["name"].lower() in HTML):
            return True
    return False


_NOWHERE: Final = (0, 0)
_new: Final = tuple.__new__


def tags(text: str) -> Iterator[Tag]:
    """Tags in order; script and style with their content. What looks like a label (``<PERSON>``) is text."""
    closed = {name.lower() for name in _CLOSED.findall(text)}
    at = 0
    while (match := _TAG.search(text, at)) is not None:
        start, at = match.span()
        name = match["name"]
        if name is not None:
            rest, lower = match["rest"], name.lower()
            if match["close"]:
                yield _new(Tag, (start, at, "close", name, _NOWHERE))
                continue
            if not rest:
                if lower not in closed and (lower not in HTML or _LABEL.fullmatch(name)):
                    continue
                yield _new(Tag, (start, at, "open", name, _NOWHERE))
                kind = "open"
            else:
                kind = "empty" if rest.rstrip().endswith("/") else "open"
                yield Tag(start, at, kind, name, match.span("rest"))
            if lower in _CODE and kind == "open":
                end = _CODE[lower].search(text, at)
                stop = end.start() if end else len(text)
                if stop > at:
                    yield Tag(at, stop, "code", name, (at, stop))
                at = stop
        elif match["comment"] is not None or match["cdata"] is not None:
            kind, ending = ("comment", "-->") if match["comment"] else ("cdata", "]]>")
            stop = text.find(ending, at)
            stop = len(text) if stop < 0 else stop  # never closed: it takes the rest, so that this stays linear
            yield Tag(start, min(stop + 3, len(text)), kind, inner=(at, stop))
            at = min(stop + 3, len(text))
        else:
            yield Tag(start, at, "other", inner=match.span("other"))


def attributes(text: str, span: tuple[int, int]) -> Iterator[Attribute]:
    for match in _ATTRIBUTE.finditer(text, *span):
        for kind in ("double", "single", "bare"):
            if match[kind]:
                yield Attribute(match["name"], *match.span(kind))


def is_html(names: set[str]) -> bool:
    """Whether most of the elements are HTML's own."""
    known = names & (HTML - _AMBIGUOUS)
    return bool(known) and 2 * len(known) >= len(names - _AMBIGUOUS)
