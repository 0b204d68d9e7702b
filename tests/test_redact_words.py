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
        'Failed to pull image "ghcr.io/external-secrets/external-secrets:v0.9.1": not found',
        'MountVolume.SetUp failed for volume "app-secret" : secret "database-password" not found',
        'failed for volume "client-secret" : rpc error: code = Internal desc = no such share',
        "localhost:5000/shop/api-key:feature-x is missing",
        "shop/password-reset:1.0.0, acme/secret-store:latest and acme/auth-token:sha-01d76b6",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "db/password:",
        'secret" : "',
        'password": ',
        '{"db_password" : ',
        'volume of the app: "password" : ',
        "https://example.com/secret:",
        "/etc/app/password:",
        "ghcr.io/a/token_secret: ",
    ],
)
def test_values_go_where_no_image_is_named(text: str) -> None:
    assert scrub(f"{text}hunter") == f"{text}***"


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
