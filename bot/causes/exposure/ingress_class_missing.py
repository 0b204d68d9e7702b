"""No controller is in charge of an Ingress.

Seen as:       an Ingress without address
Confirmed if:  the classes were listed; the one that is named is not among them, or none is named
               and none is the default
Ruled out if:  its class exists
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
    if not isinstance(target, k.Ingress) or not view.listed(k.IngressClass):
        return
    classes = view.all(k.IngressClass)
    name = target.spec.ingress_class_name or ""
    if name and any(each.name == name for each in classes):
        return
    default = any(each.metadata.annotations.get(_DEFAULT) == "true" for each in classes)
    if not name and (default or _OLD_CLASS in target.metadata.annotations):
        return
    have = ", ".join(each.name for each in classes) or "none"
    told = (
        f"names the class {name}, which does not exist"
        if name
        else "names no class, and none is the default"
    )
    yield Ruling(
        outcome=Outcome.CONFIRMED,
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
