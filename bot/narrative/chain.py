"""Why it happened, in one sentence: the root cause, what it led to, what a person sees."""

from __future__ import annotations

from bot.evidence import Gap
from bot import words
from bot.narrative.problem import unwell, worst
from bot.registries import answers
from bot.report import Finding, Layer
from bot.view import View


def chain(view: View, root: Finding) -> str:
    """`X, so Y, so Z.` The links between are facts; without one, the link is left out."""
    links = [words.clause(root.ruling.summary), *_image_link(view, root), *_pod_link(view, root)]
    return words.sentence(", so ".join(links))


def _image_link(view: View, root: Finding) -> list[str]:
    if root.layer < Layer.BUILD or not root.ruling.subject.image:
        return []
    facts = view.image(root.ruling.subject.image)
    name = root.ruling.subject.image
    match facts.look_up if facts else None:
        case answers.TagAbsent() | answers.RepositoryAbsent():
            return [f"{name} was never published"]
        case answers.MissingOrPrivate():
            return [f"{name} is not there for the cluster to pull"]
        case None | Gap() | answers.Answer():
            return [f"{name} could not be pulled"]


def _pod_link(view: View, root: Finding) -> list[str]:
    pods = [pod for pod in view.pods if unwell(view, pod)]
    if not pods:
        return []
    wanted = root.ruling.subject.container
    if wanted:
        pods = [pod for pod in pods if pod.name == root.ruling.subject.name] or pods
    pod, container = worst(view, pods)
    state = words.state_of(pod, container)
    if state.lower() in root.ruling.summary.lower():
        return []
    who = f"pod {pod.name}" if len(view.pods) == 1 else words.count(len(pods), "pod")
    verb = "stays" if len(view.pods) == 1 or len(pods) == 1 else "stay"
    return [f"{who} {verb} in {state}"]
