"""Tables of texts in which the value stands between « and »; a text without them holds nothing."""

from __future__ import annotations

import re

import pytest

_MARKED = re.compile("«([^»]*)»")


class Table:
    """``check(recognizer, marked)``: exactly the marked values are found."""

    @staticmethod
    def found(recognizer, text, entity=None):
        results = [r for r in recognizer.analyze(text, []) if entity is None or r.entity_type == entity]
        return sorted({text[r.start : r.end] for r in results if r.score >= 0.4})

    def check(self, recognizer, marked, entity=None):
        text = _MARKED.sub(r"\1", marked)
        assert self.found(recognizer, text, entity) == sorted(set(_MARKED.findall(marked)))


@pytest.fixture(scope="session")
def table():
    return Table()
