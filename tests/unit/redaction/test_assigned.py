"""Values that a name stands before in code, logs and SQL are known by that name, wherever the quotes and brackets are."""

from __future__ import annotations

import pytest

from sidecar.redaction.assigned import assigned
from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.located import locate


def named(text: str) -> list[tuple[str, str]]:
    return [(name, text[start:end]) for start, end, name in assigned(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WHERE c.zip = '80231' AND x", [("c.zip", "80231")]),
        ('params: {"zip"=>"80231", "id"=>"7"}', [("zip", "80231"), ("id", "7")]),
        ('said {\\"mobile\\":\\"555-0101\\"} and', [("mobile", "555-0101")]),
        ('msg="done" name="Ana Pol" took=3', [("msg", "done"), ("name", "Ana Pol")]),
        ("WHERE (name ilike '%pol%')", [("name", "pol")]),
        ("headers: { Authorization: 'Bearer abc.def' }", [("Authorization", "abc.def")]),
        ("nothing here", []),
        ("it's a = b and c's", []),
    ],
)
def test_a_value_in_quotes_has_the_name_before_it(text, expected):
    assert named(text) == expected


def test_what_is_put_into_columns_has_their_names_in_every_row():
    text = (
        "INSERT INTO crm.person (vorname, n, \"geb\", seen) VALUES ('Ute', 12, DATE '1948-11-02', now()),\n"
        "  (NULL, 7, '', NULL), ('O''Neil', f('a', 'b'), '1950-01-31', '2024-01-01');"
    )
    assert named(text) == [
        ("vorname", "Ute"),
        ("geb", "1948-11-02"),
        ("vorname", "O''Neil"),
        ("geb", "1950-01-31"),
        ("seen", "2024-01-01"),
    ]


def test_copied_lines_have_the_columns_names():
    text = "COPY public.users (id, username, city) FROM stdin;\n7\tute_w\tUlm\n8\t\\N\tBonn\n\\.\n"
    assert named(text) == [
        ("id", "7"), ("username", "ute_w"), ("city", "Ulm"), ("id", "8"), ("city", "Bonn"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "into x (" + "a," * 290 + "a) (" + "'" * 20_000,
        "a='" * 20_000,
        "into x (a,b) values " + "(" * 20_000,
        "into x (a,b,c) values (" + "a(b" * 10_000,
        "a.b" * 20_000 + "='",
    ],
    ids=["quotes", "assignments", "brackets", "brackets in a row", "a long key"],
)
@pytest.mark.timeout(30)
def test_a_hostile_text_is_read_to_its_end(text):
    for _ in range(20):
        assert all(0 <= start < end <= len(text) for start, end, _ in assigned(text))


def test_the_names_column_tells_of_values_no_pattern_knows():
    detector = PresidioDetector(DetectorSettings(engine="none"))
    text = "INSERT INTO k (vorname, plz, geburtsdatum, status) VALUES ('Ute', '48231', '1948-11-02', 'neu');"
    (findings,) = locate(detector, [text])
    assert [text[found.start : found.end] for found in findings] == ["Ute", "48231", "1948-11-02"]
