"""Which texts can hold a context word once spaCy has brought their words to their base forms ("identities" holds "identity").

It may say yes in vain and never no in vain: only a text that may hold one needs the whole language pipeline. It brings no word to its base form.

Presidio looks for context words within lemmas. Without a lemmatizer spaCy gives no lemmas, and no word is found; with spaCy's English rules a
lemma is the word in lower case, or the word with its ending exchanged, or what a table of exceptions says; with anything else, all is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import regex
from spacy.lang.en.lemmatizer import EnglishLemmatizer

from sidecar.redaction.prescan import any_of

Screen = Callable[[str], bool]


def screen(nlp: Any, words: Iterable[str]) -> Screen:
    """For texts in the language of that pipeline. ``words``: all context words of the recognizers in question."""
    wanted = {word.lower() for word in words}
    if not wanted:
        return _never
    if "" in wanted:
        return always
    makers = [pipe for name, pipe in nlp.pipeline if "lemma" in name or hasattr(pipe, "lemmatize")]
    rules = [pipe for name, pipe in nlp.pipeline if name == "attribute_ruler"]
    if not makers and not rules:
        return _never if _gives_lemmas_only_by_component(nlp) else always
    if len(makers) != 1 or type(makers[0]) is not EnglishLemmatizer or makers[0].mode != "rule":
        return always
    return _for_english(makers[0].lookups, rules, wanted)


def _for_english(lookups: Any, rulers: Iterable[Any], words: set[str]) -> Screen:
    needles = set(words)
    exchanged = {(old, new) for table in lookups.get_table("lemma_rules").values() for old, new in table if new}
    if any(word in new for _, new in exchanged for word in words):
        return always
    for word in words:
        for old, new in exchanged:
            # The end of the context word is the begin of the new ending: before the exchange the old one stood there.
            needles |= {word[:-size] + old for size in range(1, len(new) + 1) if word[-size:] == new[:size]}
    holds = regex.compile("|".join(map(regex.escape, words))).search
    for table in lookups.get_table("lemma_exc").values():
        needles |= {form.lower() for form, lemmas in table.items() if any(holds(lemma.lower()) for lemma in lemmas)}
    for entry in (entry for ruler in rulers for entry in ruler.patterns):
        if holds(str(entry["attrs"].get("LEMMA", "")).lower()):
            for pattern in entry["patterns"]:
                said = pattern[entry["index"]].get("LOWER")
                if not isinstance(said, str) or not said:
                    return always
                needles.add(said)
    found = any_of(_shortest(needles))
    return lambda text: found(text.lower()) or _folds_oddly(text)


def _shortest(needles: Iterable[str]) -> list[str]:
    """Without those that hold another one."""
    kept: list[str] = []
    for needle in sorted(needles, key=len):
        if not any(other in needle for other in kept):
            kept.append(needle)
    return kept


def _folds_oddly(text: str) -> bool:
    """A text in lower case is not always its words in lower case, one by one (final sigma, dotted capital I)."""
    return not text.isascii() and ("\u0130" in text or "\u03a3" in text)


def _gives_lemmas_only_by_component(nlp: Any) -> bool:
    """A blank pipeline, or one of spaCy's that only tags and names: its words have no lemma."""
    return all(type(pipe).__module__.startswith("spacy.pipeline") for _, pipe in nlp.pipeline)


def _never(_: str) -> bool:
    return False


def always(_: str) -> bool:
    return True
