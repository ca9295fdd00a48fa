"""Addresses of crypto wallets beside Bitcoin's: Ethereum and its kin, Litecoin, Dogecoin, Tron, Ripple, Cardano, Monero, and lightning invoices' payees by prefix.

Presidio's recognizer knows Bitcoin; transaction hashes are none.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from sidecar.redaction.recognizers._written import START, Form, WrittenRecognizer

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_B58 = "[1-9A-HJ-NP-Za-km-z]"
_CHECKSUM: Final = 4


class WalletRecognizer(WrittenRecognizer):
    entity = "CRYPTO"
    title = "wallet"
    flags = 0
    forms = (
        Form("hexadecimal", r"(?<!\w)0x[0-9a-fA-F]{40}(?!\w)", 0.95),
        Form("base 58", rf"(?<!\w)(?:[13LMDTAr9]{_B58}{{25,34}})(?!\w)", 1.0),
        Form("prefix", r"(?<!\w)(?:(?:bc1|tb1|ltc1|LTC1|BC1)[02-9ac-hj-np-zAC-HJ-NP-Z]{20,90}|addr1[02-9ac-hj-np-z]{50,110}|cosmos1[02-9ac-hj-np-z]{38}|bitcoincash:[qp][02-9ac-hj-np-z]{41})(?!\w)", 0.95),
        Form("monero", rf"(?<!\w)[48][0-9AB]{_B58}{{93}}(?!\w)", 0.95),
        Form("after a word", rf"{START}(?:[Ww]allet|WALLET|(?:SOL|[Ss]ol(?:ana)?|[Pp]hantom|BTC|ETH|USDT|[Cc]rypto)(?: (?:wallet|address))?)(?: address)?(?![^\W_])[^\w\n]{{0,6}}(?:is |to )?(?P<value>{_B58}{{32,44}})(?!\w)", 0.8),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        if form.name != "base 58":
            return form.score
        value = text[start:end]
        return form.score if _is_checked(value, _RIPPLE if value[0] == "r" else _BASE58) else 0.0


def _is_checked(value: str, alphabet: str) -> bool:
    number = 0
    for c in value:
        if (place := alphabet.find(c)) < 0:
            return False
        number = number * 58 + place
    raw = number.to_bytes(25, "big") if number < 1 << 200 else b""
    return bool(raw) and sha256(sha256(raw[:-_CHECKSUM]).digest()).digest()[:_CHECKSUM] == raw[-_CHECKSUM:]
