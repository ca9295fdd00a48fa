"""spaCy's recognizer without its machine: the same entities as spaCy's own, wherever they stand."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
import spacy

from sidecar.redaction.recognizers import spacy as ours
from sidecar.redaction.recognizers._greedy import Greedy, is_known
from sidecar.redaction.recognizers._words import Words

WORDS = [
    "Maria",
    "Gonzalez",
    ",",
    ".",
    "London",
    "",
    "\n\n",
    "the",
    "of",
    "Microsoft",
    "Corp.",
    "March",
    "3rd",
    "2021",
    "New",
    "York",
    "City",
    "Dr.",
    "O'Brien",
    "said",
    "in",
    "and",
    "&",
    "12",
    "High",
    "Street",
    "€",
    "40",
    "million",
    "million",
    "\t",
    "Priya",
    "Nair's",
    "Sehr",
    "geehrte",
    "Frau",
    "Hoffmann",
    "%",
    "Jordan",
    "Retro",
    "Sneaker",
    "Order",
    "#4711",
    "yesterday",
    "evening",
    "😀",
    "x",
]


@pytest.fixture(scope="module")
def stock():
    return spacy.load(ours._installed()[1], exclude=ours._idle(ours._installed()[1]))


@pytest.fixture(scope="module")
def quick():
    nlp = spacy.load(ours._installed()[1], exclude=ours._idle(ours._installed()[1]))
    assert is_known(nlp.get_pipe("ner"))
    greedy = Greedy(nlp.get_pipe("ner"))
    words = Words(nlp.tokenizer, greedy.vectors.columns)
    greedy.vectors.learn(words.known)
    return greedy, words


def generated(count: int) -> list[str]:
    chance = random.Random(7)  # noqa: S311
    return [" ".join(chance.choices(WORDS, k=chance.randint(0, 40))) for _ in range(count)] + ["", " ", "\n\n"]


def test_it_finds_what_spacy_finds(stock, quick):
    greedy, words = quick
    texts = generated(400)
    expected = [[(e.start, e.end, e.label_) for e in doc.ents] for doc in stock.pipe(texts)]
    assert sum(map(len, expected)) > 400
    tokens = words.read(texts)
    found, before = [], 0
    for spans, length in zip(greedy.entities(tokens), tokens.lengths, strict=True):
        found.append([(start - before, end - before, label) for start, end, label in spans])
        before += length
    assert found == expected
    assert [greedy.entities(words.read([text]))[0] for text in texts] == expected


def test_another_architecture_is_left_to_spacy(stock):
    ner = stock.get_pipe("ner")
    assert is_known(ner)
    assert not is_known(SimpleNamespace(model=ner.model, cfg={**ner.cfg, "beam_width": 4}))


def test_where_spacy_itself_runs_the_findings_are_the_same(monkeypatch):
    texts = generated(40)
    quick = ours.SpacyNamesRecognizer().find(texts)
    monkeypatch.setattr(ours, "is_known", lambda _: False)
    slow = ours.SpacyNamesRecognizer()
    assert slow._nlp is not None
    assert slow.find(texts) == quick
