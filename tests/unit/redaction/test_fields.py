"""A field's name is believed when the value's shape agrees."""

from __future__ import annotations

import pytest

from sidecar.errors import BadConfig
from sidecar.redaction.fields import KEEP, Fields, normalise

FIELDS = Fields()

SAYS = [
    ("EmailAddress", "maria@example.com", "EMAIL_ADDRESS"),
    ("Email Address", "maria@example.com", "EMAIL_ADDRESS"),
    ("e_mail", "maria@example.test", "EMAIL_ADDRESS"),
    ("Work_Email__c", "maria@example.com", "EMAIL_ADDRESS"),
    ("PersonEmail", "maria@example.com", "EMAIL_ADDRESS"),
    ("SubscriberKey", "maria@example.com", "EMAIL_ADDRESS"),
    ("correo electrónico", "maria@example.com", "EMAIL_ADDRESS"),
    ("MobilePhone", "+1 415 555 0132", "PHONE_NUMBER"),
    ("_MobileNumber", "14155550132", "PHONE_NUMBER"),
    ("phone2", "(415) 555-0132", "PHONE_NUMBER"),
    ("phone", "415.555.0132", "PHONE_NUMBER"),
    ("teléfono", "415 555 0132", "PHONE_NUMBER"),
    ("Contact:First_Name__c", "Maria", "PERSON"),
    ("customerFirstName", "Maria", "PERSON"),
    ("Last Name", "O'Brien-Núñez", "PERSON"),
    ("Vorname", "Jürgen", "PERSON"),
    ("Nachname", "Müller", "PERSON"),
    ("prénom", "Zoé", "PERSON"),
    ("apellidos", "García López", "PERSON"),
    ("imię", "Łucja", "PERSON"),
    ("名", "花子", "PERSON"),
    ("фамилия", "Иванова", "PERSON"),
    ("author", "Maria Gonzalez", "PERSON"),
    ("MailingStreet", "12 High Street", "LOCATION"),
    ("address", "12 High Street", "LOCATION"),
    ("billingCity", "Springfield", "LOCATION"),
    ("PostalCode", "NW1 6XE", "LOCATION"),
    ("zip", "10001", "LOCATION"),
    ("BirthDate", "1980-03-12T00:00:00", "DATE_OF_BIRTH"),
    ("DOB", "3/12/1980", "DATE_OF_BIRTH"),
    ("Geburtsdatum", "12.03.1980", "DATE_OF_BIRTH"),
    ("date_of_birth", "12 March 1980", "DATE_OF_BIRTH"),
    ("SSN", "123-45-6789", "US_SSN"),
    ("ssn", "123456789", "US_SSN"),
    ("cardNumber", "4111 1111 1111 1112", "CREDIT_CARD"),
    ("IBAN", "DE89 3704 0044 0532 0130 00", "IBAN_CODE"),
    ("ipAddress", "203.0.113.7", "IP_ADDRESS"),
    ("clientIp", "2001:db8::1", "IP_ADDRESS"),
    ("userName", "mgonzalez7", "USERNAME"),
    ("password", "correct horse battery", "CREDENTIAL"),
    ("client_secret", "s3cr3t-value", "CREDENTIAL"),
    ("passportNumber", "L01X00T47", "PASSPORT"),
    ("cpf", "529.982.247-25", "TAX_ID"),
    ("LastName", "Null", "PERSON"),
    ("FirstName", "True", "PERSON"),
    ("FirstName", "Test", "PERSON"),
    ("LastName", "User", "PERSON"),
]

SAYS_NOTHING = [
    ("LastName", "null"),
    ("LastName", "NULL"),
    ("FirstName", "n/a"),
    ("FirstName", "None"),
    ("HasOptedOutOfEmail", "true"),
    ("EmailBouncedDate", "2025-04-21"),
    ("EmailID", "1447640"),
    ("emailSubject", "Welcome"),
    ("name", "Maria Gonzalez"),
    ("title", "Maria Gonzalez"),
    ("displayName", "Search Contacts"),
    ("FirstName", "%%FirstName%%"),
    ("FirstName", "<PERSON>"),
    ("FirstName", "N/A"),
    ("FirstName", "user_4"),
    ("phone", "none"),
    ("phone", "2025-04-21"),
    ("phoneType", "mobile"),
    ("velocity", "fast"),
    ("address", "0xdeadbeef"),
    ("nextToken", "eyJhbGciOi"),
    ("capacity", "ten"),
    ("author", "system"),
    ("zip", "archive"),
]


@pytest.mark.parametrize(("name", "value", "entity"), SAYS)
def test_a_known_name_with_a_fitting_value_tells_the_entity(name, value, entity):
    assert FIELDS.says(name).entity(value) == entity


@pytest.mark.parametrize(("name", "value"), SAYS_NOTHING)
def test_a_value_of_another_shape_or_an_ambiguous_name_says_nothing(name, value):
    assert FIELDS.says(name).entity(value) is None


@pytest.mark.parametrize(
    "name",
    ["JobID", "contactID", "job_id", "guid", "CustomerKey", "CreatedDate", "memberId", "ids", "MID", "statusCode"],
)
def test_ids_keys_and_dates_keep_machine_shaped_values(name):
    assert FIELDS.says(name).keeps


@pytest.mark.parametrize("name", ["paid", "FirstName", "description", "grid"])
def test_a_name_that_only_ends_in_the_same_letters_keeps_nothing(name):
    assert not FIELDS.says(name).keeps


@pytest.mark.parametrize(
    "name",
    [
        "First Name",
        "first_name",
        "FIRST-NAME",
        "firstName",
        "Contact:FirstName__c",
        "_firstname",
        "Account.FirstName__pc",
    ],
)
def test_spelling_does_not_matter(name):
    assert normalise(name) == "firstname"


def test_a_user_s_field_is_believed_with_any_value():
    fields = Fields((("Favourite Pet", "PET"), ("phone", KEEP)))
    assert fields.says("favourite_pet").entity("x_17") == "PET"
    assert fields.says("phone").entity("+1 415 555 0132") is None
    assert "PET" in fields.entities


def test_an_empty_user_field_is_refused():
    with pytest.raises(BadConfig):
        Fields(((" ", "PET"),))


def test_names_are_remembered_by_their_hash_only():
    fields = Fields()
    fields.says("maria@example.com")
    fields.says("EmailAddress")
    assert set(map(type, fields._said)) == {int}


@pytest.mark.parametrize(
    ("name", "value", "entity"),
    [
        ("state", "IL", "LOCATION"),
        ("region", "Greater London", "LOCATION"),
        ("State", "Nordrhein-Westfalen", "LOCATION"),
        ("state", "Running", None),
        ("state", "open", None),
        ("state", "in_progress", None),
        ("region", "us-east-1", None),
        ("region", "NA1", None),
    ],
)
def test_a_state_is_a_place_only_when_it_looks_like_one(name, value, entity):
    assert FIELDS.says(name).entity(value) == entity


def test_one_word_values_of_enumerations_are_no_names():
    assert FIELDS.says("fieldType").enumerates
    assert FIELDS.says("status").enumerates
    assert not FIELDS.says("note").enumerates
