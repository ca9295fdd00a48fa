"""Our tokenizer is the pipeline's: the same pieces, with the same attributes, whatever the text."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.redaction.recognizers._words import Words
from sidecar.redaction.recognizers.spacy import _ATTRIBUTES, _idle, _verified_folder


@pytest.fixture(scope="module")
def nlp():
    folder = _verified_folder()
    return spacy.load(folder, exclude=_idle(folder))


@pytest.fixture(scope="module")
def words(nlp):
    return Words(nlp.tokenizer, _ATTRIBUTES, "the end .")


ODD = [
    "don't can't U.S. e-mail Mr. O'Neil's 10km :) I'm gonna, cause we'd've \n\n x  y",
    "Write to jane.doe@example.com or https://example.com/a?b=c (or not)…",
    "naïve café 東京 🙂 ǅ ﬁ",
    "",
]


def same(nlp, words, text):
    with nlp.memory_zone():
        doc = nlp.make_doc(text)
        theirs = [(token.idx, len(token)) for token in doc], doc.to_array(list(_ATTRIBUTES)).tolist()
        del doc
    with words.reading() as tokenized:
        doc = tokenized(text)
        ours = [(token.idx, len(token)) for token in doc], doc.to_array(list(_ATTRIBUTES)).tolist()
        del doc
    return theirs == ours


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_cut_as_the_pipeline_cuts_them(nlp, words, text):
    assert same(nlp, words, text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_cut_as_the_pipeline_cuts_it(nlp, words, text):
    assert same(nlp, words, text)
