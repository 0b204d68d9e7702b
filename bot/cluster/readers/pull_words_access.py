"""The phrases of pulls about what a registry has, and whom it lets read."""

from __future__ import annotations

from bot.cluster.readers.facts import PullProblem as P
from bot.cluster.readers.message import phrase

ACCESS_WORDS = (
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
            r"does not use the \"latest\" tag",
            r"the named manifest is not known",
            r"failed to fetch \"?[^\s\"]{1,300}\"?(?: from request)? \"?/v2/\S{1,600}/manifests/",
        ),
        P.TAG_UNKNOWN,
    ),
    # Google's one sentence for callers without rights and for credentials that are wrong.
    (phrase(r"have the needed permissions"), P.FORBIDDEN_OR_MISSING),
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
            r"invalid[_ ](?:client|token)",
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
            r"client with ip .{0,80}is not allowed access",
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
