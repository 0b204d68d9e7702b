"""What one response proves: every kind of registry, every code, and text that is no answer."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registries.answers import RateLimited, TagAbsent, Witness
from bot.registries.classify import classify_answer
from bot.registries.exchange import Exchange
from bot.registries.reading import read_response
from bot.registries.wire import Challenge, read_challenges, read_error

HUB_SCOPE = (
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",'
    'scope="repository:shop/api:pull"'
)
MANIFEST = "/v2/shop/api/manifests/1.8.2"


def errors(code: str, message: str = "", detail: object = None) -> str:
    return json.dumps({"errors": [{"code": code, "message": message, "detail": detail}]})


def record(
    registry: str, status: int, body: str | None = None, **rest: object
) -> dict[str, object]:
    found: dict[str, object] = {"method": "GET", "path": MANIFEST, "authenticated": False}
    return {**found, "headers": {}, "registry": registry, "status": status, "body": body, **rest}


CASES = {
    "challenge": (record("dockerhub", 401, headers={"Www-Authenticate": HUB_SCOPE}), "Unknown"),
    "challenge to a HEAD": (record("ghcr", 401, method="HEAD"), "Unknown"),
    "hub hides": (
        record(
            "dockerhub",
            401,
            headers={"www-authenticate": HUB_SCOPE + ',error="insufficient_scope"'},
        ),
        "ImageMissingOrPrivate",
    ),
    "tag unknown": (record("quay", 404, errors("MANIFEST_UNKNOWN")), "ImageTagMissing"),
    "tag expired": (
        record("quay", 404, errors("TAG_EXPIRED", "Tag 1 was deleted")),
        "ImageTagMissing",
    ),
    "harbor artifact": (
        record("harbor", 404, errors("NOT_FOUND", "artifact shop/api:9 not found")),
        "ImageTagMissing",
    ),
    "harbor repository": (
        record("harbor", 404, errors("NOT_FOUND", "repository shop/api not found")),
        "ImageRepositoryMissing",
    ),
    "name unknown": (record("acr", 404, errors("NAME_UNKNOWN")), "ImageRepositoryMissing"),
    "name invalid": (record("distribution", 400, errors("NAME_INVALID")), "ImageNameInvalid"),
    "bare 404 of the hub": (record("dockerhub", 404), "ImageTagMissing"),
    "bare 404 elsewhere": (record("acr", 404, ""), "Unknown"),
    "policy": (
        record(
            "harbor", 412, errors("PROJECTPOLICYVIOLATION", "current image with 3 vulnerabilities")
        ),
        "ImagePolicyRejected",
    ),
    "xray": (
        record(
            "artifactory",
            403,
            errors("DENIED", "was not downloaded due to the download blocking policy"),
        ),
        "ImagePolicyRejected",
    ),
    "quay disabled namespace": (
        record("quay", 405, errors("DENIED", "disabled")),
        "ImageAccessDenied",
    ),
    "head not allowed": (record("generic", 405, method="HEAD"), "Unknown"),
    "denied where denial is precise": (
        record("harbor", 403, errors("DENIED", "denied"), authenticated=True),
        "ImageAccessDenied",
    ),
    "denied where it hides": (
        record("ghcr", 403, errors("DENIED", "denied"), authenticated=True),
        "ImageMissingOrPrivate",
    ),
    "may not exist": (
        record(
            "generic",
            403,
            errors("DENIED", "denied on X (or it may not exist)"),
            authenticated=True,
        ),
        "ImageMissingOrPrivate",
    ),
    "ecr token expired": (
        record("ecr", 403, "denied: Your authorization token has expired.", authenticated=True),
        "ImageCredentialRejected",
    ),
    "public ecr token expired": (
        record("ecr-public", 400, authenticated=True),
        "ImageCredentialRejected",
    ),
    "public ecr token expired, in words": (
        record("ecr-public", 400, errors("DENIED", "Your authorization token has expired.")),
        "ImageCredentialRejected",
    ),
    "public ecr has no tags": (
        record("ecr-public", 404, errors("NOT_FOUND"), path="/v2/a/b/tags/list"),
        "Unknown",
    ),
    "wrong password at the token service": (
        record(
            "dockerhub",
            401,
            '{"details":"incorrect username or password"}',
            path="/token?service=registry.docker.io&scope=repository:shop/api:pull",
            authenticated=True,
        ),
        "ImageCredentialRejected",
    ),
    "wrong password at a basic registry": (
        record(
            "distribution", 401, authenticated=True, headers={"WWW-Authenticate": 'basic realm="r"'}
        ),
        "ImageCredentialRejected",
    ),
    "no anonymous token": (
        record(
            "gitlab",
            403,
            errors("DENIED", "access forbidden"),
            path="/jwt/auth?service=container_registry&scope=repository:g/p:pull",
        ),
        "ImageMissingOrPrivate",
    ),
    "identity refused": (
        record(
            "acr",
            401,
            errors("UNAUTHORIZED"),
            method="POST",
            path="/oauth2/exchange",
            authenticated=True,
        ),
        "ImageAccessDenied",
    ),
    "token alone": (
        record("dockerhub", 200, '{"token":"x"}', path="/token?scope=repository:a/b:pull"),
        "Unknown",
    ),
    "ecr management, no image": (
        record(
            "ecr",
            400,
            '{"__type":"ImageNotFoundException","message":"none"}',
            method="POST",
            path="/",
        ),
        "ImageTagMissing",
    ),
    "ecr management, no repository": (
        record(
            "ecr",
            400,
            '{"__type":"com.amazonaws.ecr#RepositoryNotFoundException","message":"none"}',
            method="POST",
            path="/",
        ),
        "ImageRepositoryMissing",
    ),
    "limit": (record("dockerhub", 429, errors("TOOMANYREQUESTS")), "ImageRateLimited"),
    "limit told with another status": (
        record("ghcr", 403, errors("TOOMANYREQUESTS")),
        "ImageRateLimited",
    ),
    "limit as text": (
        record("dockerhub", 429, "Too Many Requests (HAP429).\n"),
        "ImageRateLimited",
    ),
    "proxy": (record("quay", 407, "<html>"), "RegistryProxyError"),
    "down": (record("quay", 503, "<html>"), "RegistryServerError"),
    "mirror wraps": (
        record("mirror", 500, errors("UNKNOWN", "unknown", {"errors": [{"code": "DENIED"}]})),
        "RegistryMirrorBadRequest",
    ),
    "odd 400": (record("nexus", 400, "[ERROR] no header"), "RegistryMirrorBadRequest"),
    "portal": (
        record("quay", 200, "<html>", headers={"content-type": "text/html"}),
        "RegistryMirrorBadRequest",
    ),
    "redirect": (record("k8s", 307), "Unknown"),
    "helm chart": (
        record(
            "distribution", 200, '{"config": {"mediaType": "application/vnd.cncf.helm.config"}}'
        ),
        "ImageManifestUnsupported",
    ),
    "schema 1": (record("quay", 200, '{"schemaVersion": 1}'), "ImageManifestUnsupported"),
    "artifact": (
        record(
            "ghcr", 200, "", headers={"Content-Type": "application/vnd.cncf.helm.config.v1+json"}
        ),
        "ImageManifestUnsupported",
    ),
    "index, but an old accept": (
        record(
            "distribution",
            404,
            errors(
                "MANIFEST_UNKNOWN",
                "OCI index found, but accept header does not support OCI indexes",
            ),
        ),
        "ImageManifestUnsupported",
    ),
    "found": (
        record(
            "ghcr", 200, "", headers={"Content-Type": "application/vnd.oci.image.index.v1+json"}
        ),
        "Healthy",
    ),
    "blob lost": (
        record("quay", 404, errors("BLOB_UNKNOWN"), path="/v2/a/b/blobs/sha256:0"),
        "ImageCorrupt",
    ),
    "push denied": (
        record("ghcr", 403, method="POST", path="/v2/a/b/blobs/uploads/", authenticated=True),
        "BuildPushDenied",
    ),
    "push token denied": (
        record("ghcr", 403, path="/token?scope=repository%3Aa%2Fb%3Apull%2Cpush"),
        "BuildPushDenied",
    ),
    "push challenge": (
        record(
            "dockerhub",
            401,
            method="POST",
            path="/v2/a/b/blobs/uploads/",
            headers={"Www-Authenticate": HUB_SCOPE},
        ),
        "Unknown",
    ),
    "push over an immutable tag": (
        record(
            "ecr",
            400,
            errors(
                "TAG_INVALID",
                "The image tag '1' cannot be overwritten because the repository is immutable.",
            ),
            method="PUT",
            authenticated=True,
        ),
        "BuildTagImmutable",
    ),
    "push to nowhere": (
        record(
            "ecr",
            404,
            errors("NAME_UNKNOWN"),
            method="POST",
            path="/v2/a/b/blobs/uploads/",
            authenticated=True,
        ),
        "ImageRepositoryMissing",
    ),
    "push with a wrong password": (
        record(
            "dockerhub",
            401,
            errors("UNAUTHORIZED", "incorrect username or password"),
            path="/token?scope=repository:a/b:pull,push",
            authenticated=True,
        ),
        "BuildLoginFailed",
    ),
    "quay without a token": (
        record(
            "quay",
            401,
            errors("UNAUTHORIZED", "not authorized"),
            headers={"www-authenticate": HUB_SCOPE},
        ),
        "ImageMissingOrPrivate",
    ),
    "a repository called push": (
        record("ghcr", 403, path="/token?scope=repository%3Ashop%2Fpush%3Apull"),
        "ImageMissingOrPrivate",
    ),
    "a tag called token": (
        record("ghcr", 404, errors("MANIFEST_UNKNOWN"), path="/v2/shop/api/manifests/token"),
        "ImageTagMissing",
    ),
    "another kind of manifest pushed": (
        record("quay", 400, errors("MANIFEST_INVALID"), method="PUT", authenticated=True),
        "ImageManifestUnsupported",
    ),
    "pushed": (record("ghcr", 201, method="PUT", authenticated=True), "Healthy"),
    "tags": (record("ghcr", 200, '{"tags":["1"]}', path="/v2/a/b/tags/list"), "Healthy"),
    "no tags": (record("ghcr", 200, '{"tags":null}', path="/v2/a/b/tags/list"), "ImageTagMissing"),
    "tag in words": (record("gitea", 404, '{"message":"tag 1 not found"}'), "ImageTagMissing"),
    "repository in words": (
        record("nexus", 404, "repository shop/api not found", authenticated=True),
        "ImageRepositoryMissing",
    ),
    "hub tag": (record("dockerhub", 200, "{}", path="/v2/repositories/a/b/tags/1"), "Healthy"),
    "hub repository": (
        record("dockerhub", 404, '{"message":"object not found"}', path="/v2/repositories/a/b"),
        "ImageMissingOrPrivate",
    ),
    "push too often": (record("ghcr", 429, method="PUT", authenticated=True), "BuildRateLimited"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_response_is_read_when_a_registry_of_this_kind_sends_it(name: str) -> None:
    case, expected = CASES[name]
    assert classify_answer(case)[0] == expected


def test_a_rate_limit_carries_its_numbers_when_the_headers_give_them() -> None:
    exchange = Exchange(
        host="registry-1.docker.io",
        kind="dockerhub",
        method="GET",
        path=MANIFEST,
        status=429,
        headers={
            "ratelimit-limit": "100;w=21600",
            "ratelimit-remaining": "0;w=21600",
            "retry-after": "60",
            "docker-ratelimit-source": "203.0.113.7",
        },
        body=errors("TOOMANYREQUESTS", "You have reached your pull rate limit."),
    )
    assert read_response(exchange) == RateLimited(
        asked_as="anonymous",
        witness=Witness(
            method="GET",
            url=f"https://registry-1.docker.io{MANIFEST}",
            status=429,
            code="TOOMANYREQUESTS",
            message="You have reached your pull rate limit.",
        ),
        limit=100,
        remaining=0,
        window_seconds=21600,
        retry_after_seconds=60,
        source="203.0.113.7",
    )


def test_the_witness_has_no_query_and_no_secret_when_the_server_repeats_one() -> None:
    exchange = Exchange(
        host="quay.io",
        kind="quay",
        method="GET",
        path=MANIFEST + "?token=abc",
        status=404,
        body=errors("MANIFEST_UNKNOWN", "password=hunter22 \x1b[31mred"),
    )
    reading = read_response(exchange)
    assert isinstance(reading, TagAbsent)
    assert reading.witness.url == f"https://quay.io{MANIFEST}"
    assert reading.witness.message == "password=*** red"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ()),
        ('BASIC realm="Sonatype"', (Challenge(scheme="basic", realm="Sonatype"),)),
        (
            'Bearer realm="http://h/t",service="s",scope="*", Basic realm="bearer of news"',
            (
                Challenge(scheme="bearer", realm="http://h/t", service="s"),
                Challenge(scheme="basic", realm="bearer of news"),
            ),
        ),
        (
            'Bearer realm="h",\n error="invalid_token",\n error_description="The token expired"',
            (
                Challenge(
                    scheme="bearer",
                    realm="h",
                    error="invalid_token",
                    description="The token expired",
                ),
            ),
        ),
        ("Negotiate abc", ()),
    ],
)
def test_challenges_are_read_when_they_are_written_in_any_way(
    header: str, expected: tuple[Challenge, ...]
) -> None:
    assert read_challenges(header) == expected


@given(st.text(max_size=400))
def test_reading_never_fails_when_the_server_sends_anything(text: str) -> None:
    read_challenges(text)
    read_error(text)
    read_error("{" + text)


@given(
    st.sampled_from([200, 301, 400, 401, 402, 403, 404, 405, 406, 410, 412, 418, 429, 500, 503]),
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE"]),
    st.sampled_from(
        [MANIFEST, "/v2/", "/v2/a/tags/list", "/v2/a/blobs/x", "/token?scope=a:b:pull", "/"]
    ),
    st.booleans(),
    st.sampled_from(["dockerhub", "ghcr", "ecr-public", "harbor", "nobody knows"]),
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["errors", "code", "message", "detail", "mediaType"]), inner
            )
        ),
        max_leaves=8,
    ),
)
def test_every_response_has_a_reading_when_the_body_is_any_json(
    status: int, method: str, path: str, authenticated: bool, kind: str, body: object
) -> None:
    found = classify_answer(
        record(
            kind,
            status,
            msgspec.json.encode(body).decode(),
            method=method,
            path=path,
            authenticated=authenticated,
        )
    )
    assert found
