"""spaCy's tokenizer with a vocabulary that forgets: what it has read is gone, and so is the room it took.

It finds nothing. spaCy's memory zone takes a text's words out of the vocabulary again, but the tables they stood in keep a mark for every
word there ever was, and double for ever (16 bytes a mark, measured with spaCy 3.8.16). So after many words the tables begin anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from spacy.tokenizer import Tokenizer
from spacy.vocab import Vocab

MOST: Final = 131_072
"""Words, equal ones in another zone counted again, after which the tables begin anew: 8 MB of them, a tenth of a second in ten minutes' reading."""


class Words:
    """``tokenizer``: of a loaded pipeline. ``attributes``: what is wanted of a word; ``common``: a text whose words are to be known for good."""

    def __init__(self, tokenizer: Any, attributes: tuple[int, ...], common: str) -> None:
        getters = tokenizer.vocab.lex_attr_getters
        self._getters: Final[Any] = {attribute: getters[attribute] for attribute in attributes}
        self._lookups: Final = tokenizer.vocab.lookups
        self._rules: Final = tokenizer.rules
        self._how: Final = {
            name: getattr(tokenizer, name)
            for name in ("prefix_search", "suffix_search", "infix_finditer", "token_match", "url_match", "faster_heuristics")
        }  # fmt: skip
        self._common: Final = common
        self._renew()

    def _renew(self) -> None:
        vocab = Vocab(lex_attr_getters=self._getters, lookups=self._lookups)
        self._tokenizer: Any = Tokenizer(vocab, **self._how)
        for word, pieces in self._rules.items():  # one by one: between two the event loop gets its turn
            self._tokenizer.add_special_case(word, pieces)
        self._tokenizer(self._common)
        self._known = len(vocab)

    @property
    def vocab(self) -> Any:
        return self._tokenizer.vocab

    @contextmanager
    def reading(self) -> Iterator[Callable[[str], Any]]:
        """A text → its ``Doc``, which is not to be used after the block."""
        with self.vocab.memory_zone():
            yield self._tokenizer
        if len(self.vocab) - self._known > MOST:
            self._renew()
