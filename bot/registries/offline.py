"""The registry that is not asked: files describe a cluster of another time and perhaps place."""

from __future__ import annotations

from collections.abc import Sequence

from bot.evidence import GapReason
from bot.images import ImageRef
from bot.registries.answers import ImageLookUp, TagList
from bot.sources import PullCredential, SourceError


class OfflineRegistry:
    """Implements `bot.sources.Registry` by saying that nobody was asked."""

    async def look_up(
        self, image: ImageRef, credentials: Sequence[PullCredential] = ()
    ) -> ImageLookUp:
        """Ask nobody."""
        raise _not_asked(image, credentials)

    async def tags(
        self, image: ImageRef, credentials: Sequence[PullCredential] = ()
    ) -> TagList | None:
        """Ask nobody."""
        raise _not_asked(image, credentials)


def _not_asked(image: ImageRef, _credentials: Sequence[PullCredential]) -> SourceError:
    return SourceError(
        GapReason.NOT_CONFIGURED,
        f"{image.registry} was not asked, because the objects come from files",
        "add --online to ask it as it is now",
    )
