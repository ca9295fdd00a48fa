"""spaCy's tokenizer without its vocabulary: where a run of characters is cut, by the tokenizer's own rules and patterns.

It keeps nothing of what it has read; spaCy's own keeps words, and after a memory zone still a mark for every word there ever was. What it
cannot see is a rule's tokens with blanks between them, which no rule has. Texts are cut at white space before they come here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from spacy.attrs import NORM, ORTH, intify_attrs
from spacy.lang.en import English
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

Token: TypeAlias = tuple[str, str]
"""As it is written, and the norm a rule gives it, if one does."""

_PLAIN: Final = re.compile(r"([A-Za-z]+|[0-9]+)([,;:!?]|(?<=[a-z0-9])\.)?")
"""No affix of English stands in it but the mark at its end."""


class Cutting:
    """``tokenizer``: of a loaded pipeline."""

    def __init__(self, tokenizer: Any) -> None:
        self._prefix: Final = tokenizer.prefix_search or _never
        self._suffix: Final = tokenizer.suffix_search or _never
        self._infixes: Final = tokenizer.infix_finditer or _none
        self._is_whole: Final = tokenizer.token_match or _never
        self._is_url: Final = tokenizer.url_match or _never
        self._is_english: Final = _is_english(tokenizer)
        self._rules: Final[dict[str, tuple[Token, ...]]] = {}
        # What a rule is for may also come out of a longer run in pieces: they are put together and cut by the rule.
        self._pieces: Final[dict[tuple[str, ...], str]] = {}
        for run in tokenizer.rules:
            if (
                self._prefix(run)
                or self._suffix(run)
                or any(True for _ in self._infixes(run))
                or not tokenizer.faster_heuristics
            ):
                self._pieces[tuple(text for text, _ in self._split(run))] = run
        self._firsts: Final = frozenset(pieces[0] for pieces in self._pieces if pieces)
        self._most: Final = max(map(len, self._pieces), default=0)
        self._rules.update((run, tuple(_tokens(tokenizer, tokens))) for run, tokens in tokenizer.rules.items())

    def cut(self, run: str) -> Sequence[Token]:
        """``run``: white space, or anything without white space."""
        plain = _PLAIN.fullmatch(run) if self._is_english else None
        if plain is not None and run not in self._rules and plain[1] not in self._rules:
            return ((plain[1], ""), (plain[2], "")) if plain[2] else ((run, ""),)
        tokens = self._rules.get(run) or self._split(run)
        if self._firsts.isdisjoint([text for text, _ in tokens]):
            return tokens
        return self._by_rule(tokens)

    def _split(self, run: str) -> list[Token]:
        """Affixes off, one at a time from both ends; then what stands between them."""
        before: list[Token] = []
        after: list[Token] = []
        size = 0
        while run and len(run) != size and not self._is_whole(run) and run not in self._rules:
            size = len(run)
            first = _length(self._prefix(run))
            if first and run[first:] in self._rules:
                before.append((run[:first], ""))
                run = run[first:]
                break
            last = _length(self._suffix(run[first:]))
            if last and run[:-last] in self._rules:
                after.append((run[-last:], ""))
                run = run[:-last]
                break
            if first and last and first + last <= len(run):
                before.append((run[:first], ""))
                after.append((run[-last:], ""))
                run = run[first:-last]
            elif first:
                before.append((run[:first], ""))
                run = run[first:]
            elif last:
                after.append((run[-last:], ""))
                run = run[:-last]
        return [*before, *self._middle(run), *reversed(after)]

    def _middle(self, run: str) -> Iterator[Token]:
        if not run:
            return
        if run in self._rules:
            yield from self._rules[run]
            return
        at = 0
        if not self._is_whole(run) and not self._is_url(run):
            for match in self._infixes(run):
                start, end = match.span()
                if start:
                    yield from ((piece, "") for piece in (run[at:start], run[start:end]) if piece)
                    at = end
        if run[at:]:
            yield run[at:], ""

    def _by_rule(self, tokens: Sequence[Token]) -> list[Token]:
        """Where pieces are what a rule is for: the longest, of equally long ones the first; none that touches a longer one's ends."""
        texts = [text for text, _ in tokens]
        spans = [
            (start - end, start, end)
            for start in range(len(texts))
            if texts[start] in self._firsts
            for end in range(start + 1, min(start + self._most, len(texts)) + 1)
            if tuple(texts[start:end]) in self._pieces
        ]
        taken: set[int] = set()
        chosen: dict[int, int] = {}
        for _, start, end in sorted(spans):
            if start not in taken and end - 1 not in taken:
                chosen[start] = end
            taken.update(range(start, end))
        cut: list[Token] = []
        at = 0
        for start, end in sorted(chosen.items()):
            cut += (*tokens[at:start], *self._rules[self._pieces[tuple(texts[start:end])]])
            at = end
        return [*cut, *tokens[at:]]


def _length(match: re.Match[str] | None) -> int:
    return match.end() - match.start() if match is not None else 0


def _never(_: str) -> None:
    """No match."""


def _none(_: str) -> Iterator[Any]:
    return iter(())


def _tokens(tokenizer: Any, tokens: Sequence[Any]) -> Iterator[Token]:
    strings = tokenizer.vocab.strings
    for token in tokens:
        known = intify_attrs(token, strings_map=strings, _do_deprecated=True)
        yield strings[known[ORTH]], strings[known[NORM]] if NORM in known else ""


def _is_english(tokenizer: Any) -> bool:
    """Whether it cuts as ``_PLAIN`` relies on."""
    usual = English.Defaults
    return (
        tokenizer.token_match is None
        and tokenizer.prefix_search == compile_prefix_regex(usual.prefixes or ()).search
        and tokenizer.suffix_search == compile_suffix_regex(usual.suffixes or ()).search
        and tokenizer.infix_finditer == compile_infix_regex(usual.infixes or ()).finditer
    )
