"""Account names: each way to write one, and the marks without which a way is not even tried."""

from __future__ import annotations

import pytest

from sidecar.redaction.recognizers._written import compiled
from sidecar.redaction.recognizers.account_name import AccountNameRecognizer

WRITTEN = {
    "at sign after a word": "follow me on instagram: @jane_doe81",
    "at sign before a word": "I am @jane_doe81 on twitter",
    "named": "Her handle: jane_doe81",
    "set": "user=jane_doe81",
    "said in a log of chat": "[12:41] <jane_doe81> hello",
    "came or went": "12:41 jane_doe81 has joined",
    "mentioned": "please ask @jane_doe81 about it",
    "tag": "add me, jane_doe81#4711",
    "skype": "call live:jane_doe81 there",
    "fediverse": "I am @jane_doe81@social.example.com there",
    "profile": "see github.com/jane_doe81 for it",
}


def test_every_form_with_marks_is_written_here():
    assert {form.name for form in AccountNameRecognizer.forms if form.marks} == set(WRITTEN)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_form_is_found_where_its_mark_stands_and_nowhere_without(name):
    (form,) = (form for form in AccountNameRecognizer.forms if form.name == name)
    pattern, text = compiled(form.regex, AccountNameRecognizer.flags), WRITTEN[name]
    assert pattern.search(text)
    assert any(mark in text for mark in form.marks)
    without = text.translate({ord(mark): " " for mark in form.marks})
    assert pattern.search(without) is None


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_the_name_is_found(text):
    results = AccountNameRecognizer().analyze(text, ["USERNAME"])
    assert any("jane_doe81" in text[result.start : result.end] for result in results)
