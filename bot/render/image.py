"""A registry's answer about one image, as text."""

from __future__ import annotations

import msgspec

from bot.images import ImageRef
from bot.redact import one_line
from bot.registries.answers import ImageFound, ImageLookUp, describe


class ImageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What `python -m bot image` found out."""

    image: str
    look_up: ImageLookUp
    nearest: tuple[str, ...] = ()


def render(image: ImageRef, answer: ImageAnswer) -> str:
    """The answer first, then who asked and what proves it."""
    lines = [f"{image.short}: {describe(answer.look_up)}"]
    if answer.nearest:
        lines.append(f"near it    {', '.join(answer.nearest)}")
    if isinstance(answer.look_up, ImageFound):
        lines.append(f"digest     {answer.look_up.digest}")
        platforms = ", ".join(str(platform) for platform in answer.look_up.platforms)
        lines.append(f"platforms  {platforms or 'the configuration could not be read'}")
    witness = answer.look_up.witness
    lines.append(f"asked as   {answer.look_up.asked_as}, from this machine (not from a node)")
    said = f"{witness.status} {witness.code} {one_line(witness.message, 120)}".strip()
    lines.append(f"proof      {witness.method} {witness.url} answered {said}")
    return "\n".join(lines)
