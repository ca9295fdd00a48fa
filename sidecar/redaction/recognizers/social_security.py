"""US social security numbers: ``123-45-6789`` anywhere, nine bare digits after words that say so.

Presidio's recognizer refuses well-known sample numbers and numbers never issued; people write and test with those, and they are found here.
"""

from __future__ import annotations

from sidecar.redaction.recognizers._written import WrittenRecognizer, compiled

_DASH = r"[-\ .\u2013]"
_WRITTEN = compiled(rf"(?<![\w.\-/+]|\d\ )\d{{3}}({_DASH})\d{{2}}\1\d{{4}}(?!\w|[-./]\d)")
_AFTER_WORD = compiled(
    rf"""(?<!\w)(?:ssns?|social[\s-]{{0,2}}security(?:[\s-]{{0,2}}(?:number|no\.?|\#))?|soc\.?\s?sec\.?)\b[^\d\n]{{0,16}}?
    (?<![\w.\-])(\d{{9}}|\d{{3}}{_DASH}?\d{{2}}{_DASH}?\d{{4}}|[*x]{{3}}-?[*x]{{2}}-?\d{{4}})(?!\w|[-./]\d)"""
)


class SocialSecurityRecognizer(WrittenRecognizer):
    entity = "US_SSN"
    title = "social_security"
    patterns = ((_WRITTEN, 0, 0.85), (_AFTER_WORD, 1, 0.9))
