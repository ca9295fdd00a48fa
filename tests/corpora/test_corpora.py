"""The labelled texts are what their README says: enough of them, disjoint, frozen, marked where it says."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
import yaml

from tests.corpora.author.make import frozen
from tests.corpora.corpus import HERE, OUTSIDE, kinds, load

SPLITS = ("dev", "test")


def lists(split: str) -> dict:
    return yaml.safe_load((HERE / "author" / split / "lists.yaml").read_text("utf-8"))


def templates(split: str) -> list[str]:
    texts = []
    for path in sorted((HERE / "author" / split).glob("*.txt")):
        texts += re.split(r"^=== .*\n", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return texts


def test_there_are_six_hundred_texts_of_ten_kinds_and_nine_languages_and_half_of_them_english():
    texts = [text for split in SPLITS for text in load(split)]
    assert len(texts) >= 600
    assert len(load("dev")) >= 200
    assert len(load("test")) >= 400
    assert kinds("dev") == kinds("test")
    assert len(set(kinds("test")) - set(OUTSIDE)) == 10
    languages = Counter(text.language for text in texts)
    assert set(languages) == {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv"}
    assert languages["en"] >= len(texts) / 2
    assert len(templates("dev")) + len(templates("test")) >= 250


@pytest.mark.parametrize("split", SPLITS)
def test_the_frozen_files_are_what_the_sources_make(split):
    for kind in kinds(split):
        assert (HERE / split / f"{kind}.jsonl").read_text("utf-8") == frozen(split, kind), kind


def test_names_and_places_of_test_stand_in_no_list_of_dev():
    ours, theirs = lists("dev"), lists("test")
    for name in ("first", "last", "city", "street", "zipcity", "zip"):
        dev = {
            word.lower()
            for language in ours
            if isinstance(ours[language], dict)
            for word in ours[language].get(name, ())
        }
        test = {word.lower() for language in theirs if isinstance(theirs[language], dict) for word in theirs[language].get(name, ())}  # fmt: skip
        assert dev.isdisjoint(test), (name, dev & test)


def test_no_text_of_test_was_written_for_dev():
    words = [{line.strip() for text in templates(split) for line in text.splitlines() if len(line.strip()) > 30} for split in SPLITS]  # fmt: skip
    assert words[0].isdisjoint(words[1]), words[0] & words[1]


@pytest.mark.parametrize("split", SPLITS)
def test_every_mark_is_a_value_and_no_slot_was_left_open(split):
    for text in load(split):
        assert not re.search(r"\{\{[a-z]+\d?[.:}]|\[\[\??[A-Z_]{3,}:", text.text), text.kind
        for span in text.spans:
            value = text.text[span.start : span.end]
            assert value == value.strip()
            assert any(map(str.isalnum, value))
            if span.entity == "EMAIL_ADDRESS":
                assert re.fullmatch(r"[^@\s]+@(?:[a-z0-9]+\.)?example\.(?:com|org|net)", value)


def test_a_tenth_of_the_hand_written_texts_hold_nothing_personal():
    for split in SPLITS:
        empty = {json.loads(line)["template"] for kind in kinds(split) for line in (HERE / split / f"{kind}.jsonl").read_text("utf-8").splitlines() if not json.loads(line)["spans"]}  # fmt: skip
        assert len(empty) >= 0.1 * len(templates(split))
