"""The indexed enhancer finds the words Presidio's own finds."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import LemmaContextAwareEnhancer

from sidecar.redaction.enhancer import IndexedEnhancer, NoEnhancer, _Words

BLANK = spacy.blank("en")


@given(st.text(alphabet="ab1-,.é  \n\t", min_size=1, max_size=40), st.integers(0, 45))
def test_the_word_of_a_finding_is_the_one_presidio_counts_to(text, start):
    doc = BLANK.make_doc(text)
    places = [token.idx for token in doc]

    def index(enhancer):
        try:
            return enhancer._find_index_of_match_token("value", start, doc, places)
        except ValueError:
            return None

    assert index(IndexedEnhancer(LemmaContextAwareEnhancer())) == index(LemmaContextAwareEnhancer())


def test_the_error_names_no_value():
    with pytest.raises(ValueError, match="after the last word") as raised:
        IndexedEnhancer(LemmaContextAwareEnhancer())._find_index_of_match_token("Maria", 9, BLANK.make_doc("a"), [0])
    assert "Maria" not in str(raised.value)


def test_its_settings_are_the_original_s():
    original = LemmaContextAwareEnhancer(0.1, 0.2, 3, 4, "whole_word")
    assert vars(IndexedEnhancer(original)) == vars(original)


def test_words_are_a_list_that_knows_them():
    words = _Words(["bank", "card"])
    assert words == ["bank", "card"]
    assert "bank" in words
    assert "ban" not in words


def test_without_context_nothing_changes():
    results = [object()]
    assert NoEnhancer().enhance_using_context("text", results, None, []) is results
