"""What a response can mean besides an answer about the image: one class each."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bot.registries.answers import ImageLookUp, Witness


class NotYet(msgspec.Struct, frozen=True):
    """The response proves nothing about the image yet; `why` says what would."""

    why: str


class Shown(msgspec.Struct, frozen=True):
    """Nothing is wrong: the repository was shown, or what was pushed was taken."""

    witness: Witness


class NoName(msgspec.Struct, frozen=True):
    """The registry says that the name or tag is none."""

    witness: Witness


class Corrupt(msgspec.Struct, frozen=True):
    """The registry has lost a part of the image, or what it has does not fit its digest."""

    witness: Witness


class Trouble(StrEnum):
    """How a registry, or something before it, failed to answer."""

    SERVER = "server error"
    PROXY = "proxy error"
    MIRROR = "no answer of a registry"


class Unavailable(msgspec.Struct, frozen=True):
    """Not an answer: the server, a proxy or a mirror failed."""

    trouble: Trouble
    witness: Witness


class Refusal(StrEnum):
    """Why a push was refused."""

    DENIED = "denied"
    LOGIN = "login"
    NO_REPOSITORY = "no repository"
    IMMUTABLE = "immutable tag"
    CONTENT = "kind of manifest"
    RATE = "rate limit"


class PushRefused(msgspec.Struct, frozen=True):
    """A push, or a token for one, was refused."""

    refusal: Refusal
    authenticated: bool
    witness: Witness


Reading = ImageLookUp | NotYet | Shown | NoName | Corrupt | Unavailable | PushRefused
