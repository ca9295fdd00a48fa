from hypothesis import given
from hypothesis import strategies as st

from sidecar.vault.memory import MemorySettings, MemoryVault


def test_a_minted_token_resolves_in_its_scope_and_nowhere_else():
    vault = MemoryVault()
    token = vault.mint("crm", "server", "PERSON", "Maria Gonzalez")
    assert vault.resolve("crm", token) == "Maria Gonzalez"
    assert vault.resolve("mail", token) is None


@given(st.lists(st.text(min_size=1, max_size=20), max_size=30))
def test_every_value_comes_back_exactly(values):
    vault = MemoryVault()
    tokens = [vault.mint("s", "server", "PERSON", value) for value in values]
    assert [vault.resolve("s", token) for token in tokens] == values
    assert len(set(tokens)) == len(set(values))


def test_an_evicted_token_is_unknown_never_another_value():
    vault = MemoryVault(MemorySettings(max_tokens=2))
    tokens = [vault.mint("s", "server", "PERSON", name) for name in ("Ann", "Bob", "Cem")]
    found = [vault.resolve("s", token) for token in tokens]
    assert found.count(None) == 1
    assert [value for value in found if value] == [n for n, v in zip(("Ann", "Bob", "Cem"), found, strict=True) if v]
    assert len(vault) == 2


def test_a_token_expires_and_comes_back_the_same_when_the_value_passes_again():
    now = [0.0]
    vault = MemoryVault(MemorySettings(ttl_s=60), clock=lambda: now[0])
    token = vault.mint("s", "server", "PERSON", "Ann")
    now[0] = 61
    assert vault.resolve("s", token) is None
    assert vault.mint("s", "server", "PERSON", "Ann") == token
    assert vault.resolve("s", token) == "Ann"


def test_values_too_long_to_keep_get_no_token():
    assert MemoryVault().mint("s", "server", "PERSON", "x" * 5000) is None


def test_a_closed_vault_knows_nothing():
    vault = MemoryVault()
    token = vault.mint("s", "server", "PERSON", "Ann")
    vault.close()
    assert vault.resolve("s", token) is None


def test_two_vaults_without_a_given_key_make_different_tokens():
    assert MemoryVault().mint("s", "server", "PERSON", "Ann") != MemoryVault().mint("s", "server", "PERSON", "Ann")


def test_a_value_that_keeps_passing_keeps_its_token_alive():
    now = [0.0]
    vault = MemoryVault(MemorySettings(ttl_s=100), clock=lambda: now[0])
    token = vault.mint("s", "server", "PERSON", "Ann")
    for moment in (50, 120, 200, 290):
        now[0] = moment
        assert vault.mint("s", "server", "PERSON", "Ann") == token
        assert vault.resolve("s", token) == "Ann"
    now[0] = 391
    assert vault.resolve("s", token) is None


def test_a_token_pushed_out_is_minted_anew_when_its_value_passes():
    vault = MemoryVault(MemorySettings(max_tokens=1))
    token = vault.mint("s", "server", "PERSON", "Ann")
    vault.mint("s", "server", "PERSON", "Bob")
    assert vault.resolve("s", token) is None
    assert vault.mint("s", "server", "PERSON", "Ann") == token
    assert vault.resolve("s", token) == "Ann"
