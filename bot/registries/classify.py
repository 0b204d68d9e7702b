"""Which causes one recorded response of a registry speaks for, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.registries import answers
from bot.registries.exchange import Exchange
from bot.registries.reading import read_response
from bot.registries.readings import (
    Corrupt,
    NoName,
    NotYet,
    PushRefused,
    Reading,
    Refusal,
    Shown,
    Trouble,
    Unavailable,
)

Headers = Mapping[str, str | Sequence[str]]

_REFUSALS = {
    Refusal.DENIED: ("BuildPushDenied", "CIPermissionMissing"),
    Refusal.LOGIN: ("BuildLoginFailed", "CICredentialRejected", "BuildPushDenied"),
    Refusal.NO_REPOSITORY: ("ImageRepositoryMissing", "BuildTargetMissing", "BuildPushDenied"),
    Refusal.IMMUTABLE: ("BuildTagImmutable",),
    Refusal.CONTENT: ("ImageManifestUnsupported", "BuildPushDenied"),
    Refusal.RATE: ("BuildRateLimited", "ImageRateLimited"),
}
_TROUBLES = {
    Trouble.SERVER: ("RegistryServerError",),
    Trouble.PROXY: ("RegistryProxyError",),
    Trouble.MIRROR: ("RegistryMirrorBadRequest", "RegistryServerError"),
}


def read_record(record: Mapping[str, object]) -> Exchange:
    """Make an exchange of a recorded one.

    The record has `registry` (kind), `method`, `path`, `authenticated`, `status`, `headers` (values
    are texts, or lists of them where a header came more than once) and `body` (text or None).
    """
    raw = record.get("headers")
    headers = {
        str(name).lower(): value if isinstance(value, str) else ", ".join(map(str, value))
        for name, value in (raw.items() if isinstance(raw, Mapping) else ())
    }
    return Exchange(
        host=str(record.get("registry", "")),
        kind=str(record.get("registry", "")),
        method=str(record.get("method", "GET")).upper(),
        path=str(record.get("path", "")),
        status=int(str(record.get("status", 0))),
        headers=headers,
        body=str(record.get("body") or ""),
        authenticated=bool(record.get("authenticated")),
    )


def classify_answer(record: Mapping[str, object]) -> tuple[str, ...]:
    """The causes that a recorded response speaks for, best first; `Unknown` when it proves none."""
    return codes_of(read_response(read_record(record)))


def codes_of(reading: Reading) -> tuple[str, ...]:  # noqa: C901, PLR0911, PLR0912 -- one case a class
    """The causes that a reading speaks for, best first."""
    match reading:
        case answers.ImageFound():
            return ("Healthy",)
        case answers.TagAbsent():
            return ("ImageTagMissing",)
        case answers.RepositoryAbsent():
            return ("ImageRepositoryMissing",)
        case answers.MissingOrPrivate():
            return ("ImageMissingOrPrivate", "ImageAccessDenied")
        case answers.AccessDenied():
            return ("ImageAccessDenied", "ImageMissingOrPrivate")
        case answers.CredentialRejected():
            return ("ImageCredentialRejected", "CICredentialRejected", "ImageAccessDenied")
        case answers.RateLimited():
            return ("ImageRateLimited",)
        case answers.ManifestUnsupported():
            return ("ImageManifestUnsupported",)
        case answers.PolicyRejected():
            return ("ImagePolicyRejected",)
        case NotYet():
            return ("Unknown",)
        case Shown():
            return ("Healthy", "Unknown")
        case NoName():
            return ("ImageNameInvalid",)
        case Corrupt():
            return ("ImageCorrupt",)
        case Unavailable():
            return _TROUBLES[reading.trouble]
        case PushRefused():
            return _REFUSALS[reading.refusal]
