"""Our words are the pipeline's: the same pieces, with the same attributes, whatever the text; and nothing of it is kept."""

from __future__ import annotations

import gc

import numpy as np
import pytest
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.attrs import IS_SPACE, NORM, PREFIX, SHAPE, SUFFIX
from spacy.lang.lex_attrs import word_shape
from spacy.tokenizer import Tokenizer

from sidecar.redaction.recognizers import _words
from sidecar.redaction.recognizers._common import BLANKS, WORDS
from sidecar.redaction.recognizers._words import Words, shape
from sidecar.redaction.recognizers.spacy import _idle, _verified_folder

COLUMNS = (NORM, PREFIX, SUFFIX, SHAPE)


@pytest.fixture(scope="module")
def nlp():
    folder = _verified_folder()
    return spacy.load(folder, exclude=_idle(folder))


@pytest.fixture(scope="module")
def words(nlp):
    return Words(nlp.tokenizer, COLUMNS)


ODD = [
    "don't can't U.S. e-mail Mr. O'Neil's 10km :) I'm gonna, cause we'd've \n\n x  y",
    "Write to jane.doe@example.com or https://example.com/a?b=c (or not)…",
    "naïve café 東京 🙂 ǅ ﬁ",
    "",
    " \t leading and trailing \r\n ",
    "12km 5'10 (555)-0132 $5.00 3.5% a.m. p.m., A.B.C. U.S.A. Jan. 3rd, 2024; e.g. i.e.",
    "dont Cant im id. Ill its'nt wont: Shes, thats! y'all; ma'am o'clock 'tis ''quoted'' `code`",
    "foo/I'm-don't x=y'all(I'd've) ...and:so... --or-- a--b a-b a_b a,b A.b a.B 1.5-2 ==> <b>bold</b>",
]
PIECES = [*ODD[0].split(), *ODD[5].split(), *ODD[6].split(), *ODD[7].split(), "(", ")", '"', "'", ".", ",", "-", "'s", "n't", ":", ";", "/", "=", "…", "€", "°C.", "km", "7",
          "Maria", "order", "I", "am", "we", " ", "  ", "\n", "\t", "\u00a0", "\u200b", "X", "NUM"]  # fmt: skip


def check(nlp, words, text):
    with nlp.memory_zone():
        doc = nlp.make_doc(text)
        places = [(token.idx, token.idx + len(token)) for token in doc]
        attributes = doc.to_array(list(COLUMNS)).tolist()
        blanks = {place for place, (is_space,) in enumerate(doc.to_array([IS_SPACE, NORM])[:, :1]) if is_space}
        del doc
    tokens = words.read([text])
    table = np.concatenate((words.known, tokens.new.reshape(-1, len(COLUMNS))))
    assert list(zip(tokens.starts, tokens.ends, strict=True)) == places
    assert table[tokens.words - 1].tolist() == attributes
    assert tokens.blanks == blanks


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_cut_as_the_pipeline_cuts_them(nlp, words, text):
    check(nlp, words, text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_cut_as_the_pipeline_cuts_it(nlp, words, text):
    check(nlp, words, text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
@example("foo-don't")
@example("(I'm")
def test_words_run_together_are_cut_as_the_pipeline_cuts_them(nlp, words, text):
    check(nlp, words, text)


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"\A[\"(\[]?(?:[A-Za-z]{1,9}|[0-9]{1,6})[.,;:!?)]{0,2}\Z"))
def test_a_word_with_a_mark_is_cut_as_the_pipeline_cuts_it(nlp, words, text):
    check(nlp, words, text)


def test_every_rule_and_every_common_word_is_cut_as_the_pipeline_cuts_it(nlp, words):
    for run in (*nlp.tokenizer.rules, *WORDS, *BLANKS):
        check(nlp, words, run)
        check(nlp, words, f"see {run}, then")


def test_a_tokenizer_with_rules_of_its_own_is_followed(nlp):
    theirs = spacy.blank("en")
    theirs.tokenizer = Tokenizer(theirs.vocab, rules={"abcxyz": [{"ORTH": "abc"}, {"ORTH": "xyz", "NORM": "end"}]}, suffix_search=lambda run: None)  # fmt: skip
    for text in ("abcxyz abcxy, abc. 12:", "x"):
        check(theirs, Words(theirs.tokenizer, COLUMNS), text)


def test_several_texts_are_read_as_each_alone(words):
    texts = ["Call Jane Doe", "", "at 12 Zyx St, Qwe\n\nagain", "Jane Zyx"]
    together = words.read(texts)
    at = 0
    for text, length in zip(texts, together.lengths, strict=True):
        alone = words.read([text])
        assert alone.starts == together.starts[at : at + length]
        assert alone.ends == together.ends[at : at + length]
        at += length
    assert at == len(together.starts)


def test_nothing_is_kept_but_common_words_with_marks(nlp, monkeypatch):
    words = Words(nlp.tokenizer, COLUMNS)
    strings, kept = len(nlp.vocab.strings), len(words._kept)
    words.read(["Zyxwina Qwertzberg, (order) please... Uiop's 4711-12 zyx@example.com the. the! monday,"])
    gc.collect()
    assert {run for run in words._kept if run not in {*WORDS, *BLANKS}} == {"(order)", "please...", "the.", "the!"}
    assert len(nlp.vocab.strings) == strings
    monkeypatch.setattr(_words, "_MOST_KEPT", kept + 4)
    words.read(["once, and! again?"])
    assert len(words._kept) == kept + 4


@given(st.text() | st.text("aA1.-", max_size=120))
def test_a_shape_is_spacys(word):
    assert shape(word) == word_shape(word)
