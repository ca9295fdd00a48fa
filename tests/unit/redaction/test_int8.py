"""The faster model file: the same bytes each time, used only when known, as good as the shipped one."""

from __future__ import annotations

from hashlib import sha256

import pytest

from sidecar.cli import version
from sidecar.redaction import weights
from sidecar.redaction.int8 import converted, main
from sidecar.redaction.recognizers.rampart import RampartRecognizer


@pytest.fixture(scope="module")
def faster() -> bytes:
    return converted((weights.verified_folder() / weights.SHIPPED).read_bytes())


@pytest.fixture
def place(monkeypatch, tmp_path):
    file = tmp_path / "share/model.onnx"
    monkeypatch.setattr(weights, "FASTER", file)
    monkeypatch.setattr("sidecar.redaction.int8.FASTER", file)
    return file


def test_the_same_input_gives_the_same_bytes_and_they_are_the_known_ones(faster):
    assert converted((weights.verified_folder() / weights.SHIPPED).read_bytes()) == faster
    assert sha256(faster).hexdigest() in weights.FASTER_SHA256


def test_the_file_says_that_it_is_modified(faster):
    assert b"CC-BY-4.0), modified" in faster


def test_it_is_written_where_run_time_looks(place, faster, capsys):
    assert main() == 0
    assert place.read_bytes() == faster
    assert weights.chosen_file(weights.verified_folder()) == (place, "int8")
    assert str(place) in capsys.readouterr().out


def test_a_file_nobody_knows_is_not_used_and_version_says_so(place, capsys):
    place.parent.mkdir()
    place.write_bytes(b"another model")
    assert RampartRecognizer().model == "q4; model.onnx is not a file this version knows"
    assert version.run([], None) == 0
    assert "rampart model q4; model.onnx is not a file this version knows" in capsys.readouterr().out


def test_without_the_file_the_shipped_one_is_used(place):
    assert RampartRecognizer().model == "q4"


def test_a_conversion_with_other_bytes_is_refused(place, monkeypatch, capsys):
    monkeypatch.setattr("sidecar.redaction.int8.FASTER_SHA256", frozenset())
    assert main() == 1
    assert not place.exists()
    assert "not the known one" in capsys.readouterr().err


def test_both_files_find_the_same_names(place, faster):
    texts = [
        "Please call Maria Gonzalez back about the parcel, 742 Evergreen Terrace, Springfield, IL 62704.",
        "Anna spoke with Tom O'Brien in London.",
        "Sehr geehrte Frau Hoffmann, wir liefern am Montag an Lindenstraße 12, 10969 Berlin.",
        "The Spring Campaign starts on Monday; the journey is Welcome Series.",
        "nothing here",
    ]
    shipped = RampartRecognizer()
    place.parent.mkdir()
    place.write_bytes(faster)
    quick = RampartRecognizer()
    assert (shipped.model, quick.model) == ("q4", "int8")
    assert [[(r.start, r.end, r.entity) for r in found] for found in shipped.find(texts)] == [
        [(r.start, r.end, r.entity) for r in found] for found in quick.find(texts)
    ]
