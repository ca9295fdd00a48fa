"""What our pattern recognizers share: Presidio's ``PatternRecognizer`` whose patterns may say more than the value. It is no recognizer itself.

A pattern with a group called ``value`` reads the words around it ("born on …") and finds only that group; ``rate`` then looks at the value and
its surroundings. A pattern that takes too long raises ``TimeoutError`` (Presidio's own class logs that and finds nothing).

For a pre-scan: ``analyze`` finds nothing in a text in which none of ``patterns`` matches under ``global_regex_flags``. What it finds is described
by ``forms``; ``patterns`` may be plainer (the words, a count of digits), because a pre-scan's tables for all forms take seconds to compile.
``screened_by_patterns`` says so; recognizers without it, or with False, have to run on every text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, ClassVar, Final, NamedTuple

import regex
from presidio_analyzer import AnalysisExplanation, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

TIMEOUT_S: Final = 4.0
VALUE: Final = "value"
_CHOICES: Final = 40
_UNSPACED: Final = r"\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
"""Scripts that part words by nothing."""
START: Final = rf"(?<![^\W_{_UNSPACED}])"
"""Of a word; ``_`` parts words too: ``date_of_birth``."""
END: Final = rf"(?![^\W\d_{_UNSPACED}])"
GAP: Final = r"[ .\-/\u00a0\u2010\u2011\u2013]"
"""What people write between groups of digits."""
DASH: Final = r"[ .\-\u00a0\u2010\u2011\u2013]"
IS: Final = (
    r"(?:[\s_-]{0,2}(?:numbers?|num|nr|no|nummer|num[eé]ro|n[uú]mero|n[uº°]|id|номер|番号|号码|号碼|號碼|번호|#|№))?"
    r"[.\s\"'`=:#>|()\[\]*,\uff1a-]{0,8}"
    r"(?:(?:is|was|ist|lautet|war|est|es|era|sono|are|är|er|jest|to|это|は|是|为|為)[\s\"'`=:(]{1,4})?(?<![^\W_])"
)
"""Between a word and its value: ``number: ``, ``#``, ``is``; nothing else, so that no other number is taken."""


def any_of(words: str) -> str:
    """``a|b|c`` in groups of forty: the pre-scan reads more than that in one choice as "so many of these characters"."""
    parts, depth, part = [], 0, ""
    for c in words:
        depth += (c in "([") - (c in ")]")
        if c == "|" and not depth:
            parts.append(part)
            part = ""
        else:
            part += c
    parts.append(part)
    groups = ("|".join(parts[at : at + _CHOICES]) for at in range(0, len(parts), _CHOICES))
    return "|".join(f"(?:{group})" for group in groups)


def digits(text: str) -> str:
    """Only the digits."""
    return "".join(filter(str.isdigit, text))


def alnum(text: str) -> str:
    """Only letters and digits, upper case."""
    return "".join(filter(str.isalnum, text)).upper()


def lacks_digits(text: str, least: int) -> bool:
    """Whether there are fewer; in doubt (digits of other scripts) not."""
    return least > 0 and text.isascii() and sum(map(text.count, "0123456789")) < least


def spoken(*words: str) -> Callable[[str], bool]:
    """Whether one of the words, small and of ASCII, stands in a text in any case; in doubt (letters beyond ASCII) yes."""

    def is_spoken(text: str) -> bool:
        low = text.lower()
        return any(word in low for word in words) or not text.isascii()

    return is_spoken


class Form(NamedTuple):
    """One way to write the value, as Presidio's ``Pattern``, which would compile it twice."""

    name: str
    regex: str
    score: float
    marks: str = ""
    """One of these characters stands in every text in which it is found, if there are any: told without the pattern."""
    may_be_in: Callable[[str], bool] | None = None
    """As ``marks``, by looking: ``spoken``, say."""


class _Source(Pattern):
    """Presidio's own compiles each pattern to see that it is one: a quarter of a second of the start, for patterns only a pre-scan reads."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.regex = source
        self.score = 0.01
        self.compiled_regex = None
        self.compiled_with_flags = None


class WrittenRecognizer(PatternRecognizer):
    """One entity. ``title`` is its name in the configuration, ``forms`` are its patterns."""

    entity: ClassVar[str]
    title: ClassVar[str]
    forms: Sequence[Form] = ()
    words: ClassVar[str] = ""
    """One of these begins a word in every text in which something is found …"""
    screens: Sequence[str] = ()
    """… or one of these matches. Without either the forms themselves are what a pre-scan looks for."""
    flags: ClassVar[int] = regex.IGNORECASE
    screened_by_patterns: ClassVar[bool] = True
    least_digits: ClassVar[int] = 0
    """A text with fewer holds nothing for it: told without a pattern, where there is no pre-scan."""

    def __init__(self) -> None:
        super().__init__(
            supported_entity=self.entity,
            name=self.title,
            supported_language="en",
            patterns=self._screen(),
            global_regex_flags=self.flags,
        )

    def _screen(self) -> list[Pattern]:
        words = [rf"\b(?:{self.words})", rf"_(?:{self.words})"] if self.words else []
        sources = [*words, *self.screens] or [form.regex for form in self.forms]
        return [_Source(self.title, source) for source in sources]

    def rate(self, text: str, start: int, end: int, form: Form) -> float:  # noqa: ARG002  subclasses look
        """The score of the value at that place, which ``form`` found; 0 for none."""
        return float(form.score)

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """Raises ``TimeoutError``."""
        if lacks_digits(text, self.least_digits):
            return []
        found: dict[tuple[int, int], float] = {}
        for form in self.forms:
            if form.marks and not any(mark in text for mark in form.marks):
                continue
            if form.may_be_in is not None and not form.may_be_in(text):
                continue
            pattern = compiled(form.regex, regex_flags or self.flags)
            group = VALUE if VALUE in pattern.groupindex else 0
            for match in pattern.finditer(text, timeout=TIMEOUT_S):
                start, end = match.span(group)
                known = found.get((start, end), 0.0)
                if start < end and form.score > known:
                    found[start, end] = max(known, self.rate(text, start, end, form))
        return [self.result(start, end, score) for (start, end), score in found.items() if score > 0]

    def result(self, start: int, end: int, score: float, entity: str = "") -> RecognizerResult:
        """A finding with the names Presidio looks for."""
        about = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.title,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return RecognizerResult(
            entity or self.supported_entities[0], start, end, score, AnalysisExplanation(self.title, score), about
        )


@cache
def compiled(pattern: str, flags: int) -> Any:
    """On first use: most languages' words are never met."""
    return regex.compile(pattern, flags)
