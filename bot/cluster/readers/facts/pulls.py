"""Images that were not pulled."""

from __future__ import annotations

from enum import StrEnum

from bot.cluster.readers.facts.network import ConnectionFailed
from bot.cluster.readers.facts.stated import Stated


class PullProblem(StrEnum):
    """Why a pull failed, as far as its text tells."""

    REPOSITORY_UNKNOWN = "no such repository"
    TAG_UNKNOWN = "no such tag or digest"
    NOT_FOUND = "not found"
    CONTENT_GONE = "a part of the image is not there"
    MISSING_OR_PRIVATE = "missing, or no access"
    UNAUTHORIZED = "authentication required"
    FORBIDDEN = "access denied"
    FORBIDDEN_OR_MISSING = "access denied, or missing"
    NO_CREDENTIALS = "no credentials for this registry"
    CREDENTIALS_REFUSED = "credentials refused"
    RATE_LIMITED = "rate limit reached"
    NO_PLATFORM = "no image for this platform"
    NAME_INVALID = "not a valid reference"
    NEVER_PULL = "not on the node, and never pulled"
    MEDIA_TYPE = "not a supported image"
    NOT_AN_IMAGE = "something else than an image"
    CORRUPT = "content does not match its digest"
    POLICY = "refused by a policy"
    CANCELED = "canceled"
    DEADLINE = "deadline exceeded"
    KUBELET_QPS = "throttled by the kubelet"
    DISK_FULL = "no space on the node"
    SERVER_ERROR = "the registry failed"
    UNAVAILABLE = "the registry is unavailable"
    ODD_STATUS = "an odd answer of the registry or a mirror"
    NETWORK = "no connection"
    BACK_OFF = "waiting for the next attempt"


class PullFailed(Stated, frozen=True):
    """An image was not pulled. `status` is the HTTP status; 0 where none is named."""

    problem: PullProblem
    image: str = ""
    host: str = ""
    status: int = 0
    connection: ConnectionFailed | None = None
    platform: str = ""
    sandbox: bool = False
    """Whether it is the sandbox (pause) image of the node, and not one of the pod's."""
    credentials_sent: bool | None = None


class PullSecretsUnavailable(Stated, frozen=True):
    """Pull secrets that the kubelet could not read."""

    names: tuple[str, ...]
