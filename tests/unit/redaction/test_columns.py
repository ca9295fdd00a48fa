# ruff: noqa: RUF001  names in Cyrillic
"""A column nobody named is judged by its values together, once, and remembered without them."""

from __future__ import annotations

import gc

import pytest

from sidecar.redaction.columns import Columns
from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.fields import Fields
from sidecar.redaction.findings import Finding, Passage

COLUMN = b"a column"
NAMES = ["Иван Петров", "Анна Сидорова", "Олег Кузнецов", "Мария Иванова", "Павел Смирнов", "Ольга Попова", "Юрий Соколов", "Нина Лебедева",
         "Егор Козлов", "Вера Новикова", "Илья Морозов", "Зоя Павлова"]  # fmt: skip


def pesel(birth: str, serial: int) -> str:
    number = f"{birth}{serial:04d}"
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    return number + str(-sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 10)


PESELS = [pesel(f"{60 + n}{n + 1:02d}1{n % 9}", 1234 + 771 * n) for n in range(11)]


def passages(texts: list[str], column: bytes = COLUMN, field: str = "c1") -> list[Passage]:
    return [Passage(text, field, column=column) for text in texts]


def learned(texts: list[str], found: dict[str, list[Finding]] | None = None, columns: Columns | None = None) -> Columns:
    columns = columns or Columns()
    misses = passages(texts)
    columns.learn(misses, {p: (found or {}).get(p.text, []) for p in misses})
    return columns


def entity(columns: Columns, text: str, column: bytes = COLUMN) -> str | None:
    answer = columns.answer(column, text)
    return None if answer is None else (answer[0].entity if answer else "")


@pytest.mark.parametrize(
    ("texts", "value", "expected"),
    [
        (NAMES, "Фёкла Неведомская", "PERSON"),
        ([f"u{n}@example.com" for n in range(9)], "new@example.test", "EMAIL_ADDRESS"),
        ([f"203.0.113.{n}" for n in range(9)], "198.51.100.7", "IP_ADDRESS"),
        ([f"+1 415 555 01{n}" for n in range(30, 39)], "+44 20 7946 0958", "PHONE_NUMBER"),
        ([f"ул. Ленина{n}, д. {n}".replace(f"{n},", f"{chr(1072 + n)},") for n in range(9)], "ул. Мира, д. 3", "LOCATION"),
    ],
)  # fmt: skip
def test_a_column_of_one_kind_tells_of_values_nobody_would_know_alone(texts, value, expected):
    assert entity(learned(texts), value) == expected


ANYTHING = ["ana@example.com", "4111 1111 1111 1111", "GB33BUKB20201555555555", "198.51.100.7", "078-05-1120", "+1 415 555 0131", "template 5",
            "SSN on file", "756891044"]  # fmt: skip


@pytest.mark.parametrize("date", ["03/14/1985", "14.03.1985", "1985-03-14"])
def test_a_day_long_past_among_cards_accounts_and_addresses_is_a_birthday(date):
    columns = learned([*ANYTHING, date])
    assert entity(columns, date) == "DATE_OF_BIRTH"
    assert entity(columns, "30/11/1999") == "DATE_OF_BIRTH"
    assert [entity(columns, text) for text in (*ANYTHING, "2026-01-02", "03/14/1985 10:00")] == [None] * 11


@pytest.mark.parametrize(
    "texts",
    [
        [*ANYTHING[6:], *(f"lot {letter}" for letter in "abcdef"), "14.03.1985"],
        [*ANYTHING[:3], *(f"{day:02}.03.1985" for day in range(1, 12))],
        [*ANYTHING, "14.03.2026"],
    ],
)
def test_a_day_among_things_or_other_days_or_of_late_is_none(texts):
    assert entity(learned(texts), "14.03.1985") is None


def test_too_few_different_values_say_nothing():
    assert entity(learned(NAMES[:7] * 5), NAMES[0]) is None


def test_values_of_several_messages_count_together():
    columns = learned(NAMES[:6])
    assert entity(columns, NAMES[0]) is None
    assert entity(learned(NAMES[6:], columns=columns), NAMES[0]) == "PERSON"


def test_the_same_value_again_and_again_counts_once():
    columns = Columns()
    for _ in range(20):
        learned(NAMES[:5], columns=columns)
    assert entity(columns, NAMES[0]) is None


def test_a_value_that_does_not_fit_is_read_as_any_other():
    columns = learned(NAMES)
    assert entity(columns, "ivan@example.com") is None
    assert entity(columns, "call 415 555 0132 about order 7") is None


def test_a_column_of_notes_is_never_spared_reading():
    notes = [f"she called about order {n} and will write again, thanks" for n in range(60)]
    columns = learned(notes)
    assert entity(columns, "please ask Maria Gonzalez") is None
    kept = Finding(11, 25, "PERSON", 0.7, "rampart")
    assert columns.amended(Passage("please ask Maria Gonzalez", "c1", column=COLUMN), [kept]) == [kept]


def test_names_of_companies_are_no_persons():
    texts = [f"{name} GmbH" for name in ("Huber", "Meier", "Weiss", "Koch", "Lang", "Roth", "Kern", "Beck", "Vogt")]
    found = {text: [Finding(0, text.index(" "), "PERSON", 0.7, "rampart")] for text in texts}
    columns = learned(texts, found)
    assert entity(columns, "Schulz GmbH") == ""
    assert columns.amended(Passage(texts[0], "c1", column=COLUMN), found[texts[0]]) == []


def test_what_a_pattern_found_stays_in_a_column_of_things():
    columns = learned(
        [f"{name} Inc" for name in ("A1", "Bolt", "Core", "Dash", "Echo", "Flux", "Gale", "Hive", "Iris")]
    )
    pattern = Finding(0, 16, "EMAIL_ADDRESS", 1.0, "email")
    assert columns.amended(Passage("maria@example.com", "c1", column=COLUMN), [pattern]) == [pattern]


def test_numbers_that_all_obey_one_country_s_check_digits_are_personal():
    assert entity(learned(PESELS), "78010155555") == "NATIONAL_ID"


def test_running_order_numbers_are_not():
    columns = learned([str(10_000_000_000 + 7 * n) for n in range(50)])
    assert entity(columns, "10000000351") is None


def test_zips_and_birth_dates_need_company():
    zips = [f"{n}{n + 1}{n}30"[:5] for n in range(1, 10)] + ["02134"]
    births = [f"19{n}0-0{n}-1{n}" for n in range(1, 10)]
    streets = [
        f"{n} {name} Street"
        for n, name in enumerate(("Oak", "Elm", "Ash", "Fir", "Bay", "Yew", "Fig", "May", "Sea"), 3)
    ]
    alone = Columns()
    alone.learn(passages(zips, b"z") + passages(births, b"b"), {})
    assert entity(alone, "60601", b"z") is None
    assert entity(alone, "1975-05-05", b"b") in {None, ""}
    together = Columns()
    rows = [*passages(zips, b"z"), *passages(births, b"b"), *passages(streets, b"s"), *passages(NAMES, b"n")]
    together.learn(rows, {})
    assert entity(together, "60601", b"z") == "LOCATION"
    assert entity(together, "1975-05-05", b"b") == "DATE_OF_BIRTH"


def test_remembered_answers_are_read_again_until_the_column_is_known():
    columns = Columns()
    asked = passages(["Anna", "Bert", "Carl"])
    answers: list[tuple[Finding, ...] | None] = [(), None, (Finding(0, 4, "PERSON", 0.95, "field"),)]
    columns.gather(asked, answers, Fields().says)
    assert answers == [None, None, (Finding(0, 4, "PERSON", 0.95, "field"),)]


def test_a_column_whose_name_says_what_it_holds_is_left_alone():
    answers: list[tuple[Finding, ...] | None] = [(), None]
    Columns().gather(passages(["Acme", "Bolt"], field="CompanyName"), answers, Fields().says)
    assert answers == [(), None]


def test_no_more_columns_are_remembered_than_allowed():
    columns = Columns(most=5)
    for n in range(40):
        columns.learn(passages(NAMES, b"%d" % n), {})
        columns.learn(passages(["a", "b"], b"open %d" % n), {})
    assert len(columns) <= 10
    assert entity(columns, NAMES[0], b"39") == "PERSON"
    assert entity(columns, NAMES[0], b"0") is None


def test_nothing_of_a_value_is_kept():
    canary = "Квестория Неповторимова"
    columns = learned([*NAMES, canary])
    seen, stack = set(), [columns.__dict__]
    while stack:
        thing = stack.pop()
        if id(thing) in seen or isinstance(thing, type) or callable(thing):
            continue
        seen.add(id(thing))
        assert not (isinstance(thing, str) and "Квестория" in thing)
        stack += gc.get_referents(thing)


def test_through_the_detector_a_second_page_needs_no_model():
    detector = PresidioDetector(DetectorSettings(engine="none"))
    first, second = passages(NAMES), passages(["Фёкла Неведомская", "Устин Дальний"])
    assert detector.lookup(first) == [None] * len(first)
    found = detector.detect(first)
    assert {f.entity for answer in found for f in answer} == {"PERSON"}
    answers = detector.lookup(second)
    assert [[(f.start, f.end, f.entity, f.recognizer) for f in answer or ()] for answer in answers] == [
        [(0, len(passage.text), "PERSON", "column")] for passage in second
    ]
