"""The state of a pod in words, and what the cluster says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.cluster import objects as k
from bot.redact import cut
from bot.view import ContainerView, View
from bot.words import unwrapped

_QUOTE = 240
# What every pod in that state says: it names no reason.
_BARE = re.compile(
    r"back-off (?:\S{1,12} )?(?:pulling image|restarting failed)|"
    r"containers with (?:unready|incomplete) status",
    re.IGNORECASE,
)


def cluster_words(view: View, pod: k.Pod, container: ContainerView | None) -> str:
    """What the cluster says of the failure, at its most precise; empty when it names no reason."""
    warnings = [e for e in reversed(view.events_about(pod)) if e.type == "Warning"]
    if container is not None:
        path = f"{{{container.name}}}"
        warnings = [e for e in warnings if path in e.about.field_path or not e.about.field_path]
    candidates = [_waiting_message(container), *(event.text for event in warnings)]
    candidates += [pod.status.message]
    candidates += [c.message for c in pod.status.conditions if c.status == "False"]
    told = [unwrapped(text) for text in candidates if text]
    precise = [text for text in told if not _BARE.match(text)]
    return cut(precise[0], _QUOTE).replace('"', "'") if precise else ""


def _waiting_message(container: ContainerView | None) -> str:
    return container.waiting.message if container and container.waiting else ""


def state_of(pod: k.Pod, container: ContainerView | None) -> str:
    """The word that `kubectl get pods` would show, and more where that is `Running`."""
    if pod.metadata.deletion_timestamp is not None:
        return "Terminating"
    if container is not None:
        if container.state.running:
            return "running" if container.init else "running, not ready"
        if container.waiting and container.waiting.reason:
            return container.waiting.reason
        ended = container.state.terminated
        if ended:
            return ended.reason or f"exit code {ended.exit_code}"
    return pod.status.reason or pod.status.phase or "unknown"


def stands(pod: k.Pod, container: ContainerView | None, *, many: bool, stays: bool = False) -> str:
    """The state as the predicate of a sentence: `is in X`; `stays` where something holds it there.

    `many`: the sentence is about several pods.
    """
    runs = "run, but are not ready" if many else "runs, but is not ready"
    be = "are" if many else "is"
    state = state_of(pod, container)
    if state == "Terminating":
        return f"{be} being deleted"
    if container is None:
        return runs if state == "Running" else f"{be} {state}"
    if container.state.running and container.init:
        wait, own = ("wait", "their") if many else ("waits", "its")
        return f"{wait} for {own} init container {container.name}, which still runs"
    if container.state.running:
        return runs
    ended = container.state.terminated
    if ended:
        code = f"exit code {ended.exit_code}"
        return f"ended with {code if state in (code, 'Error') else f'{state} ({code})'}"
    stay = ("stay" if many else "stays") if stays else be
    return f"{stay} in {state}"


def failing(pod: k.Pod, containers: Sequence[ContainerView]) -> ContainerView | None:
    """The container that holds the pod back: the first that waits or has failed."""
    own = [each for each in containers if each.pod is pod]
    for each in own:
        if each.waiting and each.waiting.reason not in ("PodInitializing", "ContainerCreating"):
            return each
    for each in own:
        ended = each.state.terminated
        if ended and (ended.exit_code or not each.init):
            return each
    waiting = [each for each in own if each.waiting or (each.status and not each.status.ready)]
    return waiting[0] if waiting and any(each.status for each in own) else None
