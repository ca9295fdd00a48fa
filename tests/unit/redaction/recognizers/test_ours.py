# ruff: noqa: RUF001  a letter that folds oddly
"""What holds for every recognizer of ours: entities announced, screens that miss nothing, no text that takes long."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from sidecar.redaction import recognizers
from sidecar.redaction.countries import EVERYWHERE, OURS
from sidecar.redaction.prescan import Prescan, patterns_of
from sidecar.redaction.recognizers import NAMES, ours

HERE = Path(__file__).parent
OBJECTS = {recognizer.name: recognizer for recognizer in ours(("us", "uk"))}
_MARK = re.compile("[«»]")


def tables():
    """Every text of the other tables in this folder."""
    for path in sorted(HERE.glob("test_*.py")):
        if "«" in path.read_text("utf-8") and path.name != Path(__file__).name:
            spec = importlib.util.spec_from_file_location(path.stem, path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            for value in vars(module).values():
                rows = value if isinstance(value, list) else ()
                for row in rows:
                    yield from (
                        _MARK.sub("", cell)
                        for cell in ((row,) if isinstance(row, str) else row)
                        if isinstance(cell, str)
                    )


TEXTS = sorted(set(tables()))


def test_the_file_s_name_is_the_recognizer_s():
    assert [name for name, _ in NAMES] == list(OBJECTS)
    for name, _ in NAMES:
        assert (Path(recognizers.__file__).parent / f"{name}.py").exists()


def test_every_entity_is_announced():
    found = {entity for recognizer in OBJECTS.values() for entity in recognizer.supported_entities}
    assert found | {"PERSON", "LOCATION"} == OURS | (found & set(EVERYWHERE.values()))


def test_a_pre_scan_lets_every_recognizer_through_that_finds_something():
    assert len(TEXTS) > 800
    prescan = Prescan(list(OBJECTS.values()))
    assert [recognizer.name for recognizer in prescan.always] == ["email"]
    frames = ("{}", "see {} there", "x\n{}\ny", "ſ {}")
    missed = []
    for text in (frame.format(text) for text in TEXTS for frame in frames):
        let_through = {recognizer.name for recognizer in prescan.candidates(text)}
        missed += [(name, text) for name, r in OBJECTS.items() if name not in let_through and r.analyze(text, [])]
    assert missed == []


def test_a_pre_scan_looks_for_plain_patterns():
    for name, recognizer in OBJECTS.items():
        assert name == "email" or patterns_of(recognizer)


UNITS = [
    "a", "1", "1 ", "0 12", "@", "a@", "a.", "-", "+", "call ", "ssn ", "born ", "eyJ", "(", "%40a", "1-", "://a:", "password: ", "password is ", "-----BEGIN ",
    "sk-", "secret=", "_", "Authorization: ", "a=", "pin ", '"', "?sig=", "login ", "a1", "x-", "AC0", "- ", "cookie: a=", "iban de89 ", "12.", "1/", "A1 ", "4111 ",
    "@a ", "passport ", "0x", "https://github.com/", "vin ", "sort code ", "生", "年1", "電話", "1 2 3", "é", "mrn a", "tax id 1", "license plate ", "imei ", "#1", "x" * 50 + " ",
]  # fmt: skip


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", list(OBJECTS))
def test_no_hostile_text_makes_a_pattern_time_out(name):
    for unit in UNITS:
        text = (unit * (100_000 // len(unit)))[:100_000]
        assert isinstance(OBJECTS[name].analyze(text, []), list), unit


def test_results_carry_presidio_s_names():
    for text in ("DOB 03/04/1984", "PESEL 44051401359", "password: hunter2", "IBAN DE89370400440532013000"):
        results = [result for recognizer in OBJECTS.values() for result in recognizer.analyze(text, [])]
        assert results
        for result in results:
            assert result.recognition_metadata["recognizer_name"] in OBJECTS
