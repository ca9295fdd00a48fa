"""One file, one recognizer; the file's name is its name in the configuration.

``ours`` makes the objects; importing this package loads none of them, because Presidio takes seconds to import.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def ours(countries: Sequence[str]) -> list[Any]:  # noqa: ARG001  national identifiers follow
    """Our own recognizers, each a Presidio ``EntityRecognizer``; models of names are not among them."""
    from sidecar.redaction.recognizers.birth_date import BirthDateRecognizer
    from sidecar.redaction.recognizers.email import WideEmailRecognizer
    from sidecar.redaction.recognizers.phone import WrittenPhoneRecognizer
    from sidecar.redaction.recognizers.secret import SecretRecognizer
    from sidecar.redaction.recognizers.social_security import SocialSecurityRecognizer

    return [
        WideEmailRecognizer(),
        WrittenPhoneRecognizer(),
        SocialSecurityRecognizer(),
        BirthDateRecognizer(),
        SecretRecognizer(),
    ]
