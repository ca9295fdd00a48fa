"""Does a text try to give the model orders? Patterns, over the text as it reads once disguises are taken off.

It finds what is written like an attack known today, nothing else: a screen, not a wall. What must pass: text that merely talks about
prompts, server-side scripts in e-mail templates (``<script runat="server">``), fields called "system:".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sidecar.guard.quick import Quick, Seen, is_available
from sidecar.redaction.disguise import HIDING, may_hide, views
from sidecar.redaction.disguise.packed import unpacked

_SIGNS: Final = (
    "ignor", "disregard", "forget", "overrid", "bypass", "skip", "neglect", "discard", "follow", "obey", "oubli", "olvida",
    "dimentica", "esque", "vergiss", "\u5ffd\u7565", "\u65e0\u89c6", "\u5fd8\u8bb0", "\u7121\u8996", "\u5fd8\u308c", "\u0438\u0433\u043d\u043e\u0440",
    "you are", "pretend", "act", "behave", "respond", "mode", "<|", "inst]", "<<sys", "system", "assistant", "##", "prompt",
    "instruction", "user", "human", "operator", "important", "tool", "function", "command", "key", "password", "secret",
    "credential", "token", "contents", "conversation", "history", "environment", "all ", "](http",
)  # fmt: skip
_ALL: Final = r"(?:all|any|every|the|these|those|your|my|of|previous|prior|above|earlier|preceding|foregoing|former|existing|original|system|safety|other|given|initial)"
_DROP: Final = r"(?:ignore|disregard|forget|override|bypass|skip|neglect|discard|do\s+not\s+(?:follow|obey)|don'?t\s+(?:follow|obey)|stop\s+following)"
_ORDERS: Final = r"(?:instructions?|prompts?|directions?|rules|guidelines|commands?|orders|context|policies|constraints|restrictions|guardrails)"

_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("override", rf"\b{_DROP}\s+(?:{_ALL}\s+){{1,6}}{_ORDERS}\b"),
    ("override", rf"\b{_DROP}\s+(?:everything|anything|all)\s+(?:that\s+)?(?:you\s+(?:were|have\s+been|are)\s+told|i\s+said|above|before|said\s+(?:above|before))"),
    ("override", r"\bignor(?:iere|ieren\s+sie|ez?|a|ar|e)\s+(?:\w+\s+){0,3}(?:vorherigen|bisherigen|obigen|pr[ée]c[ée]dentes|ant[ée]rieures|anteriores|precedenti)\s*(?:\w+\s+)?(?:anweisungen|instructions|instrucciones|instru[çc][õo]es|istruzioni|consignes|regeln)?"),
    ("override", r"\b(?:oublie[zr]?|olvida|dimentica|esque[çc]a|vergiss)\s+(?:\w+\s+){0,3}(?:instructions|instrucciones|instru[çc][õo]es|istruzioni|anweisungen|consignes)"),
    ("override", r"(?:忽略|无视|忘记)(?:\S{0,6})(?:指令|指示|提示|规则)|(?:以前|これまで|上記)の(?:指示|命令)を(?:無視|忘れ)|игнорируй\w*\s+(?:\w+\s+){0,3}(?:инструкци\w+|указани\w+)"),
    ("role", r"\byou\s+are\s+(?:now|no\s+longer)\s+(?:an?\s+)?(?:\w+\s+){0,4}(?:dan|jailbroken|unrestricted|unfiltered|evil|developer\s+mode|root|admin(?:istrator)?|assistant|bot|ai|model|free)\b"),
    ("role", r"\b(?:pretend|act|behave|respond)\s+(?:to\s+be|as\s+if|as\s+though|as)\s+(?:\w+\s+){0,5}(?:no\s+(?:rules|restrictions|limits)|unrestricted|without\s+(?:any\s+)?(?:rules|restrictions|limits|filters?))"),
    ("role", r"\b(?:enable|enter|activate|switch\s+to)\s+(?:developer|debug|dan|god|jailbreak|sudo)\s+mode\b"),
    ("marker", r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>|\[/?INST\]|<</?SYS>>|<(?:/?)(?:system_prompt|system-reminder|assistant_instructions)>"),
    ("marker", r"(?:^|\n)\s*#{2,}\s*(?:new\s+)?(?:system|instructions?|system\s+prompt|admin\s+override)\s*(?:#{2,}|:)\s*\S"),
    ("marker", r"(?:^|\n)\s*(?:system|assistant)\s*:\s*(?:you\s+(?:are|must|will|should)|ignore|disregard|new\s+instructions?|from\s+now\s+on|override)\b"),
    ("reveal", r"\b(?:reveal|show|print|repeat|output|display|tell\s+me|leak|dump|give\s+me)\s+(?:me\s+)?(?:\w+\s+){0,3}(?:system\s+prompt|hidden\s+(?:prompt|instructions?)|initial\s+(?:prompt|instructions?)|your\s+(?:instructions?|prompt))"),
    ("secrecy", r"\b(?:do\s+not|don'?t|never)\s+(?:tell|mention|inform|reveal|show|say)\s+(?:\w+\s+){0,3}(?:the\s+)?(?:users?|humans?|operator)\b"),
    ("secrecy", r"\bwithout\s+(?:telling|informing|asking|notifying)\s+(?:the\s+)?(?:user|human|operator)\b"),
    ("tool", r"<important>|\b(?:before|after)\s+(?:using|calling|you\s+use)\s+(?:this|any|the)\s+(?:\w+\s+)?tool\b.{0,80}\b(?:read|send|call|pass|include)\b"),
    ("tool", r"\b(?:you|the\s+(?:assistant|model|ai|agent))\s+(?:must|should|shall|need\s+to|has\s+to|have\s+to)\s+(?:now\s+|first\s+|immediately\s+|also\s+)?(?:call|invoke|execute|run|use)\s+(?:the\s+)?(?:\S{1,40}\s+)?(?:tool|function|command)\b"),
    ("exfiltration", r"\b(?:send|forward|post|upload|exfiltrate|e-?mail|transmit|copy)\s+(?:\w+\s+){0,6}(?:api[\s_-]?keys?|passwords?|secrets?|credentials?|tokens?|private\s+keys?|contents?\s+of|conversation|chat\s+history|environment\s+variables|all\s+(?:contacts?|e-?mails?|customers?|records|data))\s+(?:\w+\s+){0,5}to\s+(?:\S+@|https?:|\S+\.[a-z]{2,}\b|me\b|(?:this|the\s+following|my)\s+(?:address|url|server|webhook|endpoint|e-?mail))"),
    ("exfiltration", r"!\[[^\]]{0,200}\]\(https?://[^)\s]{1,400}[?&][^)\s]{0,200}=(?:\{|%7b|\$|<|\[)"),
)  # fmt: skip
_COMPILED: Final = tuple((kind, re.compile(source, re.IGNORECASE | re.DOTALL)) for kind, source in _PATTERNS)

_DIGITS: Final = "013457@$!"
_LETTERS: Final = "oieastasi"
_DIGITS_FOR_LETTERS: Final = str.maketrans(_DIGITS, _LETTERS)
_ARE_HIDING: Final = range(len(HIDING))
_IS_APART: Final = len(HIDING)
_IS_PACKED: Final = len(HIDING) + 1
_IS_MIXED: Final = len(HIDING) + 2
"""Numbers of shapes, as they are handed to ``Quick``."""
_APART: Final = re.compile(r"\b\w(?:([ ._*-])\w\b){3,}")
_MIXED: Final = re.compile(r"[A-Za-z][013457@$][A-Za-z]")
"""A digit or sign where a letter could be; in names and addresses too, so it says little."""
_PACKED: Final = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_BETWEEN: Final = "\0\n"
"""Texts are joined by it: no order goes across, and one at a line's beginning is at one."""
_QUOTE_AS_EDGE: Final = bytes.maketrans(b'"', b"\n")
_OWN_NAMES: Final = b'"io.modelcontextprotocol/'
_KNOWN_NAMES: Final = tuple(
    b'"io.modelcontextprotocol/%b":' % name
    for name in (b"protocolVersion", b"clientInfo", b"clientCapabilities", b"logLevel")
)
"""Members' names of the protocol's own (MCP 2026-07-28, basic: _meta), as long as what may be packed; no value is followed by a colon."""
_MOST_CHARS: Final = 1_000_000
_MOST_PACKED: Final = 64
_WINDOW: Final = 20_000
_OVERLAP: Final = 400


@dataclass(frozen=True, slots=True)
class Attempt:
    """``kind``: override, role, marker, reveal, secrecy, tool or exfiltration; ``disguise``: empty, letters or packed."""

    kind: str
    disguise: str = ""


def find(text: str) -> Attempt | None:
    """The first attempt. What is too long is read in part: its beginning and its end."""
    if len(text) > _MOST_CHARS:
        text = f"{text[: _MOST_CHARS // 2]}\n{text[-_MOST_CHARS // 2 :]}"
    seen = _look(text)
    for disguise, spelling in _spellings(text, seen):
        kind = _match(spelling, _look(spelling) if disguise else seen)
        if kind:
            return Attempt(kind, disguise)
    return None


@cache
def _quick() -> Quick | None:
    """Prepared once, in a quarter of a second."""
    if not is_available:
        return None
    shapes = (*(sign.pattern for sign in HIDING), _APART.pattern, _PACKED.pattern, _MIXED.pattern)
    return Quick([source.replace(_ALL, r"\w+") for _, source in _PATTERNS], shapes, _DIGITS, _LETTERS)


def prepare() -> None:
    """What the first text would have to wait for."""
    _quick()


def _look(text: str) -> Seen | None:
    quick = _quick()
    return quick.look(text) if quick is not None else None


def _is_clean(seen: Seen) -> bool:
    return not seen.orders and not seen.meant and all(shape == _IS_MIXED for shape in seen.shapes)


def may_hold(frame: bytes) -> bool:
    """Whether ``may_try`` could be true of the strings in JSON as it is written: then, and only then, they have to be asked for.

    Without a backslash, and in ASCII, a string stands in its JSON as it is; a line end in place of each quote is its edge.
    """
    quick = _quick()
    if quick is None or b"\\" in frame or not frame.isascii():
        return True
    if _OWN_NAMES in frame:
        for name in _KNOWN_NAMES:
            frame = frame.replace(name, b"")
    return not quick.is_clean(frame.translate(_QUOTE_AS_EDGE))


def may_try(texts: Sequence[str]) -> bool:
    """Whether ``suspects`` would give one of them: told for all at once, so that most messages cost next to nothing."""
    joined = _BETWEEN.join(texts)
    seen = _look(joined) if joined.isascii() else None
    if seen is not None:
        return not _is_clean(seen)
    return not _is_plain(joined) or _PACKED.search(joined) is not None or _is_respelt(joined)


def suspects(texts: Sequence[tuple[Any, str]]) -> Iterator[tuple[Any, str]]:
    """Those of the texts, each with its place, that are worth a look."""
    joined = _BETWEEN.join([text for _, text in texts])
    seen = _look(joined)
    if seen is not None:
        is_clean = _is_clean(seen)
        for place, text in texts:
            if not text.isascii() or (not is_clean and ((found := _look(text)) is None or not _is_clean(found))):
                yield place, text
        return
    is_plain = _is_plain(joined)
    is_respelt = is_plain and _is_respelt(joined)
    for place, text in texts:
        if not is_plain or _PACKED.search(text) or (is_respelt and _MIXED.search(text)):
            yield place, text


def _is_plain(text: str) -> bool:
    """As it is written it cannot be an attempt. Neither signs nor words go beyond a line, so texts may be joined by one."""
    if not text.isascii() or may_hide(text) or _APART.search(text) is not None:
        return False
    lowered = text.lower()
    return not any(map(lowered.__contains__, _SIGNS))


def _is_respelt(text: str) -> bool:
    if _MIXED.search(text) is None:
        return False
    lowered = _respelt(text).lower()
    return any(map(lowered.__contains__, _SIGNS))


def _match(text: str, seen: Seen | None) -> str:
    patterns: Sequence[tuple[str, re.Pattern[str]]] = _COMPILED
    if seen is not None:
        patterns = [_COMPILED[number] for number in seen.orders]
    lowered = text.lower() if patterns else ""
    if not any(map(lowered.__contains__, _SIGNS)):
        return ""
    for start in range(0, len(text), _WINDOW - _OVERLAP):
        window = text[start : start + _WINDOW]
        for kind, pattern in patterns:
            if pattern.search(window):
                return kind
    return ""


def _spellings(text: str, seen: Seen | None) -> Iterator[tuple[str, str]]:
    """Those in which there can be something, as far as ``seen`` tells."""
    yield "", text
    if not text.isascii() or (may_hide(text) if seen is None else any(map(seen.shapes.__contains__, _ARE_HIDING))):
        for view in views(text):
            yield "letters", view.text
    if _APART.search(text) if seen is None else _IS_APART in seen.shapes:
        yield "letters", _APART.sub(lambda found: found[0].replace(found[1], ""), text)
    if _MIXED.search(text) if seen is None else seen.meant:
        yield "letters", _respelt(text)
    if seen is not None and _IS_PACKED not in seen.shapes:
        return
    for number, found in enumerate(_PACKED.finditer(text)):
        if number == _MOST_PACKED:
            break
        unpacked_text = unpacked(found[0])
        if unpacked_text is not None:
            yield "packed", unpacked_text[0]


def _respelt(text: str) -> str:
    """Digits for letters, in words that have both."""
    return re.sub(
        r"\b(?=\w*[a-zA-Z])[\w@$!]*[013457@$!][\w@$!]*", lambda found: found[0].translate(_DIGITS_FOR_LETTERS), text
    )
