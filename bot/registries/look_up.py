"""One caller's look at one image: the manifest, and what it says of platforms and labels."""

from __future__ import annotations

import hashlib

import msgspec

from bot.evidence import GapReason
from bot.images import ImageRef
from bot.registries.answers import (
    ImageFound,
    ImageLookUp,
    MissingOrPrivate,
    RepositoryAbsent,
    TagAbsent,
)
from bot.registries.exchange import Exchange
from bot.registries.manifests import Contents, read_config, read_manifest
from bot.registries.oci import Oci
from bot.registries.policy import Site
from bot.registries.reading import ANONYMOUS, pulls_left, read_response
from bot.registries.readings import (
    Corrupt,
    NoName,
    NotYet,
    PushRefused,
    Reading,
    Shown,
    Unavailable,
)
from bot.sources import PullCredential, SourceError

_FEW_PULLS = 10
"""From here on the pulls that are left are the node's, not ours."""
_SOURCE_LABELS = ("org.opencontainers.image.source", "org.opencontainers.image.revision")


class LookUp:
    """Asks one registry as one caller. Raises SourceError."""

    def __init__(self, oci: Oci) -> None:
        self._oci = oci

    async def ask(self, site: Site, image: ImageRef, caller: PullCredential | None) -> ImageLookUp:
        """What the registry says of the image to this caller, None being nobody."""
        asked_as = caller.origin if caller else ANONYMOUS
        exchange = await self._manifest(site, image, caller)
        reading = read_response(exchange, asked_as)
        match reading:
            case ImageFound():
                return await self._describe(site, image, caller, reading, exchange)
            case TagAbsent() if caller or not site.kind.manifest_unknown_proves_repository:
                # An owner may get it for a repository that is not there at all.
                return await self._by_list(site, image, caller, reading)
            case NotYet():
                unsure = MissingOrPrivate(asked_as=asked_as, witness=exchange.witness)
                return await self._by_list(site, image, caller, unsure)
            case _:
                return _answer_of(reading, exchange, asked_as)

    async def _manifest(
        self, site: Site, image: ImageRef, caller: PullCredential | None
    ) -> Exchange:
        tail = f"manifests/{image.version}"
        if not site.kind.counts_pulls:
            return await self._oci.ask("GET", site, image, tail, caller)
        exchange = await self._oci.ask("HEAD", site, image, tail, caller)
        settled = exchange.status < 400 or exchange.status == 429 or exchange.scope_missing
        if settled or "/manifests/" not in exchange.path:
            return exchange
        # A HEAD has no body: only a GET tells the code, and a failed GET is not charged.
        return await self._oci.ask("GET", site, image, tail, caller)

    async def _by_list(
        self,
        site: Site,
        image: ImageRef,
        caller: PullCredential | None,
        unsure: TagAbsent | MissingOrPrivate,
    ) -> ImageLookUp:
        """Let the list of tags decide whether it is the repository that is missing."""
        if not site.kind.lists_tags:
            return unsure
        listed = await self._oci.ask("GET", site, image, "tags/list?n=1", caller)
        if listed.status == 200:
            return TagAbsent(asked_as=unsure.asked_as, witness=unsure.witness)
        reading = read_response(listed, unsure.asked_as)
        return reading if isinstance(reading, RepositoryAbsent) else unsure

    async def _describe(
        self,
        site: Site,
        image: ImageRef,
        caller: PullCredential | None,
        found: ImageFound,
        exchange: Exchange,
    ) -> ImageFound:
        """Add platforms and labels; the image stays found where they cannot be read."""
        left = pulls_left(exchange.headers)
        if site.kind.counts_pulls and left is not None and left <= _FEW_PULLS:
            return found
        try:
            if exchange.method == "HEAD":
                tail = f"manifests/{found.digest or image.version}"
                exchange = await self._oci.ask("GET", site, image, tail, caller)
            found = msgspec.structs.replace(found, digest=_digest_of(found, image, exchange))
            contents = read_manifest(exchange.body, found.media_type)
            rest = await self._read_on(site, image, caller, contents)
        except SourceError as error:
            if error.reason is GapReason.GARBLED and image.digest:
                raise
            return found
        return msgspec.structs.replace(
            found,
            platforms=contents.platforms or rest.platforms,
            labels={**rest.labels, **contents.labels},
        )

    async def _read_on(
        self, site: Site, image: ImageRef, caller: PullCredential | None, contents: Contents
    ) -> Contents:
        """Follow an index to one manifest, and a manifest to its configuration."""
        labels: dict[str, str] = {}
        if contents.is_index:
            if not contents.child or all(name in contents.labels for name in _SOURCE_LABELS):
                return Contents()
            child = await self._oci.ask("GET", site, image, f"manifests/{contents.child}", caller)
            contents = read_manifest(child.body if child.status == 200 else "", "")
            labels = contents.labels
        if not contents.config:
            return Contents(labels=labels)
        config = await self._oci.ask("GET", site, image, f"blobs/{contents.config}", caller)
        read = read_config(config.body if config.status == 200 else "")
        return msgspec.structs.replace(read, labels={**read.labels, **labels})


def _digest_of(found: ImageFound, image: ImageRef, exchange: Exchange) -> str:
    """The digest of what was sent. Raises SourceError when another one was asked for."""
    algorithm = (image.digest or "sha256:").partition(":")[0]
    digest = f"{algorithm}:{hashlib.new(algorithm, exchange.body.encode()).hexdigest()}"
    if image.digest and exchange.status == 200 and digest != image.digest:
        raise SourceError(
            GapReason.GARBLED, f"{image.registry} sent another manifest than {image.digest}"
        )
    return found.digest or digest


def _answer_of(reading: Reading, exchange: Exchange, asked_as: str) -> ImageLookUp:
    witness = exchange.witness
    said = f"{witness.method} {witness.url} answered {witness.status}"
    words = f"{said}: {witness.message}" if witness.message else said
    match reading:
        case Unavailable():
            raise SourceError(GapReason.UNREACHABLE, f"{reading.trouble}: {words}")
        case Corrupt() | PushRefused() | NotYet() | Shown():
            raise SourceError(GapReason.GARBLED, f"an answer that says nothing: {words}")
        case NoName():
            return RepositoryAbsent(asked_as=asked_as, witness=reading.witness)
        case _:
            return reading
