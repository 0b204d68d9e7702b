"""Secrets are masked, text from outside is made safe, and nothing takes long."""

from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redact import cut, one_line, scrub, scrub_code

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("token ghp_" + "a1" * 18, "token ***"),
        ("ghs_123_eyJhbGciOi.eyJpc3MiOi.c2ln", "***"),
        ("github_pat_11ABC" + "x" * 20, "***"),
        ("docker login -p dckr_pat_abcdEFGH1234", "docker login -p ***"),
        ("xoxb-1234-5678-abcdefgh and xapp-1-A1-abcdefgh", "*** and ***"),
        ("AKIAIOSFODNN7EXAMPLE", "***"),
        ("Authorization: Bearer abcdef123456", "Authorization: ***"),
        ("https://bob:hunter22@example.com/x", "https://***@example.com/x"),
        ("DB_PASSWORD=hunter22 next", "DB_PASSWORD=*** next"),
        ('{"password": "hunter22"}', '{"password": "***"}'),
        ("password: admin", "password: ***"),
        ("https://s3/x?X-Amz-Signature=abcdef&y=1", "https://s3/x?***&y=1"),
        (f"before {PEM} after", "before *** after"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE and the rest", "***"),
    ],
)
def test_secret_is_masked_when_its_form_tells(text: str, masked: str) -> None:
    assert scrub(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Error: secret DOCKERHUB_TOKEN is missing",
        "REGISTRY_PASSWORD: unbound variable",
        "secrets: inherit",
        "password: ${{ secrets.DOCKERHUB_TOKEN }}",
        "it does not exist or may require authorization: server message: denied",
        "Password required",
    ],
)
def test_words_stay_when_they_are_no_secret(text: str) -> None:
    assert scrub(text) == text


def test_workflow_file_stays_readable_when_it_names_secrets() -> None:
    text = "    secrets:\n      token: ghp_" + "b2" * 18 + "\n    password: plain\n"
    assert scrub_code(text) == "    secrets:\n      token: ***\n    password: plain\n"


def test_colour_and_control_characters_go_and_lines_stay() -> None:
    assert scrub("\x1b[31mred\x1b[0m\r\nnext\x00\u202eevil") == "red\nnextevil"


def test_cut_says_how_much_is_missing() -> None:
    assert cut("a" * 60, 40) == "a" * 17 + " … (43 more characters)"
    assert cut("short", 40) == "short"


@given(st.text(max_size=400))
def test_scrubbing_twice_is_scrubbing_once(text: str) -> None:
    assert scrub(scrub(text)) == scrub(text)


@given(st.text(max_size=400), st.integers(min_value=30, max_value=100))
def test_one_line_is_one_line_and_short(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line


@pytest.mark.parametrize(
    "piece",
    [
        "-----BEGIN PRIVATE KEY-----",
        "password=",
        "://a:",
        "\x1b[",
        "eyJaaaaaaaa.",
        "bearer ",
        "?sig=",
    ],
)
def test_hostile_text_takes_no_long_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = thread_time()
    scrub(text)
    assert thread_time() - began < 2.0
