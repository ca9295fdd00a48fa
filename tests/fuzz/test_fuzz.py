"""Every decoder under bytes nobody meant: no crash, no hang, no byte of a planted value out."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecar.transports.encoded import _Inflater
from tests.fuzz.planted import detector, planted
from tests.fuzz.run import MAX_LEN, WATCHED, others
from tests.fuzz.seeds import SEEDS, WORDS, write
from tests.fuzz.targets import CODED, DAMAGES, TARGETS

PIECES = st.sampled_from(WORDS) | st.binary(max_size=8)
ANY = st.binary(max_size=600) | st.lists(PIECES, max_size=40).map(b"".join)
HEAVY = {"planted": 200, "embedded": 80}
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.mark.parametrize("name", TARGETS)
def test_a_decoder_keeps_its_promises_for_every_seed(name: str) -> None:
    for seed in SEEDS[name]:
        TARGETS[name](seed)


def test_every_seed_carries_its_value_to_where_the_target_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that sees no leak where nothing is found would prove nothing."""
    monkeypatch.setattr(detector(), "is_blind", True)
    unseen = 0
    for seed in SEEDS["planted"]:
        try:
            planted(seed)
        except AssertionError:
            continue
        unseen += 1
    assert unseen == 0


def test_a_decoder_of_encodings_that_takes_half_for_all_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Inflater, "is_complete", True)
    cut = [seed for seed in SEEDS["encodings"] if DAMAGES[seed[1]] == "cut" and CODED[seed[0]][0] == "gzip"]
    assert cut
    for seed in cut:
        with pytest.raises(AssertionError):
            TARGETS["encodings"](seed)


@pytest.mark.parametrize("name", TARGETS)
def test_a_long_run_watches_modules_there_are_and_begins_with_seeds_and_words(name: str, tmp_path: Path) -> None:
    for module in WATCHED[name]:
        import_module(module)
        assert module not in others(WATCHED[name])
    assert "sidecar.runtime.build" in others(WATCHED[name])
    words = write(name, tmp_path)
    assert len(words.read_text().splitlines()) == len(WORDS)
    found = {file.read_bytes() for file in (tmp_path / "seeds").iterdir()}
    assert found == set(SEEDS[name])
    assert max(map(len, found)) <= MAX_LEN.get(name, 4096)


def test_a_long_run_says_what_is_missing() -> None:
    words = [sys.executable, "-c", "import sys; sys.modules['atheris'] = None; from tests.fuzz.run import main; main()"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert "pip install atheris" in done.stderr


@pytest.mark.parametrize("name", TARGETS)
def test_a_decoder_keeps_its_promises_whatever_it_is_fed(name: str) -> None:
    _fed(name, HEAVY.get(name, 300), is_derandomized=True)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", TARGETS)
def test_a_decoder_keeps_them_for_long(name: str) -> None:
    _fed(name, 50 * HEAVY.get(name, 400), is_derandomized=False)


def _fed(name: str, count: int, *, is_derandomized: bool) -> None:
    @settings(
        max_examples=count, deadline=None, derandomize=is_derandomized, database=None, suppress_health_check=CHECKS
    )
    @given(ANY)
    def feed(data: bytes) -> None:
        TARGETS[name](data)

    feed()
