"""Every promise has a test that exists, or a written reason; and those that are not kept yet are counted."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.promises import PROMISES

ROOT = Path(__file__).parents[2]
PENDING: set[str] = set()
"""Promises of ours nobody keeps yet: a row leaves this set when it gets its proofs."""


@cache
def named_in(path):
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions) and node.name.startswith("test_")}


def test_there_is_one_row_for_each_of_the_sixty_three():
    assert [promise.id for promise in PROMISES] == [f"P{number:02}" for number in range(1, 64)]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.id)
def test_a_promise_has_a_proof_or_a_reason_and_not_both(promise):
    assert bool(promise.proofs) != bool(promise.reason)
    assert promise.words.endswith(".")
    assert not (promise.is_pending and promise.proofs)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.id)
def test_every_proof_is_a_test_that_exists(promise):
    for proof in promise.proofs:
        path, _, name = proof.partition("::")
        assert (ROOT / path).is_file(), path
        assert name in named_in(path), proof


def test_what_is_not_kept_yet_is_said_and_counted():
    assert {promise.id for promise in PROMISES if promise.is_pending} == PENDING
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    for promise in PROMISES:
        if promise.is_pending:
            assert f"{promise.id}: " in text, f"SECURITY.md does not say that {promise.id} is not kept"


def test_what_is_not_ours_says_whose_it_is():
    for promise in PROMISES:
        if promise.reason and not promise.is_pending:
            assert promise.owner == "operator"
