"""Commands that show whether it is mended: with this case's own names."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from bot import words
from bot.builds import builds
from bot.cluster import objects as k
from bot.facts import owners
from bot.registries.answers import ImageFound
from bot.report import Finding, Layer
from bot.view import View

SET_IMAGE = "kubectl set image "


def verification(view: View, roots: Sequence[Finding]) -> tuple[str, ...]:
    """From the deepest link back to the pod: each line is one command."""
    if not roots:
        return ()
    return tuple(dict.fromkeys([*_build(view, roots), *_image(view, roots), *_workload(view)]))


def _build(view: View, roots: Sequence[Finding]) -> Iterator[str]:
    if all(root.layer < Layer.BUILD for root in roots):
        return
    for build in builds(view):
        if build.workflow_file:
            yield words.shell(
                "gh", "run", "list", "--repo", build.repository, "--workflow", build.workflow_file,
                "--limit", "3",
            )  # fmt: skip


def _image(view: View, roots: Sequence[Finding]) -> Iterator[str]:
    if all(root.layer < Layer.REGISTRY for root in roots):
        return
    others = [image for root in roots for image in _deployed_instead(root)]
    wanted = [f.image.short for f in view.evidence.images if not isinstance(f.look_up, ImageFound)]
    for image in others or wanted:
        yield words.shell("docker", "manifest", "inspect", image)


def _deployed_instead(root: Finding) -> Iterator[str]:
    """The images that the workload runs once it was mended as recommended, if that changes them."""
    for solution in root.ruling.solutions:
        for command in solution.commands if solution.recommended else ():
            if command.startswith(SET_IMAGE):
                changes = (
                    word.partition("=") for word in shlex.split(command)[len(SET_IMAGE.split()) :]
                )
                yield from (image for name, _, image in changes if image and name[:1] != "-")


def _workload(view: View) -> Iterator[str]:
    owner = owners.workload(view)
    namespace = view.target.namespace
    if isinstance(owner, k.Deployment | k.StatefulSet | k.DaemonSet):
        name = owners.kubectl_name(owner)
        yield words.shell("kubectl", "rollout", "status", name, "-n", namespace)
    if not view.pods:
        place = ("-n", namespace) if namespace else ()
        kind = view.target.kind.lower()
        yield words.shell("kubectl", "get", kind, view.target.name, *place)
    else:
        yield owners.pods_command(view)
        found = owners.selector(view)
        if found:
            yield words.shell("kubectl", "logs", "-n", namespace, "-l", found, "--tail=20")
