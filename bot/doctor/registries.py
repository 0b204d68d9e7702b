"""Registries: does each that is configured answer, does it take our credential, what is left."""

from __future__ import annotations

import asyncio
import time

from bot.doctor.check import Check, State, failed
from bot.images import DOCKER_HUB, ImageRef
from bot.redact import one_line
from bot.registries.asking import Http, Limits
from bot.registries.exchange import Exchange, Question
from bot.registries.guard import GuardedTransport
from bot.registries.oci import Oci
from bot.registries.policy import Policy, Site
from bot.registries.reading import pulls_left
from bot.sources import PullCredential, SourceError
from config.settings import RegistriesSettings, RegistrySettings, Settings

_HUB_SAMPLE = "ratelimitpreview/test"
"""Docker's own repository for asking what is left; a HEAD of it counts as no pull:
https://docs.docker.com/docker-hub/usage/pulls/"""
_SAMPLE = "whyfailing/doctor"
"""Any name will do: whether it exists does not matter, only as whom we are answered."""


async def look(settings: Settings) -> tuple[Check, ...]:
    """Docker Hub, unless the settings exclude it, and every registry of the settings."""
    registries = settings.registries
    usual = (DOCKER_HUB,) if registries.allow_unknown else ()
    hosts = dict.fromkeys((*usual, *(item.host for item in registries.configured)))
    policy = Policy(registries)
    async with GuardedTransport(policy) as transport:
        oci = Oci(Http(transport, policy, Limits()), policy, time.monotonic)
        checks = await asyncio.gather(*(_check(oci, policy, registries, host) for host in hosts))
    return tuple(checks)


async def _check(oci: Oci, policy: Policy, settings: RegistriesSettings, host: str) -> Check:
    item = next((each for each in settings.configured if each.host == host), None)
    sample = _HUB_SAMPLE if host == DOCKER_HUB else _SAMPLE
    try:
        site = policy.site(host)
        credential = _credential(item)
        image = ImageRef(registry=host, repository=sample, tag="latest")
        answer = await oci.ask("HEAD", site, image, "manifests/latest", credential)
    except SourceError as error:
        return failed("registries", _named(error, host), needed=item is not None)
    return read_answer(site, answer, credential)


def _named(error: SourceError, host: str) -> SourceError:
    detail = error.detail if host in error.detail else f"{host}: {error.detail or error.reason}"
    return SourceError(error.reason, detail, error.fix)


def _credential(item: RegistrySettings | None) -> PullCredential | None:
    if item is None or not item.username:
        return None
    return PullCredential(f"settings for {item.host}", item.username, item.password.reveal())


def read_answer(site: Site, answer: Exchange, credential: PullCredential | None) -> Check:
    """What the answer to a question about any image says of the registry and our credential."""
    who = f"logged in as {one_line(credential.username, 60)}" if credential else "anonymous"
    if credential and _refuses(answer):
        return Check(
            area="registries",
            state=State.FAILED,
            says=f"{site.registry}: refuses the credential of {one_line(credential.username, 60)}",
            fix=_credential_fix(site),
        )
    if answer.status == 429 or answer.status >= 500:
        says = f"{site.registry}: answers {answer.status}"
        return Check(area="registries", state=State.FAILED, says=says, needed=bool(credential))
    left = pulls_left(answer.headers)
    pulls = "" if left is None else f", {left} pulls left"
    says = f"{site.registry}: reachable, {who}{pulls}"
    return Check(area="registries", state=State.OK, says=says, needed=False)


def _refuses(answer: Exchange) -> bool:
    """Whether the credential is wrong; a good one may still not reach this repository."""
    if answer.question in (Question.TOKEN, Question.EXCHANGE):
        return answer.status in (400, 401, 403)
    return answer.status == 401 and any(each.scheme == "basic" for each in answer.challenges)


def _credential_fix(site: Site) -> str:
    if site.registry == DOCKER_HUB:
        return "replace DOCKERHUB_USERNAME and DOCKERHUB_TOKEN (a personal access token, read)"
    return f"replace username and password of {site.registry} under registries.configured"
