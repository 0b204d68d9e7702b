"""The phrases of pulls, more precise before less precise.

FIRST_WORDS decide before connections and HTTP statuses, LAST_WORDS after them.
"""

from __future__ import annotations

import re

from bot.cluster.readers.facts import PullProblem as P
from bot.cluster.readers.message import phrase

Rows = tuple[tuple[re.Pattern[str], P], ...]

STATUSES = {
    401: P.UNAUTHORIZED,
    403: P.FORBIDDEN,
    404: P.NOT_FOUND,
    412: P.POLICY,
    429: P.RATE_LIMITED,
}

FIRST_WORDS: Rows = (
    # The node, before anything that the registry said.
    (
        phrase(
            r"no space left on device",
            r"disk quota exceeded",
            r"not enough space",
            r"insufficient (?:disk )?space",
            r"enospc",
            r"no space available",
        ),
        P.DISK_FULL,
    ),
    (phrase(r"pull qps exceeded"), P.KUBELET_QPS),
    (
        phrase(r"errimageneverpull", r"pull policy of never", r"pullpolicy is set to never"),
        P.NEVER_PULL,
    ),
    (
        phrase(
            r"invalid reference format",
            r"couldn't parse image",
            r"must be lower ?case",
            r"failed to apply default image tag",
            r"invalid repository name",
            r"invalid image ?name",
            r"invalid tag format",
            r"invalid namespace name",
            r"cannot parse image|failed to parse (?:image|reference)|parsing (?:image )?reference",
            r"could not parse reference",
            r"invalid image reference",
            r"did not resolve to an alias",
            r"unqualified-search registries",
            r"invalid checksum digest (?:format|length)",
            r"short.name mode is enforcing",
            r"invalid hostname|invalid domain",
        ),
        P.NAME_INVALID,
    ),
    # The platform, before "not found", which containerd appends to it.
    (
        phrase(
            r"no match for platform",
            r"no matching manifest",
            r"no image found in (?:manifest|image)",
            r"cannot be used on this platform",
            r"does not match the specified platform",
            r"no suitable (?:image|manifest)",
            r"no child with platform",
            r"not supported on this platform",
            r"operating system does not match the host",
            r"is incompatible with (?:a|the) \S{1,40} host",
            r"no manifest found for platform",
            r"unsupported (?:os|platform)\b",
            r"(?:image|manifest) (?:is )?not available for (?:the )?(?:platform|architecture)",
        ),
        P.NO_PLATFORM,
    ),
    (
        phrase(
            r"content at https?:\S{1,1100} not found",
            r"blob unknown",
            r"blob_unknown",
            r"content digest \S{1,200}: not found",
            r"fetching blob: .{0,200}\b404\b",
        ),
        P.CONTENT_GONE,
    ),
    (
        phrase(
            r"unexpected media ?type text/html",
            r"is not a container image",
            r"unexpected media ?type (?:text|application/json)",
        ),
        P.NOT_AN_IMAGE,
    ),
    (
        phrase(
            r"unsupported (?:manifest )?media ?type",
            r"unexpected media ?type",
            r"schema (?:version )?1\b",
            r"unsupported manifest",
            r"unsupported schema",
            r"unknown (?:manifest )?media ?type",
            r"mediatype in manifest",
            r"no longer supported",
            r"missing signature key",
            r"manifest\.v1\+(?:prettyjws|json)",
            r"manifest(?: type)? is not supported",
            r"encountered unknown type",
            r"unrecognized media",
            r"(?:media|manifest) ?type .{0,200}(?:not supported|is unsupported|not implemented)",
            r"not an oci (?:artifact|image)|invalid image config|unsupported docker v1",
            r"does not contain any? image|manifest invalid|unknown blob media",
        ),
        P.MEDIA_TYPE,
    ),
    (
        phrase(
            r"projectpolicyviolation",
            r"due to configured policy",
            r"source image rejected",
            r"signature was required",
            r"signaturevalidationfailed",
            r"rejected by policy",
            r"signature verification failed",
            r"signature validation",
            r"vulnerability (?:scanning|severity)",
            r"no matching signatures",
            r"no valid trust data",
            r"remote trust data does not exist",
            r"no signatures? found",
            r"not signed",
            r"policy violation",
            r"is quarantined",
            r"running image .{0,200}is rejected",
        ),
        P.POLICY,
    ),
    (
        phrase(
            r"unexpected commit digest",
            r"failed size validation",
            r"digest (?:mismatch|did not match)",
            r"layer verification failed",
            r"invalid tar header",
            r"failed commit on ref",
            r"(?:wrong|mismatched|unexpected) (?:diff ?id|digest|size)",
            r"(?:gzip|zlib|zstd|flate): (?:invalid|corrupt)",
            r"failed to (?:extract|register) layer",
            r"does not match (?:expected )?(?:digest|config)",
            r"verification failed for digest",
            r"don't match image config",
            r"failed to unpack image",
            r"failed to validate digest",
            r"unpacking failed",
            r"crc mismatch|checksum error|bad checksum",
            r"magic number mismatch",
            r"rootfs\.diff_ids|layers? count mismatch",
            r"unexpected checksum",
            r"invalid checksum\b",
            r"error (?:committing|creating|applying) (?:the finished |new )?(?:image|layer)",
            r"error untar",
        ),
        P.CORRUPT,
    ),
    (
        phrase(
            r"toomanyrequests",
            r"too ?many ?requests",
            r"rate limit",
            r"rate exceeded",
            r"quota exceeded .{0,100}requests",
            r"throttling exception",
            r"download limit",
            r"pull limit",
        ),
        P.RATE_LIMITED,
    ),
    # Registries name the repository before the manifest.
    (
        phrase(
            r"name[ _]unknown",
            r"repository name not known",
            r"repo(?:sitory)? not found",
            r"repository with name \S{1,300} does not exist",
            r"does not exist in the registry",
            r"repository \S{1,300} (?:does not exist|not found)(?!:? does not exist or)(?!, or)",
            r"project \S{1,300} (?:does not exist|not found)",
        ),
        P.REPOSITORY_UNKNOWN,
    ),
    (
        phrase(
            r"manifest[ _]unknown",
            r"manifest for \S{1,512} not found",
            r"tag[ _]expired",
            r"tag \S{1,200} (?:was deleted|not found|does not exist)",
            r"requested image not found",
            r"artifact \S{1,512} not found",
            r"(?:unknown|invalid|no such) (?:manifest|tag)\b",
            r"manifest \S{1,512} (?:not found|does not exist)",
            r"manifest is unknown",
            r"the named manifest is not known",
            r"failed to fetch \"?[^\s\"]{1,300}\"?(?: from request)? \"?/v2/\S{1,600}/manifests/",
        ),
        P.TAG_UNKNOWN,
    ),
    # Credentials that were sent and refused.
    (
        phrase(
            r"incorrect username or password",
            r"http basic: access denied",
            r"token has expired",
            r"(?:invalid|bad|wrong|incorrect|expired|rejected) (?:username|user name"
            r"|credential|password|login|or expired|token|access token|user)",
            r"invalid_grant",
            r"expiredtoken",
            r"tokens? (?:is |are |was |has been )?(?:expired|invalid|revoked)",
            r"could not find robot",
            r"bad props auth",
            r"password (?:is |has )?(?:expired|incorrect)",
            r"invalid(?:_| )client",
            r"authentication failed",
            r"login attempt .{0,100}failed",
            r"aadsts\d",
            r"credentials? (?:are |is |were |was |has |have )?(?:expired|invalid|rejected"
            r"|incorrect)",
            r"personal access token .{0,60}(?:expired|required|invalid)",
            r"account .{0,40}(?:disabled|locked|suspended)",
        ),
        P.CREDENTIALS_REFUSED,
    ),
    (phrase(r"no basic auth credentials", r"no credentials (?:found|available)"), P.NO_CREDENTIALS),
    # Words that prove that it is there, or that the caller is known.
    (
        phrase(
            r"permission_denied: ",
            r"not authorized to perform",
            r"insufficient permissions?",
            r"permission \S{1,120} denied on resource(?!.{0,400}may not exist)",
            r"client does not have permission",
            r"does not have (?:permission|pull access|access)",
            r"read_package",
            r"pull access is denied by",
            r"organi[sz]ation .{0,80}saml",
        ),
        P.FORBIDDEN,
    ),
    (phrase(r"may not exist", r"unauthenticated request"), P.FORBIDDEN_OR_MISSING),
    (
        phrase(
            r"does not exist or (?:may require|no pull access)",
            r"insufficient_scope",
            r"pull access denied",
            r"not found or (?:access|private|requires)",
            r"repository does not exist",
            r"access to the requested resource is not authorized",
        ),
        P.MISSING_OR_PRIVATE,
    ),
    (
        phrase(r"requested access to the resource is denied"),
        P.FORBIDDEN_OR_MISSING,
    ),
    (
        phrase(
            r"unauthorized to access repository",
            r"unauthorized: ",
            r"(?<!proxy )authentication required",
            r"authorization required",
            r"\bunauthorized\b(?! status)",
        ),
        P.UNAUTHORIZED,
    ),
    (
        phrase(
            r"denied: access forbidden",
            r"(?:manifests|blobs)/[^\s\"]{1,300}\"?: denied\b",
            r"\berror: denied\b",
            r"^denied\b",
            r": denied$",
            r"access denied",
            r"access to .{0,200}is denied|access forbidden|(?<!permission )\bdenied: ",
        ),
        P.FORBIDDEN_OR_MISSING,
    ),
)

LAST_WORDS: Rows = (
    (phrase(r"because the registry is unavailable", r"registryunavailable"), P.UNAVAILABLE),
    (
        phrase(
            r"internal server error",
            r"bad gateway",
            r"service (?:temporarily )?unavailable",
            r"gateway time-?out",
            r"server error",
            r"unknown: unknown error",
            r"internal error",
        ),
        P.SERVER_ERROR,
    ),
    (
        phrase(
            r"context canceled",
            r"operation was canceled",
            r"request canceled",
            r"(?:pull|context) (?:was )?cancell?ed",
        ),
        P.CANCELED,
    ),
    (phrase(r"deadline ?exceeded", r"no progress", r"pull progress"), P.DEADLINE),
    (
        phrase(
            r"no such image",
            r"\": \S{1,512}: not found",
            r": not found$",
            r"image not found",
            r"image \"?[^\s\"]{1,512}\"? (?:was )?not found",
            r"code = notfound",
            r"does not exist",
        ),
        P.NOT_FOUND,
    ),
    (
        phrase(r"back-?off pulling image", r"\berrimagepull\b", r"imagepullbackoff"),
        P.BACK_OFF,
    ),
)
