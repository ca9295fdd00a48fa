"""spaCy's token vectors at once are those that thinc computes layer by layer."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.redaction.recognizers import _vectors
from sidecar.redaction.recognizers._words import Words
from sidecar.redaction.recognizers.spacy import _idle, _verified_folder


@pytest.fixture(scope="module")
def nlp():
    folder = _verified_folder()
    return spacy.load(folder, exclude=_idle(folder))


@pytest.fixture(scope="module")
def layers(nlp):
    return nlp.get_pipe("ner").model.get_ref("tok2vec")


@pytest.fixture(scope="module")
def vectors(nlp, layers):
    """Of texts."""
    made = _vectors.Vectors(layers)
    words = Words(nlp.tokenizer, made.columns)
    made.learn(words.known)
    return lambda texts: made.of(words.read(texts))


TEXTS = [
    ["Maria Gonzalez of Microsoft moved to London in March 2021."],
    ["a"],
    ["one", "two three", "", "Call Jane Doe at 12 High Street tomorrow, please.  "],
    ["x " * 300, "naïve café 東京 🙂 \n\n\t end"],
]


@pytest.mark.parametrize("texts", TEXTS, ids=["a sentence", "a word", "several and an empty one", "long and odd"])
def test_the_vectors_are_thincs(nlp, layers, vectors, texts):
    docs = [nlp.make_doc(text) for text in texts]
    ours, thincs = vectors(texts), layers.predict(docs)
    assert ours.dtype == thincs.dtype
    assert ours.shape == thincs.shape
    assert np.allclose(ours, thincs, rtol=0, atol=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_the_vectors_of_any_texts_are_thincs(nlp, layers, vectors, texts):
    docs = [nlp.make_doc(text) for text in texts]
    if any(map(len, docs)):
        assert np.allclose(vectors(texts), layers.predict(docs), rtol=0, atol=1e-4)


def test_words_that_are_looked_up_have_the_vectors_they_are_computed_to(nlp, layers, vectors):
    made = _vectors.Vectors(layers)
    tokens = Words(nlp.tokenizer, made.columns)
    made.learn(tokens.known[:40])
    text = "please call us about the order before Monday, and write to Zyxwina Qwertzberg at 12 High Street"
    seen = tokens.read([text])
    unlearned = seen._replace(new=np.concatenate((tokens.known[40:], seen.new.reshape(-1, 4))))
    assert np.allclose(made.of(unlearned), vectors([text]), rtol=0, atol=1e-5)


def test_a_texts_vectors_do_not_depend_on_those_beside_it(vectors):
    alone = vectors(["Call Jane Doe"])
    assert np.allclose(vectors(["Call Jane Doe", "Paris"])[: len(alone)], alone, rtol=0, atol=1e-5)
    assert np.allclose(vectors(["Paris", "", "Call Jane Doe"])[-len(alone) :], alone, rtol=0, atol=1e-5)


def test_another_architecture_is_not_read(nlp):
    blank = spacy.blank("en")
    other = blank.add_pipe("ner", config={"model": {"tok2vec": {"@architectures": "spacy.HashEmbedCNN.v2", "width": 32, "depth": 1, "embed_size": 100, "window_size": 2, "maxout_pieces": 2, "subword_features": True, "pretrained_vectors": None}}})  # fmt: skip
    other.add_label("PERSON")
    blank.initialize()
    assert _vectors.is_known(nlp.get_pipe("ner").model.get_ref("tok2vec"))
    assert not _vectors.is_known(other.model.get_ref("tok2vec"))
