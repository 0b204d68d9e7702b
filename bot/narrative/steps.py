"""The chain as it was followed: each link, how it answered, and what it said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import words
from bot.builds import Build, builds
from bot.cluster import objects as k
from bot.evidence import Gap, ImageFacts, NoSource, SourceLink
from bot.narrative import states
from bot.narrative.build_steps import build_steps
from bot.narrative.problem import unwell, worst
from bot.registries import answers
from bot.report import ChainStep, Finding, StepState
from bot.view import View


def steps(view: View, roots: Sequence[Finding]) -> tuple[ChainStep, ...]:
    """Every link that applies, from what a person sees to what has to change."""
    if isinstance(view.evidence.cluster, Gap):
        gap = view.evidence.cluster
        return (ChainStep("cluster", StepState.UNKNOWN, f"{gap.reason}: {gap.detail}"),)
    found = [*_pods(view, roots), *_node(view)]
    chains = {build.image.image: build for build in builds(view)}
    for image in view.evidence.images:
        if not isinstance(image.look_up, answers.ImageFound) or roots:
            found += _image(image, chains.get(image.image))
    return tuple(found)


def _pods(view: View, roots: Sequence[Finding]) -> Iterator[ChainStep]:
    if not view.pods:
        yield _podless(view, roots)
        return
    bad = [pod for pod in view.pods if unwell(view, pod)]
    if not bad:
        yield ChainStep("pod", StepState.OK, f"{words.count(len(view.pods), 'pod')} ready")
        return
    pod, container = worst(view, bad)
    many = f"{len(bad)} of {len(view.pods)}: " if len(view.pods) > 1 else ""
    age = words.ago(pod.metadata.creation_timestamp, view.now)
    yield ChainStep(
        "pod",
        StepState.FAILED,
        f"{many}{pod.name} is {pod.status.phase or 'unknown'}" + (f" for {age}" if age else ""),
    )
    if container is not None:
        name = f"{'init container ' if container.init else ''}{container.name}"
        yield ChainStep("container", StepState.FAILED, f"{name}: {states.state_of(pod, container)}")
    yield _events(view, pod)


def _podless(view: View, roots: Sequence[Finding]) -> ChainStep:
    """The target itself, where no pod of it was seen."""
    kind, name = view.target.kind.lower(), view.target.name
    target = view.target_object
    if target is None:
        return ChainStep(kind, StepState.UNKNOWN, f"{name} was not seen")
    if roots:
        return ChainStep(kind, StepState.FAILED, f"{name}: {roots[0].title}")
    if isinstance(target, k.Workload):
        known = view.listed(k.Pod, target.namespace)
        what = "has no pods" if known else "was seen, its pods were not"
        return ChainStep(kind, StepState.WAITING if known else StepState.UNKNOWN, f"{name} {what}")
    return ChainStep(kind, StepState.OK, f"{name} was seen")


def _events(view: View, pod: k.Pod) -> ChainStep:
    warnings = [event for event in view.events_about(pod) if event.type == "Warning"]
    if not warnings:
        known = view.listed(k.Event, pod.namespace)
        said = "no warning about it" if known else "none seen; they expire after an hour"
        return ChainStep("events", StepState.OK if known else StepState.UNKNOWN, said)
    counts = {event.reason: 0 for event in warnings}
    for event in warnings:
        counts[event.reason] += event.times
    told = (f"{reason} ×{times}" if times > 1 else reason for reason, times in counts.items())
    return ChainStep("events", StepState.FAILED, words.listed(told, 5))


def _node(view: View) -> Iterator[ChainStep]:
    for pod in view.pods[:1]:
        name = pod.spec.node_name
        node = view.find(k.Node, "", name) if name else None
        if node is None:
            continue
        ready = any(c.type == "Ready" and c.status == "True" for c in node.status.conditions)
        state = StepState.OK if ready else StepState.FAILED
        yield ChainStep("node", state, f"{name} is {'Ready' if ready else 'not Ready'}")


def _image(image: ImageFacts, build: Build | None) -> Iterator[ChainStep]:
    written, whole = image.written or image.image.short, str(image.image)
    said = f"{whole}, written in full" if written == whole else f"{written} is {whole}"
    yield ChainStep("image", StepState.OK, said)
    yield _registry(image)
    match image.source:
        case SourceLink() as link:
            detail = f" ({link.detail})" if link.detail else ""
            said = f"{link.repository}, by {link.found_by}{detail}"
            yield ChainStep("source", StepState.OK, said)
        case NoSource(tried=tried):
            said = f"nothing names a repository; looked at {words.listed(tried, 5)}"
            yield ChainStep("source", StepState.UNKNOWN, said)
        case Gap() as gap:
            yield ChainStep("source", StepState.UNKNOWN, f"{gap.reason}: {gap.detail}".rstrip(": "))
        case None:
            return
    if build is not None:
        yield from build_steps(build)


def _registry(image: ImageFacts) -> ChainStep:
    name = image.image
    match image.look_up:
        case Gap() as gap:
            said = f"{name.registry} could not be asked: {gap.reason}"
            return ChainStep("registry", StepState.UNKNOWN, said)
        case answers.ImageFound() as found:
            said = f"{name.registry} has it: {found.digest[:19]}"
            return ChainStep("registry", StepState.OK, said)
        case answers.Answer() as answer:
            witness = answer.witness
            code = f" {witness.code}" if witness.code else ""
            said = f"{name.registry}: {_refusal(image, answer)} (HTTP {witness.status}{code})"
            return ChainStep("registry", StepState.FAILED, said)


def _refusal(image: ImageFacts, answer: answers.Answer) -> str:
    name = image.image
    match answer:
        case answers.TagAbsent():
            return f"{name.repository} exists, {name.version} does not"
        case answers.RepositoryAbsent():
            return f"there is no repository {name.repository}"
        case answers.MissingOrPrivate():
            return f"{name.repository} is missing or private, it does not say which"
        case answers.AccessDenied() | answers.CredentialRejected():
            return f"{name.repository} refuses {answer.asked_as}"
        case _:
            return answer.witness.message or f"{name.repository} cannot be pulled now"
