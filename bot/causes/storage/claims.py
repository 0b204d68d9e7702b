"""Why a claim is not bound: its class, its provisioner, and the volumes that could have been it.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding: class, access modes, size,
volume mode and selector must all fit, and a volume that was released keeps its old claim's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause_tables import Coded
from bot.cluster import objects as k
from bot.cluster.quantities import parse_quantity
from bot.report import Outcome, Proof, Ruling, Solution, Subject
from bot.view import View
from bot.words import listed

_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_BETA_DEFAULT = "storageclass.beta.kubernetes.io/is-default-class"
_NO_PROVISIONER = "kubernetes.io/no-provisioner"


def rule_claims(view: View) -> Iterator[Coded]:
    """A ruling for each claim of the target that is not bound."""
    for claim in view.target_claims:
        if claim.status.phase == "Lost":
            yield _coded(
                "PersistentVolumeLost",
                claim,
                f"claim {claim.name} is Lost: its volume {claim.spec.volume_name} does not exist"
                " any more",
                Solution(
                    title="Restore the volume, or make the claim anew and restore its data",
                    why="A lost claim never binds again.",
                    commands=(f"kubectl get pv {claim.spec.volume_name}",),
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
        return _with_volumes(view, claim) or _class_missing(view, claim, name)
    if storage_class is None or storage_class.provisioner == _NO_PROVISIONER:
        return _with_volumes(view, claim) or _nothing_provisions(view, claim, storage_class)
    return None


def _class_missing(view: View, claim: k.PersistentVolumeClaim, name: str) -> Coded:
    others = [each.name for each in view.all(k.StorageClass)]
    there = f"there is {listed(others)}" if others else "the cluster has none"
    return _coded(
        "StorageClassMissing",
        claim,
        f"claim {claim.name} asks for storage class {name}, which does not exist; {there}",
        Solution(
            title=f"Create storage class {name}, or make the claim with a class that exists",
            why="The class of a claim cannot be changed: the claim has to be made anew.",
            recommended=True,
            commands=(
                "kubectl get storageclass",
                f"kubectl -n {claim.namespace} delete pvc {claim.name}",
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
    return _coded(
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


def _with_volumes(view: View, claim: k.PersistentVolumeClaim) -> Coded | None:
    """The volume that would fit but for one thing, the claim's own first."""
    if not view.listed(k.PersistentVolume):
        return None
    asked = parse_quantity(claim.spec.resources.requests.get("storage", 0))
    for volume in sorted(view.all(k.PersistentVolume), key=lambda v: _distance(v, claim)):
        if volume.spec.storage_class_name != (claim.spec.storage_class_name or ""):
            continue
        large = parse_quantity(volume.spec.capacity.get("storage", 0)) >= asked
        modes = set(claim.spec.access_modes) <= set(volume.spec.access_modes)
        if volume.status.phase == "Released" and large and modes:
            return _released(claim, volume)
        if volume.status.phase == "Available" and large and not modes:
            return _access_mode(claim, volume)
        if volume.status.phase == "Available" and modes and not large:
            return _too_small(claim, volume)
    return None


def _distance(volume: k.PersistentVolume, claim: k.PersistentVolumeClaim) -> tuple[bool, str]:
    bound = volume.spec.claim_ref
    own = bound is not None and (bound.namespace, bound.name) == (claim.namespace, claim.name)
    return (not own, volume.name)


def _released(claim: k.PersistentVolumeClaim, volume: k.PersistentVolume) -> Coded:
    before = volume.spec.claim_ref
    owner = f"{before.namespace}/{before.name}" if before else "an earlier claim"
    return _coded(
        "PVReleased",
        claim,
        f"claim {claim.name} stays Pending: volume {volume.name} is Released, and its claimRef"
        f" still holds it for {owner} (reclaim policy"
        f" {volume.spec.persistent_volume_reclaim_policy or 'Retain'})",
        Solution(
            title=f"Release {volume.name} for new claims when its data may be used again",
            why="A released volume binds again only when its claimRef is taken away.",
            recommended=True,
            commands=(
                f"kubectl patch pv {volume.name} --type json -p"
                ' \'[{"op":"remove","path":"/spec/claimRef"}]\'',
            ),
        ),
    )


def _access_mode(claim: k.PersistentVolumeClaim, volume: k.PersistentVolume) -> Coded:
    return _coded(
        "PVAccessModeMismatch",
        claim,
        f"claim {claim.name} asks for {listed(claim.spec.access_modes)}, volume {volume.name}"
        f" offers {listed(volume.spec.access_modes)}",
        Solution(
            title="Make claim and volume agree on the access mode",
            why="Every mode of the claim must be among those of the volume.",
            recommended=True,
            commands=(f"kubectl get pv {volume.name} -o yaml",),
        ),
    )


def _too_small(claim: k.PersistentVolumeClaim, volume: k.PersistentVolume) -> Coded:
    asked = claim.spec.resources.requests.get("storage", "?")
    return _coded(
        "VolumeUnbound",
        claim,
        f"claim {claim.name} asks for {asked}, volume {volume.name} has"
        f" {volume.spec.capacity.get('storage', '?')}",
        Solution(
            title="Ask for less, or create a larger volume",
            why="A volume must be at least as large as the claim.",
            recommended=True,
            commands=(f"kubectl get pv {volume.name}",),
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


def _coded(code: str, claim: k.PersistentVolumeClaim, summary: str, mend: Solution) -> Coded:
    return Coded(
        code,
        Ruling(
            outcome=Outcome.CONFIRMED,
            subject=Subject("PersistentVolumeClaim", claim.name),
            summary=summary,
            proof=(
                Proof(
                    f"Claim {claim.name} is {claim.status.phase or 'not bound'}.",
                    command=f"kubectl -n {claim.namespace} describe pvc {claim.name}",
                ),
            ),
            solutions=(mend,),
        ),
    )
