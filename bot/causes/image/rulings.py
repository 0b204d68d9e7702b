"""A decision about an image, in words: what it is, what proves it, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause.tables import Coded
from bot.causes.image.decide import Decision, decide, reference_of
from bot.causes.image.failing import FailingImage, failing_images
from bot.causes.image.pulled import rule_pulled
from bot.causes.image.remedies import solutions
from bot.cluster.readers import facts as f
from bot.evidence import Gap
from bot.facts.said import Said, of
from bot.images import ImageRef
from bot.registries import answers as a
from bot.registries.tags import nearest
from bot.report import Outcome, Proof, Ruling
from bot.view import View
from bot.words import listed, shell

_MISSING = ("ImageRepositoryMissing", "ImageTagMissing", "ImageMissing", "ImageMissingOrPrivate")


def rule(view: View) -> Iterator[Coded]:
    """A ruling for each failing image, and for what its facts exclude."""
    images = failing_images(view)
    for image in images:
        decision = decide(view, image)
        yield Coded(decision.code, _ruling(view, image, decision))
        yield from _excluded(image, decision)
    if not images:
        yield from _secrets_alone(view)
        yield from rule_pulled(view)
    yield from _not_let_in(view)


def _ruling(view: View, image: FailingImage, decision: Decision) -> Ruling:
    outcome = Outcome.CONFIRMED if decision.certain else Outcome.SUSPECTED
    return Ruling(
        outcome=outcome,
        subject=image.subject,
        summary=_summary(image, decision),
        proof=tuple(_proofs(image, decision)),
        solutions=solutions(view, image, decision, near(image)),
        next_steps=_next_steps(image),
        alternatives=decision.alternatives,
    )


def _summary(image: FailingImage, decision: Decision) -> str:
    name = image.written or "the image"
    reference = reference_of(image)
    version = reference.version if reference else ""
    where = reference.name if reference else name
    host = image.fact.host or (reference.registry if reference else "the registry")
    words: dict[str, str] = {
        "ImageRepositoryMissing": f"{_registry(reference)} has no repository {where}",
        "ImageTagMissing": f"{where} has no {'digest' if '@' in name else 'tag'} {version}",
        "ImageMissing": f"{_registry(reference)} does not have {name}; whether the repository or"
        " the tag is missing, its answer does not tell",
        "ImageMissingOrPrivate": f"{_registry(reference)} refuses {name}: it does not exist, or it"
        " is private; the answer is the same for both",
        "ImageAccessDenied": f"the credentials of this pod, if any, may not read {name}",
        "ImageCredentialRejected": f"{_registry(reference)} refused the credentials for {name}",
        "ImagePlatformMismatch": f"{name} has no image for {_platform(image, decision)}",
        "ImageNameInvalid": f'"{name}" is no image reference',
        "ImageNeverPull": f"{name} is not on the node, and its pull policy is Never",
        "ImageBackOffOnly": f"{name} could not be pulled; the first error is not recorded any more",
    }
    summary = words.get(decision.code) or _of_connection(image, host)
    if decision.secrets and decision.code == "ImagePullSecretMissing":
        summary = f"pull secret {listed(decision.secrets.missing)} does not exist"
    elif decision.secrets and decision.code == "ImagePullSecretMismatch":
        summary = listed(decision.secrets.mistakes) or f"no pull secret covers {host}"
    close = near(image) if decision.code == "ImageTagMissing" else ()
    hint = f"; near it: {listed(close)}" if close else ""
    note = f"; {decision.note}" if decision.note else ""
    if decision.code == "ImageRateLimited":
        note += _limits(image)
    return f"{summary}{hint}{note}"


def _limits(image: FailingImage) -> str:
    """The numbers, where the registry told the bot, and as whom the node was counted."""
    anonymous = (
        "unauthenticated" in image.said.text or "increase the limit by auth" in image.said.text
    )
    counted = "; the pull was counted as anonymous" if anonymous else ""
    answer = image.facts.look_up if image.facts else None
    if not isinstance(answer, a.RateLimited) or answer.limit is None:
        return counted
    left = "" if answer.remaining is None else f", {answer.remaining} left"
    hours = f" in {answer.window_seconds // 3600} h" if answer.window_seconds else ""
    return f"{counted}; the bot's own limit there is {answer.limit} pulls{hours}{left}"


def _of_connection(image: FailingImage, host: str) -> str:
    fact = image.fact
    what = fact.connection.fault if fact.connection else fact.problem
    status = f" (HTTP {fact.status})" if fact.status else ""
    to = f" at {fact.connection.address}" if fact.connection and fact.connection.address else ""
    wanted = image.written or "the image"
    if fact.connection and fact.connection.fault is f.NetworkFault.DNS:
        return f"the node cannot resolve {fact.connection.host or host}, the registry of {wanted}"
    return f"the node cannot pull {wanted} from {host}{to}: {what}{status}"


def _registry(reference: ImageRef | None) -> str:
    return reference.registry if reference else "the registry"


def _platform(image: FailingImage, decision: Decision) -> str:
    if isinstance(decision.answer, a.ImageFound):
        return f"this node; it has {listed(str(each) for each in decision.answer.platforms)}"
    return image.fact.platform or "this node"


def _proofs(image: FailingImage, decision: Decision) -> Iterator[Proof]:
    yield image.said.proof
    answer = decision.answer
    if answer is not None:
        witness = answer.witness
        code = f" {witness.code}" if witness.code else ""
        yield Proof(
            f"{witness.method} {witness.url}, asked as {answer.asked_as}: {witness.status}{code}"
            f" {witness.message}".rstrip(),
            url=witness.url,
            command=shell("curl", "-sS", "-o", "/dev/null", "-D", "-", witness.url),
        )
    if isinstance(answer, a.AccessDenied):
        yield Proof(f"It exists: {answer.exists_because}.")
    for mistake in decision.secrets.mistakes if decision.secrets else ():
        yield Proof(f"{mistake[:1].upper()}{mistake[1:]}.")


def near(image: FailingImage) -> tuple[str, ...]:
    """Tags of the repository that may have been meant."""
    reference = reference_of(image)
    if image.facts is None or reference is None or reference.tag is None:
        return ()
    tags = image.facts.tags
    if tags is None or isinstance(tags, Gap):
        return ()
    return nearest(reference.tag, tags.tags)[:3]


def _next_steps(image: FailingImage) -> tuple[str, ...]:
    look_up = image.facts.look_up if image.facts else None
    if not isinstance(look_up, Gap):
        return ()
    return (
        f"The registry could not be asked ({look_up.reason})."
        f" {look_up.fix or 'Give the bot a read-only credential for it, or network access.'}",
    )


def _excluded(image: FailingImage, decision: Decision) -> Iterator[Coded]:
    """What a found image, or a definite no, excludes."""
    codes: tuple[str, ...]
    match decision.answer:
        case a.ImageFound():
            codes, why = _MISSING[:3], "the registry has it"
        case a.TagAbsent():
            codes, why = (
                ("ImageRepositoryMissing", "ImageAccessDenied"),
                "the repository is readable",
            )
        case a.RepositoryAbsent():
            codes, why = ("ImageAccessDenied",), "there is no repository to be denied"
        case _:
            return
    for code in codes:
        if code != decision.code and code not in decision.alternatives:
            yield Coded(
                code,
                Ruling(outcome=Outcome.RULED_OUT, subject=image.subject, summary=why),
            )


def _secrets_alone(view: View) -> Iterator[Coded]:
    """Pull secrets that are missing while no image fails to be pulled: a text, or a warning."""
    for fact, item in of(view, f.PullSecretsUnavailable):
        if item.about is None or _waits(item, view):
            yield Coded(
                "ImagePullSecretMissing",
                Ruling(
                    outcome=Outcome.CONFIRMED if item.about is None else Outcome.SUSPECTED,
                    subject=item.subject,
                    summary=f"pull secret {listed(fact.names)} could not be read",
                    proof=(item.proof,),
                ),
            )


def _not_let_in(view: View) -> Iterator[Coded]:
    """Images that an admission policy refused: no pod was made for them."""
    for fact, item in of(view, f.WebhookDenied):
        if fact.image_refused:
            yield Coded(
                "ImagePolicyRejected",
                Ruling(
                    outcome=Outcome.SUSPECTED,
                    subject=item.subject,
                    summary=f"{fact.webhook or 'an admission policy'} refused the image:"
                    f" {fact.reply[:300]}",
                    proof=(item.proof,),
                    alternatives=("WebhookDenied",),
                ),
            )


def _waits(item: Said, view: View) -> bool:
    return any(each.pod is item.about and each.waiting for each in view.containers)
