"""What a person sees: which pods, since when, in which state, and the cluster's own words."""

from __future__ import annotations

from collections.abc import Sequence

from bot import words
from bot.cluster import objects as k
from bot.evidence import Gap
from bot.narrative import states
from bot.narrative.plain_facts import plain_facts
from bot.report import Finding, Verdict
from bot.view import ContainerView, View


def problem(view: View, verdict: Verdict, findings: Sequence[Finding]) -> str:
    """One paragraph; the cluster is quoted once."""
    if isinstance(view.evidence.cluster, Gap):
        gap = view.evidence.cluster
        return f"The cluster could not be asked about {view.target}: {gap.reason}."
    if verdict is Verdict.HEALTHY:
        return _healthy(view)
    pods = [pod for pod in view.pods if unwell(view, pod)]
    if not pods:
        return _without_pods(view, findings)
    first, container = worst(view, pods)
    said = states.cluster_words(view, first, container)
    quote = f' It says: "{said}"' if said else ""
    state = _state(view, first, container, many=len(pods) > 1)
    return f"{_who(view, pods, first)} {state}.{quote}"


def worst(view: View, pods: Sequence[k.Pod]) -> tuple[k.Pod, ContainerView | None]:
    """The pod to tell about, and the container that holds it back: the one with most to say."""
    told = [(pod, states.failing(pod, view.containers)) for pod in pods]
    return next(((pod, each) for pod, each in told if each and each.waiting), told[0])


def unwell(view: View, pod: k.Pod) -> bool:
    """Whether a pod is not as it should be: not succeeded, and not ready."""
    if pod.status.phase == "Succeeded":
        return False
    ready = any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions)
    return not ready or states.failing(pod, view.containers) is not None


def _who(view: View, pods: Sequence[k.Pod], first: k.Pod) -> str:
    if len(view.pods) == 1:
        return f"Pod {first.name} in namespace {first.namespace}"
    return (
        f"{len(pods)} of {len(view.pods)} pods of {view.target.kind} {view.target.name} in"
        f" namespace {view.target.namespace}, such as {first.name},"
    )


def _state(view: View, pod: k.Pod, container: ContainerView | None, *, many: bool) -> str:
    age = words.ago(pod.metadata.creation_timestamp, view.now)
    since = f", {age} after it was made" if age else ""
    state = states.state_of(pod, container)
    stands = states.stands(pod, container, many=many)
    if container is None or state in ("Terminating", "running"):
        return f"{stands}{since}"
    kind = "init container" if container.init else "container"
    image = f" ({container.spec.image})" if "mage" in state else ""
    restarts = container.status.restart_count if container.status else 0
    ended = container.last_terminated
    earlier = ended if ended is not container.state.terminated else None
    code = f", last exit code {earlier.exit_code}" if earlier and "mage" not in state else ""
    often = f", {words.count(restarts, 'restart')}{code}" if restarts else ""
    return f"{stands}: {kind} {container.name}{image}{since}{often}"


def _healthy(view: View) -> str:
    ready = len(view.pods)
    if not ready:
        return f"{view.target.kind} {view.target.name} works."
    return f"{view.target.kind} {view.target.name} works: {ready} of {len(view.pods)} pods run."


def _without_pods(view: View, findings: Sequence[Finding]) -> str:
    target = view.target_object
    if target is None:
        return next((f.ruling.summary for f in findings), f"{view.target} was not seen.")
    warnings = [e for e in reversed(view.events_about(target)) if e.type == "Warning"]
    if warnings:
        said = words.unwrapped(warnings[0].text)
        return f'{view.target.kind} {view.target.name} is failing. The cluster says: "{said}"'
    told = next((words.sentence(f.ruling.summary) for f in findings), "")
    against = next((fact.text for fact in plain_facts(view, works=False)), "")
    nothing = f"Nothing that was seen of {view.target} says that it fails"
    return words.sentence(words.capital(told) or against or nothing)
