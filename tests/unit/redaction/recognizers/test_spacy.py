"""spaCy's entity recognizer: verified, forgetful, no downloads, nothing else of its pipeline."""

from __future__ import annotations

import gc
import shutil
from importlib.metadata import distribution
from pathlib import Path

import pytest
import spacy
from spacy.vocab import Vocab

from sidecar.errors import BadConfig
from sidecar.redaction.recognizers import spacy as ours
from sidecar.redaction.recognizers.spacy import SpacyNamesRecognizer


@pytest.fixture(scope="module")
def model() -> SpacyNamesRecognizer:
    return SpacyNamesRecognizer()


def found(model, text):
    return [(text[r.start : r.end], r.entity) for r in model.find([text])[0]]


def test_people_and_places_are_found_and_dates_and_companies_are_not(model):
    text = "Maria Gonzalez of Microsoft moved to London in March 2021."
    assert found(model, text) == [("Maria Gonzalez", "PERSON"), ("London", "LOCATION")]


def vocabularies():
    gc.collect()
    return sum(isinstance(one, Vocab) for one in gc.get_objects())


def test_no_part_of_the_pipeline_stays_and_no_vocabulary():
    before = vocabularies()
    model = SpacyNamesRecognizer()
    assert vocabularies() == before
    model.find(["Maria Gonzalez of Microsoft moved to London in March 2021."])
    assert vocabularies() == before


def test_no_word_it_has_read_stays(model):
    model.find(["warm up"])
    kept = len(model._words._kept)
    canaries = [f"Zyxwina{n} Qwertzberg{n} lives in Uiopdorf{n}" for n in range(300)]
    model.find(canaries)
    assert len(model._words._kept) == kept
    assert not [run for run in model._words._kept if "yxwina" in run or "wertzberg" in run or "iopdorf" in run]
    assert len(model._words._numbers) == len(model._words.known)


def test_a_name_is_found_wherever_it_stands_in_a_long_text(model):
    filler = "the parcel was late and the box was wet. "
    for n in range(0, 60, 7):
        text = filler * n + "Maria Gonzalez called. " + filler * 30
        assert ("Maria Gonzalez", "PERSON") in found(model, text), n


def test_results_do_not_depend_on_company(model):
    texts = [
        "Please call Maria Gonzalez",
        "Anna",
        "",
        "12 High Street, London",
        "Tom O'Brien wrote to Priya Nair. " * 50,
    ]
    assert [model.find([text])[0] for text in texts] == model.find(texts)


def test_presidio_gets_its_results(model):
    (result,) = model.analyze("Please call Maria Gonzalez today", ["PERSON"])
    assert (result.entity_type, result.start, result.end) == ("PERSON", 12, 26)
    assert result.recognition_metadata["recognizer_name"] == "spacy"


def test_a_missing_package_is_an_error_and_no_download(monkeypatch):
    monkeypatch.setattr(ours, "PACKAGE", "no_such_model_package")
    monkeypatch.setattr(spacy.cli, "download", lambda *_, **__: pytest.fail("it asked for a download"))
    with pytest.raises(BadConfig, match="not installed"):
        SpacyNamesRecognizer()


@pytest.mark.parametrize("damage", ["altered", "missing"])
def test_an_altered_or_missing_file_is_an_error(monkeypatch, tmp_path, damage):
    folder = tmp_path / "model"
    shutil.copytree(Path(str(distribution(ours.PACKAGE).locate_file(ours.FOLDER))), folder)
    file = folder / "ner/model"
    if damage == "altered":
        file.write_bytes(file.read_bytes() + b" ")
    else:
        file.unlink()
    monkeypatch.setattr(ours, "FOLDER", str(folder))
    with pytest.raises(BadConfig, match="ner/model"):
        SpacyNamesRecognizer()


def test_an_official_model_the_user_installed_is_used(monkeypatch, tmp_path):
    """The pinned model's own files, laid out as an installed package would be."""
    package = tmp_path / "en_core_web_md"
    shutil.copytree(Path(str(distribution(ours.PACKAGE).locate_file(ours.FOLDER))), package / "en_core_web_md-3.8.0")
    (package / "__init__.py").write_text("")
    facts = tmp_path / "en_core_web_md-3.8.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: en_core_web_md\nVersion: 3.8.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    model = SpacyNamesRecognizer()
    assert model.model == "en_core_web_md 3.8.0"
    assert found(model, "Please call Maria Gonzalez") == [("Maria Gonzalez", "PERSON")]
