"""Pull secrets are read and matched as the kubelet does it."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.images import parse
from bot.registries.keyring import covers
from bot.registries.pull_secrets import (
    PullEntry,
    PullSecret,
    credentials_for,
    problem_for,
    read_pull_secret,
)

JSON_TYPE = "kubernetes.io/dockerconfigjson"
CFG_TYPE = "kubernetes.io/dockercfg"
AUTH = base64.b64encode(b"shop:pa:ss").decode()


def secret(*keys: str, name: str = "pull") -> PullSecret:
    return PullSecret(
        namespace="web", name=name, entries=tuple(PullEntry(key, key, "hunter22") for key in keys)
    )


@pytest.mark.parametrize(
    ("key", "image", "expected"),
    [
        ("ghcr.io", "ghcr.io/shop/api", True),
        ("https://ghcr.io", "ghcr.io/shop/api", True),
        ("https://ghcr.io/v2/", "ghcr.io/shop/api", True),
        ("http://ghcr.io/", "ghcr.io/shop/api", True),
        ("ghcr.io/shop", "ghcr.io/shop/api", True),
        ("ghcr.io/sho", "ghcr.io/shop/api", True),
        ("ghcr.io/other", "ghcr.io/shop/api", False),
        ("ghcr.io:443", "ghcr.io/shop/api", False),
        ("r.example:5000", "r.example:5000/api", True),
        ("r.example", "r.example:5000/api", False),
        ("*.azurecr.io", "shop.azurecr.io/api", True),
        ("*.azurecr.io", "a.shop.azurecr.io/api", False),
        ("*.io", "ghcr.io/api", True),
        (
            "123456789012.dkr.ecr.*.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a",
            True,
        ),
        ("[::1]:5000", "[::1]:5000/api", True),
        ("https://index.docker.io/v1/", "nginx", True),
        ("index.docker.io", "shop/api", True),
        ("https://index.docker.io/v1", "shop/api", False),
        ("docker.io", "shop/api", True),
        ("docker.io/shop", "shop/api", True),
        ("docker.io/shop", "nginx", False),
        ("registry-1.docker.io", "shop/api", False),
        ("https://index.docker.io/v1/", "ghcr.io/shop/api", False),
        ("https://[", "ghcr.io/shop/api", False),
        ("", "ghcr.io/shop/api", False),
    ],
)
def test_a_key_covers_an_image_when_the_kubelet_says_so(
    key: str, image: str, expected: bool
) -> None:
    assert covers(key, parse(image)) is expected


def test_the_most_specific_credential_is_tried_first_when_several_fit() -> None:
    found = credentials_for(
        [secret("ghcr.io", "*.io", name="wide"), secret("ghcr.io/shop", name="narrow")],
        parse("ghcr.io/shop/api"),
    )
    assert [(one.origin, one.username) for one in found] == [
        ("pull secret web/narrow", "ghcr.io/shop"),
        ("pull secret web/wide", "ghcr.io"),
        ("pull secret web/wide", "*.io"),
    ]


def test_the_hubs_default_is_left_out_when_another_key_fits() -> None:
    found = credentials_for([secret("https://index.docker.io/v1/", "docker.io")], parse("nginx"))
    assert [one.username for one in found] == ["docker.io"]


@pytest.mark.parametrize(
    ("secret_type", "data"),
    [
        (JSON_TYPE, {".dockerconfigjson": json.dumps({"auths": {"ghcr.io": {"auth": AUTH}}})}),
        (
            JSON_TYPE,
            {
                ".dockerconfigjson": json.dumps(
                    {
                        "auths": {
                            "ghcr.io": {"username": "x", "email": "y", "auth": AUTH.rstrip("=")}
                        },
                        "credsStore": "desktop",
                    }
                )
            },
        ),
        (CFG_TYPE, {".dockercfg": '{"ghcr.io": {"username": "shop", "password": "pa:ss"}}'}),
    ],
)
def test_entries_are_read_when_the_secret_is_well_formed(
    secret_type: str, data: dict[str, str]
) -> None:
    read = read_pull_secret(
        "web", "pull", secret_type, {key: text.encode() for key, text in data.items()}
    )
    assert read == PullSecret(
        namespace="web", name="pull", entries=(PullEntry("ghcr.io", "shop", "pa:ss"),)
    )


@pytest.mark.parametrize(
    ("secret_type", "data", "says"),
    [
        ("Opaque", {}, "secret pull is of type Opaque, which is ignored for pulling"),
        ("", {}, "secret pull is of type Opaque"),
        (JSON_TYPE, {}, "secret pull has no value at .dockerconfigjson"),
        (JSON_TYPE, {".dockercfg": b"{}"}, "has no value at .dockerconfigjson"),
        (JSON_TYPE, {".dockerconfigjson": b"{"}, ".dockerconfigjson of secret pull does not parse"),
        (JSON_TYPE, {".dockerconfigjson": b'{"ghcr.io":{}}'}, 'of the form {"auths"'),
        (JSON_TYPE, {".dockerconfigjson": b"\xff\xfe"}, "does not parse"),
        (JSON_TYPE, {".dockerconfigjson": b"[" * 100_000}, "does not parse"),
        (JSON_TYPE, {".dockerconfigjson": b" " * 2_000_000}, "larger than a Secret can be"),
        (
            JSON_TYPE,
            {".dockerconfigjson": b'{"auths":{"ghcr.io":{"auth":"aHVudGVyMjI="}}}'},
            "auth of ghcr.io is not base64 of user:password",
        ),
        (CFG_TYPE, {".dockercfg": b"[]"}, "an object of registries"),
    ],
)
def test_a_sentence_says_what_is_wrong_when_the_secret_cannot_be_used(
    secret_type: str, data: dict[str, bytes], says: str
) -> None:
    read = read_pull_secret("web", "pull", secret_type, data)
    assert says in read.problem
    assert "hunter22" not in read.problem
    assert read.entries == ()


@pytest.mark.parametrize(
    ("keys", "image", "says"),
    [
        (("ghcr.io",), "ghcr.io/shop/api", ""),
        (
            ("ghcr.io",),
            "quay.io/shop/api",
            "the entries are for ghcr.io; the key must be quay.io",
        ),
        (
            ("registry-1.docker.io",),
            "shop/api",
            "the entries are for registry-1.docker.io; for Docker Hub the key must be "
            "https://index.docker.io/v1/, and registry-1.docker.io is not taken for it as written",
        ),
        (
            ("r.example",),
            "r.example:5000/api",
            "the entries are for r.example; the port must be the same: "
            "the key must be r.example:5000",
        ),
        (
            ("ghcr.io/other",),
            "ghcr.io/shop/api",
            "the entries are for ghcr.io/other; "
            "the path of a key must begin as ghcr.io/shop/api does",
        ),
        (
            ("a.io", "b.io", "c.io", "d.io", "e.io", "f.io", "g.io"),
            "quay.io/a",
            "the entries are for a.io, b.io, c.io, d.io, e.io and 2 more; the key must be quay.io",
        ),
        ((), "quay.io/a", "no pull secret has an entry"),
    ],
)
def test_the_mismatch_is_told_when_no_entry_is_for_the_image(
    keys: tuple[str, ...], image: str, says: str
) -> None:
    assert problem_for([secret(*keys)], parse(image)) == says


def test_the_problem_of_a_secret_is_told_when_it_is_the_only_one() -> None:
    broken = read_pull_secret("web", "pull", "Opaque", {})
    assert problem_for([broken], parse("nginx")) == broken.problem


def test_nothing_shows_a_password_when_it_is_printed() -> None:
    assert "hunter22" not in repr(secret("ghcr.io"))
    assert "hunter22" not in repr(credentials_for([secret("ghcr.io")], parse("ghcr.io/a/b")))


@given(st.text(max_size=60))
def test_any_key_is_compared_when_it_comes_from_outside(key: str) -> None:
    covers(key, parse("ghcr.io/shop/api"))
    problem_for([secret(key)], parse("nginx"))


@given(st.binary(max_size=200))
def test_any_value_is_read_when_it_comes_from_outside(value: bytes) -> None:
    read_pull_secret("web", "pull", JSON_TYPE, {".dockerconfigjson": value})
