"""No controller is in charge of an Ingress.

Seen as:       an Ingress without address
Confirmed if:  the classes were listed; the one that is named is not among them, or none is named
               and none is the default; likely when others were seen and this one was not
Ruled out if:  its class exists; an old annotation may name what is no IngressClass
By hand:       kubectl get ingressclass
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View

_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_OLD_CLASS = "kubernetes.io/ingress.class"


def check(view: View) -> Iterator[Ruling]:
    """Rule on the class of an Ingress target."""
    target = view.target_object
    if not isinstance(target, k.Ingress):
        return
    classes = view.all(k.IngressClass)
    known = view.listed(k.IngressClass)
    old = target.metadata.annotations.get(_OLD_CLASS, "")
    name = target.spec.ingress_class_name or ""
    if any(each.name == (name or old) for each in classes):
        return
    if name and (known or classes):
        yield _ruling(target, classes, name, sure=known)
    elif name or old:
        yield _unseen(target, name or old)
    elif known and not any(each.metadata.annotations.get(_DEFAULT) == "true" for each in classes):
        yield _ruling(target, classes, "", sure=True)


def _unseen(target: k.Ingress, name: str) -> Ruling:
    return Ruling(
        outcome=Outcome.UNKNOWN,
        subject=Subject("IngressClass", name),
        summary=f"Ingress {target.name} names the class {name}; no IngressClass of that name was"
        " seen (kubectl get ingressclass)",
        proof=(Proof(f"class: {name}", command=kubectl.describe(target)),),
    )


def _ruling(
    target: k.Ingress, classes: tuple[k.IngressClass, ...], name: str, *, sure: bool
) -> Ruling:
    have = ", ".join(each.name for each in classes) or "none"
    told = (
        f"names the class {name}, which does not exist"
        if name
        else "names no class, and none is the default"
    )
    return Ruling(
        outcome=Outcome.CONFIRMED if sure else Outcome.SUSPECTED,
        subject=Subject("IngressClass", name or "(none)"),
        summary=f"Ingress {target.name} {told}; classes: {have}",
        proof=(Proof(f"IngressClasses: {have}", command="kubectl get ingressclass"),),
        solutions=(
            Solution(
                title="Set spec.ingressClassName to a class that exists",
                why="A controller takes up only Ingresses of its own class.",
                commands=(kubectl.command("edit", "Ingress", target.name, target.namespace),),
            ),
        ),
    )


CAUSE = Cause(
    code="IngressClassMissing",
    title="no controller is in charge of the Ingress",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)
