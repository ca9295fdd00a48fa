from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sidecar.vault import memory
from sidecar.vault.keys import KeyRing, Keys, new_key, rotated
from sidecar.vault.memory import MemorySettings, MemoryVault
from sidecar.vault.tokens import derive


def mint(vault, value, scope="s", entity="PERSON"):
    return vault.mint(scope, "server", entity, value)


def test_a_minted_token_resolves_in_its_scope_and_nowhere_else():
    vault = MemoryVault()
    token = mint(vault, "Maria Gonzalez", "crm")
    assert vault.resolve("crm", token) == "Maria Gonzalez"
    assert vault.resolve("mail", token) is None


def test_a_token_under_another_entity_s_name_is_another_token():
    vault = MemoryVault()
    tail = mint(vault, "Maria Gonzalez").rpartition("_")[2]
    assert vault.resolve("s", f"LOCATION_{tail}") is None
    assert vault.resolve("s", f"_{tail}") == "Maria Gonzalez"


@given(st.lists(st.text(min_size=1, max_size=20), max_size=30))
def test_every_value_comes_back_exactly(values):
    vault = MemoryVault()
    tokens = [mint(vault, value) for value in values]
    assert [vault.resolve("s", token) for token in tokens] == values
    assert len(set(tokens)) == len(set(values))


def test_an_evicted_token_is_unknown_never_another_value():
    vault = MemoryVault(MemorySettings(max_tokens=2))
    tokens = [mint(vault, name) for name in ("Ann", "Bob", "Cem")]
    assert [vault.resolve("s", token) for token in tokens] == [None, "Bob", "Cem"]
    assert len(vault) == 2


def test_the_size_in_bytes_is_a_bound_too():
    vault = MemoryVault(MemorySettings(max_bytes=20_000))
    tokens = [mint(vault, f"{n}" * 40) for n in range(1000, 1200)]
    assert vault.size_bytes <= 20_000
    assert 5 < len(vault) < 40
    assert vault.resolve("s", tokens[-1]) == "1199" * 40
    assert vault.resolve("s", tokens[0]) is None


def test_a_value_larger_than_the_vault_gets_no_token_and_leaves_nothing():
    vault = MemoryVault(MemorySettings(max_bytes=600))
    assert mint(vault, "x" * 2000) is None
    assert (len(vault), vault.size_bytes) == (0, 0)


def test_a_token_expires_and_comes_back_the_same_when_the_value_passes_again():
    now = [0.0]
    vault = MemoryVault(MemorySettings(ttl_s=60), clock=lambda: now[0])
    token = mint(vault, "Ann")
    now[0] = 61
    assert vault.resolve("s", token) is None
    assert mint(vault, "Ann") == token
    assert vault.resolve("s", token) == "Ann"


def test_what_has_expired_makes_room():
    now = [0.0]
    vault = MemoryVault(MemorySettings(ttl_s=60), clock=lambda: now[0])
    for n in range(50):
        mint(vault, f"Ann {n}")
    now[0] = 61
    mint(vault, "Bob")
    assert len(vault) == 1


def test_values_too_long_to_keep_get_no_token():
    assert mint(MemoryVault(), "x" * 5000) is None
    assert MemoryVault().spell("s", "server", "URL", "x" * 5000, iter(["1"])) is None


def test_a_closed_vault_knows_nothing():
    vault = MemoryVault()
    token = mint(vault, "Ann")
    vault.close()
    assert vault.resolve("s", token) is None


def test_two_vaults_without_a_given_key_make_different_tokens():
    assert mint(MemoryVault(), "Ann") != mint(MemoryVault(), "Ann")


def test_a_value_that_keeps_passing_keeps_its_token_alive():
    now = [0.0]
    vault = MemoryVault(MemorySettings(ttl_s=100), clock=lambda: now[0])
    token = mint(vault, "Ann")
    for moment in (50, 120, 200, 290):
        now[0] = moment
        assert mint(vault, "Ann") == token
        assert vault.resolve("s", token) == "Ann"
    now[0] = 391
    assert vault.resolve("s", token) is None


def test_a_token_pushed_out_is_minted_anew_when_its_value_passes():
    vault = MemoryVault(MemorySettings(max_tokens=1))
    token = mint(vault, "Ann")
    mint(vault, "Bob")
    assert vault.resolve("s", token) is None
    assert mint(vault, "Ann") == token
    assert vault.resolve("s", token) == "Ann"


def test_with_keys_from_a_file_the_same_tokens_come_back_after_a_restart_once_the_values_pass():
    ring = KeyRing(Keys(new_key()))
    before = MemoryVault(key=ring)
    token = mint(before, "Ann")
    before.close()
    after = MemoryVault(key=ring)
    assert after.resolve("s", token) is None
    assert after.is_own("s", token.rpartition("_")[2][0])
    assert mint(after, "Ann") == token
    assert after.resolve("s", token) == "Ann"


def test_while_two_keys_are_in_use_the_tokens_of_both_come_back():
    old = Keys(new_key())
    token = mint(MemoryVault(key=KeyRing(old)), "Ann")
    after = MemoryVault(key=KeyRing(rotated(old)))
    fresh = mint(after, "Ann")
    assert fresh != token
    assert after.resolve("s", token) == after.resolve("s", fresh) == "Ann"
    later = MemoryVault(key=KeyRing(rotated(rotated(old))))
    mint(later, "Ann")
    assert later.resolve("s", token) is None


def test_a_tenant_s_own_keys_make_its_tokens_and_only_its():
    common = Keys(new_key())
    with_own = KeyRing(common, {"tenant-7": Keys(new_key("k"))})
    one, two = MemoryVault(key=KeyRing(common)), MemoryVault(key=with_own)
    assert mint(one, "Ann", "crm\x1ftenant-7") != mint(two, "Ann", "crm\x1ftenant-7")
    assert mint(one, "Ann", "crm\x1ftenant-8") == mint(two, "Ann", "crm\x1ftenant-8")


def test_a_handle_in_use_is_never_given_to_a_second_value(monkeypatch):
    """As if every value had the same token at the first try."""

    def narrow(key, origin, scope, entity, value, *, attempt=0):
        return derive(key, origin, scope, entity, "same" if attempt == 0 else value, attempt=attempt)

    monkeypatch.setattr(memory, "derive", narrow)
    vault = MemoryVault()
    tokens = [mint(vault, name) for name in ("Ann", "Bob", "Cem")]
    assert len(set(tokens)) == 3
    assert [vault.resolve("s", token) for token in tokens] == ["Ann", "Bob", "Cem"]


def test_where_every_try_is_taken_there_is_no_token_rather_than_a_shared_one(monkeypatch):
    monkeypatch.setattr(
        memory, "derive", lambda key, origin, scope, entity, value, *, attempt=0: f"{entity}_aaaaaaaaaaaaa"
    )
    vault = MemoryVault()
    token = mint(vault, "Ann")
    assert mint(vault, "Bob") is None
    assert vault.resolve("s", token) == "Ann"


def test_a_spelling_is_given_to_one_value_only_and_in_one_scope():
    vault = MemoryVault()
    first = vault.spell("s", "server", "DATE_OF_BIRTH", "1980-01-02", iter(["1957-03-04", "1958-01-01"]))
    again = vault.spell("s", "server", "DATE_OF_BIRTH", "1980-01-02", iter(["1957-03-04", "1958-01-01"]))
    other = vault.spell("s", "server", "DATE_OF_BIRTH", "1990-05-06", iter(["1957-03-04", "1958-01-01"]))
    none = vault.spell("s", "server", "DATE_OF_BIRTH", "1991-05-06", iter(["1957-03-04", "1958-01-01"]))
    assert (first, again, other, none) == ("1957-03-04", "1957-03-04", "1958-01-01", None)
    assert vault.spelt("s", "1957-03-04") == "1980-01-02"
    assert vault.spelt("t", "1957-03-04") is None
    assert vault.spelt("s", "1957-03-05") is None


def test_a_value_does_not_show_in_what_settings_and_keys_print():
    key = replace(new_key(), secret=b"secret-secret-secret-secret-1234")
    assert "secret-" not in repr(KeyRing(Keys(key)))
