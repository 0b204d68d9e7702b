"""One code for one failing image: the text's, unless an answer of the registry says more.

A registry that was asked decides between the codes that a text allows. An answer that cannot be
(the image is there, and anyone may read it) leaves the text as a suspicion: a mirror may have
answered the node, or the image was pushed since.
"""

from __future__ import annotations

import msgspec

from bot.causes.image.codes import codes_of
from bot.causes.image.credentials import PullSecrets, pull_secrets
from bot.causes.image.failing import FailingImage
from bot.cluster.readers.facts import PullProblem as P
from bot.evidence import Gap
from bot.images import ImageRef, InvalidReferenceError, parse
from bot.registries import answers as a
from bot.view import View

_ABSENCE = (P.REPOSITORY_UNKNOWN, P.TAG_UNKNOWN, P.NOT_FOUND, P.CONTENT_GONE)
_ACCESS = (
    P.MISSING_OR_PRIVATE,
    P.UNAUTHORIZED,
    P.FORBIDDEN,
    P.FORBIDDEN_OR_MISSING,
    P.NO_CREDENTIALS,
    P.CREDENTIALS_REFUSED,
)
_LEAST = ("ImageMissingOrPrivate", "ImageMissing")


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The code, whether it is proved, what else is possible, and what decided."""

    code: str
    certain: bool
    alternatives: tuple[str, ...] = ()
    answer: a.ImageLookUp | None = None
    """The registry's answer, when it decided."""
    secrets: PullSecrets | None = None
    note: str = ""


def decide(view: View, image: FailingImage) -> Decision:
    """Which code it is, from text, registry and pull secrets."""
    codes = codes_of(image.fact, image.said.text, image.others)
    answer = image.facts.look_up if image.facts else None
    open_question = image.fact.problem in (*_ABSENCE, *_ACCESS, P.BACK_OFF)
    if platform := _wrong_platform(view, image):
        return platform
    if not open_question or answer is None:
        return _with_secrets(view, image, _by_text(codes))
    return _with_secrets(view, image, _by_answer(image, codes, answer))


def _by_answer(
    image: FailingImage, codes: tuple[str, ...], answer: a.ImageLookUp | Gap
) -> Decision:
    match answer:
        case a.ImageFound():
            return _found(image, codes, answer)
        case a.RepositoryAbsent() | a.TagAbsent() | a.ManifestUnsupported() | a.PolicyRejected():
            return Decision(code=_ANSWERED[type(answer)], certain=True, answer=answer)
        case a.AccessDenied() | a.CredentialRejected() | a.MissingOrPrivate():
            return _refused(image, codes, answer)
        case a.RateLimited():
            return _limited(codes, answer)
        case Gap():
            return _saying_less(codes)


_ANSWERED: dict[type, str] = {
    a.RepositoryAbsent: "ImageRepositoryMissing",
    a.TagAbsent: "ImageTagMissing",
    a.ManifestUnsupported: "ImageManifestUnsupported",
    a.PolicyRejected: "ImagePolicyRejected",
    a.AccessDenied: "ImageAccessDenied",
    a.CredentialRejected: "ImageCredentialRejected",
    a.MissingOrPrivate: "ImageMissingOrPrivate",
}


def _by_text(codes: tuple[str, ...]) -> Decision:
    return Decision(code=codes[0], certain=len(codes) == 1, alternatives=codes[1:])


def _saying_less(codes: tuple[str, ...]) -> Decision:
    """The registry could not be asked: of what the text allows, the code that claims least."""
    least = next((code for code in _LEAST if code in codes), codes[0])
    others = tuple(code for code in codes if code != least)
    return Decision(code=least, certain=not others, alternatives=others)


def _found(image: FailingImage, codes: tuple[str, ...], answer: a.ImageFound) -> Decision:
    if image.fact.problem in _ACCESS and answer.asked_as != "anonymous":
        proved = image.fact.problem is P.CREDENTIALS_REFUSED
        code = "ImageCredentialRejected" if proved else "ImageAccessDenied"
        return Decision(code=code, certain=True, answer=answer)
    there = "the registry has the image now; the next attempt may succeed"
    return Decision(code=codes[0], certain=False, alternatives=codes[1:], answer=answer, note=there)


def _refused(
    image: FailingImage,
    codes: tuple[str, ...],
    answer: a.AccessDenied | a.CredentialRejected | a.MissingOrPrivate,
) -> Decision:
    """The registry refused the bot: that proves something of the pod when the text agrees."""
    proved = image.fact.problem in (P.CREDENTIALS_REFUSED, P.REPOSITORY_UNKNOWN, P.TAG_UNKNOWN)
    if proved and len(codes) == 1:
        return _by_text(codes)
    own = isinstance(answer, a.CredentialRejected) and not answer.asked_as.startswith("pull secret")
    code = "ImageMissingOrPrivate" if own else _ANSWERED[type(answer)]
    agrees = image.fact.problem in _ACCESS or code in codes
    others = () if agrees and not own else tuple(each for each in codes if each != code)
    return Decision(code=code, certain=agrees and not own, alternatives=others, answer=answer)


def _limited(codes: tuple[str, ...], answer: a.RateLimited) -> Decision:
    """The bot was counted, not the node: a hint for a bare back-off, nothing otherwise."""
    if codes == ("ImageBackOffOnly",):
        return Decision(
            code="ImageBackOffOnly",
            certain=False,
            alternatives=("ImageRateLimited",),
            answer=answer,
        )
    return _saying_less(codes)


def _with_secrets(view: View, image: FailingImage, decision: Decision) -> Decision:
    """A pull secret that is missing, or is for another registry, explains a refusal."""
    refused = image.fact.problem in _ACCESS or isinstance(decision.answer, a.AccessDenied)
    reference = reference_of(image)
    if image.pod is None or reference is None or not refused:
        return decision
    secrets = pull_secrets(view, image.pod, reference)
    if not secrets.none_covers:
        return msgspec.structs.replace(decision, secrets=secrets)
    code = "ImagePullSecretMissing" if secrets.missing else "ImagePullSecretMismatch"
    known = isinstance(decision.answer, a.AccessDenied | a.ImageFound)
    if not known and decision.code == "ImageMissingOrPrivate":
        # It may still be that there is no such image: the secret is a fact, its guilt a suspicion.
        alternatives: tuple[str, ...] = ("ImageMissingOrPrivate",)
    else:
        alternatives = ()
    return Decision(
        code=code,
        certain=not alternatives,
        alternatives=alternatives,
        answer=decision.answer,
        secrets=secrets,
    )


def _wrong_platform(view: View, image: FailingImage) -> Decision | None:
    answer = image.facts.look_up if image.facts else None
    node = view.node_of(image.pod) if image.pod else None
    if not isinstance(answer, a.ImageFound) or node is None or not answer.platforms:
        return None
    info = node.status.node_info
    if not info.architecture or image.fact.problem not in (P.BACK_OFF, P.NO_PLATFORM, P.NOT_FOUND):
        return None
    fits = any(
        (each.os, each.architecture) == (info.operating_system or "linux", info.architecture)
        for each in answer.platforms
    )
    return None if fits else Decision(code="ImagePlatformMismatch", certain=True, answer=answer)


def reference_of(image: FailingImage) -> ImageRef | None:
    """The image, parsed; None when its name is no reference."""
    if image.facts:
        return image.facts.image
    try:
        return parse(image.written)
    except InvalidReferenceError:
        return None
