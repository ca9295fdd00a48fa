"""What the environment may say, and what is said about it."""

from __future__ import annotations

import pytest

from upstream_sfmc.errors import BadSettings, Failure
from upstream_sfmc.settings import Credentials, from_environment, is_loopback, is_tenant

WHOLE = {
    "SFMC_CLIENT_ID": "id",
    "SFMC_CLIENT_SECRET": "s3cr3t-CANARY",
    "SFMC_SUBDOMAIN": "mc0123456789abcd-efghijklmno",
}


def test_a_subdomain_becomes_the_tenants_https_address():
    assert from_environment(WHOLE).auth_url == "https://mc0123456789abcd-efghijklmno.auth.marketingcloudapis.com"


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_missing_variable_is_named(name):
    with pytest.raises(BadSettings, match=name):
        from_environment({key: value for key, value in WHOLE.items() if key != name})


def test_all_missing_variables_are_named_at_once():
    with pytest.raises(BadSettings) as told:
        from_environment({})
    assert all(name in str(told.value) for name in WHOLE)


@pytest.mark.parametrize("subdomain", ["evil.example.com/", "a.b", "host:8080", "user@host", "-a", "UPPER case"])
def test_a_subdomain_cannot_point_anywhere_else(subdomain):
    with pytest.raises(BadSettings, match="SFMC_SUBDOMAIN") as told:
        from_environment(WHOLE | {"SFMC_SUBDOMAIN": subdomain})
    assert subdomain not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "http://192.0.2.7",
        "ftp://127.0.0.1",
        "http://0x7f000001",
        "nonsense",
    ],
)
def test_an_auth_url_is_for_loopback_only(url):
    with pytest.raises(BadSettings, match="SFMC_AUTH_URL"):
        from_environment({"SFMC_CLIENT_ID": "id", "SFMC_CLIENT_SECRET": "s", "SFMC_AUTH_URL": url})


def test_an_auth_url_beside_a_subdomain_is_refused():
    with pytest.raises(BadSettings, match="not both"):
        from_environment(WHOLE | {"SFMC_AUTH_URL": "http://127.0.0.1:1"})


def test_an_account_id_must_be_a_number():
    with pytest.raises(BadSettings, match="SFMC_ACCOUNT_ID"):
        from_environment(WHOLE | {"SFMC_ACCOUNT_ID": "7203368 or 1=1"})


def test_the_secret_is_in_no_representation():
    assert "CANARY" not in repr(from_environment(WHOLE))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8930", "http://[::1]:1/v2", "https://localhost", "http://127.9.9.9"])
def test_loopback_addresses_are_loopback(url):
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.rest.marketingcloudapis.com",
        "https://marketingcloudapis.com",
        "https://.marketingcloudapis.com",
        "https://evilmarketingcloudapis.com",
        "https://a.rest.marketingcloudapis.com.example.com",
        "https://a.rest.marketingcloudapis.com:8443",
        "https://u@a.rest.marketingcloudapis.com",
        "https://127.0.0.1",
    ],
)
def test_other_hosts_are_not_the_tenant(url):
    assert not is_tenant(url)


def test_the_tenants_hosts_are():
    assert is_tenant("https://a.rest.marketingcloudapis.com/data/v1")


def test_the_id_and_the_secret_may_stand_in_files_that_are_read_anew(tmp_path):
    (tmp_path / "id").write_text("an-id\n")
    (tmp_path / "secret").write_text("old\n")
    files = {"SFMC_CLIENT_ID_FILE": str(tmp_path / "id"), "SFMC_CLIENT_SECRET_FILE": str(tmp_path / "secret")}
    settings = from_environment({**files, "SFMC_SUBDOMAIN": "mc-example"})
    assert settings.credentials() == Credentials("an-id", "old")
    (tmp_path / "secret").write_text("new\n")
    assert settings.credentials() == Credentials("an-id", "new")
    assert "new" not in repr(settings) + repr(settings.credentials())
    (tmp_path / "secret").unlink()
    with pytest.raises(Failure, match="SFMC_CLIENT_SECRET_FILE") as told:
        settings.credentials()
    assert str(tmp_path) not in str(told.value)


def test_a_file_that_is_missing_or_empty_or_one_too_many_is_refused_at_the_start(tmp_path):
    usual = {"SFMC_CLIENT_ID": "an-id", "SFMC_SUBDOMAIN": "mc-example"}
    (tmp_path / "empty").write_text("\n")
    for name in ("empty", "missing"):
        with pytest.raises(BadSettings, match="SFMC_CLIENT_SECRET_FILE") as told:
            from_environment({**usual, "SFMC_CLIENT_SECRET_FILE": str(tmp_path / name)})
        assert str(tmp_path) not in str(told.value)
    with pytest.raises(BadSettings, match="not both"):
        from_environment({**usual, "SFMC_CLIENT_SECRET": "x", "SFMC_CLIENT_SECRET_FILE": "/dev/null"})


def test_scopes_are_names_and_nothing_else():
    usual = {"SFMC_CLIENT_ID": "i", "SFMC_CLIENT_SECRET": "s", "SFMC_SUBDOMAIN": "mc-example"}
    assert from_environment({**usual, "SFMC_SCOPES": "email_read offline"}).scopes == "email_read offline"
    with pytest.raises(BadSettings, match="SFMC_SCOPES"):
        from_environment({**usual, "SFMC_SCOPES": "email_read;offline"})
