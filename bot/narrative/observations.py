"""Worth knowing and no cause of this failure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evidence import ImageFacts
from bot.report import Finding, Observation
from bot.view import View


def observations(
    view: View, observed: Sequence[Finding], roots: Sequence[Finding] = ()
) -> tuple[Observation, ...]:
    """Findings about a target that works, and images whose meaning can change under a pod.

    What the proof of a root cause shows already is left out.
    """
    shown = {proof for root in roots for proof in root.ruling.proof}
    told = [
        Observation(f.ruling.summary, f.ruling.proof)
        for f in observed
        if not f.ruling.proof or not shown.issuperset(f.ruling.proof)
    ]
    return (*told, *(each for image in view.evidence.images for each in _mutable(image)))


def _mutable(image: ImageFacts) -> Iterator[Observation]:
    if image.image.tag == "latest" and image.image.digest is None:
        yield Observation(
            f"{image.written or image.image.short} is a mutable tag: which commit a pod runs is"
            " decided when it pulls."
        )
