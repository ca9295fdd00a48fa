"""How values were written in markup that passed, so that what a model gives back unchanged comes back byte for byte.

``O&apos;Dunmore`` and an address with tags inside are one token each, and a token says nothing of apostrophes and tags. It is
remembered for the scope's life, bounded, in memory only, by the token and the text around it; where that is another, or
forgotten, the value comes back in its plainest spelling. It decides nothing: only where a token is restored its spelling is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from cachetools import LRUCache

from sidecar.redaction.embedded import Unfolded
from sidecar.redaction.findings import Edit, Passage

_MOST: Final = 2000
_LONGEST: Final = 1000
_BESIDE: Final = 24
"""Characters around a token that tell one place from another."""
_ESCAPED: Final = frozenset("&<>\"'")
"""Written in more ways than one."""
_TAGS: Final = re.compile(r"(?:<[^<>]*>)+")
_TOKEN: Final = re.compile(r"[A-Z][A-Z0-9_]*_[a-z2-7]{13,93}")
_Key: TypeAlias = tuple[str, str, str]


class _Spelling(NamedTuple):
    source: str
    rest: str
    """The tags that ran through it: they stand behind its token."""


class Written:
    def __init__(self) -> None:
        self._kept: LRUCache[_Key, tuple[_Spelling, ...]] = LRUCache(_MOST)

    def __repr__(self) -> str:
        return f"Written({len(self._kept)})"

    def hidden(self, unfolded: Unfolded, passages: Sequence[Passage], edits: Mapping[int, Sequence[Edit]]) -> str:
        """Fold, and remember how what became a token was written."""
        found = unfolded.markups()
        if found:
            values = {
                edit.text: passages[number].text[edit.start : edit.end]
                for number, made in edits.items()
                for edit in made
                if _TOKEN.fullmatch(edit.text)
            }
            for markup in found if values else ():
                self._note(markup.text, sorted(markup.edits(edits)), values)
        return unfolded.fold(edits)

    def restored(self, unfolded: Unfolded, edits: Mapping[int, Sequence[Edit]]) -> str:
        """Fold, with the values written as they were where that is known."""
        return unfolded.fold(edits, self._respelt if self._kept else None)

    def _note(self, source: str, edits: Sequence[Edit], values: Mapping[str, str]) -> None:
        """Both texts side by side: the source, and what is shown of it."""
        shown, length, at = [""], 0, 0
        tokens: list[tuple[str, int, _Spelling]] = []
        for number, edit in enumerate(edits):
            if edit.start < at:
                continue  # it went with the one before
            end, rest = edit.end, ""
            for later in edits[number + 1 :] if edit.text in values else ():
                if later.text or not _TAGS.fullmatch(source, end, later.start):
                    break
                rest += source[end : later.start]
                end = later.end
            shown += (source[at : edit.start], edit.text, rest)
            length += edit.start - at
            if edit.text in values:
                tokens.append((edit.text, length, _Spelling(source[edit.start : end], rest)))
            length += len(edit.text) + len(rest)
            at = end
        text = "".join((*shown, source[at:]))
        found: dict[_Key, list[_Spelling]] = {}
        for token, start, spelling in tokens:
            found.setdefault(_key(text, start, start + len(token)), []).append(spelling)
        for key, all_of in found.items():
            if all(one.source == values[key[0]] and _ESCAPED.isdisjoint(one.source) for one in all_of):
                self._kept.pop(key, None)
            elif all(len(one.source) <= _LONGEST for one in all_of):
                self._kept[key] = tuple(all_of)

    def _respelt(self, text: str, edits: Sequence[Edit]) -> Sequence[Edit]:
        made = sorted(edits)
        places: dict[_Key, list[int]] = {}
        for number, edit in enumerate(made):
            key = _key(text, edit.start, edit.end)
            if key in self._kept:
                places.setdefault(key, []).append(number)
        for key, numbers in places.items():
            kept = self._kept[key]
            if len(kept) != len(numbers) and len(set(kept)) > 1:
                continue  # nobody can tell which of them is left
            for spelling, number in zip(
                kept if len(kept) == len(numbers) else kept[:1] * len(numbers), numbers, strict=True
            ):
                edit = made[number]
                end = edit.end + len(spelling.rest)
                is_free = number + 1 == len(made) or made[number + 1].start >= end
                if is_free and text.startswith(spelling.rest, edit.end):
                    made[number] = Edit(edit.start, end, spelling.source)
        return made


def _key(text: str, start: int, end: int) -> _Key:
    return text[start:end], text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
