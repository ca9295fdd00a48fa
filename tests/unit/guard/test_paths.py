"""What may be used as a file's name, in every spelling it may be decoded to."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from sidecar.guard import paths

OUTWARD = [
    "../../../etc/passwd",
    "../../config.json",
    "schema/../../../sensitive_file",
    "a/../../b",
    "..\\..\\windows\\win.ini",
    "..",
    "./..",
    "a/b/../../../c",
    "..//..//etc/passwd",
    ".. /.. /etc/passwd",
]
ABSOLUTE = [
    "/etc/passwd",
    "C:\\Windows\\System32\\config\\SAM",
    "c:/windows",
    "C:relative",
    "~/.ssh/id_rsa",
    "\\windows",
    "/",
]
ELSEWHERE = [
    "\\\\server\\share",
    "//server/share",
    "file:///etc/passwd",
    "http://127.0.0.1/x",
    "FILE:/etc/passwd",
    "data:,x",
]
BROKEN = ["schema\x00null", "a\nb", "a\x1b[0m", "con", "NUL.txt", "dir/aux.h", "COM1", "prn ."]
SPELT = [
    "%2e%2e%2f%2e%2e%2fetc/passwd",
    "%252e%252e%252fetc",
    "..%2f..%2fetc",
    "..%5c..%5cx",
    "%c0%ae%c0%ae/x",
    "..%c0%afx",
    "%u002e%u002e/x",
    "&#46;&#46;/x",
    "\uff0e\uff0e/x",
    "..\uff0fx",
    "a%00.txt",
    "%2fetc%2fpasswd",
    "\u2025/x",
]
FINE = [
    "notes.txt",
    "a/b/c.md",
    "./a",
    "a/../b",
    "a..b",
    "...",
    "v1.2",
    "über uns/änderung.txt",
    "日本語.txt",
    "50% off.txt",
    "a&b.txt",
    "console.log",
]


@pytest.mark.parametrize("text", [*OUTWARD, *ABSOLUTE, *ELSEWHERE, *BROKEN, *SPELT])
def test_what_leads_elsewhere_is_refused(text: str) -> None:
    assert paths.complaint(text)


@pytest.mark.parametrize("text", [*OUTWARD, *ABSOLUTE])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_percent_encoding_hides_nothing(text: str, times: int) -> None:
    for _ in range(times):
        text = quote(text, safe="")
    assert paths.complaint(text)


@pytest.mark.parametrize("text", [name for name in FINE if name != "..."])
def test_ordinary_names_pass(text: str) -> None:
    assert paths.complaint(text) is None


def test_an_absolute_path_may_lie_in_an_allowed_folder_and_not_beside_it() -> None:
    allowed = ("/allowed/directory",)
    assert paths.complaint("/allowed/directory/x.txt", allowed) is None
    assert paths.complaint("/allowed/directory", allowed) is None
    for outside in (
        "/allowed/directory_evil/x",
        "/allowed",
        "/allowed/directory/../x",
        "/other",
        "/allowed/directory/../../etc",
    ):
        assert paths.complaint(outside, allowed)


def test_only_listed_extensions_pass() -> None:
    assert paths.complaint("talk.vtt", extensions=(".vtt",)) is None
    assert paths.complaint("TALK.VTT", extensions=(".vtt",)) is None
    assert paths.complaint("talk.vtt.exe", extensions=(".vtt",))


def test_a_complaint_never_quotes_the_path() -> None:
    for text in (*OUTWARD, *ABSOLUTE, *ELSEWHERE):
        assert text not in (paths.complaint(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        "../../../etc/passwd",
        "schema;rm -rf /",
        "schema<script>alert('xss')</script>",
        "schema\x00null",
        "",
        "ünï",
        "a b",
    ],
)
def test_a_name_is_letters_digits_underscore_and_hyphen(text: str) -> None:
    assert not paths.is_name(text)
    assert paths.is_name("Customer_Master-2")
