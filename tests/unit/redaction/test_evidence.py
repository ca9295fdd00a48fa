"""What a text itself says of its names: titles, initials, the name elsewhere, speakers, written addresses."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from sidecar.redaction.evidence import complete
from sidecar.redaction.findings import Finding


class Possible(NamedTuple):
    start: int
    end: int
    kind: str
    score: float


def found(text, *names, score=0.95, possible=()):
    """What is found when the models found ``names`` and think ``possible`` possible."""
    start = [Finding(text.index(n), text.index(n) + len(n), "PERSON", score, "rampart") for n in names]
    words = [Possible(text.index(w), text.index(w) + len(w), "PERSON", p) for w, p in possible]
    return [text[f.start : f.end] for f in sorted(complete(text, start, words))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Herr Weiß ruft morgen an", "Weiß"),
        ("please ask Mr Patel about it", "Patel"),
        ("Il sig. Esposito lamenta un ritardo", "Esposito"),
        ("Bonjour Mme de Villiers, merci", None),
        ("Frau Müller-Lüdenscheidt kommt", "Müller-Lüdenscheidt"),
        ("Mevr. van Dijk belde", None),
        ('it reads "S. Sutherland".', "S. Sutherland"),
        ("Sr Developer wanted; Dr Martens boots; Mr. and so on", None),
        ("We chose plan B. Then we left", None),
    ],
)
def test_a_capitalised_word_after_a_title_is_a_name(text, name):
    assert found(text) == ([name] if name else [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hi, this is Test User. I moved", "Test User"),
        ("Hello, I'm Will Power from Springfield", "Will Power"),
        ("Hallo, hier spricht Rosa Wand, bitte", "Rosa Wand"),
        ("My name is Hope and I ordered", "Hope"),
        ("Je m'appelle Rose Mai", "Rose Mai"),
        ("Hi, this is Customer Care. Your parcel", None),
        ("Hi, this is the second parcel", None),
        ("Hi, I am Very Happy.", None),
        ("my name is wrong on the invoice", None),
    ],
)
def test_who_says_what_they_are_called_is_called_so(text, name):
    assert found(text) == ([name] if name else [])


def test_an_initial_and_a_word_are_a_name_if_the_model_thinks_the_word_possible():
    text = "the delivery was signed by R. Baker today"
    assert found(text, possible=[("Baker", 0.1)]) == ["R. Baker"]
    assert found(text) == []


def test_an_initial_before_a_name_belongs_to_it():
    assert found("ask M. Gonzalez now", "Gonzalez") == ["M. Gonzalez"]
    assert found("ask J. R. Tolman now", "Tolman") == ["J. R. Tolman"]
    assert found("It was late. Gonzalez left", "Gonzalez") == ["Gonzalez"]


@pytest.mark.parametrize("text", ["Beste Daan", "oye Daan", "Dear Daan", "hi Daan"])
def test_a_greeting_before_a_name_is_none_of_it(text):
    assert found(f"{text}, how are you?", text) == ["Daan"]


def test_a_certain_name_is_found_wherever_its_words_stand():
    text = "Maria Gonzalez called. Gonzalez said that maria would write. GONZALEZ agreed."
    assert found(text, "Maria Gonzalez") == ["Maria Gonzalez", "Gonzalez", "maria", "GONZALEZ"]


def test_an_uncertain_name_is_not_looked_for():
    assert found("Maria Gonzalez called. Gonzalez said", "Maria Gonzalez", score=0.7) == ["Maria Gonzalez"]


def test_a_name_that_is_a_word_is_found_again_only_as_it_was_written():
    assert found("Mark Young called. I will mark it, and Mark, who is young, agreed", "Mark Young") == [
        "Mark Young",
        "Mark",
    ]


@pytest.mark.parametrize(
    "text", ["see /home/Gonzalez/x", "Gonzalez_id", "a@Gonzalez.example", "the Gonzalez Bakery", "Gonzalez.render()"]
)
def test_a_part_of_a_path_an_identifier_or_a_longer_phrase_is_not_the_name(text):
    assert found(f"Ana Gonzalez called; {text}", "Ana Gonzalez") == ["Ana Gonzalez"]


def test_what_stands_beside_a_written_name_in_lower_case_is_not_looked_for():
    assert found("my Ana Gonzalez, my", "my Ana Gonzalez") == ["my Ana Gonzalez"]


def test_who_speaks_twice_in_a_chat_is_a_person_if_the_model_thinks_it_possible():
    text = "Ngozi: just landed\nMaria: yay!\nNgozi: taxi\nAgent: hello\nAgent: bye"
    assert found(text, possible=[("Ngozi", 0.3), ("Maria", 0.06)]) == ["Ngozi", "Maria", "Ngozi"]


def test_in_a_form_nobody_speaks():
    assert found("Colour: red\nModel: new\nShop: big", possible=[("Model", 0.1)]) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("send it to PO Box 411, thanks", "PO Box 411"),
        ("she is in Denver, CO 80270 now", "Denver, CO 80270"),
        ("my zip 80214 ok", "80214"),
        ("estoy en C/ Olmo 8 ahora", "C/ Olmo 8"),
        ("adres: ul. Polna 16/4", "ul. Polna 16/4"),
        ("ticket 80214, version 3.10", None),
        ("unzip 80214 files", None),
        ("the C/C++ 11 standard", None),
    ],
)
def test_addresses_in_a_fixed_form_are_found(text, address):
    assert found(text) == ([address] if address else [])


def test_a_flat_beside_an_address_belongs_to_it():
    text = "Ship to Flat 1, 19 Queens Terrace, Apt 8B please"
    place = Finding(text.index("19"), text.index(", Apt"), "LOCATION", 0.9, "rampart")
    (grown,) = complete(text, [place])
    assert text[grown.start : grown.end] == "Flat 1, 19 Queens Terrace, Apt 8B"


def test_a_capitalised_word_beside_a_name_belongs_to_it_if_the_model_thinks_it_possible():
    text = "Then Signe Mortensen called"
    assert found(text, "Mortensen", possible=[("Signe", 0.1)]) == ["Signe Mortensen"]
    assert found(text, "Mortensen") == ["Mortensen"]
    assert found("then signe Mortensen called", "Mortensen", possible=[("signe", 0.1)]) == ["Mortensen"]


def test_a_value_of_two_possible_names_is_a_name():
    assert found("Stine Møller", possible=[("Stine", 0.1), ("Møller", 0.1)]) == ["Stine Møller"]
    assert found("Lacoste Polo", possible=[("Lacoste", 0.04), ("Polo", 0.07)]) == []
    assert found("Signe Mortensen", "Mortensen") == ["Signe Mortensen"]
    assert found("Martin Guitar Strings", "Martin") == ["Martin"]


def test_a_long_text_costs_no_more_per_character_than_a_short_one():
    """Nothing here backtracks: a hundred thousand characters of the worst kinds are read within the test's time."""
    for worst in ("A.", "Aa ", "Mr ", "A. ", "C/ A", "1 ", "x: y\n", "PO ", "Flat 1 "):
        complete(worst * (100_000 // len(worst)), [])
