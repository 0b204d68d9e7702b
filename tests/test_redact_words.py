"""Words that look like secrets to a machine and are none."""

from __future__ import annotations

import pytest

from bot.redact import scrub


@pytest.mark.parametrize(
    "text",
    [
        "repository does not exist or may require authorization: server message:"
        " insufficient_scope: authorization failed",
        "give the GitHub App the permission Secrets: read",
        "Write secrets: inherit into job build",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcd1234efgh",
        "Authorization: Basic dXNlcjpwYXNzd29yZA==",
        "authorization: 0123456789abcdef0123456789abcdef",
    ],
)
def test_header_values_go(text: str) -> None:
    assert scrub(text) == "***".join([text[: len("authorization: ")], ""])
