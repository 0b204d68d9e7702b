"""An Ingress that no controller takes up, or whose certificate is not there; a dead API group.

Seen as:       an Ingress without address; a default certificate; "the server is currently unable"
Confirmed if:  the classes (the Secrets) were listed and the one that is named is not among them;
               an APIService says Available=False
Ruled out if:  it exists
By hand:       kubectl get ingressclass; kubectl get secret NAME; kubectl get apiservice
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


def ingress_class(view: View) -> Iterator[Ruling]:
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


def tls_secret(view: View) -> Iterator[Ruling]:
    """Rule on the certificates of an Ingress target."""
    target = view.target_object
    if not isinstance(target, k.Ingress):
        return
    for name in sorted({tls.secret_name for tls in target.spec.tls if tls.secret_name}):
        if view.absent(k.Secret, target.namespace, name):
            have = ", ".join(each.name for each in view.all(k.Secret, target.namespace)) or "none"
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=Subject("Secret", name),
                summary=f"Ingress {target.name} uses the TLS Secret {name}, which does not exist",
                proof=(
                    Proof(
                        f"Secrets of {target.namespace}: {have}",
                        command=f"kubectl get secrets -n {target.namespace}",
                    ),
                ),
                solutions=(
                    Solution(
                        title=f"Create the TLS Secret {name}, or correct its name",
                        why="Without it the controller answers with its own default certificate.",
                        commands=(
                            f"kubectl create secret tls {name} -n {target.namespace}"
                            " --cert=CERT --key=KEY",
                        ),
                    ),
                ),
            )


def api_service(view: View) -> Iterator[Ruling]:
    """Rule on an APIService target that is not available."""
    target = view.target_object
    if not isinstance(target, k.APIService):
        return
    for condition in target.status.conditions:
        if condition.type == "Available" and condition.status == "False":
            served = target.spec.service
            by = f", served by Service {served.namespace}/{served.name}" if served else ""
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=Subject("APIService", target.name),
                summary=f"the API {target.name}{by} is not available: {condition.reason}",
                proof=(
                    Proof(condition.message or condition.reason, command=kubectl.describe(target)),
                ),
                solutions=(
                    Solution(
                        title="Mend the pods behind the API's Service",
                        why="Everything that lists all resources waits for this API group.",
                    ),
                ),
            )


CAUSES = (
    Cause(
        code="IngressClassMissing",
        title="no controller is in charge of the Ingress",
        layer=Layer.CLUSTER,
        rank=Rank.ORIGIN,
        doc=__doc__,
        check=ingress_class,
    ),
    Cause(
        code="IngressTLSSecretMissing",
        title="the certificate of the Ingress does not exist",
        layer=Layer.CLUSTER,
        rank=Rank.ORIGIN,
        doc=__doc__,
        check=tls_secret,
    ),
    Cause(
        code="APIServiceUnavailable",
        title="an API group is not available",
        layer=Layer.CLUSTER,
        doc=__doc__,
        check=api_service,
    ),
)
