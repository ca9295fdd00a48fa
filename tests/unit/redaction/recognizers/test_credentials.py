# ruff: noqa: RUF001  words of many scripts
"""Secrets of known form and secrets by word; what resembles them and is none. All values are invented."""

from __future__ import annotations

import logging
import socket

import pytest

from sidecar.redaction.recognizers._secret_forms import theirs
from sidecar.redaction.recognizers.password import PasswordRecognizer
from sidecar.redaction.recognizers.secret import SecretRecognizer

_36 = "Ab1" * 12
KEYS = [
    f"ghp_{_36}", f"gho_{_36}", f"github_pat_{_36}", "glpat-" + "a1B2" * 5, "AKIA" + "ABCDEFGH01234567", "ASIA" + "ABCDEFGH01234567", "AIza" + "Sy0_" * 8 + "abc",
    "ya29." + "a0Af" * 10, "GOCSPX-" + "a1B2" * 7, "xoxb-" + "123456789012-123456789012-" + "a1B2" * 6, "xapp-1-" + "A1B2" * 8, "sk_live_" + "a1B2" * 6, "rk_live_" + "a1B2" * 6,
    "whsec_" + "a1B2" * 8, "sk-" + "a1B2" * 12, "sk-proj-" + "a1B2" * 12, "sk-ant-api03-" + "a1B2" * 20, "hf_" + "aBcD" * 8 + "ab", "npm_" + _36, "pypi-AgEIcHlwaS5vcmc" + "a1B2" * 20,
    "SG." + "a1B2" * 5 + "ab" + "." + "a1B2" * 10 + "abc", "key-" + "0a1b" * 8, "0a1b" * 8 + "-us12", "sq0csp-" + "a1B2" * 10 + "abc", "shpat_" + "0a1b" * 8, "dop_v1_" + "0a1b" * 16,
    "dapi" + "0a1b" * 8, "hvs." + "a1B2" * 8, "lin_api_" + "a1B2" * 10, "NRAK-" + "A1B" * 9, "glsa_" + "a1B2" * 8 + "_0a1b2c3d", "123456789:AA" + "a1B" * 11, "AC" + "0a1b" * 8,
    "abc8Q~" + "a1B2" * 8 + "ab", "00D5g000008XyZ1!" + "AQ4A" * 12, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "pat-na1-6f9619ff-8b86-4011-b42d-00cf4fc964ff",
]  # fmt: skip

IN_FORMS = """postgres://maria:«hunter22»@db.example.com/x
redis://:«s3cr3t»@cache:6379
mongodb+srv://app:«p4ss%21word»@cluster0.example.net/test
https://maria:«hunter22»@example.com/
amqp://guest:«gu3st»@localhost:5672/
https://hooks.slack.com/services/T00000000/B00000000/«aB3dabcdEFGH12345678abcd»""".splitlines()

BY_WORD = """password: «hunter2»
Password: «S3cret!pass»
pwd=«x1y2z3»
the password is «Tr0ub4dor&3».
my password is "«correct horse»"
password for maria is «Winter2024»
Das Passwort lautet «Sommer2024!»
Kennwort: «geheim123»
contraseña: «Abc12345»
la contraseña es «Perro2024»
mot de passe : «Azerty123»
mdp: «azerty99»
senha: «minhasenha1»
wachtwoord is «Welkom01»
hasło: «Qwerty12!»
пароль: «qwerty123»
パスワード：«abcd1234»
密码：«a1b2c3d4»
비밀번호: «qwer1234»
şifre: «Kedi2024»
client_secret=«8f7d9a6b5c4e3f2a1b0c»
api key: «a8f5f167f44f4964e6c998dee827110c»
"api_key": "«abcd1234efgh5678»"
DB_PASSWORD=«hunter22»
AWS_SECRET_ACCESS_KEY=«wJalrXUtnFEMI0K7MDENG0bPxRfiCYEXAMPLEKEY»
secret is «xK9mP2qL8v»
Authorization: Basic «dXNlcjpwYXNz»
Authorization: Bearer «abcdefghijklmnop1234»
Bearer «abcdefghijklmnop»
x-api-key: «0123456789abcdef»
Server=db;Uid=sa;Pwd=«P@ssw0rd»;
AccountKey=«AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbcc==»
token: «9f8e7d6c5b4a39281706»
Your verification code is «482193»
«482193» is your login code
PIN: «4821»
the OTP is «482 193»
cvv «123»
Bestätigungscode: «482193»
curl -u maria:«hunter22» https://x.test
login: maria / «hunter22»
https://x.test/?access_token=«abc123def456»&a=1
Cookie: «sid=abc123; theme=dark»""".splitlines()

NOTHING = """Password is required
Your password is incorrect.
password: string
Password: required
pwd: /home/user
token: string
nextPageToken: CAUQAA1234abcd
next_page_token=CAUQAA1234abcd
6f9619ff-8b86-d011-b42d-00cf4fc964ff
commit 5d41402abc4b2a76b9719d911017c5925d414021
PERSON_7k2q9xw3fav4d
secret: CREDENTIAL_7k2q9xw3fav4d
The secret of success is hard work
a bearer of news
reset your password: click here
Password: ********
password=${DB_PASSWORD}
password: {{ vault }}
token 42 of 100
customerKey: DE-Welcome-2024-01
externalKey=6f9619ff-8b86-d011-b42d-00cf4fc964ff
aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNlNjQ=
eyJhbGciOiJIUzI1NiJ9
pin code 560001 Bangalore
the key: value pair
passwords are hashed with bcrypt
API key required
auth: none
basic information
Basic Plan 2024
the access key is under the mat
sk-learn and scikit-learn
promo code 482193
my zip code is 90210
area code 415
HTTP basic authentication
const password = getPassword()
password = os.environ['X']
sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
Password policy: minimum 12 characters
A password must be at least 8 characters
{"password": "string", "type": "string"}
https://example.com/reset?code=1
https://x.test/a?page=2
pass: 12 of 15 tests
tests pass: 120
error code 500123
status code: 404
QR code 12345
order code is 123456
keywords: a, b
Secret Santa is on 2024-12-12
session id missing
monkey=banana1234567890
git@github.com:org/repo.git
http://example.com:8080/@scope
0032400000aBcDeAAK
mailto:jane@example.com""".splitlines()


@pytest.fixture(scope="module")
def secret():
    return SecretRecognizer()


@pytest.fixture(scope="module")
def password():
    return PasswordRecognizer()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("frame", ["{}", "key {} was leaked", 'x = "{}"', "{},", "({})", "KEY={}"])
def test_keys_of_known_form_are_found_wherever_they_stand(table, secret, key, frame):
    assert table.found(secret, frame.format(key)) == [key]


@pytest.mark.parametrize("text", IN_FORMS)
def test_passwords_in_urls_are_found_without_the_url(table, secret, text):
    table.check(secret, text)


@pytest.mark.parametrize("text", BY_WORD)
def test_what_a_word_calls_a_secret_is_found(table, password, text):
    table.check(password, text)


@pytest.mark.parametrize("text", NOTHING)
def test_words_hashes_and_ids_are_no_secrets(table, secret, password, text):
    table.check(secret, text)
    table.check(password, text)


@pytest.mark.parametrize(
    "head", ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"]
)  # fmt: skip
def test_private_keys_are_found_to_their_footer_or_the_text_s_end(table, secret, head):
    key = f"-----BEGIN {head}-----\nMIIB{_36}\n-----END {head}-----"
    assert table.found(secret, f"a {key} b") == [key]
    assert table.found(secret, f"a {key[:-30]}") == [key[:-30]]


def test_public_keys_and_certificates_are_none(table, secret):
    assert table.found(secret, "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----") == []
    assert table.found(secret, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----") == []


def test_the_kept_library_neither_connects_nor_logs(monkeypatch, caplog):
    def refuse(*_, **__):
        raise AssertionError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with caplog.at_level(logging.DEBUG):
        theirs.cache_clear()
        assert len(theirs(is_caseless=False)) + len(theirs(is_caseless=True)) > 25
        SecretRecognizer().analyze("key AKIA" + "ABCDEFGH01234567", [])
    assert [record for record in caplog.records if "detect" in record.name] == []
