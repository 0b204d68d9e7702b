"""The images of the target that are not pulled: what the texts say, and what the registry says."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.cluster.readers.facts import PullProblem as P
from bot.evidence import ImageFacts
from bot.facts.said import Said, of
from bot.report import Subject
from bot.view import ContainerView, View

# Of several attempts (one for each pull credential) the one that tells most comes first.
_TELLING = (
    P.REPOSITORY_UNKNOWN,
    P.TAG_UNKNOWN,
    P.CREDENTIALS_REFUSED,
    P.FORBIDDEN,
    P.UNAUTHORIZED,
    P.NO_CREDENTIALS,
    P.FORBIDDEN_OR_MISSING,
    P.MISSING_OR_PRIVATE,
)


class FailingImage(msgspec.Struct, frozen=True):
    """One image of the target that waits to be pulled. `container` is None for a text alone."""

    written: str
    fact: f.PullFailed
    said: Said
    container: ContainerView | None
    facts: ImageFacts | None
    others: tuple[f.PullFailed, ...] = ()
    """What further attempts said."""

    @property
    def pod(self) -> k.Pod | None:
        """A pod that waits for it."""
        return self.container.pod if self.container else None

    @property
    def subject(self) -> Subject:
        """What rulings are about: container and image together."""
        return self.container.subject if self.container else self.said.subject


def failing_images(view: View) -> tuple[FailingImage, ...]:
    """Each failing image once, with its most telling text."""
    return view.remember("failing images", lambda: tuple(_find(view)))


def _find(view: View) -> Iterator[FailingImage]:
    texts: dict[str, list[tuple[f.PullFailed, Said]]] = {}
    for fact, item in of(view, f.PullFailed):
        if not fact.sandbox and not _is_there(item):
            written = item.container.spec.image if item.container else fact.image
            texts.setdefault(written, []).append((fact, item))
    for written, found in texts.items():
        newest = [pair for pair in found if pair[0].problem is not P.BACK_OFF] or found
        text = max(newest, key=_when)[1].text
        attempts = [pair for pair in newest if pair[1].text == text]
        fact, item = min(attempts, key=lambda pair: _told(pair[0].problem))
        container = item.container or next((s.container for _, s in found if s.container), None)
        yield FailingImage(
            written=written,
            fact=fact,
            said=item,
            container=container,
            facts=view.image(written),
            others=tuple(each for each, _ in attempts if each is not fact),
        )


def _is_there(item: Said) -> bool:
    """Whether the container runs, so that whatever the text says is over."""
    return item.container is not None and item.container.state.running is not None


def _told(problem: P) -> int:
    return _TELLING.index(problem) if problem in _TELLING else len(_TELLING)


def _when(pair: tuple[f.PullFailed, Said]) -> float:
    """A waiting message is of now; of events the newest."""
    item = pair[1]
    return item.at.timestamp() if item.at else float("inf")
