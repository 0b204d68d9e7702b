"""Registries: does each that is configured answer, does it take our credential, what is left."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlencode, urlsplit

from bot.doctor.check import Check, State, Subject, within
from bot.evidence import GapReason
from bot.images import DOCKER_HUB, ImageRef
from bot.redact import one_line
from bot.registries.asking import Http, Limits
from bot.registries.exchange import Exchange, Question
from bot.registries.guard import GuardedTransport
from bot.registries.oci import Oci, basic
from bot.registries.policy import Policy, Site
from bot.registries.reading import pulls_left
from bot.registries.wire import read_challenges
from bot.sources import PullCredential, SourceError
from bot.words import shell
from config.settings import RegistriesSettings, RegistrySettings, Settings

_HUB_SAMPLE = "ratelimitpreview/test"
"""Docker's own repository for asking what is left; a HEAD of it counts as no pull:
https://docs.docker.com/docker-hub/usage/pulls/"""
_SAMPLE = "whyfailing/doctor"
"""Any name will do: whether it exists does not matter, only as whom we are answered."""
_REFUSALS = (400, 401, 403)


async def look(settings: Settings) -> tuple[Check, ...]:
    """Docker Hub, unless the settings exclude it, and every registry of the settings."""
    registries = settings.registries
    usual = (DOCKER_HUB,) if registries.allow_unknown else ()
    hosts = dict.fromkeys((*usual, *(item.host for item in registries.configured)))
    policy = Policy(registries)
    async with GuardedTransport(policy) as transport:
        desk = _Desk(Http(transport, policy, Limits()), policy)
        checks = await asyncio.gather(*(_look(desk, registries, host) for host in hosts))
    return tuple(check for found in checks for check in found)


async def _look(desk: _Desk, settings: RegistriesSettings, host: str) -> tuple[Check, ...]:
    item = next((each for each in settings.configured if each.host == host), None)
    base = (item.endpoint if item else "") or f"https://{host}"
    place = "https://registry-1.docker.io" if base == f"https://{DOCKER_HUB}" else base
    subject = Subject(
        area="registries",
        about=host,
        by_hand=shell("curl", "-i", f"{place.rstrip('/')}/v2/"),
        needed=item is not None,
    )
    return await within(subject, desk.check(host, item))


class _Desk:
    """Asks each registry for one image, as the bot does, and reads what that says of us."""

    def __init__(self, http: Http, policy: Policy) -> None:
        self._http = http
        self._policy = policy
        self._oci = Oci(http, policy, time.monotonic)

    async def check(self, host: str, item: RegistrySettings | None) -> tuple[Check, ...]:
        """Raises SourceError when the registry does not answer, or may not be asked."""
        site = self._policy.site(host)
        sample = _HUB_SAMPLE if host == DOCKER_HUB else _SAMPLE
        image = ImageRef(registry=host, repository=sample, tag="latest")
        credential = _credential(item)
        answer = await self._oci.ask("HEAD", site, image, "manifests/latest", credential)
        _raise_for(host, answer)
        if credential and _may_refuse(answer) and not await self._logs_in(site, credential):
            return (_refused(site, credential),)
        return (_reachable(site, answer, credential),)

    async def _logs_in(self, site: Site, credential: PullCredential) -> bool:
        """Log in as `docker login` does, for no repository.

        A token service may refuse a good credential for what it may not see; without a scope it
        can only mean the credential: https://distribution.github.io/distribution/spec/auth/token/
        """
        root = await self._http.ask("GET", f"{site.base}/v2/")
        for challenge in read_challenges(root.headers.get("www-authenticate", "")):
            headers = {"Authorization": basic(credential)}
            if challenge.scheme == "basic":
                answer = await self._http.ask("GET", f"{site.base}/v2/", headers=headers)
                return answer.status not in _REFUSALS
            if challenge.scheme == "bearer" and challenge.realm:
                origin = self._policy.check_realm(site, challenge.realm)
                query = urlencode({"service": challenge.service}) if challenge.service else ""
                url = f"{origin}{urlsplit(challenge.realm).path or '/'}?{query}"
                answer = await self._http.ask("GET", url, headers=headers)
                return answer.status not in _REFUSALS
        return False


def _credential(item: RegistrySettings | None) -> PullCredential | None:
    if item is None or not item.username:
        return None
    return PullCredential(f"settings for {item.host}", item.username, item.password.reveal())


def _may_refuse(answer: Exchange) -> bool:
    """Whether the answer may mean that the credential is wrong."""
    if answer.question in (Question.TOKEN, Question.EXCHANGE):
        return answer.status in _REFUSALS
    return answer.status == 401 and any(each.scheme == "basic" for each in answer.challenges)


def _raise_for(host: str, answer: Exchange) -> None:
    if answer.status == 429:
        fix = "ask again later; with a credential there are more pulls"
        raise SourceError(GapReason.RATE_LIMITED, f"{host}: the rate limit is used up", fix)
    if answer.status >= 500:
        raise SourceError(GapReason.UNREACHABLE, f"{host}: answers {answer.status}")


def _reachable(site: Site, answer: Exchange, credential: PullCredential | None) -> Check:
    left = pulls_left(answer.headers)
    pulls = "" if left is None else f", {left} pulls left"
    if credential is None:
        who = "anonymous"
    elif answer.authenticated:
        who = f"logged in as {one_line(credential.username, 60)}"
    else:
        who = (
            f"it asks for no credential, so that of {one_line(credential.username, 60)} is untried"
        )
    says = f"{site.registry}: reachable, {who}{pulls}"
    return Check(area="registries", state=State.OK, says=says, needed=False)


def _refused(site: Site, credential: PullCredential) -> Check:
    return Check(
        area="registries",
        state=State.FAILED,
        says=f"{site.registry}: refuses the credential of {one_line(credential.username, 60)}",
        fix=_credential_fix(site),
    )


def _credential_fix(site: Site) -> str:
    if site.registry == DOCKER_HUB:
        return (
            "replace DOCKERHUB_USERNAME and DOCKERHUB_TOKEN; make a personal access token that may "
            "read: https://app.docker.com/settings/personal-access-tokens"
        )
    return f"replace username and password of {site.registry} under registries.configured"
