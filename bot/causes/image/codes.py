"""What a pull text allows: the codes of each problem, the best first; more than one is a doubt."""

from __future__ import annotations

from bot.cluster.readers.facts import NetworkFault as N
from bot.cluster.readers.facts import PullFailed
from bot.cluster.readers.facts import PullProblem as P

_BY_PROBLEM: dict[P, tuple[str, ...]] = {
    P.REPOSITORY_UNKNOWN: ("ImageRepositoryMissing",),
    P.TAG_UNKNOWN: ("ImageTagMissing",),
    P.NOT_FOUND: ("ImageMissing", "ImageTagMissing", "ImageRepositoryMissing"),
    P.CONTENT_GONE: ("ImageCorrupt", "ImageTagMissing"),
    P.MISSING_OR_PRIVATE: ("ImageMissingOrPrivate",),
    P.UNAUTHORIZED: ("ImageAccessDenied", "ImageMissingOrPrivate"),
    P.FORBIDDEN: ("ImageAccessDenied", "ImageMissingOrPrivate"),
    P.FORBIDDEN_OR_MISSING: ("ImageMissingOrPrivate", "ImageAccessDenied"),
    P.NO_CREDENTIALS: ("ImageAccessDenied", "ImagePullSecretMismatch", "ImageMissingOrPrivate"),
    P.CREDENTIALS_REFUSED: ("ImageCredentialRejected",),
    P.RATE_LIMITED: ("ImageRateLimited",),
    P.NO_PLATFORM: ("ImagePlatformMismatch",),
    P.NAME_INVALID: ("ImageNameInvalid",),
    P.NEVER_PULL: ("ImageNeverPull",),
    P.MEDIA_TYPE: ("ImageManifestUnsupported",),
    P.NOT_AN_IMAGE: ("ImageManifestUnsupported", "RegistryProxyError", "ImageCorrupt"),
    P.CORRUPT: ("ImageCorrupt",),
    P.POLICY: ("ImagePolicyRejected",),
    P.CANCELED: ("ImagePullCanceled",),
    P.DEADLINE: ("ImagePullCanceled", "RegistryTimeout"),
    P.KUBELET_QPS: ("ImagePullThrottledByKubelet",),
    P.DISK_FULL: ("ImageDiskFull",),
    P.SERVER_ERROR: ("RegistryServerError",),
    P.UNAVAILABLE: ("RegistryUnreachable", "RegistryServerError", "RegistryTimeout"),
    P.ODD_STATUS: ("RegistryMirrorBadRequest", "RegistryConnectionReset"),
    P.BACK_OFF: ("ImageBackOffOnly",),
}
_BY_FAULT: dict[N, tuple[str, ...]] = {
    N.DNS: ("RegistryDNSFailure",),
    N.TIMEOUT: ("RegistryTimeout",),
    N.REFUSED: ("RegistryConnectionRefused",),
    N.RESET: ("RegistryConnectionReset",),
    N.UNREACHABLE: ("RegistryUnreachable",),
    N.TLS_UNTRUSTED: ("RegistryTLSUntrusted",),
    N.TLS_EXPIRED: ("RegistryTLSExpired",),
    N.TLS_HOSTNAME: ("RegistryTLSHostname",),
    N.TLS_HANDSHAKE: ("RegistryTLSHandshakeFailure",),
    N.TLS_TIMEOUT: ("RegistryTimeout", "RegistryTLSHandshakeFailure"),
    N.PLAIN_HTTP: ("RegistryPlainHTTP",),
    N.PROXY: ("RegistryProxyError",),
}
_MIRROR_MARK = "?ns="


def codes_of(fact: PullFailed, text: str, others: tuple[PullFailed, ...] = ()) -> tuple[str, ...]:
    """The codes that the text allows, the best first, without repetition."""
    found = [*_of_one(fact, text), *(code for each in others for code in _of_one(each, text))]
    if fact.problem in (P.CREDENTIALS_REFUSED, P.REPOSITORY_UNKNOWN, P.TAG_UNKNOWN):
        found = found[:1]
    return tuple(dict.fromkeys(found))


def _of_one(fact: PullFailed, text: str) -> tuple[str, ...]:
    if fact.connection:
        return _BY_FAULT[fact.connection.fault]
    if fact.problem is P.CONTENT_GONE and "/manifests/" in text:
        # An index that names a manifest which is not there: pushed in part, or cleaned up.
        return ("ImageTagMissing", "ImageCorrupt")
    if fact.status in (400, 403) and _MIRROR_MARK in text:
        # `ns` is what containerd adds when it asks a mirror instead of the registry itself.
        return ("RegistryMirrorBadRequest",)
    return _BY_PROBLEM[fact.problem]
