"""What is odd about each registry, where the oddity is data: one row for each kind.

Sources: the registries' own documentation and source code, named at each row.
"""

from __future__ import annotations

import re

import msgspec


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of registry: which hosts run it, and what its answers prove."""

    name: str
    hosts: str = ""
    """Regular expression for the hosts of a public service; empty for software that anyone runs."""
    token_hosts: tuple[str, ...] = ()
    """Other hosts than the registry's own that issue its tokens."""
    denied_hides_missing: bool = False
    """Whether 403 is the answer for a repository that does not exist as well."""
    not_found_proves_repository: bool = False
    """Whether a bare 404 comes only to callers that may read the repository."""
    manifest_unknown_proves_repository: bool = True
    """Whether MANIFEST_UNKNOWN is never said of a repository that does not exist."""
    public_without_token: bool = False
    """Whether a 401 to a request without a token is about the repository, and no mere challenge."""
    lists_tags: bool = True
    bad_token_is_400: bool = False
    """Whether a broken token is answered with a bare 400 instead of a challenge."""
    counts_pulls: bool = False
    """Whether a GET of a manifest is charged to the caller and a HEAD is not."""


KINDS = (
    # A missing repository and a private one get the same 401, so a 404 comes to readers only:
    # https://github.com/distribution/distribution/issues/2924; HEAD is free:
    # https://docs.docker.com/docker-hub/usage/pulls/
    Kind(
        name="dockerhub",
        hosts=r"docker\.io|registry-1\.docker\.io|index\.docker\.io",
        token_hosts=("auth.docker.io",),
        not_found_proves_repository=True,
        counts_pulls=True,
    ),
    Kind(name="ghcr", hosts=r"ghcr\.io", denied_hides_missing=True),
    # tags/list is not implemented, and an expired token yields 400 without a challenge:
    # https://github.com/aws/containers-roadmap/issues/2835
    Kind(name="ecr-public", hosts=r"public\.ecr\.aws", lists_tags=False, bad_token_is_400=True),
    # https://github.com/docker/login-action (src/aws.ts) has the hosts of all partitions.
    Kind(
        name="ecr",
        hosts=r"[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]{1,40}"
        r"\.(?:on\.aws|amazonaws\.(?:com|com\.cn|eu))",
    ),
    # "(or it may not exist)" is part of its 403.
    Kind(
        name="gar",
        hosts=r"(?:[a-z0-9-]{1,40}-)?docker\.pkg\.dev",
        denied_hides_missing=True,
    ),
    Kind(name="gcr", hosts=r"(?:[a-z0-9-]{1,40}\.)?gcr\.io", denied_hides_missing=True),
    Kind(name="acr", hosts=r"[a-z0-9-]{1,60}\.azurecr\.(?:io|cn|us)"),
    # Public repositories need no token, NAME_UNKNOWN goes to permitted callers only
    # (quay/quay, endpoints/v2).
    Kind(name="quay", hosts=r"quay\.io", public_without_token=True),
    Kind(
        name="gitlab",
        hosts=r"registry\.gitlab\.com",
        token_hosts=("gitlab.com",),
        denied_hides_missing=True,
    ),
    # Manifests are redirected to Artifact Registry, nothing is private
    # (kubernetes/registry.k8s.io).
    Kind(name="k8s", hosts=r"registry\.k8s\.io"),
    Kind(name="harbor"),
    # 403 also for what does not exist: https://github.com/google/go-containerregistry/issues/1691
    Kind(
        name="artifactory",
        hosts=r"[a-z0-9-]{1,60}\.jfrog\.io",
        denied_hides_missing=True,
        manifest_unknown_proves_repository=False,
    ),
    Kind(name="nexus", manifest_unknown_proves_repository=False),
    # Looks for the tag before it looks for the repository
    # (distribution/distribution, registry/handlers/manifests.go).
    Kind(name="distribution", manifest_unknown_proves_repository=False),
)
_BY_NAME = {kind.name: kind for kind in KINDS}
GENERIC = Kind(name="generic", manifest_unknown_proves_repository=False)


def kind_named(name: str) -> Kind:
    """The row of this name; the generic one for a name that has none."""
    return _BY_NAME.get(name, GENERIC)


def kind_of(host: str) -> Kind:
    """The kind of registry that a host of an image reference is, as far as its name tells."""
    bare = host.removesuffix(":443").lower()
    for kind in KINDS:
        if kind.hosts and re.fullmatch(kind.hosts, bare):
            return kind
    return GENERIC
