"""Where a shop stands is nobody's whereabouts; where a person does, or might, is theirs."""

from __future__ import annotations

import json

import pytest

from sidecar import Redactor
from sidecar.wire.premises import is_shop

SHOPS = {
    "a row of stores": {"StoreName": "Store 001", "Format": "Outlet", "OpeningHours": "Mo-Sa", "Latitude": "52.52004"},
    "with an address": {"store_id": 7, "Street": "1 Sample Street", "City": "Springfield", "latitude": "52.52004"},
    "with its telephone": {"branchName": "Mitte", "BranchPhone": "030 555 0101", "lat": "52.52004"},
    "called so": {"stores": [{"id": 1, "name": "Mitte", "latitude": "52.52004"}]},
}
PEOPLE = {
    "a contact": {"FirstName": "Ottilie", "LastName": "Brackenbury", "Latitude": "52.52004"},
    "a contact and their shop": {"ContactKey": "7", "StoreName": "Mitte", "Latitude": "52.52004"},
    "an address": {"StoreName": "Mitte", "Email": "o.b@example.com", "Latitude": "52.52004"},
    "somebody beside a shop": {"name": "Ottilie Brackenbury", "storeId": 5, "lat": "52.52004"},
    "a customer near a shop": {"customer": {"storeName": "Mitte", "latitude": "52.52004"}},
    "inside a shop": {"storeName": "Mitte", "visitor": {"latitude": "52.52004"}},
    "around a shop": {"latitude": "52.52004", "shop": {"storeName": "Mitte"}},
    "nothing beside it": {"id": 1, "latitude": "52.52004"},
    "a delivery": {"StoreName": "Mitte", "DeliveryStreet": "1 Sample Street", "Latitude": "52.52004"},
}


def is_seen(redactor, record):
    """In a value, and in JSON inside a text."""
    seen = ["52.52004" in json.dumps(redactor.redact(given)[0]) for given in (record, {"text": json.dumps(record)})]
    assert seen[0] == seen[1]
    return seen[0]


@pytest.fixture(scope="module")
def sfmc():
    return Redactor.from_policy("sfmc", engine="none")


@pytest.mark.parametrize("record", SHOPS.values(), ids=SHOPS)
def test_a_shop_s_coordinates_stay(sfmc, record):
    assert is_seen(sfmc, record)


@pytest.mark.parametrize("record", PEOPLE.values(), ids=PEOPLE)
def test_a_person_s_coordinates_are_hidden(sfmc, record):
    assert not is_seen(sfmc, record)


def test_the_same_number_in_a_shop_s_record_does_not_show_a_person_s_in_the_next(sfmc):
    rows = [{"StoreName": f"Store {n}", "Latitude": "52.52004"} for n in range(3)]
    rows += [{"FirstName": "Ottilie", "Latitude": "52.52004"}]
    for _ in range(3):
        seen = sfmc.redact({"rows": rows})[0]["rows"]
        assert "52.52004" not in json.dumps(seen[3])
        seen = sfmc.redact({"rows": rows[::-1]})[0]["rows"]
        assert "52.52004" not in json.dumps(seen[0])
    seen = sfmc.redact({"rows": rows[:3]})[0]["rows"]
    assert json.dumps(seen).count("52.52004") == 3


@pytest.mark.parametrize("policy", ["strict", "reversible"])
def test_under_other_presets_all_are_hidden(policy):
    redactor = Redactor.from_policy(policy, engine="none")
    assert not any(is_seen(redactor, record) for record in (*SHOPS.values(), *PEOPLE.values()))


def test_names_are_read_and_nothing_else():
    assert is_shop(["StoreName", "latitude"])
    assert is_shop(["id", "name"], "branches")
    assert not is_shop(["restore_id", "latitude"])
    assert not is_shop(["StoreName"], "customers")
    assert not is_shop([])
