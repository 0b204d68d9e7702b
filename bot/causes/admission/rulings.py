"""Pods that were not let in: quotas, limits, security, webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause.tables import Coded
from bot.cluster.readers import facts as f
from bot.facts.said import Said, of
from bot.report import Outcome, Ruling, Solution
from bot.view import View
from bot.words import listed, shell


def rule(view: View) -> Iterator[Coded]:
    """A ruling for each refusal that is told; a text that repeats itself gives one."""
    seen: set[tuple[str, str]] = set()
    for coded in (*_quotas(view), *_rules(view), *_webhooks(view)):
        key = (coded.code, coded.ruling.summary)
        if key not in seen:
            seen.add(key)
            yield coded


def _quotas(view: View) -> Iterator[Coded]:
    for fact, item in of(view, f.QuotaExceeded):
        amounts = "; ".join(_amount(fact, name, asked) for name, asked in fact.requested)
        used_up = f"quota {fact.quota} is used up{': ' if amounts else ''}{amounts}"
        yield _coded(
            "QuotaExceeded",
            item,
            used_up if fact.quota else f"no quota of the namespace allows the pod: {fact.words}",
            Solution(
                title=f"Raise quota {fact.quota}, ask for less, or free what others use",
                why="The controller tries again by itself, with growing pauses.",
                recommended=True,
                commands=(
                    _in_namespace(item, shell("kubectl", "describe", "resourcequota", fact.quota)),
                ),
            ),
        )
    for wants, item in of(view, f.QuotaWantsResources):
        yield _coded(
            "QuotaMustSpecifyResources",
            item,
            f"quota {wants.quota} takes only pods that say {listed(wants.fields, 6)}",
            Solution(
                title=f"Set {listed(wants.fields, 6)} on every container, or defaults in a"
                f" LimitRange",
                why="A quota over a resource refuses pods that leave it open.",
                recommended=True,
                commands=(
                    _in_namespace(item, shell("kubectl", "describe", "resourcequota", wants.quota)),
                ),
            ),
        )


def _amount(fact: f.QuotaExceeded, name: str, asked: str) -> str:
    used, limited = dict(fact.used).get(name, "?"), dict(fact.limited).get(name, "?")
    return f"{name} {asked} more than {used} in use, of {limited} allowed"


def _rules(view: View) -> Iterator[Coded]:
    for fact, item in of(view, f.LimitRangeViolated):
        yield _coded(
            "LimitRangeViolation",
            item,
            f"a LimitRange refuses the pod: {fact.words}",
            Solution(
                title="Change the container's requests and limits, or the LimitRange",
                why="Every container must be within the limits of its namespace.",
                recommended=True,
                commands=(_in_namespace(item, "kubectl describe limitrange"),),
            ),
        )
    for secured, item in of(view, f.PodSecurityViolated):
        broken = f": {listed(secured.violations, 6)}" if secured.violations else ""
        yield _coded(
            "PodSecurityViolation",
            item,
            f"the pod violates"
            f" {secured.standard or 'the security policy of the namespace'}{broken}",
            Solution(
                title="Set the security context that the standard asks for",
                why="The namespace's label pod-security.kubernetes.io/enforce says the standard.",
                recommended=True,
                commands=("kubectl get namespace NAMESPACE --show-labels",),
            ),
        )


def _webhooks(view: View) -> Iterator[Coded]:
    for fact, item in of(view, f.WebhookDenied):
        if fact.image_refused:
            continue  # The image's cause, not the webhook's.
        reply = f": {fact.reply[:200]}" if fact.reply else ", without saying why"
        doubts = ("ImagePolicyRejected",) if fact.about_images else ()
        yield _coded(
            "WebhookDenied",
            item,
            f"admission webhook {fact.webhook} denied the pod{reply}",
            Solution(
                title=f"Do what {fact.webhook} asks for, or ask its owners for an exception",
                why="The API server does as the webhook says.",
                recommended=True,
                commands=(
                    "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
                ),
            ),
            alternatives=doubts,
            outcome=Outcome.CONFIRMED,
        )
    for failed, item in of(view, f.WebhookFailed):
        cause = f": {failed.connection.fault}" if failed.connection else ""
        yield _coded(
            "WebhookUnavailable",
            item,
            f"admission webhook {failed.webhook} could not be asked{cause}",
            Solution(
                title=f"Repair the service behind webhook {failed.webhook}",
                why="With failurePolicy Fail nothing is let in while it does not answer.",
                recommended=True,
                commands=(
                    "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
                ),
            ),
        )


def _coded(
    code: str,
    item: Said,
    summary: str,
    mend: Solution,
    alternatives: tuple[str, ...] = (),
    outcome: Outcome | None = None,
) -> Coded:
    doubt = Outcome.SUSPECTED if alternatives else Outcome.CONFIRMED
    return Coded(
        code,
        Ruling(
            outcome=outcome or doubt,
            subject=item.subject,
            summary=summary,
            proof=(item.proof,),
            solutions=(mend,),
            alternatives=alternatives,
        ),
    )


def _in_namespace(item: Said, command: str) -> str:
    return f"{command} {shell('-n', item.about.namespace)}" if item.about else command
