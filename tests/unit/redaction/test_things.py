# ruff: noqa: RUF001  typographic signs as people write them
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
        ("le sac Mathilde est prêt", "sac Mathilde"),
        ("das Sofa Ludwig und", "Ludwig"),
        ("a night at The George, please", "George"),
        ("two Calvin Klein shirts", "Calvin Klein"),
        ("Jack Daniel’s gift box", "Jack Daniel’s"),
        ("brand IN ('Acme', 'Anna Field') AND", "Anna Field"),
        ("Content-Type: JSON", "JSON"),
        ("das Feld dt_abertura fehlt", "abertura"),
        ("alt=Stanley tumbler", "Stanley tumbler"),
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
        ("kan niet bezorgen aan Geert Hulst nu", "niet bezorgen aan Geert Hulst", "Geert Hulst"),
        ("del titular 'Dolores Puig' ya existe", "Dolores Puig' ya", "Dolores Puig"),
        ("de la Cruz rief an", "de la Cruz", "de la Cruz"),
        ("佐藤 健一様より電話", "佐藤 健一様より電話", "佐藤 健一"),
        ("Q. Your name?\nA. Leo Rask.\nQ. Where?\nA. Here", "A. Leo Rask", "Leo Rask"),
        ("signed by A. Rask", "A. Rask", "A. Rask"),
        ("Ruby called", "Ruby", "Ruby"),
        ("Paul Smith called", "Paul Smith", "Paul Smith"),
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
        ("the Abbey Road project is on hold", ["Abbey Road"]),
        ("Bestellung 5512 liegt bereit", ["Bestellung 5512"]),
        ("las zapatillas Carmen talla 38 rojas", ["Carmen talla 38"]),
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
        ("the new address? 7 Ferry Steps, yes", "Ferry Steps"),
        ("order 4471, 12 Elm Street, Leeds", "12 Elm Street, Leeds"),
        ("order 4471, Leeds LS1 4AP", "Leeds LS1 4AP"),
        ("zip code 80231 was wrong", "80231"),
        ("moved from Leeds to work", "Leeds"),
    ],
)
def test_where_somebody_lives_stays(text, value):
    assert left(text, place(text, value)) == [value]


def test_who_has_a_title_may_be_called_as_a_day_is():
    text = "Frau Freitag kommt"
    assert left(text, person(text, "Freitag")._replace(recognizer="title")) == ["Freitag"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Long queues at the border near Hannover on Sunday and rain later", "Hannover"),
        ("Heavy snow closes roads around Kassel and the north until noon", "Kassel"),
    ],
)
def test_a_place_in_a_text_that_speaks_of_nobody_is_left_alone(text, value):
    assert left(text, place(text, value)) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Long queues at the border near Hannover, says Ute, and rain later", "Hannover"),
        ("We are stuck at the border near Hannover and it rains, what now", "Hannover"),
        ("The caller moved to Hannover two years ago and has a cat there", "Hannover"),
        ("Reach the owner in Hannover on 0511 555 01 01 until late, please", "Hannover"),
        ("Hannover", "Hannover"),
        ("Long queues at the border near Elm Street on Sunday and rain later", "Elm Street"),
    ],
)
def test_a_place_beside_somebody_is_found(text, value):
    found = [place(text, value), *([person(text, "Ute")] if "Ute" in text else [])]
    assert value in left(text, *found)
