"""Rulings in the forms that several causes share."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from bot import kubectl
from bot.cluster import objects as k
from bot.report import Outcome, Proof, Ruling, Solution, Subject
from bot.view import View
from bot.words import shell


def of_object(
    item: k.KubeObject, summary: str, proof: str, advice: tuple[str, str], *commands: str
) -> Ruling:
    """A confirmed ruling about one object by itself; `advice` is what to do, and why."""
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=Subject(item.kind, item.name),
        summary=summary,
        proof=(Proof(proof, command=kubectl.describe(item)),),
        solutions=(Solution(title=advice[0], why=advice[1], commands=commands),),
    )


def service_named(
    view: View, subject: Subject, namespace: str, user: str, proof: Proof
) -> Iterator[Ruling]:
    """Rule on a Service that something names: missing, or not seen."""
    if view.absent(k.Service, namespace, subject.name):
        yield service_missing(view, subject, namespace, user, proof)
    elif view.find(k.Service, namespace, subject.name) is None:
        yield _unseen(subject, namespace, user, proof)


def service_missing(
    view: View, subject: Subject, namespace: str, user: str, proof: Proof
) -> Ruling:
    """A Service that is known not to exist; `user` says who uses it."""
    names = [each.name for each in view.all(k.Service, namespace)]
    near = get_close_matches(subject.name, names, 2, 0.6)
    have = ", ".join(near or names[:5]) or "none"
    command = shell("kubectl", "get", "services", "-n", namespace)
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=subject,
        summary=f"{user} uses the Service {namespace}/{subject.name}, which does not exist"
        f"{f'; the nearest is {near[0]}' if near else ''}",
        proof=(Proof(f"Services of {namespace}: {have}", command=command), proof),
        solutions=(
            Solution(
                title=f"Create the Service {subject.name}, or correct the name",
                why="A Service's name resolves only while the Service exists.",
                commands=(command,),
            ),
        ),
    )


def _unseen(subject: Subject, namespace: str, user: str, proof: Proof) -> Ruling:
    return Ruling(
        outcome=Outcome.UNKNOWN,
        subject=subject,
        summary=f"{user} uses the Service {namespace}/{subject.name}; nobody saw whether it exists"
        f" (kubectl get service {subject.name} -n {namespace})",
        proof=(proof,),
    )
