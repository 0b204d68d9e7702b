"""Volumes and claims, by what kubelet, controllers and drivers say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cause.tables import Coded
from bot.causes.storage.claims import rule_claims
from bot.causes.storage.words import PROVISION, VOLUMES, Words
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts.said import Said, of
from bot.redact import one_line
from bot.report import Outcome, Ruling, Solution
from bot.view import View
from bot.words import command, listed, shell

V = f.VolumeProblem
Q = f.ProvisionProblem


_IN_OTHERS_WORDS = ("VolumeMountFailed", "VolumeAttachFailed", "ProvisioningFailed")
_WRAPPING = re.compile(
    r"^(?:\w{1,40}\.\w{1,40} failed for volume \"[^\"]{1,300}\" : |Failed to attach volume"
    r" [^:]{1,400}: "
    r"|failed to provision volume with StorageClass \"[^\"]{1,253}\": |Unable to [a-z"
    r" ]{1,40}volumes[^:]{0,300}: )?"
    r"(?:rpc error: code = \w{1,30} desc = )?",
    re.IGNORECASE,
)
_DOUBTS: dict[V | Q, tuple[str, ...]] = {
    V.SUB_PATH: ("RuntimeError",),
    Q.WAITING_FOR_PROVISIONER: ("VolumeUnbound", "ProvisioningFailed"),
    Q.BOUND_ELSEWHERE: ("PersistentVolumeLost", "VolumeUnbound"),
    Q.WAITING_FOR_CONSUMER: ("RolloutInProgress",),
    Q.NO_MATCHING_VOLUME: ("StorageClassMissing", "ProvisionerMissing"),
}


def rule(view: View) -> Iterator[Coded]:
    """Claims by their objects; what the objects do not tell, by texts."""
    by_objects = tuple(rule_claims(view))
    yield from by_objects
    known = {coded.ruling.subject.name for coded in by_objects}
    for fact, item in of(view, f.VolumeFailed):
        words = VOLUMES[fact.problem]
        names = _names(fact) | {"holder": _holder(view, fact)}
        yield Coded(words.code, _ruling(item, words, names, _DOUBTS.get(fact.problem, ())))
    for made, item in of(view, f.ProvisioningFailed):
        provision = PROVISION.get(made.problem)
        claimed = item.about is not None and item.about.name in known
        if provision is None or claimed or _early(view, made.problem, item):
            continue
        names = {
            "storage_class": made.storage_class or "of the claim",
            "provisioner": made.provisioner or "of the class",
        }
        yield Coded(provision.code, _ruling(item, provision, names, _DOUBTS.get(made.problem, ())))


def _early(view: View, problem: Q, item: Said) -> bool:
    """Whether the wait is not yet, or not by itself, a failure of the claim."""
    if item.about is None:
        return False
    waits = problem is Q.WAITING_FOR_PROVISIONER and _young(view, item)
    return waits or problem is Q.WAITING_FOR_CONSUMER


def _young(view: View, item: Said) -> bool:
    """Whether the claim has waited for less than a minute, which is no failure."""
    made = item.about.metadata.creation_timestamp if item.about else None
    return made is not None and (view.now - made).total_seconds() < 60


def _holder(view: View, fact: f.VolumeFailed) -> str:
    """The node that still has the volume, by its VolumeAttachment."""
    holders = [
        each.spec.node_name
        for each in view.all(k.VolumeAttachment)
        if each.spec.source.persistent_volume_name == fact.volume and each.status.attached
    ]
    return f"node {listed(holders)}" if holders else "another node"


def _names(fact: f.VolumeFailed) -> dict[str, str]:
    return {
        "volume": fact.volume or "of the pod",
        "claim": fact.claim or "of the pod",
        "driver": fact.driver or "of the volume",
        "path": fact.path or "the path",
        "expected": fact.expected or "of the type that is asked for",
    }


def _ruling(
    item: Said, words: Words, names: dict[str, str], alternatives: tuple[str, ...]
) -> Ruling:
    return Ruling(
        outcome=Outcome.SUSPECTED if alternatives else Outcome.CONFIRMED,
        subject=item.subject,
        summary=words.summary.format(**names) + _told(item, words.code),
        proof=(item.proof,),
        solutions=(
            Solution(
                title=words.title.format(**names),
                why=words.why,
                recommended=True,
                commands=(command(words.command, **names), *_describe(item)),
            ),
        ),
        alternatives=alternatives,
    )


def _told(item: Said, code: str) -> str:
    """The innermost words, where they are what tells one failure from another."""
    if code not in _IN_OTHERS_WORDS:
        return ""
    inner = one_line(_WRAPPING.sub("", item.text), 160)
    return f": {inner}" if inner else ""


def _describe(item: Said) -> tuple[str, ...]:
    if not isinstance(item.about, k.Pod | k.PersistentVolumeClaim):
        return ()
    about = item.about
    return (shell("kubectl", "-n", about.namespace, "describe", about.kind.lower(), about.name),)
