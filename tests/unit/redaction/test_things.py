"""Products, releases, stores, companies and identifiers that bear a person's or a town's name are left alone; persons are not."""

from __future__ import annotations

import pytest

from sidecar.redaction.findings import Finding
from sidecar.redaction.things import is_identifier, without


def person(text: str, value: str) -> Finding:
    start = text.index(value)
    return Finding(start, start + len(value), "PERSON", 0.99, "rampart")


def place(text: str, value: str) -> Finding:
    return person(text, value)._replace(entity="LOCATION")


def left(text: str, *found: Finding) -> list[str]:
    return [text[one.start : one.end] for one in without(text, found)]


@pytest.mark.parametrize(
    "word", ["SendID", "LessThan", "APIEvent", "isValid", "firstName", "HttpClient", "DataExtension", "onPaid"]
)
def test_a_word_written_as_code_is_no_name(word):
    assert is_identifier(word)
    assert left(f"calls {word} once", person(f"calls {word} once", word)) == []


@pytest.mark.parametrize(
    "name",
    ["McDonald", "MacLeod", "DeAndre", "LaToya", "LeBron", "O'Neil", "D'Angelo", "vanDyke", "MaryAnn", "AnnaLena", "DiCaprio", "FitzGerald",
     "JoAnn", "KeShawn", "McDONALD", "MARIA", "maria", "Anna-Lena"],
)  # fmt: skip
def test_names_that_have_a_capital_inside_are_names(name):
    assert not is_identifier(name)
    assert left(f"call {name} now", person(f"call {name} now", name)) == [name]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Projekt Brahms startet", "Brahms"),
        ("Projekt Brahms startet", "Projekt Brahms"),
        ("the Jordan release is out", "Jordan"),
        ('journey "Lily v4" started', "Lily"),
        ("meet Sophie 3.0 today", "Sophie"),
        ("2 x Harper chair", "Harper"),
        ("camisetas modelo Lucía en rojo", "Lucía"),
        ("Kollektion <em>Emilia</em> ist da", "Emilia"),
        ("No such column 'Martin__c' on Contact", "Martin"),
        ("mit freundlichen Grüßen, Bergmann GmbH", "Bergmann"),
        ("order for Charlotte Bakery Inc. arrived", "Charlotte"),
        ("er kommt am Donnerstag wieder", "Donnerstag"),
        ("Anrufer: Ja, hallo", "Anrufer"),
    ],
)
def test_a_thing_called_so_is_nobody(text, value):
    assert left(text, person(text, value)) == []


@pytest.mark.parametrize(
    ("text", "value", "name"),
    [
        ("Kundin Annegret Wolke fragt", "Kundin Annegret Wolke", "Annegret Wolke"),
        ("Звонила Тамара Колесо", "Звонила Тамара Колесо", "Тамара Колесо"),
        ("Llama Rosa Prado, dice", "Llama Rosa Prado", "Rosa Prado"),
        ("Agent Smith left", "Agent Smith", "Smith"),
        ("Clientina Ray left", "Clientina Ray", "Clientina Ray"),
        ("the project manager Anna left", "Anna", "Anna"),
        ("Jordan release manager", "Jordan", "Jordan"),
        ("Harper's chair broke", "Harper", "Harper"),
        ("Jordan Baker release notes", "Jordan Baker", "Jordan Baker"),
        ("Anna Bergmann, Acme GmbH", "Anna Bergmann", "Anna Bergmann"),
    ],
)
def test_a_person_beside_such_a_word_stays(text, value, name):
    assert left(text, person(text, value)) == [name]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("the Houston plant is closed", ["Houston"]),
        ("Filialen in Hannover und Kassel öffnen", ["Hannover", "Kassel"]),
        ("almacén de Zaragoza, no al de Valencia", ["Zaragoza", "Valencia"]),
        ("lager = 'Kassel' AND x", ["Kassel"]),
        ("in Charlotte and Austin stores", ["Charlotte", "Austin"]),
    ],
)
def test_a_place_of_business_is_nobodys_address(text, values):
    assert left(text, *(place(text, value) for value in values)) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("she lives in Houston now", "Houston"),
        ("store: 12 Elm Street, Leeds", "12 Elm Street, Leeds"),
        ("wohnt in Kassel und arbeitet", "Kassel"),
        ("moved from Leeds to work", "Leeds"),
    ],
)
def test_where_somebody_lives_stays(text, value):
    assert left(text, place(text, value)) == [value]


def test_who_has_a_title_may_be_called_as_a_day_is():
    text = "Frau Freitag kommt"
    assert left(text, person(text, "Freitag")._replace(recognizer="title")) == ["Freitag"]
