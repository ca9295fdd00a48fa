"""The header codec agrees with the official SDK's on every input."""

from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st
from mcp.shared.inbound import decode_header_value, encode_header_value

from sidecar.wire.headers import decode_value, encode_value

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(max_codepoint=0x7F)),
    st.from_regex(r"=\?base64\?[A-Za-z0-9+/=]{0,8}\?=", fullmatch=True),
    st.binary(max_size=6).map(lambda raw: f"=?base64?{b64encode(raw).decode()}?="),
)


@given(texts)
def test_values_are_encoded_as_the_sdk_does(value: str) -> None:
    assert encode_value(value) == encode_header_value(value)


@given(texts.filter(str.isascii))
def test_values_are_decoded_as_the_sdk_does(value: str) -> None:
    assert decode_value(value) == decode_header_value(value)


@given(texts)
def test_every_text_survives_the_header(value: str) -> None:
    encoded = encode_value(value)
    assert decode_value(encoded) == value
    assert encoded.isascii()
    assert encoded.isprintable()
