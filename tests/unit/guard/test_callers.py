"""Who may call: keys, certificates and access tokens, and every way to pretend."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sidecar.errors import BadConfig, Forbidden
from sidecar.guard.callers import NOBODY, Callers
from sidecar.guard.model import Key, Settings, Subject, Tokens
from sidecar.guard.tokens import Verifier

NOW = 1_800_000_000.0
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
KEY = "caller-key-of-the-test"
SETTINGS = Tokens(
    issuer="https://issuer.example.com",
    audience="https://mcp.example.com/mcp",
    jwks="./jwks.json",
    scopes=("mcp:call",),
    roles=(("admin", "admin"), ("mcp:read", "reader")),
    default_role="guest",
)


def jwks(**keys: Any) -> bytes:
    entries = []
    for name, key in keys.items():
        algorithm = (
            jwt.algorithms.ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else jwt.algorithms.RSAAlgorithm
        )
        entries.append({**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "use": "sig"})
    return json.dumps({"keys": entries}).encode()


def verifier() -> Verifier:
    found = Verifier(SETTINGS, lambda: NOW)
    found.replace(jwks(one=RSA, curve=CURVE))
    return found


def claims(**changes: Any) -> dict[str, Any]:
    good = {
        "iss": SETTINGS.issuer,
        "aud": SETTINGS.audience,
        "sub": "agent-7",
        "exp": NOW + 60,
        "scope": "mcp:call mcp:read",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def token(key: Any = RSA, algorithm: str = "RS256", headers: dict[str, Any] | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm, {"kid": "one", **(headers or {})})


def test_a_good_token_names_issuer_subject_and_role() -> None:
    assert verifier()(token()) == ("https://issuer.example.com|agent-7", "reader")
    assert verifier()(token(roles=["admin"])) == ("https://issuer.example.com|agent-7", "admin")
    assert verifier()(token(scope="mcp:call")) == ("https://issuer.example.com|agent-7", "guest")
    assert verifier()(token(CURVE, "ES256", {"kid": "curve"}))[0].endswith("agent-7")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example.com"},
        {"aud": ["https://other.example.com"]},
        {"aud": None},
        {"iss": "https://evil.example.com"},
        {"iss": None},
        {"exp": NOW - 31},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": NOW + 31},
        {"sub": None},
    ],
)
def test_a_token_with_a_wrong_or_missing_claim_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Forbidden) as refused:
        verifier()(token(**changes))
    assert refused.value.status == 401


def test_a_token_without_a_needed_scope_is_forbidden() -> None:
    with pytest.raises(Forbidden) as refused:
        verifier()(token(scope="mcp:read"))
    assert refused.value.status == 403


def unsigned(algorithm: str) -> str:
    parts = [{"alg": algorithm, "typ": "JWT", "kid": "one"}, claims()]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def confused() -> str:
    """Signed with the public key as if it were a shared secret."""
    pem = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    body = unsigned("HS256").rstrip(".")
    mac = hmac.new(pem, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.mark.parametrize(
    "make",
    [
        lambda: unsigned("none"),
        lambda: unsigned("None"),
        lambda: unsigned("RS256"),
        confused,
        lambda: token(OTHER),
        lambda: token(headers={"kid": "../../etc/passwd"}),
        lambda: token(headers={"kid": "' OR 1=1"}),
        lambda: token(headers={"kid": "curve"}),
        lambda: token(headers={"kid": "unknown"}),
        lambda: token(headers={"jku": "https://evil.example.com/jwks.json", "kid": "evil"}),
        lambda: token(OTHER, headers={"jwk": json.loads(jwks(one=OTHER))["keys"][0]}),
        lambda: token(headers={"crit": ["exp"]}),
        lambda: token(CURVE, "ES256"),
        lambda: token(RSA, "RS512"),
        lambda: token()[:-4] + "AAAA",
        lambda: token() + "." + token(),
        lambda: "a.b.c",
        lambda: "",
        lambda: "x" * 100_000,
    ],
    ids=[
        "none", "None", "no signature", "RS as HS", "another key", "kid as path", "kid as query", "kid of another kind",
        "kid unknown", "jku", "jwk in the header", "crit", "algorithm of another key", "algorithm not listed", "signature changed", "two tokens",
        "rubbish", "empty", "huge",
    ],
)  # fmt: skip
def test_an_attack_on_the_signature_is_refused(make: Any) -> None:
    with pytest.raises(Forbidden) as refused:
        verifier()(make())
    assert refused.value.status == 401
    assert str(refused.value) == "the access token is not valid"


def test_keys_are_replaced_and_a_bad_set_leaves_the_old_one() -> None:
    found = verifier()
    for bad in (
        b"",
        b"{}",
        b'{"keys":[]}',
        b'{"keys":[{"kty":"oct","k":"AAAA"}]}',
        b'{"keys":[{"kty":"RSA"}]}',
        b"[1]",
    ):
        with pytest.raises(BadConfig):
            found.replace(bad)
    assert found(token())
    found.replace(jwks(two=OTHER))
    with pytest.raises(Forbidden):
        found(token())
    assert found(token(OTHER, headers={"kid": "two"}))


@pytest.mark.parametrize("algorithms", [("HS256",), ("none",), (), ("RS256", "HS512")])
def test_only_signatures_by_a_public_key_can_be_configured(algorithms: tuple[str, ...]) -> None:
    with pytest.raises(BadConfig):
        Verifier(Tokens("i", "a", "j", algorithms=algorithms), lambda: NOW)


CALLERS = Callers(
    Settings(
        keys=(Key("other", "0" * 64), Key("agent", hashlib.sha256(KEY.encode()).hexdigest(), "reader")),
        subjects=(Subject("CN=agent-*,O=Example", "robot"),),
    )
)


def test_1_without_callers_everybody_is_nobody() -> None:
    assert Callers(Settings()).identify("Bearer anything") is NOBODY


def test_2_a_bearer_key_is_known_by_its_digest() -> None:
    known = CALLERS.identify(f"Bearer {KEY}")
    assert (known.name, known.role) == ("agent", "reader")
    assert known.principal == CALLERS.identify(f"bearer  {KEY} ").principal
    assert KEY not in repr(known)


def test_3_a_certificates_subject_is_taken_without_a_bearer_credential() -> None:
    assert CALLERS.identify(None, "CN=agent-7,O=Example").role == "robot"
    with pytest.raises(Forbidden):
        CALLERS.identify("Bearer wrong", "CN=agent-7,O=Example")


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", KEY, f"Bearer {KEY}x"])
def test_4_nobody_in_particular_is_refused(given: str | None) -> None:
    with pytest.raises(Forbidden) as refused:
        CALLERS.identify(given)
    assert refused.value.status == 401
    assert KEY not in str(refused.value)


def test_two_callers_never_share_a_principal() -> None:
    both = Callers(Settings(keys=(Key("x", hashlib.sha256(b"a").hexdigest()),), tokens=SETTINGS), lambda _: ("x", ""))
    principals = {both.identify("Bearer a").principal, both.identify("Bearer b").principal}
    assert len(principals) == 2
