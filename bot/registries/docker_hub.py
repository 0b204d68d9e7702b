"""Docker Hub's REST API: a better witness where its registry says "missing or private".

https://docs.docker.com/reference/api/hub/latest/
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bot.images import ImageRef
from bot.registries.answers import (
    AccessDenied,
    ImageLookUp,
    MissingOrPrivate,
    RepositoryAbsent,
    TagAbsent,
)
from bot.registries.asking import Http
from bot.registries.exchange import Exchange
from bot.registries.oci import text_of
from bot.registries.policy import Site
from bot.registries.reading import decode_object
from bot.sources import PullCredential

_OFFICIAL = "library"
# A token of the API lives ten minutes.
_TOKEN_SECONDS = 540


class HubApi:
    """Questions to the REST API. Raises SourceError."""

    def __init__(self, http: Http, clock: Callable[[], float]) -> None:
        self._http = http
        self._clock = clock
        self._tokens: dict[PullCredential, tuple[str, float]] = {}

    async def decide(
        self,
        site: Site,
        image: ImageRef,
        answer: MissingOrPrivate,
        credential: PullCredential | None,
    ) -> ImageLookUp:
        """Tell missing from private where the API can; else the answer stays as it is."""
        namespace, _, name = image.repository.partition("/")
        if not site.hub_api or not name or "/" in name:
            return answer
        token = await self._token(site, credential) if credential else ""
        path = f"/v2/namespaces/{namespace}/repositories/{name}"
        repository = await self._get(site, path, token)
        tag = None
        if repository.status == 200 and image.tag and not image.digest:
            tag = await self._get(site, f"{path}/tags/{image.tag}", token)
        owns = bool(token) and credential is not None and _owns(credential, namespace)
        return read_hub(answer, repository, tag, sees_all=owns or namespace == _OFFICIAL)

    async def _token(self, site: Site, credential: PullCredential) -> str:
        token, until = self._tokens.get(credential, ("", 0.0))
        if token and self._clock() < until:
            return token
        body = msgspec.json.encode({"identifier": credential.username, "secret": credential.secret})
        response = await self._http.ask(
            "POST",
            f"{site.hub_api}/v2/auth/token",
            headers={"Content-Type": "application/json"},
            body=body,
            limit=self._http.limits.token,
        )
        found = decode_object(text_of(response)).get("access_token")
        if response.status != 200 or not isinstance(found, str) or not found.isascii():
            return ""
        self._tokens = {credential: (found, self._clock() + _TOKEN_SECONDS)}
        return found

    async def _get(self, site: Site, path: str, token: str) -> Exchange:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = await self._http.ask("GET", site.hub_api + path, headers=headers)
        return Exchange(
            host="hub.docker.com",
            kind=site.kind.name,
            method="GET",
            path=path,
            status=response.status,
            headers=response.headers,
            body=text_of(response),
            authenticated=bool(token),
        )


def _owns(credential: PullCredential, namespace: str) -> bool:
    """Whether it is the namespace's own: the user's, or an organisation's access token.

    A member of an organisation may be in no team that sees the repository, so membership alone
    does not prove that a repository is missing.
    """
    return credential.username.lower() == namespace.lower()


def read_hub(
    answer: MissingOrPrivate, repository: Exchange, tag: Exchange | None, *, sees_all: bool
) -> ImageLookUp:
    """Read what the API shows of a repository and a tag.

    `sees_all`: whether the caller would see every repository of the namespace. The official
    images are all public, so there everybody does.
    """
    if repository.status == 404 and sees_all:
        return RepositoryAbsent(asked_as=answer.asked_as, witness=repository.witness)
    document = decode_object(repository.body)
    if repository.status != 200 or "is_private" not in document:
        return answer
    if tag is not None and tag.status == 404:
        return TagAbsent(asked_as=answer.asked_as, witness=tag.witness)
    how = "shows it as private" if document["is_private"] is True else "shows it"
    return AccessDenied(
        asked_as=answer.asked_as,
        witness=(tag or repository).witness,
        exists_because=f"Docker Hub's API {how}",
    )
