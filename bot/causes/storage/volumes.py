"""The volume that a claim would bind to but for one thing, and how a claim's ruling is written."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause.tables import Coded
from bot.cluster import objects as k
from bot.cluster.quantities import parse_quantity
from bot.report import Outcome, Proof, Ruling, Solution, Subject
from bot.view import View
from bot.words import listed, shell


def nearly_fitting(view: View, claim: k.PersistentVolumeClaim) -> Coded | None:
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


def rule_volume(volume: k.PersistentVolume) -> Iterator[Coded]:
    """A volume that serves no claim any more: it was released, or cleaning it up failed.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming
    """
    if volume.status.phase not in ("Released", "Failed"):
        return
    before = volume.spec.claim_ref
    owner = f" of {before.namespace}/{before.name}" if before else ""
    why = f": {volume.status.message}" if volume.status.message else ""
    yield Coded(
        "PVReleased",
        Ruling(
            outcome=Outcome.CONFIRMED,
            subject=Subject("PersistentVolume", volume.name),
            summary=f"volume {volume.name} is {volume.status.phase}: its claim{owner} is gone, and"
            f" no other claim can bind to it{why}",
            proof=(_volume_proof(volume),),
            solutions=(_free(volume),),
        ),
    )


def _free(volume: k.PersistentVolume) -> Solution:
    return Solution(
        title=f"Release {volume.name} for new claims when its data may be used again",
        why="A released volume binds again only when its claimRef is taken away.",
        recommended=True,
        commands=(
            shell(
                *("kubectl", "patch", "pv", volume.name, "--type", "json"),
                *("-p", '[{"op":"remove","path":"/spec/claimRef"}]'),
            ),
        ),
    )


def _distance(volume: k.PersistentVolume, claim: k.PersistentVolumeClaim) -> tuple[bool, str]:
    bound = volume.spec.claim_ref
    own = bound is not None and (bound.namespace, bound.name) == (claim.namespace, claim.name)
    return (not own, volume.name)


def _released(claim: k.PersistentVolumeClaim, volume: k.PersistentVolume) -> Coded:
    before = volume.spec.claim_ref
    owner = f"{before.namespace}/{before.name}" if before else "an earlier claim"
    return coded(
        "PVReleased",
        claim,
        f"claim {claim.name} stays Pending: volume {volume.name} is Released, and its claimRef"
        f" still holds it for {owner} (reclaim policy"
        f" {volume.spec.persistent_volume_reclaim_policy or 'Retain'})",
        _free(volume),
        volume,
    )


def _access_mode(claim: k.PersistentVolumeClaim, volume: k.PersistentVolume) -> Coded:
    return coded(
        "PVAccessModeMismatch",
        claim,
        f"claim {claim.name} asks for {listed(claim.spec.access_modes)}, volume {volume.name}"
        f" offers {listed(volume.spec.access_modes)}",
        Solution(
            title="Make claim and volume agree on the access mode",
            why="Every mode of the claim must be among those of the volume.",
            recommended=True,
            commands=(shell("kubectl", "get", "pv", volume.name, "-o", "yaml"),),
        ),
        volume,
    )


def _too_small(claim: k.PersistentVolumeClaim, volume: k.PersistentVolume) -> Coded:
    asked = claim.spec.resources.requests.get("storage", "?")
    return coded(
        "VolumeUnbound",
        claim,
        f"claim {claim.name} asks for {asked}, volume {volume.name} has"
        f" {volume.spec.capacity.get('storage', '?')}",
        Solution(
            title="Ask for less, or create a larger volume",
            why="A volume must be at least as large as the claim.",
            recommended=True,
            commands=(shell("kubectl", "get", "pv", volume.name),),
        ),
        volume,
    )


def _volume_proof(volume: k.PersistentVolume) -> Proof:
    held = volume.spec.claim_ref
    claim = f", claimRef {held.namespace}/{held.name}" if held else ""
    size, modes = volume.spec.capacity.get("storage", "?"), listed(volume.spec.access_modes)
    return Proof(
        f"Volume {volume.name} is {volume.status.phase}: {size}, {modes}{claim}.",
        command=shell("kubectl", "get", "pv", volume.name, "-o", "yaml"),
    )


def coded(
    code: str,
    claim: k.PersistentVolumeClaim,
    summary: str,
    mend: Solution,
    volume: k.PersistentVolume | None = None,
) -> Coded:
    """A proved ruling about a claim; the volume, where there is one, is part of the proof."""
    more = (_volume_proof(volume),) if volume else ()
    return Coded(
        code,
        Ruling(
            outcome=Outcome.CONFIRMED,
            subject=Subject("PersistentVolumeClaim", claim.name),
            summary=summary,
            proof=(
                Proof(
                    f"Claim {claim.name} is {claim.status.phase or 'not bound'}.",
                    command=shell("kubectl", "-n", claim.namespace, "describe", "pvc", claim.name),
                ),
                *more,
            ),
            solutions=(mend,),
        ),
    )
