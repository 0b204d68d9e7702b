"""What a step asks of GitHub and the registry. Everything here raises SourceError."""

from __future__ import annotations

from typing import Any

from bot.ci.objects import Job, Run
from bot.cluster.objects import Pod
from bot.evidence import GapReason
from bot.images import InvalidReferenceError, parse
from bot.registries.answers import ImageLookUp
from bot.remedies.remedy import Performed, Refusal, Remedy
from bot.remedies.run_workflow import dispatched_run
from bot.report import Action, RunWorkflow
from bot.sources import SourceError, Sources
from bot.store.records import Journey

_NOTHING_DONE = frozenset(
    {
        GapReason.UNAUTHORIZED,
        GapReason.FORBIDDEN,
        GapReason.NOT_CONFIGURED,
        GapReason.RATE_LIMITED,
        GapReason.REFUSED,
    }
)


async def perform(remedy: Remedy[Any], action: Action, sources: Sources) -> Performed | Refusal:
    """Do it. An error that proves that nothing was done is a refusal; any other leaves it open."""
    try:
        done: Performed | Refusal = await remedy.perform(action, sources)
    except SourceError as error:
        if error.reason not in _NOTHING_DONE:
            raise
        return Refusal(f"{error}. {error.fix}".strip())
    return done


async def run(sources: Sources, journey: Journey) -> tuple[Run | None, tuple[Job, ...]]:
    """The run that was started, None while GitHub does not show it, and its jobs while it runs."""
    ci = sources.ci
    if ci is None:
        raise SourceError(GapReason.NOT_CONFIGURED, "GitHub is switched off in my settings")
    found: Run | None = None
    if journey.run_id is not None:
        found = await ci.run(journey.repository, journey.run_id)
    elif isinstance(journey.action, RunWorkflow):
        found = await dispatched_run(journey.action, journey.started_at, ci)
    if found is None or found.done:
        return found, ()
    return found, await ci.jobs(journey.repository, found.id)


async def image(sources: Sources, journey: Journey) -> ImageLookUp:
    """What the registry says of the image, asked as the pod would ask."""
    try:
        reference = parse(journey.image)
    except InvalidReferenceError as error:
        raise SourceError(GapReason.REFUSED, str(error)) from error
    cluster, target = sources.cluster, journey.target
    pod = await cluster.get("Pod", target.namespace, target.name)
    names = [s.name for s in pod.spec.image_pull_secrets] if isinstance(pod, Pod) else []
    credentials = await cluster.pull_credentials(target.namespace, names, reference)
    return await sources.registry.look_up(reference, credentials)
