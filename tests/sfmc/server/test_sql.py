"""SQL rules of query activities."""

from __future__ import annotations

import pytest

from upstream_sfmc.tools.sql import problems

FINE = [
    "SELECT SubscriberKey FROM [Customer Master]",
    "select a.x from b a inner join c on a.i = c.i where a.n like 'O''Brien; drop table x --%'",
    "-- a comment with 'a quote\nSELECT 1 AS One /* and DROP; */",
    "SELECT TOP 10 x FROM y ORDER BY x;",
    "SELECT x, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC) AS n FROM y",
    'SELECT [delete], "update" FROM [drop table]',
    "SELECT u.LastUpdate, u.IntoDate FROM u",
]


@pytest.mark.parametrize("sql", FINE)
def test_what_is_allowed_has_no_problem(sql):
    assert problems(sql) == []


@pytest.mark.parametrize(
    ("sql", "rule", "at"),
    [
        ("", "must be the first word", 0),
        ("UPDATE x SET a = 1", "must be the first word", 0),
        ("WITH a AS (SELECT 1) SELECT * FROM a", "must be the first word", 0),
        ("SELECT 1; SELECT 2", "Only one statement", 8),
        ("SELECT 'a FROM b", "string is not closed", 7),
        ("SELECT /* a", "comment is not closed", 7),
        ("SELECT (1", "bracket is not closed", 9),
        ("SELECT 1)", "closed that was not opened", 8),
        ("SELECT [a FROM b", "bracketed name is not closed", 7),
        ("SELECT x INTO y FROM z", "INTO is not allowed", 9),
        ("SELECT x FROM y DELETE", "DELETE is not allowed", 16),
        ("SELECT @a", "Variables are not supported", 7),
        ("SELECT x FROM #t", "Temporary tables", 14),
        ("SELECT x FROM y ORDER BY x", "only together with TOP", 16),
    ],
)
def test_what_is_not_allowed_is_told_with_its_place(sql, rule, at):
    found = [one for one in problems(sql) if rule in one["rule"]]
    assert [one["position"] for one in found] == [at]
