"""spaCy's recognizer without its machine: the same entities as spaCy's own, wherever they stand."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
import spacy

from sidecar.redaction.recognizers import spacy as ours
from sidecar.redaction.recognizers._greedy import Greedy, is_known

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
    return nlp, Greedy(nlp.get_pipe("ner"))


def generated(count: int) -> list[str]:
    chance = random.Random(7)  # noqa: S311
    return [" ".join(chance.choices(WORDS, k=chance.randint(0, 40))) for _ in range(count)] + ["", " ", "\n\n"]


def test_it_finds_what_spacy_finds(stock, quick):
    nlp, greedy = quick
    texts = generated(400)
    expected = [[(e.start, e.end, e.label_) for e in doc.ents] for doc in stock.pipe(texts)]
    assert sum(map(len, expected)) > 400
    assert greedy.entities([nlp.make_doc(text) for text in texts]) == expected


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
