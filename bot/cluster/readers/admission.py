"""Pods that the API server did not let in.

Sources: kubernetes `staging/src/k8s.io/apiserver/pkg/admission/plugin/{resourcequota,webhook}`,
`plugin/pkg/admission/{limitranger,serviceaccount,priority}`,
`staging/src/k8s.io/pod-security-admission`, apimachinery `errors.NewForbidden` and `NewInvalid`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import (
    CreationRefused,
    Fact,
    LimitRangeViolated,
    ObjectMissing,
    PodSecurityViolated,
    PriorityClassMissing,
    QuotaExceeded,
    QuotaWantsResources,
    SpecificationRefused,
    WebhookDenied,
    WebhookFailed,
)
from bot.cluster.readers.message import Message, around, one, phrase
from bot.cluster.readers.network import read_connection

_WEBHOOK_DENIED = re.compile(
    r"admission webhook \"([^\"]{1,253})\" denied the request:? ?(?:without"
    r" explanation)?(.{0,2000})"
)
_WEBHOOK_FAILED = re.compile(
    r"(?:failed calling|failed to call) (?:admission )?webhook \"?([\w./-]{0,253})"
)
_WEBHOOK_OTHER = phrase(
    r"error calling webhook",
    r"webhook .{0,300}(?:timeout|refused|no endpoints|not available)",
    r"no endpoints available for service \"[^\"]{0,200}webhook",
    r"webhook server certificate",
    r"admission plugin \"\w{0,20}admissionwebhook\" failed to complete",
)
_POLICY = re.compile(
    r"validatingadmissionpolicy '([^']{1,253})'.{0,400}denied request:? ?(.{0,1000})", re.IGNORECASE
)
_SIGNATURE = phrase(
    r"signature",
    r"cosign",
    r"image.{0,20}policy",
    r"image.{0,80}(?:verif|trust|signed|attest)",
    r"notary|portieris|sigstore",
)
_IMAGE_REFUSED = phrase(
    r"failed to verify (?:image|signature)",
    r"no (?:matching |valid )?(?:signatures?|attestations?) (?:were )?found|no matching signatures",
    r"signature (?:\w{1,20} )?(?:validation|verification) failed",
    r"image policy webhook backend denied",
    r"denied by (?:\S{1,80} )?(?:admission rule|attestor)|not attested by",
    r"image is not signed|unsigned image",
)
_IMAGE_POLICY = re.compile(r"image policy webhook backend denied .{0,1000}", re.IGNORECASE)
_NO_QUOTA = phrase(r"insufficient quota to match these scopes")
_EXCEEDED = re.compile(r"exceeded quota: ?([^,\s]{1,253})", re.IGNORECASE)
_MUST_SAY = re.compile(
    r"failed quota: ?([^:\s]{1,253}):? ?must specify ([\w.,/ :;-]{1,1000})", re.IGNORECASE
)
_AMOUNTS = r"{}: ([^:]{{1,1500}}?)(?:, (?:requested|used|limited): |$)"
_REQUESTED = re.compile(_AMOUNTS.format("requested"))
_USED = re.compile(_AMOUNTS.format("used"))
_LIMITED = re.compile(_AMOUNTS.format("limited"))
_PAIR = re.compile(r"([\w./-]{1,253})=([\w.]{1,40})")
_LIMIT_RANGE = phrase(
    r"(?:maximum|minimum) (?:cpu|memory|\S{1,120}) (?:usage )?per (?:container|pod"
    r"|persistentvolumeclaim)",
    r"limit to request ratio",
    r"(?:must be less than or equal to|cannot exceed) .{0,60}limit(?:range)?\b.{0,40}range",
)
_POD_SECURITY = re.compile(r"violates podsecurity \"?([\w:.-]{1,60})", re.IGNORECASE)
_OLD_SECURITY = phrase(
    r"unable to validate against any (?:pod security policy|security context constraint)",
    r"podsecuritypolicy",
    r"no providers available to validate pod",
    r"specified privileged container, but is disallowed",
    r"security context constraint",
    r"is forbidden: .{0,300}(?:privileged|hostpath|runasuser|capabilit)",
)
_VIOLATION = re.compile(
    r"([A-Za-z][\w ]{2,60}) \(([^()]{0,300}(?:\([^()]{0,200}\))?[^()]{0,200})\)"
)
_ACCOUNT = re.compile(
    r"(?:looking up|service account|serviceaccount) (?:service account"
    r" )?\"?(?:([\w.-]{1,253})[/:])?([\w.-]{1,253})\"?"
    r"[:,]? (?:was )?(?:not found|serviceaccount)",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    r"no priorityclass with name \"?([\w.-]{1,253}?)\"? (?:was )?found", re.IGNORECASE
)
_INVALID = re.compile(r"(?:^|[^\w])[Pp]od \"[^\"]{0,253}\" is invalid: ?\[?([\w.\[\]-]{1,200})?")
_REFUSED = phrase(
    r"error creating: ",
    r"create pod .{0,300} failed error",
    r"\bis forbidden: ",
    r"failed to create pod",
)
# The API server's answer to who asks for anything at all: it tells of no pod.
_ASKED_BY = phrase(
    r"is forbidden: user .{1,300} (?:cannot|is attempting to)", r"\bforbidden: user .{1,300} cannot"
)


def read_admission(message: Message) -> Iterator[Fact]:
    """Who refused the pod, and why."""
    fact = _webhook(message.text) or _quota(message.text)
    fact = fact or _references(message.text) or _rules(message.text)
    if fact:
        yield fact


def read_refusal(message: Message) -> Iterator[Fact]:
    """A controller that could not create a pod, when no admission words were found."""
    found = _REFUSED.search(message.text) if not _ASKED_BY.search(message.text) else None
    if found or message.seen("FailedCreate", "ReplicaFailure"):
        yield CreationRefused(words=around(message.text, found) if found else message.text[:240])


def _webhook(text: str) -> Fact | None:
    if found := _WEBHOOK_DENIED.search(text):
        reply = found.group(2).strip()
        about = bool(_SIGNATURE.search(found.group(1)) or _SIGNATURE.search(reply))
        return WebhookDenied(
            webhook=found.group(1),
            reply=reply,
            about_images=about,
            image_refused=bool(_IMAGE_REFUSED.search(reply)),
            words=around(text, found),
        )
    if found := _IMAGE_POLICY.search(text):
        return WebhookDenied(
            reply=found.group(0), about_images=True, image_refused=True, words=around(text, found)
        )
    if found := _WEBHOOK_FAILED.search(text):
        return WebhookFailed(
            webhook=found.group(1),
            connection=read_connection(text[found.end() :]),
            words=around(text, found),
        )
    if found := _WEBHOOK_OTHER.search(text):
        return WebhookFailed(connection=read_connection(text), words=around(text, found))
    if found := _POLICY.search(text):
        return WebhookDenied(
            webhook=found.group(1),
            reply=found.group(2),
            about_images=bool(_SIGNATURE.search(found.group(2))),
            words=around(text, found),
        )
    return None


def _quota(text: str) -> Fact | None:
    if found := _MUST_SAY.search(text):
        # Newer servers add the containers: `limits.cpu for: api,web; limits.memory for: api`.
        parts = [part.partition(" for: ")[0] for part in found.group(2).split(";")]
        named = (item.strip() for part in parts for item in part.split(","))
        return QuotaWantsResources(
            quota=found.group(1),
            fields=tuple(dict.fromkeys(item for item in named if item)),
            words=around(text, found),
        )
    if found := _NO_QUOTA.search(text):
        return QuotaExceeded(quota="", words=around(text, found))
    if found := _EXCEEDED.search(text):
        return QuotaExceeded(
            quota=found.group(1),
            requested=_pairs(one(_REQUESTED, text)),
            used=_pairs(one(_USED, text)),
            limited=_pairs(one(_LIMITED, text)),
            words=around(text, found, 400),
        )
    return None


def _rules(text: str) -> Fact | None:
    if found := _LIMIT_RANGE.search(text):
        return LimitRangeViolated(words=around(text, found))
    if found := _POD_SECURITY.search(text):
        violations = tuple(name.strip() for name, _ in _VIOLATION.findall(text[found.end() :]))
        return PodSecurityViolated(
            standard=found.group(1), violations=violations, words=around(text, found, 600)
        )
    if found := _OLD_SECURITY.search(text):
        return PodSecurityViolated(words=around(text, found))
    if found := _INVALID.search(text):
        return SpecificationRefused(field=found.group(1) or "", words=around(text, found))
    return None


def _references(text: str) -> Fact | None:
    if found := _PRIORITY.search(text):
        return PriorityClassMissing(name=found.group(1), words=around(text, found))
    if found := _ACCOUNT.search(text):
        return ObjectMissing(
            kind="ServiceAccount",
            namespace=found.group(1) or "",
            name=found.group(2),
            words=around(text, found),
        )
    return None


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(_PAIR.findall(text))
