"""Ages, lists, quotes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.words import ago, capital, clause, count, listed, shell, unwrapped

NOW = datetime(2026, 1, 14, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (7199, "119 min"),
        (7200, "2 h"),
        (172_799, "47 h"),
        (172_800, "2 d"),
    ],
)
def test_ages_are_told_in_one_unit(seconds: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_age_is_empty_when_it_is_not_known() -> None:
    assert ago(None, NOW) == ""


def test_lists_count_what_they_leave_out() -> None:
    assert listed("abcde") == "a, b, c and 2 more"
    assert listed(()) == ""
    assert (count(1, "pod"), count(2, "pod")) == ("1 pod", "2 pods")


def test_sentences_begin_with_a_capital_unless_a_name_does() -> None:
    assert capital("run #12 failed") == "Run #12 failed"
    assert capital("backend-build.yml failed") == "backend-build.yml failed"
    assert capital("") == ""


def test_clause_is_the_first_sentence() -> None:
    assert clause("It failed. Nobody knows.") == "It failed"
    assert clause("version 1.2 failed.") == "version 1.2 failed"


def test_commands_quote_names_from_outside() -> None:
    assert shell("kubectl", "get", "pod", "a; rm -rf /") == "kubectl get pod 'a; rm -rf /'"


IMAGE = "registry.example/shop/api:1"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            f'Failed to pull image "{IMAGE}": rpc error: code = NotFound desc = failed to pull and'
            f' unpack image "{IMAGE}": failed to resolve reference "{IMAGE}": {IMAGE}: not found',
            f"{IMAGE}: not found",
        ),
        (
            f'Back-off pulling image "{IMAGE}": ErrImagePull: dial tcp: lookup registry.example: no'
            " such host",
            "dial tcp: lookup registry.example: no such host",
        ),
        ("0/3 nodes are available", "0/3 nodes are available"),
        ("Error: ErrImagePull", "Error: ErrImagePull"),
    ],
)
def test_wrapping_is_taken_off_when_it_only_repeats_the_image(message: str, words: str) -> None:
    assert unwrapped(message) == words
