"""Why it happened, in one sentence: the root cause, what it led to, what a person sees."""

from __future__ import annotations

from bot import words
from bot.builds import builds
from bot.cluster import objects as k
from bot.evidence import Gap
from bot.facts import owners
from bot.narrative import states
from bot.narrative.problem import unwell, worst
from bot.registries import answers
from bot.report import Finding, Layer
from bot.view import View

# What is wrong with a controller keeps it from making pods: it says nothing of those that exist.
_CONTROLLERS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob")


def chain(view: View, root: Finding) -> str:
    """`X, so Y, so Z.` The links between are facts; without one, the link is left out."""
    links = [words.clause(root.ruling.summary), *_image_link(view, root), *_pod_link(view, root)]
    text = words.sentence(", so ".join(links))
    return words.capital(text)


def _image_link(view: View, root: Finding) -> list[str]:
    if root.layer < Layer.BUILD or not root.ruling.subject.image:
        return []
    name = root.ruling.subject.image
    facts = view.image(name)
    for build in builds(view):
        if build.image is facts and build.run is not None and not build.run.done:
            return [f"{name} does not exist yet"]
        if build.image is facts and build.never_pushed and not build.nobody_pushes:
            return [f"{build.workflow_name} has never pushed {name}"]
    match facts.look_up if facts else None:
        case answers.TagAbsent() | answers.RepositoryAbsent():
            return [f"{name} was never published"]
        case answers.MissingOrPrivate():
            return [f"{name} is not there for the cluster to pull"]
        case None | Gap() | answers.Answer():
            return [f"{name} could not be pulled"]


def _pod_link(view: View, root: Finding) -> list[str]:
    if root.ruling.subject.kind in _CONTROLLERS:
        return _pods_made(view)
    pods = [pod for pod in view.pods if unwell(view, pod)]
    if not pods:
        return []
    wanted = root.ruling.subject.container
    if wanted:
        pods = [pod for pod in pods if pod.name == root.ruling.subject.name] or pods
    pod, container = worst(view, pods)
    state = states.state_of(pod, container)
    if state.lower() in root.ruling.summary.lower() or state == "Terminating":
        return []
    ended = container.state.terminated if container else None
    if ended and f"exit code {ended.exit_code}" in root.ruling.summary:
        return []
    who = f"pod {pod.name}" if len(view.pods) == 1 else words.count(len(pods), "pod")
    return [f"{who} {states.stands(pod, container, many=len(pods) > 1, stays=True)}"]


def _pods_made(view: View) -> list[str]:
    """How many of the wanted pods exist, where the workload wants more."""
    item = owners.workload(view)
    if not isinstance(item, k.Deployment | k.StatefulSet | k.ReplicaSet):
        return []
    wanted = 1 if item.spec.replicas is None else item.spec.replicas
    made = item.status.replicas
    if made >= wanted or wanted < 2:
        return []
    return [f"{made or 'none'} of {wanted} pods {'exists' if made == 1 else 'exist'}"]
