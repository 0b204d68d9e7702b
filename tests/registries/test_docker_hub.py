"""What Docker Hub's REST API adds to "missing or private"."""

from __future__ import annotations

import pytest

from bot.registries.answers import (
    AccessDenied,
    ImageLookUp,
    MissingOrPrivate,
    RepositoryAbsent,
    TagAbsent,
    Witness,
)
from bot.registries.docker_hub import read_hub
from bot.registries.exchange import Exchange
from bot.registries.kinds import kind_of

OPEN = MissingOrPrivate(
    asked_as="anonymous",
    witness=Witness(method="HEAD", url="https://registry-1.docker.io/v2/", status=401),
)
PATH = "/v2/namespaces/shop/repositories/api"
PRIVATE = '{"is_private":true}'


def shown(status: int, body: str = "", path: str = PATH) -> Exchange:
    return Exchange(
        host="hub.docker.com", kind="dockerhub", method="GET", path=path, status=status, body=body
    )


def denied(how: str, tail: str = "") -> ImageLookUp:
    witness = Witness(method="GET", url=f"https://hub.docker.com{PATH}{tail}", status=200)
    return AccessDenied(asked_as="anonymous", witness=witness, exists_because=how)


@pytest.mark.parametrize(
    ("repository", "tag", "sees_all", "expected"),
    [
        (shown(404), None, False, OPEN),
        (
            shown(404),
            None,
            True,
            RepositoryAbsent(asked_as="anonymous", witness=shown(404).witness),
        ),
        (shown(403), None, True, OPEN),
        (shown(429), None, True, OPEN),
        (shown(500), None, True, OPEN),
        (shown(200, PRIVATE), None, True, denied("Docker Hub's API shows it as private")),
        (
            shown(200, PRIVATE),
            shown(200, path=f"{PATH}/tags/1"),
            True,
            denied("Docker Hub's API shows it as private", "/tags/1"),
        ),
        (
            shown(200, PRIVATE),
            shown(404, path=f"{PATH}/tags/1"),
            True,
            TagAbsent(asked_as="anonymous", witness=shown(404, path=f"{PATH}/tags/1").witness),
        ),
        (shown(200, '{"is_private":false}'), None, False, denied("Docker Hub's API shows it")),
        (shown(200, "garbage"), None, False, OPEN),
    ],
)
def test_the_answer_gets_better_when_the_api_tells(
    repository: Exchange, tag: Exchange | None, sees_all: bool, expected: ImageLookUp
) -> None:
    assert read_hub(OPEN, repository, tag, sees_all=sees_all) == expected


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("docker.io", "dockerhub"),
        ("registry-1.docker.io", "dockerhub"),
        ("ghcr.io", "ghcr"),
        ("ghcr.io:443", "ghcr"),
        ("ghcr.io.example.com", "generic"),
        ("notghcr.io", "generic"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "ecr"),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "ecr"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "ecr"),
        ("123456789012.dkr-ecr.eu-west-1.on.aws", "ecr"),
        ("1234.dkr.ecr.eu-west-1.amazonaws.com", "generic"),
        ("public.ecr.aws", "ecr-public"),
        ("europe-west1-docker.pkg.dev", "gar"),
        ("eu.gcr.io", "gcr"),
        ("gcr.io", "gcr"),
        ("shop.azurecr.io", "acr"),
        ("quay.io", "quay"),
        ("registry.gitlab.com", "gitlab"),
        ("registry.k8s.io", "k8s"),
        ("shop.jfrog.io", "artifactory"),
        ("registry.shop.example:5000", "generic"),
    ],
)
def test_a_host_has_its_kind_when_its_name_tells(host: str, kind: str) -> None:
    assert kind_of(host).name == kind
