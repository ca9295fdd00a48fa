from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.redaction import windows

PATTERNS = [re.compile(r"ab+"), re.compile(r"(?<!a)b{1,9}"), re.compile(r"\ba\w{0,20}\b"), re.compile(r"a|b c")]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.pattern)
@given(text=st.text("ab c", max_size=120))
def test_windows_change_no_match(pattern, text) -> None:
    whole = windows.WINDOW
    try:
        windows.WINDOW = 16
        found = [match.span() for match in windows.matches(pattern, text)]
    finally:
        windows.WINDOW = whole
    assert found == [match.span() for match in pattern.finditer(text)]


def test_a_match_over_the_edge_of_a_window_is_found_whole_and_once() -> None:
    text = "x" * (windows.WINDOW - 3) + "abbbbbbb" + "x" * windows.WINDOW + "ab"
    assert [match.group() for match in windows.matches(PATTERNS[0], text)] == ["abbbbbbb", "ab"]
