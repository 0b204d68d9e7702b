"""Pods that were not let in."""

from __future__ import annotations

from bot.cluster.readers.facts.network import ConnectionFailed
from bot.cluster.readers.facts.stated import Stated


class QuotaExceeded(Stated, frozen=True):
    """A quota is used up: `requested`, `used` and `limited` as the API server lists them."""

    quota: str = ""
    requested: tuple[tuple[str, str], ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    limited: tuple[tuple[str, str], ...] = ()


class QuotaWantsResources(Stated, frozen=True):
    """A quota accepts only pods that say these resources."""

    quota: str = ""
    fields: tuple[str, ...] = ()


class LimitRangeViolated(Stated, frozen=True):
    """A container asks for more or less than a LimitRange allows."""


class PodSecurityViolated(Stated, frozen=True):
    """Pod Security admission, or an older kind of it, refused the pod."""

    standard: str = ""
    violations: tuple[str, ...] = ()


class WebhookDenied(Stated, frozen=True):
    """An admission webhook or policy said no; `about_images` when it speaks of signatures."""

    webhook: str = ""
    reply: str = ""
    about_images: bool = False
    image_refused: bool = False
    """Whether it says that it is the image which its policy does not let in."""


class WebhookFailed(Stated, frozen=True):
    """An admission webhook could not be asked."""

    webhook: str = ""
    connection: ConnectionFailed | None = None


class PriorityClassMissing(Stated, frozen=True):
    """The pod names a PriorityClass that does not exist."""

    name: str = ""


class SpecificationRefused(Stated, frozen=True):
    """The API server does not accept the object: a field is invalid."""

    field: str = ""


class CreationRefused(Stated, frozen=True):
    """A controller could not create a pod, and the text says no more precise reason."""
