"""How sure it is that a registry lacks an image: it bounds what any build cause may claim."""

from __future__ import annotations

from enum import IntEnum

from bot.evidence import Gap, ImageFacts
from bot.registries import answers
from bot.view import View

PULL_REASONS = frozenset({"ErrImagePull", "ImagePullBackOff", "ImageInspectError"})
_NOT_FOUND = (": not found", "manifest unknown", "name unknown")
_UNSURE = ("may require", "may not exist", "unauthorized", "no such host", "connection refused")


class Absence(IntEnum):
    """Whether the image is missing from its registry."""

    NO = 0
    POSSIBLE = 1
    PROVED = 2


def absence_of(view: View, image: ImageFacts) -> Absence:
    """Judge by the registry's answer, and by the runtime's own words where that is open.

    An image that has left its registry after it was pulled keeps nobody from running.
    """
    if not _awaited(view, image):
        return Absence.NO
    match image.look_up:
        case answers.TagAbsent() | answers.RepositoryAbsent():
            return Absence.PROVED
        case answers.MissingOrPrivate() | Gap():
            if _runtime_says_missing(view, image.written):
                return Absence.PROVED
            return Absence.POSSIBLE
        case answers.Answer():
            return Absence.NO


def _awaited(view: View, image: ImageFacts) -> bool:
    """Whether a container waits for it, or no container of the target has come so far."""
    names = (image.written, str(image.image), image.image.short)
    mine = [each for each in view.containers if each.spec.image in names]
    return not mine or any(each.waiting and each.waiting.reason in PULL_REASONS for each in mine)


def _runtime_says_missing(view: View, written: str) -> bool:
    """The runtime's own 404. Docker Hub's words for "missing or private" prove nothing."""
    texts = [event.text for pod in view.pods for event in view.events_about(pod)]
    texts += [each.waiting.message for each in view.containers if each.waiting]
    return any(
        any(words in text for words in _NOT_FOUND) and not any(words in text for words in _UNSURE)
        for text in (text.lower() for text in texts if written and f'"{written}"' in text)
    )
