"""Commands that show whether it is mended: with this case's own names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import words
from bot.builds import builds
from bot.cluster import objects as k
from bot.facts import owners
from bot.registries.answers import ImageFound
from bot.report import Finding, Layer
from bot.view import View


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
    chosen = [s for root in roots for s in root.ruling.solutions if s.recommended]
    others = [solution.image for solution in chosen if solution.image]
    wanted = [f.image.short for f in view.evidence.images if not isinstance(f.look_up, ImageFound)]
    for image in others or wanted:
        yield words.shell("docker", "manifest", "inspect", image)


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
