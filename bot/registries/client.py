"""All registries behind one protocol: ask as everybody that we may be, believe the best proof."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from bot.evidence import GapReason
from bot.images import ImageRef
from bot.registries.answers import ImageFound, ImageLookUp, MissingOrPrivate, TagList
from bot.registries.asking import Http, Limits
from bot.registries.choice import bot_asks_as, choose
from bot.registries.docker_hub import HubApi
from bot.registries.guard import GuardedTransport, Resolver, resolve
from bot.registries.look_up import LookUp
from bot.registries.oci import Oci
from bot.registries.policy import Policy, Site
from bot.registries.tag_pages import read_tags
from bot.sources import PullCredential, SourceError
from config.settings import RegistriesSettings

_FOUND_SECONDS = 60.0
_ABSENT_SECONDS = 5.0
"""An image that is missing is being waited for, so that answer is soon asked for again."""
_MOST_CACHED = 512

Credentials = tuple[PullCredential, ...]


class Registries:
    """Implements `bot.sources.Registry`. Raises SourceError."""

    def __init__(self, http: Http, policy: Policy, clock: Callable[[], float]) -> None:
        self._policy = policy
        self._clock = clock
        self._oci = Oci(http, policy, clock)
        self._hub = HubApi(http, clock)
        self._look_up = LookUp(self._oci)
        self._known: dict[tuple[ImageRef, Credentials], tuple[ImageLookUp, float]] = {}

    async def look_up(
        self, image: ImageRef, credentials: Sequence[PullCredential] = ()
    ) -> ImageLookUp:
        """The best proved answer that can be had, with and without credentials."""
        key = (image, tuple(credentials))
        found = self._known.get(key)
        if found and self._clock() < found[1]:
            return found[0]
        answer = await self._ask(image, key[1])
        if len(self._known) >= _MOST_CACHED:
            self._known.clear()
        seconds = _FOUND_SECONDS if isinstance(answer, ImageFound) else _ABSENT_SECONDS
        self._known[key] = (answer, self._clock() + seconds)
        return answer

    async def tags(
        self, image: ImageRef, credentials: Sequence[PullCredential] = ()
    ) -> TagList | None:
        """The repository's tags; None when the registry will not tell."""
        site = self._policy.site(image.registry)
        if not site.kind.lists_tags:
            return None
        for caller in (*_others(site), *credentials):
            found = await read_tags(self._oci, site, image, caller)
            if found is not None:
                return found
        return None

    async def _ask(self, image: ImageRef, credentials: Credentials) -> ImageLookUp:
        site = self._policy.site(image.registry)
        answers: list[ImageLookUp] = []
        failures: list[SourceError] = []
        for caller in (*credentials, *_others(site)):
            try:
                answers.append(await self._look_up.ask(site, image, caller))
            except SourceError as error:
                failures.append(error)
                if error.reason not in (GapReason.GARBLED, GapReason.RATE_LIMITED):
                    break  # the same place does not answer the next caller either
            if (
                answers
                and isinstance(answers[-1], ImageFound)
                and (caller in credentials or not credentials)
            ):
                break
        if not answers:
            raise failures[0]
        answer = choose(answers)
        if isinstance(answer, MissingOrPrivate):
            return await self._better_witness(site, image, answer)
        return answer

    async def _better_witness(
        self, site: Site, image: ImageRef, answer: MissingOrPrivate
    ) -> ImageLookUp:
        try:
            return await self._hub.decide(site, image, answer, _own(site))
        except SourceError:
            return answer  # the registry's own answer stands, it only says less


def _own(site: Site) -> PullCredential | None:
    settings = site.settings
    if not settings.username or not settings.password:
        return None
    return PullCredential(bot_asks_as(site.registry), settings.username, settings.password.reveal())


def _others(site: Site) -> tuple[PullCredential | None, ...]:
    """Whom we may ask as besides the pod: nobody, and the bot itself where it has a credential."""
    own = _own(site)
    return (None, own) if own else (None,)


@asynccontextmanager
async def connect(
    settings: RegistriesSettings,
    *,
    limits: Limits | None = None,
    resolver: Resolver = resolve,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Registries]:
    """Open the connections to registries, with the network guard before all of them."""
    policy = Policy(settings)
    async with GuardedTransport(policy, resolver) as transport:
        yield Registries(Http(transport, policy, limits or Limits()), policy, clock)
