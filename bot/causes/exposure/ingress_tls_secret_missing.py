"""The certificate of an Ingress does not exist.

Seen as:       the controller's own default certificate
Confirmed if:  the Secrets of the namespace were listed and it is not among them
Ruled out if:  it exists
By hand:       kubectl get secret NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cluster import objects as k
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View
from bot.words import shell


def check(view: View) -> Iterator[Ruling]:
    """Rule on the certificates of an Ingress target."""
    target = view.target_object
    if not isinstance(target, k.Ingress):
        return
    for name in sorted({tls.secret_name for tls in target.spec.tls if tls.secret_name}):
        if view.absent(k.Secret, target.namespace, name):
            yield _missing(view, target, name)
        elif view.find(k.Secret, target.namespace, name) is None:
            yield _unseen(target, name)


def _missing(view: View, target: k.Ingress, name: str) -> Ruling:
    space = target.namespace
    have = ", ".join(each.name for each in view.all(k.Secret, space)) or "none"
    look = shell("kubectl", "get", "secrets", "-n", space)
    make = ("kubectl", "create", "secret", "tls", name, "-n", space, "--cert=CERT", "--key=KEY")
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=Subject("Secret", name),
        summary=f"Ingress {target.name} uses the TLS Secret {name}, which does not exist",
        proof=(Proof(f"Secrets of {space}: {have}", command=look),),
        solutions=(
            Solution(
                title=f"Create the TLS Secret {name}, or correct its name",
                why="Without it the controller answers with its own default certificate.",
                commands=(shell(*make),),
            ),
        ),
    )


def _unseen(target: k.Ingress, name: str) -> Ruling:
    look = shell("kubectl", "get", "secret", name, "-n", target.namespace)
    return Ruling(
        outcome=Outcome.UNKNOWN,
        subject=Subject("Secret", name),
        summary=f"Ingress {target.name} uses the TLS Secret {name}; nobody saw whether it exists"
        f" ({look})",
        proof=(Proof(f"tls.secretName: {name}", command=look),),
    )


CAUSE = Cause(
    code="IngressTLSSecretMissing",
    title="the certificate of the Ingress does not exist",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)
