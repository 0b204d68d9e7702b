"""A volume is mounted over a folder of the image and hides a file that the program needs.

Seen as:       CrashLoopBackOff, `No such file or directory` for a file that the image has
Confirmed if:  the log names the file, a volume is mounted at a folder above it, and it is known
               that the volume does not have the file
Ruled out if:  no volume is mounted above the file, or the volume has it
By hand:       kubectl get pod POD -o jsonpath='{.spec.containers[*].volumeMounts}'
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.facts.crashes import Crash, crashes
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on containers whose log misses a file below the mount of a volume."""
    for crash in crashes(view):
        found = crash.reason
        if found is None or found.code != "FileMissing" or not found.file.startswith("/"):
            continue
        mount = _above(crash.container.spec, found.file)
        volume = next(
            (v for v in crash.container.pod.spec.volumes if mount and v.name == mount.name), None
        )
        if mount and volume and volume.persistent_volume_claim is None:
            held = _held(view, crash.container.pod, volume)
            inside = found.file.removeprefix(mount.mount_path.rstrip("/") + "/")
            if held is None or inside not in held:
                yield _ruling(view, crash, found.file, mount, held)


def _above(container: k.Container, file: str) -> k.VolumeMount | None:
    """The innermost mount that the file would be in; a subPath hides one file only."""
    mounts = [
        mount
        for mount in container.volume_mounts
        if not mount.sub_path and file.startswith(mount.mount_path.rstrip("/") + "/")
    ]
    return max(mounts, key=lambda mount: len(mount.mount_path), default=None)


def _held(view: View, pod: k.Pod, volume: k.Volume) -> tuple[str, ...] | None:
    """The files of a volume; None when they are not known."""
    if volume.empty_dir is not None:
        return ()
    source = volume.config_map or volume.secret
    if source is None:
        return None
    if source.items:
        return tuple(item.path or item.key for item in source.items)
    name = source.name or source.secret_name
    kind = k.ConfigMap if volume.config_map else k.Secret
    item = view.find(kind, pod.namespace, name)
    return item.keys if isinstance(item, k.ConfigMap | k.Secret) else None


def _ruling(
    view: View, crash: Crash, file: str, mount: k.VolumeMount, held: tuple[str, ...] | None
) -> Ruling:
    has = f"; the volume has {', '.join(held[:5]) or 'no file'}" if held is not None else ""
    lines = crash.reason.lines if crash.reason else ()
    return Ruling(
        outcome=Outcome.SUSPECTED if held is None else Outcome.CONFIRMED,
        subject=crash.container.subject,
        summary=f"volume {mount.name}, mounted at {mount.mount_path}, hides what the image has"
        f" there: the program misses {file}{has}",
        proof=(
            crash.log_proof(lines),
            Proof(
                f"Container {crash.container.name} mounts volume {mount.name} at"
                f" {mount.mount_path} without subPath.",
                command=kubectl.describe(crash.container.pod),
            ),
        ),
        solutions=(
            Solution(
                title=f"Mount single files with subPath, or volume {mount.name} elsewhere",
                why="A mount replaces the whole folder of the image.",
                recommended=True,
                commands=(kubectl.edit(view, crash.container.pod),),
            ),
        ),
        alternatives=("FileMissing",) if held is None else (),
    )


CAUSE = Cause(
    code="VolumeHidesFiles",
    title="a volume hides files of the image",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)
