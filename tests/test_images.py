"""Image references: the runtime's grammar and defaults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.images import ImageRef, InvalidReferenceError, parse

SHA = "a1" * 32
HUB = "docker.io"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nginx", ImageRef(HUB, "library/nginx", "latest")),
        ("nginx:1.25", ImageRef(HUB, "library/nginx", "1.25")),
        ("index.docker.io/nginx", ImageRef(HUB, "library/nginx", "latest")),
        ("docker.io/shop/api", ImageRef(HUB, "shop/api", "latest")),
        ("shop/api:v1", ImageRef(HUB, "shop/api", "v1")),
        ("ghcr.io/shop/api:v1", ImageRef("ghcr.io", "shop/api", "v1")),
        ("localhost/api", ImageRef("localhost", "api", "latest")),
        ("localhost", ImageRef(HUB, "library/localhost", "latest")),
        ("host:5000", ImageRef(HUB, "library/host", "5000")),
        ("host:5000/api", ImageRef("host:5000", "api", "latest")),
        ("Shop/api", ImageRef("Shop", "api", "latest")),
        ("[fd00::1]:5000/api", ImageRef("[fd00::1]:5000", "api", "latest")),
        ("a/b__c/d---e.f:_x", ImageRef(HUB, "a/b__c/d---e.f", "_x")),
        (f"nginx@sha256:{SHA}", ImageRef(HUB, "library/nginx", None, f"sha256:{SHA}")),
        (f"nginx:1@sha256:{SHA}", ImageRef(HUB, "library/nginx", "1", f"sha256:{SHA}")),
        (f"x@sha512:{SHA * 2}", ImageRef(HUB, "library/x", None, f"sha512:{SHA * 2}")),
        (f"sha256:{SHA}", ImageRef(HUB, "library/sha256", SHA)),
        ("r.io/" + "a" * 255, ImageRef("r.io", "a" * 255, "latest")),
    ],
)
def test_a_reference_gets_the_runtimes_defaults_when_it_is_valid(
    text: str, expected: ImageRef
) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (SHA, "image ID"),
        ("https://ghcr.io/shop/api", "not valid"),
        ("shop/Api", "lower case"),
        ("ghcr.io/Shop/api", "lower case"),
        ("nginx:", "tag ''"),
        ("nginx:-1", "tag '-1'"),
        ("nginx:" + "1" * 129, "tag"),
        ("nginx:latest\n", "tag"),
        ("nginx\n", "not valid"),
        ("nginx@", "digest ''"),
        ("nginx@sha256:" + "g" * 64, "digest"),
        ("nginx@sha256:" + "a" * 63, "digest"),
        ("nginx@sha256:" + "A" * 64, "digest"),
        ("nginx@md5:" + "a" * 32, "digest"),
        ("a//b", "not valid"),
        ("a/b/", "not valid"),
        ("a..b", "not valid"),
        ("-host.io/api", "host"),
        ("[fe80::1%eth0]/api", "host"),
        ("fd00::1:5000/api", "host"),
        ("host:port/api", "host"),
        ("r.io/" + "a" * 256, "not valid"),
        ("a" * 2000, "longer"),
        ("ｎginx", "not valid"),
        ("${REGISTRY}/api:1", "lower case|not valid|host"),
    ],
)
def test_a_reference_is_refused_with_the_reason_when_it_is_none(text: str, says: str) -> None:
    with pytest.raises(InvalidReferenceError, match=says):
        parse(text)


def test_a_reference_is_short_when_a_person_reads_it() -> None:
    assert parse("docker.io/library/nginx:1").short == "nginx:1"
    assert parse("docker.io/shop/api:1").short == "shop/api:1"
    assert parse("ghcr.io/shop/api:1").short == "ghcr.io/shop/api:1"


def test_the_digest_decides_when_a_tag_stands_beside_it() -> None:
    assert parse(f"nginx:1@sha256:{SHA}").version == f"sha256:{SHA}"
    assert parse("nginx:1").version == "1"


def test_the_api_host_differs_when_the_registry_is_docker_hub() -> None:
    assert parse("nginx").api_host == "registry-1.docker.io"
    assert parse("quay.io/a/b").api_host == "quay.io"


@given(st.text(max_size=80))
def test_any_text_is_parsed_or_refused_when_it_comes_from_outside(text: str) -> None:
    try:
        reference = parse(text)
    except InvalidReferenceError:
        return
    assert parse(str(reference)) == reference


_part = st.from_regex(r"[a-z0-9]{1,6}((\.|_|__|-{1,3})[a-z0-9]{1,6}){0,2}", fullmatch=True)


@given(
    st.sampled_from(["ghcr.io", "localhost", "registry.shop.example:5000", "[::1]:80", HUB]),
    st.lists(_part, min_size=1, max_size=4),
    st.none() | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True),
    st.none() | st.just(f"sha256:{SHA}"),
)
def test_a_valid_reference_comes_back_the_same_when_it_is_written_out(
    host: str, parts: list[str], tag: str | None, digest: str | None
) -> None:
    text = (
        f"{host}/{'/'.join(parts)}" + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    )
    reference = parse(text)
    assert parse(str(reference)) == reference
    assert (reference.registry, reference.digest) == (host, digest)
    assert reference.tag == (tag or (None if digest else "latest"))
