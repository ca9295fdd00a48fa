"""The cache remembers findings, never texts."""

from __future__ import annotations

import gc
import tracemalloc

from sidecar.redaction.cache import MOST_FINDINGS, FindingsCache
from sidecar.redaction.findings import Finding, Passage

FOUND = (Finding(0, 5, "PERSON", 0.9, "rampart"),)
PASSAGE = Passage("Maria said", "note", "about", column=b"c")


def test_what_was_put_is_found_again():
    cache = FindingsCache()
    cache.put(PASSAGE, FOUND)
    assert cache.get(PASSAGE) == FOUND


def test_every_part_of_a_passage_is_part_of_the_key():
    cache = FindingsCache()
    cache.put(PASSAGE, FOUND)
    others = [
        PASSAGE._replace(text="Maria sai"),
        PASSAGE._replace(field="other"),
        PASSAGE._replace(sibling="other"),
        PASSAGE._replace(json_type="key"),
        PASSAGE._replace(language="de"),
        PASSAGE._replace(column=b"d"),
        PASSAGE._replace(is_code=True),
        PASSAGE._replace(field="noteabout", sibling=""),
        PASSAGE._replace(field="about", sibling="note"),
    ]
    assert [cache.get(other) for other in others] == [None] * len(others)


def test_its_keys_differ_from_those_of_another_cache():
    one, other = FindingsCache(), FindingsCache()
    one.put(PASSAGE, FOUND)
    other.put(PASSAGE, FOUND)
    assert set(one._found).isdisjoint(other._found)


def test_it_is_bounded():
    cache = FindingsCache(10)
    for n in range(50):
        cache.put(Passage(str(n)), FOUND)
    assert len(cache) == 10
    assert cache.get(Passage("49")) == FOUND
    assert cache.get(Passage("0")) is None


def test_a_text_with_very_many_findings_is_not_kept():
    cache = FindingsCache()
    cache.put(PASSAGE, FOUND * (MOST_FINDINGS + 1))
    assert len(cache) == 0
    cache.put(Passage("x" * 100_000), FOUND)
    assert cache.get(Passage("x" * 100_000)) == FOUND


def test_the_findings_of_all_answers_are_bounded():
    cache = FindingsCache(100)
    for n in range(50):
        cache.put(Passage(str(n)), FOUND * 100)
    assert len(cache) == 2
    assert cache.get(Passage("49")) == FOUND * 100
    for _ in range(50):
        cache.put(Passage("49"), FOUND * 100)
    assert len(cache) == 2


def test_a_lone_surrogate_is_a_text_like_any_other():
    cache = FindingsCache()
    cache.put(Passage("\ud800"), FOUND)
    assert cache.get(Passage("\ud800")) == FOUND


def test_no_plaintext_is_reachable_from_it():
    cache = FindingsCache()
    secret = "Wilhelmina Quist, " + str(len(cache))
    cache.put(Passage(secret, field="name9"), FOUND)
    seen: set[int] = set()
    todo: list[object] = [cache]
    while todo:
        thing = todo.pop()
        if id(thing) in seen or isinstance(thing, type):
            continue
        seen.add(id(thing))
        if isinstance(thing, str):
            assert secret not in thing
        elif isinstance(thing, bytes):
            assert secret.encode() not in thing
        elif not callable(thing) and type(thing).__name__ != "module":
            todo += gc.get_referents(thing)
    assert len(seen) > 5
    assert "Wilhelmina" not in repr(cache)


def test_what_it_holds_is_bounded_in_bytes():
    tracemalloc.start()
    try:
        cache = FindingsCache()
        for n in range(60_000):
            cache.put(
                Passage(f"text {n}"),
                tuple(Finding(n + k, n + k + 5, "PERSON", n / 7, "rampart") for k in range(300, 308)),
            )
        assert tracemalloc.get_traced_memory()[0] < 13_000_000
        assert len(cache) == 40_000 // 8
        assert cache.get(Passage("text 59999")) is not None
    finally:
        tracemalloc.stop()
