# ruff: noqa: RUF001  characters that look like others are what this is about
"""Characters that stand for plain ones: full-width and mathematical letters, digits of other scripts, look-alikes; and those nobody sees.

Letters of a word that is wholly of another script are left alone: only a word that is otherwise Latin has look-alikes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from sidecar.redaction.disguise.view import View, replaced

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_LOOK_ALIKE_FROM: Final = (
    "аеорсухіјѕԁһԛԝѵкӏᴦпАВЕКМНОРСТХУІЈЅԌӀԚԜѴΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺαονρικυτηεχωϲϳγօսհոցզԁաⲟⲣⲥıɑɡɩʟɴɪʀʜʏʙɢꜱꜰᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ"
)
_LOOK_ALIKE_TO: Final = (
    "aeopcyxijsdhqwvklrnABEKMHOPCTXYIJSGIQWVABEZHIKMNOPTYXCMaovpikutnexwcjyouhngqdwopciagilniryhbgsfacdejkmoptuvwz"
)
_SMALL_CAPITALS: Final = dict(zip("ʟɴɪʀʜʏʙɢꜱꜰᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ", "lnirhybgsfacdejkmoptuvwz", strict=True))
_WORD = re.compile(r"[^\W_]*[^\W_\x00-\x7f\u0080-\u024f][^\W_]*")
_ADDRESS = re.compile(r"[^\s<>\"',;()\[\]]*@[^\s<>\"',;()\[\]]*")
_GAP_IN_NUMBER = re.compile(
    r"[0-9A-Z][\u00a0\u2010-\u2015\u2212\u2043\u2000-\u200a\u202f\u205f\u3000\ufe58\ufe63]{1,2}[0-9A-Z]"
)
"""Blanks and dashes that most patterns do not take for ordinary ones."""
_ASCII_WORD = re.compile(r"[A-Za-z]")
_CODE = re.compile(r"(?=\S{0,40}[0-9A-Za-z][:-]|\S{0,40}[:-][0-9A-Za-z])[^\s,;()\[\]<>\"]{4,64}")
"""Letters and digits with hyphens or colons between them: one code, in which two Cyrillic capitals may make a word."""
_IDEOGRAPHIC_STOP = re.compile(r"(?<=[A-Za-z0-9])[\u3002\uff0e\uff61](?=[A-Za-z0-9])")
_ORDINARY: Final = frozenset("\u00aa\u00ba\u2122\u2120\u2026\u2025\u2116\u2103\u2109\u00b7")
"""Written by everybody, and meant as they are."""
_MARKS: Final = (
    (0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF), (0x0483, 0x0489),
)  # fmt: skip
"""Combining marks of no script of their own, and variation selectors."""
_LETTERED: Final = ((0x1F130, "A"), (0x1F150, "A"), (0x1F170, "A"), (0x1F1E6, "A"))
"""Squared and negative letters, regional indicators: A to Z from here."""
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b\u180c\u180d\u180f")
_TAGS: Final = 0xE0000
_PLAIN_SIGNS: Final = frozenset("@.+_%-:/=&#;")


def seen(view: View) -> View:
    """``view`` in plain characters; the same object when all of it that matters is plain already."""
    if view.text.isascii():
        return view
    table = {mark: new for mark in set(view.text) if mark > "\x7f" and (new := plain(mark)) is not None}
    if any(map(_matters, table.items())) or (table and _GAP_IN_NUMBER.search(view.text) is not None):
        bare = replaced(view, _BEYOND_ASCII, lambda match: table.get(match[0]))
        if _tells_more(view.text, bare.text):
            has_words = view.has_words or any(new.isalpha() or not new for new in table.values())
            view = bare._replace(has_words=has_words)
    return _alike(replaced(view, _IDEOGRAPHIC_STOP, lambda _: "."))


@lru_cache(4096)
def plain(mark: str) -> str | None:
    """What a character beyond ASCII stands for; empty for what nobody sees; ``None`` for what stands for itself."""
    code = ord(mark)
    if mark in _ORDINARY:
        return None
    if any(low <= code <= high for low, high in _MARKS) or mark in _FILLERS:
        return ""
    if _TAGS + 0x20 <= code <= _TAGS + 0x7E:
        return chr(code - _TAGS)
    for first, letter in _LETTERED:
        if first <= code < first + 26:
            return chr(ord(letter) + code - first)
    if mark in _SMALL_CAPITALS:
        return _SMALL_CAPITALS[mark]
    return _by_category(mark)


def _by_category(mark: str) -> str | None:
    match unicodedata.category(mark):
        case "Cf":
            return ""
        case "Nd":
            return str(unicodedata.decimal(mark))
        case "Zs" | "Zl" | "Zp":
            return " "
        case "Pd":
            return "-"
        case category:
            if mark in "\u2212\u2043":
                return "-"
            folded = unicodedata.normalize("NFKC", mark)
            if folded == mark or not folded.isascii():
                return _of_symbol(mark) if category in {"No", "So"} else None
            return ("".join(filter(str.isalnum, folded)) or folded) if category in {"No", "So"} else folded


def _of_symbol(mark: str) -> str | None:
    value = unicodedata.digit(mark, None)
    return None if value is None else str(value)


def _matters(change: tuple[str, str]) -> bool:
    """Ideographic punctuation, dashes and blanks alone hide nothing."""
    mark, new = change
    return not new or new.isalnum() or (new in _PLAIN_SIGNS and unicodedata.category(mark) != "Pd")


_HIDDEN_BESIDE = re.compile(r"[A-Za-z0-9@.+-]")


def _tells_more(text: str, bare: str) -> bool:
    """Whether what fell away or changed stood in plain words: an emoji's joiners and a lone soft hyphen in Persian do not."""
    if len(bare) != len(text):
        return _HIDDEN_BESIDE.search(bare) is not None
    return True


_LATIN_MIXED = re.compile(r"[A-Za-z][^\W\d_\x00-\u024f]|[^\W\d_\x00-\u024f][A-Za-z]")
_LOOK_ALIKES: Final = dict(zip(_LOOK_ALIKE_FROM, _LOOK_ALIKE_TO, strict=True))


def _alike(view: View) -> View:
    text = view.text
    if text.isascii() or _LOOK_ALIKES.keys().isdisjoint(text):
        return view
    addresses = [match.span() for match in _ADDRESS.finditer(text) if _ASCII_WORD.search(match[0])]
    addresses += [match.span() for match in _CODE.finditer(text)]

    def latin(match: re.Match[str]) -> str | None:
        word = match[0]
        if any(c > "\u024f" and c not in _LOOK_ALIKES for c in word):
            return None
        is_mixed = any(c < "\u0250" and c != "ı" for c in word)
        if not is_mixed and not any(start <= match.start() < end for start, end in addresses):
            return None
        new = "".join(_LOOK_ALIKES.get(c, c) for c in word)
        return new if new != word else None

    found = replaced(view, _WORD, latin)
    if found is view:
        return view
    return _exact(view, found)._replace(has_words=view.has_words or _LATIN_MIXED.search(text) is not None)


def _exact(before: View, after: View) -> View:
    """Letter for letter: ``replaced`` gives a whole word one place, but look-alikes keep their number."""
    return after._replace(places=before.places)
