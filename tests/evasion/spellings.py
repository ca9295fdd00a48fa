# ruff: noqa: RUF001  look-alikes are what this is about
"""Ways to write a value so that a pattern does not see it, and, independently of the product, how each is read again."""

from __future__ import annotations

import base64
import gzip
import html
import itertools
import quopri
import re
import unicodedata
import zlib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, quote_plus, unquote, unquote_plus

FRAME = "Please note: {} was given today."
"""Where values stand that are not encoded with the whole sentence."""


class Encoding(NamedTuple):
    """``write`` gives None where it would change nothing. ``whole``: it packs the sentence, not the value alone."""

    name: str
    write: Callable[[str], str | None]
    read: Callable[[str], str]
    whole: bool = False
    with_context: bool = False
    """It also takes in the words that say what the value is."""
    before: Encoding | None = None
    """What is done to the value first."""


def each(change: Callable[[str], str]) -> Callable[[str], str | None]:
    def write(value: str) -> str | None:
        new = "".join(map(change, value))
        return new if new != value else None

    return write


def mapped(source: str, target: str) -> Callable[[str], str | None]:
    table = dict(zip(source, target, strict=True))
    return each(lambda mark: table.get(mark, mark))


def from_map(source: str, target: str) -> Callable[[str], str]:
    return lambda text: text.translate(str.maketrans(target, source))


def shifted(upper: int, lower: int, digit: int) -> Callable[[str], str | None]:
    def change(mark: str) -> str:
        for first, last, to in (("A", "Z", upper), ("a", "z", lower), ("0", "9", digit)):
            if to and first <= mark <= last:
                return chr(to + ord(mark) - ord(first))
        return mark

    return each(change)


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def between(marks: str) -> Callable[[str], str | None]:
    def write(value: str) -> str | None:
        turn = itertools.cycle(marks)
        return "".join(mark + next(turn) for mark in value[:-1]) + value[-1]

    return write


def without(pattern: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, "", text)


DIGITS = "0123456789"
LATIN = "aeopcyxijsABEKMHOPCTXIJS"
CYRILLIC = "аеорсухіјѕАВЕКМНОРСТХІЈЅ"
GREEK = ("ovABEZHIKMNOPTYX", "ονΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
NAMED = {
    "@": "&commat;",
    ".": "&period;",
    "-": "&hyphen;",
    "+": "&plus;",
    " ": "&#32;",
    "(": "&lpar;",
    ")": "&rpar;",
    ":": "&colon;",
    "_": "&lowbar;",
}
AT_DOTS = [
    ("(at) (dot)", " (at) ", " (dot) "), ("[at] [dot]", "[at]", "[dot]"), ("{at} {dot}", " {at} ", " {dot} "), ("AT DOT", " AT ", " DOT "), ("at dot", " at ", " dot "),
    ("(@) (.)", " (@) ", " (.) "), ("arroba punto", " arroba ", " punto "), ("arroba ponto", " (arroba) ", " (ponto) "), ("chiocciola punto", " chiocciola ", " punto "),
    ("at Punkt", " (ät) ", " (punkt) "), ("arobase point", " arobase ", " point "), ("apenstaartje punt", " apenstaartje ", " punt "), ("małpa kropka", " małpa ", " kropka "),
    ("собака точка", " собака ", " точка "), ("-at- -dot-", " -at- ", " -dot- "), ("_at_ .", "_at_", "."), ("blanks", " @ ", " . "),
]  # fmt: skip


def spelled(at: str, dot: str) -> Encoding:
    def write(value: str) -> str | None:
        return value.replace("@", at).replace(".", dot) if re.fullmatch(r"[^@:/ ]+@[^@ ]+", value) else None

    return Encoding(f"spelled {at.strip()} {dot.strip()}", write, lambda text: text.replace(at, "@").replace(dot, "."))


def hexadecimal(text: str) -> str:
    return text.encode().hex()


def from_hex(text: str) -> str:
    return bytes.fromhex(text.replace(" ", "").replace(":", "")).decode()


def from_hex_apart(text: str) -> str:
    return re.sub("[0-9a-f]{2}(?: [0-9a-f]{2})+", lambda m: from_hex(m[0]), text)


def unpacked(text: str) -> str:
    return re.sub(r"[A-Za-z0-9+/]{12,}={0,2}", lambda m: base64.b64decode(m[0] + "==").decode(), text)


def unpack(text: str, window: int) -> str:
    return zlib.decompress(base64.b64decode(text), window).decode()


def deflated(text: str) -> str:
    machine = zlib.compressobj(wbits=-15)
    return base64.b64encode(machine.compress(text.encode()) + machine.flush()).decode()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def strung(gap: str) -> Callable[[str], str | None]:
    def write(value: str) -> str | None:
        bare = re.sub(r"[ .-]", "", value)
        is_number = re.fullmatch(r"\+?[\d -]{7,}|[A-Z]{2}\d\d[A-Z0-9 ]{10,}", value) and not re.match(
            r"\d{4}-\d\d-\d\d$", value
        )
        return gap.join(bare) if is_number else None  # in others the signs say what the digits are

    return write


def squeezed(text: str) -> str:
    return re.sub(r"[^\w@]", "", text).lower()


def octets(mark: str, form: str) -> Callable[[str], str | None]:
    return lambda value: "".join(f"{mark}{byte:02{form}}" for byte in value.encode())


def utf16(value: str) -> str | None:
    raw = value.encode("utf-16-be")
    return "".join(f"\\u{raw[at : at + 2].hex()}" for at in range(0, len(raw), 2))


def escaped_read(text: str) -> str:
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), text)
    text = (
        re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)
        .encode("utf-16", "surrogatepass")
        .decode("utf-16")
    )
    return re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), text)


SINGLE = [
    Encoding("full-width", each(lambda c: chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c), folded),
    Encoding("full-width digits", shifted(0, 0, 0xFF10), folded),
    Encoding("Arabic-Indic digits", mapped(DIGITS, "٠١٢٣٤٥٦٧٨٩"), from_map(DIGITS, "٠١٢٣٤٥٦٧٨٩")),
    Encoding("Persian digits", mapped(DIGITS, "۰۱۲۳۴۵۶۷۸۹"), from_map(DIGITS, "۰۱۲۳۴۵۶۷۸۹")),
    Encoding("Devanagari digits", mapped(DIGITS, "०१२३४५६७८९"), from_map(DIGITS, "०१२३४५६७८९")),
    Encoding("mathematical bold", shifted(0x1D400, 0x1D41A, 0x1D7CE), folded),
    Encoding("mathematical sans", shifted(0x1D5A0, 0x1D5BA, 0x1D7E2), folded),
    Encoding("mathematical monospace", shifted(0x1D670, 0x1D68A, 0x1D7F6), folded),
    Encoding("circled letters", shifted(0x24B6, 0x24D0, 0), folded),
    Encoding("circled digits", mapped(DIGITS, "⓪①②③④⑤⑥⑦⑧⑨"), folded),
    Encoding("superscript digits", mapped(DIGITS, "⁰¹²³⁴⁵⁶⁷⁸⁹"), folded),
    Encoding("squared capitals", shifted(0x1F130, 0, 0), folded),
    Encoding("tag characters", each(lambda c: chr(0xE0000 + ord(c))), lambda text: "".join(chr(ord(c) - 0xE0000) if ord(c) > 0xE0000 else c for c in text)),
    Encoding("zero-width", between("\u200b\u200c\u200d\u2060\ufeff"), without("[\u200b\u200c\u200d\u2060\ufeff]")),
    Encoding("bidi controls", between("\u200e\u202a\u202c\u2066\u2069"), without("[\u200e\u202a\u202c\u2066\u2069]")),
    Encoding("soft hyphens", between("\u00ad"), without("\u00ad")),
    Encoding("combining strokes", between("\u0336"), without("\u0336")),
    Encoding("combining dots", between("\u0323"), lambda text: re.sub("[\u0323]", "", unicodedata.normalize("NFD", text))),
    Encoding("variation selectors", between("\ufe0e"), without("\ufe0e")),
    Encoding("Cyrillic look-alikes", mapped(LATIN, CYRILLIC), from_map(LATIN, CYRILLIC)),
    Encoding("Greek look-alikes", mapped(*GREEK), from_map(*GREEK)),
    Encoding("HTML named", each(lambda c: NAMED.get(c, c)), html.unescape),
    Encoding("HTML decimal", each(lambda c: f"&#{ord(c)};"), html.unescape),
    Encoding("HTML decimal padded", each(lambda c: f"&#{ord(c):05};"), html.unescape),
    Encoding("HTML hexadecimal", each(lambda c: f"&#x{ord(c):X};"), html.unescape),
    Encoding("HTML without semicolon", each(lambda c: f"&#{ord(c)}"), html.unescape),
    Encoding("HTML mixed", each(lambda c: f"&#{ord(c)};" if ord(c) % 2 else c), html.unescape),
    Encoding("percent", octets("%", "x"), unquote),
    Encoding("percent of signs", lambda value: quote(value, safe="") if quote(value, safe="") != value else None, unquote),
    Encoding("percent twice", octets("%25", "X"), lambda text: unquote(unquote(text))),
    Encoding("percent three times", octets("%2525", "X"), lambda text: unquote(unquote(unquote(text)))),
    Encoding("query with plus", lambda value: f"https://example.com/find?q={quote_plus(value)}&page=2", unquote_plus, with_context=True),
    Encoding("form with plus", lambda value: f"state=open&q={quote_plus(value)}&page=2", unquote_plus, with_context=True),
    Encoding("path of a URL", lambda value: f"https://example.com/find/{octets('%', 'X')(value)}/2", unquote, with_context=True),
    Encoding("quoted-printable", octets("=", "X"), lambda text: quopri.decodestring(text.encode()).decode()),
    Encoding("quoted-printable signs", each(lambda c: f"={ord(c):02X}" if c in "@.-+=:" else c), lambda text: quopri.decodestring(text.encode()).decode()),
    Encoding("soft line breaks", lambda value: "=\r\n".join(value[at : at + 5] for at in range(0, len(value), 5)), lambda text: text.replace("=\r\n", "")),
    Encoding("\\u escapes", utf16, escaped_read),
    Encoding("\\u{} escapes", each(lambda c: f"\\u{{{ord(c):x}}}"), escaped_read),
    Encoding("\\x escapes", each(lambda c: f"\\x{ord(c):02x}"), escaped_read),
    *(spelled(at, dot) for _, at, dot in AT_DOTS),
    Encoding("spaced characters", lambda value: " ".join(re.sub(r"\s", "", value)), without(r"\s")),
    Encoding("spaced, wide groups", lambda value: "   ".join(map(" ".join, value.split())), without(r"\s")),
    Encoding("dotted", strung("."), without(r"[.]")),
    Encoding("hyphened", strung("-"), without(r"-")),
    Encoding("slashed", strung("/"), without(r"/")),
    Encoding("keycaps", each(lambda c: c + "\ufe0f\u20e3" if c in DIGITS else c), without("[\ufe0f\u20e3]")),
    Encoding("base64", lambda text: b64(text.encode()), lambda text: base64.b64decode(text).decode(), whole=True),
    Encoding("base64 of the value", lambda value: b64(value.encode()), unpacked),
    Encoding("base64url", lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="), lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode(), whole=True),
    Encoding("base64 in lines", lambda text: "\r\n".join(re.findall(".{1,24}", b64(text.encode()))), lambda text: base64.b64decode(text).decode(), whole=True),
    Encoding("gzip+base64", lambda text: b64(gzip.compress(text.encode())), lambda text: unpack(text, 31), whole=True),
    Encoding("zlib+base64", lambda text: b64(zlib.compress(text.encode())), lambda text: unpack(text, 15), whole=True),
    Encoding("deflate+base64", deflated, lambda text: unpack(text, -15), whole=True),
    Encoding("hex", hexadecimal, from_hex, whole=True),
    Encoding("HEX", lambda text: hexadecimal(text).upper(), from_hex, whole=True),
    Encoding("hex apart", lambda text: text.encode().hex(" "), from_hex_apart, whole=True),
    Encoding("hex of the value", hexadecimal, lambda text: re.sub("[0-9a-f]{14,}", lambda m: from_hex(m[0]), text)),
]  # fmt: skip

_BY_NAME = {encoding.name: encoding for encoding in SINGLE}


def both(first: str, second: str) -> Encoding:
    """``second`` of ``first`` of the value."""
    inner, outer = _BY_NAME[first], _BY_NAME[second]

    def read(text: str) -> str:
        once = outer.read(text)
        try:
            return inner.read(once)
        except ValueError:  # the label stands for all that was packed
            return once

    return Encoding(f"{first} > {second}", outer.write, read, outer.whole or inner.whole, before=inner)


_INNER = ["full-width", "zero-width", "combining strokes", "Cyrillic look-alikes", "HTML decimal", "percent", "quoted-printable", "\\u escapes",
          "spelled (at) (dot)", "spaced characters", "keycaps", "mathematical bold"]  # fmt: skip
_OUTER = [
    "HTML decimal",
    "percent",
    "percent twice",
    "\\u escapes",
    "quoted-printable",
    "zero-width",
    "base64",
    "gzip+base64",
    "hex",
]
_ODD = {("quoted-printable", "quoted-printable"), ("percent", "percent twice")}
DOUBLE = [
    both(first, second) for first in _INNER for second in _OUTER if first != second and (first, second) not in _ODD
]
DOUBLE += [
    both("base64", second)
    for second in ("percent of signs", "HTML decimal", "percent", "base64", "gzip+base64", "\\u escapes")
]
