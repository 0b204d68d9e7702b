"""Delete the pod so that its controller makes a new one, which pulls without the back-off."""

from __future__ import annotations

from datetime import datetime

from bot.cluster.objects import Pod
from bot.images import InvalidReferenceError, parse
from bot.registries.answers import RepositoryAbsent, TagAbsent
from bot.remedies.remedy import NotPerformed, Offer, Performed, Refusal, Remedy, Trace
from bot.report import RetryPull
from bot.sources import SourceError, Sources

PULL_FAILURES = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "RegistryUnavailable",
     "ImageInspectError", "InvalidImageName", "SignatureValidationFailed"}
)  # fmt: skip
"""Waiting reasons of a container whose image is not there yet (kubelet, pkg/kubelet/images)."""


def doing(action: RetryPull) -> str:
    """Name the pod."""
    return f"Retrying the pull of {action.namespace}/{action.pod}"


def offer(action: RetryPull) -> Offer:
    """Offer it: deleting a pod is what it says."""
    return Offer(
        label="Retry pull now",
        question=(
            f"Deletes pod {action.pod} in {action.namespace} on {action.cluster}; its controller "
            "makes a new one, which pulls at once instead of after the back-off."
        ),
        yes="Delete pod",
        danger=True,
    )


async def preflight(action: RetryPull, sources: Sources) -> Refusal | None:
    """Refuse when it is not that pod any more, or a new one would fare no better."""
    if action.cluster != sources.cluster.name:
        return Refusal(
            f"I look after {sources.cluster.name}, not {action.cluster}: nothing was deleted."
        )
    pod = await sources.cluster.get("Pod", action.namespace, action.pod)
    if not isinstance(pod, Pod):
        return Refusal(f"Pod {action.namespace}/{action.pod} is gone already. Press Recheck.")
    if unfit := _unfit(action, pod):
        return Refusal(unfit)
    for image in _images_that_wait(pod):
        if await _is_absent(image, sources):
            return Refusal(
                f"{image} still does not exist, so a new pod would wait the same way: "
                "nothing was deleted."
            )
    return None


async def perform(action: RetryPull, sources: Sources) -> Performed | Refusal:
    """Do it. The uid goes with the request, so that no other pod of the name can be hit."""
    await sources.cluster.delete_pod(action.namespace, action.pod, action.uid)
    return Performed(sentence=f"Deleted pod {action.pod}.")


async def trace(action: RetryPull, since: datetime, sources: Sources) -> Trace:
    """Look whether the pod is there."""
    del since
    pod = await sources.cluster.get("Pod", action.namespace, action.pod)
    same = isinstance(pod, Pod) and pod.metadata.uid == action.uid
    if same and isinstance(pod, Pod) and pod.metadata.deletion_timestamp is None:
        return NotPerformed()
    return Performed(sentence=f"Deleted pod {action.pod}.")


def _unfit(action: RetryPull, pod: Pod) -> str:
    name = f"{pod.namespace}/{pod.name}"
    if pod.metadata.uid != action.uid:
        return f"Pod {name} was replaced by a new one of its name. Press Recheck."
    if pod.metadata.deletion_timestamp is not None:
        return f"Pod {name} is being deleted already."
    if pod.metadata.controller is None:
        return f"Nothing would make pod {name} again, so I did not delete it."
    if not _images_that_wait(pod):
        return f"Pod {name} does not wait for an image any more. Press Recheck."
    return ""


def _images_that_wait(pod: Pod) -> tuple[str, ...]:
    images = {spec.name: spec.image for spec in (*pod.spec.init_containers, *pod.spec.containers)}
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    return tuple(
        images.get(status.name, status.image)
        for status in statuses
        if status.state.waiting and status.state.waiting.reason in PULL_FAILURES
    )


async def _is_absent(image: str, sources: Sources) -> bool:
    try:
        answer = await sources.registry.look_up(parse(image))
    except (SourceError, InvalidReferenceError):
        return False
    return isinstance(answer, TagAbsent | RepositoryAbsent)


REMEDY = Remedy(
    action=RetryPull,
    doing=doing,
    offer=offer,
    preflight=preflight,
    perform=perform,
    trace=trace,
)
