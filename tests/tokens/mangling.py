"""What models make of a token (each a way somebody's model was seen to, or plainly could): name → how it then stands in a text.

``WHOLE`` are restored, ``BROKEN`` have lost or changed a character of the tail or the entity and must not be.
"""

from __future__ import annotations

import base64
import html
import json
import unicodedata
from collections.abc import Callable
from urllib.parse import quote


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _split(token: str) -> tuple[str, str]:
    name, _, tail = token.rpartition("_")
    return name, tail


def _titled(token: str) -> str:
    name, tail = _split(token)
    return f"{name.replace('_', ' ').title()} {tail}"


def _broken_at(token: str, place: int, by: str) -> str:
    return token[:-place] + by + token[-place:]


WHOLE: dict[str, Callable[[str], str]] = {
    "as it is": lambda t: t,
    "lower case": str.lower,
    "capitalised": str.capitalize,
    "upper case": str.upper,
    "swapped case": str.swapcase,
    "underscores escaped for Markdown": lambda t: t.replace("_", r"\_"),
    "escaped twice": lambda t: t.replace("_", r"\\_"),
    "bold": lambda t: f"**{t}**",
    "bold by underscores": lambda t: f"__{t}__",
    "italic by underscores": lambda t: f"_{t}_",
    "code span": lambda t: f"`{t}`",
    "code fence": lambda t: f"```\n{t}\n```",
    "struck out": lambda t: f"~~{t}~~",
    "link": lambda t: f"[{t}](https://example.org/{t})",
    "heading": lambda t: f"## {t}",
    "quoted line": lambda t: f"> {t}",
    "list item": lambda t: f"- {t},",
    "table cell": lambda t: f"| {t} | 3 |",
    "single quotes": lambda t: f"'{t}'",
    "typographic quotes": lambda t: f"\u201e{t}\u201c",
    "guillemets": lambda t: f"\u00ab\u00a0{t}\u00a0\u00bb",
    "angle brackets": lambda t: f"<{t}>",
    "square brackets": lambda t: f"[{t}]",
    "double braces": lambda t: f"{{{{{t}}}}}",
    "parentheses and a stop": lambda t: f"({t}).",
    "genitive": lambda t: f"{t}'s letter",
    "typographic genitive": lambda t: f"{t}\u2019s letter",
    "German genitive": lambda t: f"{t}s Brief",
    "part of a file name": lambda t: f"{t}_report.pdf",
    "end of a file name": lambda t: f"report_{t}.pdf",
    "within a longer identifier": lambda t: f"q3_report_{t}_final",
    "SQL string": lambda t: f"SELECT * FROM c WHERE name = '{t}';",  # noqa: S608  a text, not a query
    "URL query": lambda t: f"https://example.org/?q={t}&x=1",
    "URL path": lambda t: f"https://example.org/u/{t}/edit",
    "underscores percent-encoded": lambda t: t.replace("_", "%5F"),
    "everything percent-encoded": lambda t: "".join(f"%{ord(c):02X}" for c in t),
    "percent-encoded with its quotes": lambda t: quote(f'"{t}"'),
    "percent-encoded twice": lambda t: t.replace("_", "%255F"),
    "HTML brackets": lambda t: f"&lt;{t}&gt;",
    "HTML underscore, decimal": lambda t: t.replace("_", "&#95;"),
    "HTML underscore, hexadecimal": lambda t: t.replace("_", "&#x5F;"),
    "HTML underscore, named": lambda t: t.replace("_", "&lowbar;"),
    "HTML, every character": lambda t: "".join(f"&#{ord(c)};" for c in t),
    "HTML escaped twice": lambda t: html.escape(t.replace("_", "&#95;")),
    "HTML elements around": lambda t: f"<td class=x><b>{t}</b></td>",
    "HTML attribute": lambda t: f'<a href="mailto:{t}">',
    "JSON escapes": lambda t: t.replace("_", r"\u005f"),
    "JSON within JSON": lambda t: json.dumps(json.dumps({"to": t})),
    "brackets escaped as JSON": lambda t: rf"\u003c{t}\u003e",
    "after an escaped line break": lambda t: rf"Dear\n{t}\tand",
    "quoted-printable underscore": lambda t: t.replace("_", "=5F"),
    "quoted-printable soft break": lambda t: _broken_at(t, 6, "=\r\n"),
    "full-width": _wide,
    "full-width underscore": lambda t: t.replace("_", "\uff3f"),
    "mathematical letters": lambda t: "".join(
        chr(0x1D400 + ord(c) - 65) if c.isupper() else chr(0x1D41A + ord(c) - 97) if c.islower() else c for c in t
    ),
    "zero-width spaces": "\u200b".join,
    "soft hyphen": lambda t: _broken_at(t, 5, "\u00ad"),
    "byte order mark before": lambda t: f"\ufeff{t}",
    "direction marks around": lambda t: f"\u2066{t}\u2069",
    "a space for the underscore": lambda t: " ".join(_split(t)),
    "spaces for all underscores": lambda t: t.replace("_", " "),
    "title case with spaces": _titled,
    "a hyphen for the underscore": lambda t: t.replace("_", "-"),
    "a dash for the underscore": lambda t: "\u2013".join(_split(t)),
    "a colon": lambda t: ": ".join(_split(t)),
    "a dot": lambda t: ".".join(_split(t)),
    "the tail in parentheses": lambda t: "{} ({})".format(*_split(t)),
    "no underscore": lambda t: t.replace("_", ""),
    "no underscore before the tail": lambda t: "".join(_split(t)),
    "broken before the tail": lambda t: "_\n".join(_split(t)),
    "broken within the tail": lambda t: _broken_at(t, 6, "\n"),
    "broken and indented": lambda t: _broken_at(t, 6, "\n    "),
    "broken within a quoted mail": lambda t: _broken_at(t, 6, "\n> "),
    "tail in bold": lambda t: "{}_**{}**".format(*_split(t)),
    "name in bold": lambda t: "**{}**_{}".format(*_split(t)),
    "decomposed accents around": lambda t: unicodedata.normalize("NFD", f"né {t} à"),
    "joined with another by a comma": lambda t: f"{t},{t}",
    "e-mail with a name": lambda t: f"Jane <{t}>",
    "assigned in code": lambda t: f'{{"to":"{t}"}}',
    "environment variable": lambda t: f"TO={t};export TO",
}


def _other(c: str) -> str:
    return "b" if c != "b" else "c"


BROKEN: dict[str, Callable[[str], str]] = {
    "one character of the tail changed": lambda t: t[:-4] + _other(t[-4]) + t[-3:],
    "the last character changed": lambda t: t[:-1] + _other(t[-1]),
    "the first character changed": lambda t: t[:-13] + _other(t[-13]) + t[-12:],
    "two characters exchanged": lambda t: next(
        t[:n] + t[n + 1] + t[n] + t[n + 2 :] for n in range(len(t) - 12, len(t) - 1) if t[n] != t[n + 1]
    ),
    "one character missing": lambda t: t[:-5] + t[-4:],
    "one character too many": lambda t: t[:-5] + _other(t[-5]) + t[-5:],
    "cut short in a table": lambda t: t[:-6] + "\u2026",
    "cut short by dots": lambda t: t[:-4] + "...",
    "another entity's name": lambda t: f"{'US_SSN' if t.startswith('PERSON') else 'PERSON'}_{_split(t)[1]}",
    "a name in another language": lambda t: f"PERSONNE_{_split(t)[1]}",
    "without its name": lambda t: _split(t)[1],
    "o read as zero and l as one": lambda t: f"{_split(t)[0]}_{_split(t)[1].replace('o', '0').replace('l', '1')}",
}


def packed(token: str) -> str:
    """In base64, as part of something: only unfolding reads it."""
    return base64.b64encode(f"the address is {token} as you know".encode()).decode()
