"""Texts inside texts (JSON, HTML, XML, CSV, Markdown tables, base64, gzip): unfolded into passages, and folded back with edits made.

It finds nothing. What is not edited comes back character for character; what cannot be unfolded is a passage as it stands.
One file is one format: it says where values stand in a text (``nodes.Slot``) and how a new value is written there.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from sidecar.redaction.disguise.packed import Packing, text_of
from sidecar.redaction.embedded.mimes import charset as _charset
from sidecar.redaction.embedded.mimes import is_code
from sidecar.redaction.embedded.mimes import is_text as _is_text
from sidecar.redaction.embedded.nodes import Edits, Node, Packed, Slots
from sidecar.redaction.embedded.respelling import Respell, markups, respelt
from sidecar.redaction.embedded.unfolding import MAX_DEPTH, MAX_UNFOLDED, About, Unfolding, may_unfold, passage
from sidecar.redaction.findings import Findings, Passage, apply
from sidecar.wire.places import Place
from sidecar.wire.spans import Settle

__all__ = ["MAX_DEPTH", "MAX_UNFOLDED", "Unfolded", "is_code", "may_unfold", "unfold", "unfold_blob"]


@dataclass(slots=True)
class Unfolded:
    """``passages`` in reading order; ``fold`` takes edits by passage number. An integer leaf's edit must keep it an integer.

    Not frozen only because that triples the cost of making one, and a message may have thousands.
    """

    passages: tuple[Passage, ...]
    places: Mapping[int, Place]
    """By passage number: where answers for its whole text are remembered."""
    known: Mapping[int, Findings]
    """By passage number: answers remembered."""
    _text: str = field(repr=False)
    _root: Node | None = field(repr=False, default=None)
    """``None``: the text is the one passage."""
    is_settled: bool = False
    """``fold`` changes the text even without an edit."""

    def fold(self, edits: Edits, respell: Respell | None = None) -> str:
        """``respell`` is asked about the edits of markup in the text."""
        if self._root is None:
            return apply(self._text, edits.get(0, ()))
        root = self._root if respell is None else respelt(self._root, respell)
        return apply(self._text, root.edits(edits))

    def markups(self) -> list[Slots]:
        """HTML and XML in the text, outermost."""
        return [] if self._root is None else list(markups(self._root))


def unfold(
    text: str,
    *,
    field: str = "",
    sibling: str = "",
    json_type: str = "string",
    mime: str = "",
    column: bytes = b"",
    place: Place | None = None,
    language: str = "en",
    depth: int = MAX_DEPTH,
    settle: Settle | None = None,
) -> Unfolded:
    """``place``: where the text stands among messages of its kind; ``settle``: who knows what becomes of texts seen there. ``depth``: how many texts inside texts are followed; deeper ones are read as they stand.

    Raises ``Unanalysable`` for a packed text that unpacks to more than is allowed.
    """
    is_source = is_code(mime) if mime else False
    if json_type != "string" or not may_unfold(text):
        one = passage(Passage, (text, field, sibling, json_type, language, column, is_source))
        return Unfolded((one,), {}, {}, text)
    about = About(field, sibling, json_type, language, column, is_source, place)
    unfolding = Unfolding(settle)
    root = unfolding.text(text, about, depth)
    passages = tuple(unfolding.passages)
    return Unfolded(passages, unfolding.places, unfolding.known, text, root, unfolding.is_settled)


def unfold_blob(
    data: str,
    mime: str = "",
    *,
    field: str = "",
    column: bytes = b"",
    language: str = "en",
    depth: int = MAX_DEPTH,
) -> Unfolded | None:
    """The text in a base64 blob, compressed or not, by MIME type or because it is one; ``None``: a binary that nobody here can read.

    Raises ``Unanalysable`` for one that unpacks to more than is allowed.
    """
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except (ValueError, binascii.Error):
        return None
    charset = _charset(mime) if _is_text(mime) else "utf-8"
    found = text_of(raw, charset) if raw else ("", "")
    if found is None:
        return None
    text, compression = found
    unfolding = Unfolding()
    about = About(field, "", "string", language, column, is_code(mime))
    inner = unfolding.text(text, about, depth)
    packing = Packing(compression=compression, charset=charset)
    return Unfolded(tuple(unfolding.passages), {}, {}, data, Packed(inner, text, packing, len(data)))
