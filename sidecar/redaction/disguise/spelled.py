# ruff: noqa: RUF001  characters that look like others are what this is about
"""Values spelled out: ``jane (at) example (dot) com`` in several languages, and characters kept apart, ``4 1 1 1 …``.

It joins only what is written like one value; ordinary sentences stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from sidecar.redaction.disguise.view import View
from sidecar.redaction.windows import matches

_AT_WORDS: Final = (
    "at|ät|arroba|arobase|arrobase|chiocciola|chiocciolina|klammeraffe|affenschwanz|apenstaartje|snabel-?a|kr[øo]llalfa|alfakr[øo]ll|"
    "ma[łl]pa|zavin[áa][čc]|kukac|kwiatek|miukumauku|papaki|παπάκι|собака|собачка|эт|アット(?:マーク)?|골뱅이|艾特|圈a"
)
_DOT_WORDS: Final = "dot|punkt|punto|point|ponto|punt|kropka|te[čc]ka|bodka|pont|nokta|piste|punktum|prick|точка|тчк|крапка|ドット|점|点|period|τελεία"
_DASH_WORDS: Final = "dash|hyphen|minus|bindestrich|gui[oó]n|tiret|trattino|h[íi]fen|streepje|дефис"
_BAR_WORDS: Final = "underscore|unterstrich|gui[oó]n\\ bajo|sublinhado|underline"
_OPEN, _CLOSE = r"[\[({<«*_|-]{1,2}\ {0,2}", r"\ {0,2}[\])}>»*_|-]{1,2}"


def _between(words: str, sign: str) -> str:
    """A word or sign in brackets, a word between blanks, or the sign itself, also set apart."""
    return rf"(?:\s{{0,2}}{_OPEN}(?:{words}|{sign}){_CLOSE}\s{{0,2}}|\s{{1,2}}(?:{words})\s{{1,2}}|\s?{sign}\s?)"


_AT: Final = _between(_AT_WORDS + "|(?<=[\\[({])a(?=[\\])}])", "@")
_DOT: Final = rf"(?:\s{{0,2}}{_OPEN}(?:{_DOT_WORDS}|\.){_CLOSE}\s{{0,2}}|\s{{1,2}}(?:{_DOT_WORDS})\s{{1,2}}|\.(?=\w)|\ \.\ |\.\ (?=(?:com|net|org|test|example)\b))"
_JOIN: Final = rf"(?:\s{{0,2}}{_OPEN}(?:{_DASH_WORDS}|{_BAR_WORDS}){_CLOSE}\s{{0,2}}|\s{{1,2}}(?:{_DASH_WORDS}|{_BAR_WORDS})\s{{1,2}})"
_WORD_AT: Final = rf"(?:{_DOT}|{_JOIN})"
_ADDRESS = re.compile(
    rf"(?<![\w.@+-])(?P<local>\w[\w+-]{{0,40}}(?:{_WORD_AT}\w[\w+-]{{0,40}}){{0,3}}?)(?P<at>{_AT})"
    rf"(?P<host>\w[\w-]{{0,62}}(?:{_JOIN}[\w-]{{1,40}})?(?:{_DOT}\w[\w-]{{0,62}}){{1,4}})(?!\w)",
    re.IGNORECASE | re.VERBOSE,
)
_AT_MARKS: Final = (
    "(at", "[at", "{at", "<at", "( at", "[ at", "{ at", "(a)", "[a]", "(@", "[@", "{@", " @", "@ ", "-at-", "_at_", "*at*", "|at|", "«at", "ät", "arroba", "arobase",
    "arrobase", "chiocciol", "klammeraffe", "affenschwanz", "apenstaart", "snabel", "krøllalf", "krollalf", "alfakr", "małpa", "malpa", "zavin", "kukac", "kwiatek",
    "miukumau", "papaki", "παπάκι", "собак", "собач", " эт ", "(эт", "アット", "골뱅이", "艾特", "圈a",
)  # fmt: skip
_DOT_MARKS: Final = (
    "dot", "punkt", "punto", "point", "ponto", "punt", "kropka", "tečka", "tecka", "bodka", "pont", "nokta", "piste", "prick", "точка", "тчк", "крапка", "ドット", "점", "点",
    "period", "τελεία", "(.", "[.", "{.", " . ",
)  # fmt: skip
_PIECE_OF_ADDRESS = re.compile(rf"(?P<at>{_AT})|(?P<dot>{_DOT})|(?P<dash>{_JOIN})", re.IGNORECASE | re.VERBOSE)
_PLAIN_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_BAR = re.compile(_BAR_WORDS, re.IGNORECASE | re.VERBOSE)
_BRACKET = re.compile(r"[\[({<«*_|]")
_NO_LOCAL: Final = frozenset(
    "me us it you them him her look looking meet meeting visit visiting available here there find found available sold live hosted online now "  # noqa: SIM905  as words they can be read
    "shop buy order see stay staying arrive arrived starting based works working worked is are was were be up down out in on".split()
)
"""Words before a plain "at" that are no mailbox."""
_LAST_LABEL = re.compile(r"[^\W\d_]{2,24}$")

_APART = re.compile(r"(?<!\S)[^\s](?:[ \t\u00a0]{1,4}[^\s]){6,}(?=[^\w\s]{0,3}(?:\s|$))")
_STRUNG = re.compile(
    r"(?<![\w.-])\+?[^\W_](?P<gap>[ ]?[.,\-_*/|·•~–][ ]?)[^\W_](?:(?P=gap)[^\W_@]|(?P=gap)?@(?P=gap)?[^\W_]){5,}(?!\w)"
)
_PAIRS_OF_DIGITS = re.compile(r"(?<![\w.-])\d\d(?:([ \-./])\d\d)(?:\1\d\d){5,8}(?:\1?\d)?(?![\w]|[-./]\d)")
_GAPS = re.compile(r"[ \t\u00a0]+")


def joined(view: View) -> View:
    """``view`` with spelled-out values put together; the same object when there are none."""
    text = view.text
    if _may_be_spelled(text):
        view = _addresses(view)
    view = _runs(view, _APART, lambda run: _closed_up(run[0]))
    view = _runs(view, _STRUNG, lambda run: _offsets(run[0], run["gap"]))
    return _runs(view, _PAIRS_OF_DIGITS, lambda run: _offsets(run[0], run[1]))


def _may_be_spelled(text: str) -> bool:
    """Words are sought as they are, one by one: far cheaper than a pattern of all."""
    lowered = text.lower()
    if any(mark in lowered for mark in _AT_MARKS) or " AT " in text:
        return True
    return ("@" in text or " at " in lowered) and any(mark in lowered for mark in _DOT_MARKS)


def _addresses(view: View) -> View:
    spans: list[tuple[int, int, str]] = []
    for match in matches(_ADDRESS, view.text):
        if _PLAIN_ADDRESS.fullmatch(match[0]) or not _is_address(match):
            continue
        base = match.start()
        at = match.start("at") - base, match.end("at") - base
        spans.append((base + at[0], base + at[1], "@"))
        for name in ("local", "host"):
            for piece in _PIECE_OF_ADDRESS.finditer(match[name]):
                sign = "." if piece["dot"] else "_" if _BAR.search(piece[0]) else "-"
                if piece["at"] is None:
                    spans.append((match.start(name) + piece.start(), match.start(name) + piece.end(), sign))
    return _substituted(view, sorted(spans)) if spans else view


def _is_address(match: re.Match[str]) -> bool:
    """A bare word between blanks counts when the rest is spelled out too, or is written in capitals."""
    if _LAST_LABEL.search(match["host"]) is None:
        return False
    at = match["at"]
    if "@" in at or _BRACKET.search(at) or at.strip().startswith("-"):
        return True
    word = at.strip()
    is_host_spelled = re.search(r"\s", match["host"]) is not None or _BRACKET.search(match["host"]) is not None
    if word.lower() not in {"at", "эт"}:
        return True
    return (is_host_spelled or word.isupper()) and match["local"].lower() not in _NO_LOCAL


def _closed_up(run: str) -> list[tuple[int, int, str]] | None:
    """Single characters between blanks: the shortest gap is none, a longer one a blank."""
    if sum(map(str.isalnum, run)) < 6:  # noqa: PLR2004  a rule or a row of bullets
        return None
    gaps = list(_GAPS.finditer(run))
    least = min(len(gap[0]) for gap in gaps)
    return [(gap.start(), gap.end(), "" if len(gap[0]) == least else " ") for gap in gaps]


def _offsets(run: str, gap: str) -> list[tuple[int, int, str]]:
    spans = []
    at = run.find(gap)
    while at >= 0:
        spans.append((at, at + len(gap), ""))
        at = run.find(gap, at + len(gap))
    return spans


_Cuts: TypeAlias = Sequence[tuple[int, int, str]]
"""Start, end, and what stands there instead."""


def _runs(view: View, pattern: re.Pattern[str], cuts: Callable[[re.Match[str]], _Cuts | None]) -> View:
    spans = [
        (run.start() + start, run.start() + end, new)
        for run in matches(pattern, view.text)
        for start, end, new in cuts(run) or ()
    ]
    return _substituted(view, spans) if spans else view


def _substituted(view: View, spans: list[tuple[int, int, str]]) -> View:
    text, places = view.text, view.places
    said: list[str] = []
    kept: list[int] = []
    at = 0
    for start, end, new in spans:
        said += (text[at:start], new)
        kept += places[at:start]
        kept += [places[start]] * len(new)
        at = end
    said.append(text[at:])
    kept += places[at:]
    return view._replace(text="".join(said), places=kept)
