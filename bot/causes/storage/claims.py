"""Why a claim is not bound: its class, its provisioner, and the volumes that could have been it.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding: class, access modes, size,
volume mode and selector must all fit, and a volume that was released keeps its old claim's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause.tables import Coded
from bot.causes.storage.volumes import coded, nearly_fitting, rule_volume
from bot.cluster import objects as k
from bot.report import Solution
from bot.view import View
from bot.words import listed, shell

_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_BETA_DEFAULT = "storageclass.beta.kubernetes.io/is-default-class"
_NO_PROVISIONER = "kubernetes.io/no-provisioner"


def rule_claims(view: View) -> Iterator[Coded]:
    """A ruling for each claim of the target that is not bound, and for a volume that is none's."""
    if isinstance(view.target_object, k.PersistentVolume):
        yield from rule_volume(view.target_object)
    for claim in view.target_claims:
        if claim.status.phase == "Lost":
            yield coded(
                "PersistentVolumeLost",
                claim,
                f"claim {claim.name} is Lost: its volume {claim.spec.volume_name} does not exist"
                " any more",
                Solution(
                    title="Restore the volume, or make the claim anew and restore its data",
                    why="A lost claim never binds again.",
                    commands=(shell("kubectl", "get", "pv", claim.spec.volume_name),),
                ),
            )
        elif claim.status.phase == "Pending":
            found = _why_pending(view, claim)
            if found:
                yield found


def _why_pending(view: View, claim: k.PersistentVolumeClaim) -> Coded | None:
    name = claim.spec.storage_class_name
    storage_class = view.find(k.StorageClass, "", name) if name else _default(view)
    if name and view.absent(k.StorageClass, "", name):
        return nearly_fitting(view, claim) or _class_missing(view, claim, name)
    if storage_class is None or storage_class.provisioner == _NO_PROVISIONER:
        return nearly_fitting(view, claim) or _nothing_provisions(view, claim, storage_class)
    return None


def _class_missing(view: View, claim: k.PersistentVolumeClaim, name: str) -> Coded:
    others = [each.name for each in view.all(k.StorageClass)]
    there = f"there is {listed(others)}" if others else "the cluster has none"
    return coded(
        "StorageClassMissing",
        claim,
        f"claim {claim.name} asks for storage class {name}, which does not exist; {there}",
        Solution(
            title=f"Create storage class {name}, or make the claim with a class that exists",
            why="The class of a claim cannot be changed: the claim has to be made anew.",
            recommended=True,
            commands=(
                "kubectl get storageclass",
                shell("kubectl", "-n", claim.namespace, "delete", "pvc", claim.name),
            ),
        ),
    )


def _nothing_provisions(
    view: View, claim: k.PersistentVolumeClaim, storage_class: k.StorageClass | None
) -> Coded | None:
    if not view.listed(k.PersistentVolume):
        return None
    if storage_class is None:
        if not view.listed(k.StorageClass) or claim.spec.storage_class_name:
            return None
        why = "it names no storage class and the cluster has no default one"
    else:
        why = f"class {storage_class.name} makes no volumes ({_NO_PROVISIONER})"
    return coded(
        "ProvisionerMissing",
        claim,
        f"claim {claim.name} stays Pending: {why}, and no PersistentVolume is free for it",
        Solution(
            title="Create a PersistentVolume that fits, or use a class with a provisioner",
            why="Nothing makes volumes for this claim.",
            recommended=True,
            commands=("kubectl get pv", "kubectl get storageclass"),
        ),
    )


def _default(view: View) -> k.StorageClass | None:
    return next(
        (
            each
            for each in view.all(k.StorageClass)
            if "true"
            in (
                each.metadata.annotations.get(_DEFAULT),
                each.metadata.annotations.get(_BETA_DEFAULT),
            )
        ),
        None,
    )
