"""A mailbox tells whose name stands beside it."""

from __future__ import annotations

import pytest

from sidecar.redaction.findings import Finding, Passage
from sidecar.redaction.namesakes import found


def told(text: str, *mailboxes: str, **passage: object) -> list[str]:
    """What is found in ``text`` when these addresses were found beside it."""
    beside = {Passage(box, "c2"): [Finding(0, len(box), "EMAIL_ADDRESS", 1.0, "email")] for box in mailboxes}
    here = Passage(text, "c1", **passage)  # type: ignore[arg-type]
    return [text[one.start : one.end] for where, one in found({**beside, here: []}) if where == here]


@pytest.mark.parametrize(
    ("text", "mailbox", "name"),
    [
        ("Bill Cash, 212-555-0127", "bill.cash@example.com", "Bill Cash"),
        ("Hope Summers", "hope_summers+news@example.org", "Hope Summers"),
        ("ask ROBERT MCALLISTER today", "Robert.McAllister@example.com", "ROBERT MCALLISTER"),
        ("call Zo\u00eb Bront\u00eb back", "zoe.bronte82@example.test", "Zo\u00eb Bront\u00eb"),
        ("Mateo O\u2019Brien", "mateo.o'brien@example.com", "Mateo O\u2019Brien"),
        ("signed by Jean-Luc Lef\u00e8bvre-Roux.", "jean-luc.lefebvre-roux@example.com", "Jean-Luc Lef\u00e8bvre-Roux"),
        ("Ana Lima Reis", "ana.lima.reis@example.com", "Ana Lima Reis"),
    ],
)
def test_the_words_of_a_mailbox_are_a_name(text, mailbox, name):
    assert told(text, mailbox) == [name]


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("pay the bill cash on delivery", "bill.cash@example.com"),
        ("Bill. Cash only", "bill.cash@example.com"),
        ("Cash Bill", "bill.cash@example.com"),
        ("Bill Cashier", "bill.cash@example.com"),
        ("Customer Service", "customer.service@example.com"),
        ("J Smith", "j.smith@example.com"),
        ("Billcash", "billcash@example.com"),
    ],
)
def test_words_that_only_look_like_it_and_desks_are_not(text, mailbox):
    assert told(text, mailbox) == []


def test_nothing_is_looked_for_in_code_or_names_of_members_or_without_a_mailbox():
    assert told("Bill Cash", "bill.cash@example.com", is_code=True) == []
    assert told("Bill Cash", "bill.cash@example.com", json_type="key") == []
    assert told("Bill Cash") == []
