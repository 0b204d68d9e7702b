"""Runners: asked about once, when the workflow that should push wants machines of one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.ci import objects as ci
from bot.ci.workflow_files import parse
from bot.ci.workflow_objects import WorkflowFile
from bot.cluster.gather import gather_runners, runner_pods
from bot.cluster.pod_state import pod_is_well
from bot.collect.asking import Inquiry
from bot.evidence import ClusterFacts, Gap, ImageFacts, Target, WorkflowSource
from bot.runners import is_hosted

_MOST_PODS = 2


class RunnerFacts:
    """What the cluster says of runners, for all images of one investigation."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry
        self._question: asyncio.Task[ClusterFacts | Gap] | None = None
        self._facts: ClusterFacts | None = None

    def expect(self, source: WorkflowSource) -> None:
        """Begin to ask, unless GitHub's own machines run this workflow."""
        if self._question is None and self_hosted(source):
            self._question = asyncio.create_task(self._ask())

    async def gathered(self) -> ClusterFacts | None:
        """The runner objects and their pods; None when nobody needed them."""
        if self._question is None:
            return None
        answer = await self._question
        self._facts = None if isinstance(answer, Gap) else answer
        return self._facts

    def failing_pods(self, images: Iterable[ImageFacts]) -> tuple[Target, ...]:
        """Runner pods that fail while a run waits for a runner: the next thing to look at."""
        if self._facts is None or not any(_waits_or_broke(facts) for facts in images):
            return ()
        failing = [pod for pod in runner_pods(self._facts.objects) if not pod_is_well(pod)]
        cluster = self._inquiry.sources.cluster.name
        return tuple(
            Target(cluster, pod.namespace, "Pod", pod.name)
            for pod in sorted(failing, key=lambda pod: (pod.namespace, pod.name))[:_MOST_PODS]
        )

    async def _ask(self) -> ClusterFacts | Gap:
        title = "Look for the runners in the cluster"
        self._inquiry.begin("runner", title)
        cluster = self._inquiry.sources.cluster
        answer = await self._inquiry.ask(
            "cluster", "Actions Runner Controller", gather_runners(cluster, self._inquiry)
        )
        if isinstance(answer, Gap):
            self._inquiry.miss("runner", title, answer)
            return answer
        pods = runner_pods(answer.objects)
        well = sum(1 for pod in pods if pod_is_well(pod))
        said = f"{well} of {len(pods)} runner pods are well" if pods else "no runner pods"
        self._inquiry.end("runner", title, said, failed=well < len(pods))
        return answer


def self_hosted(source: WorkflowSource) -> bool:
    """Whether a job of the workflow asks for runners that GitHub does not provide."""
    file = parse(source.text) if source.text is not None else None
    return isinstance(file, WorkflowFile) and any(
        job.group or (job.runs_on and not is_hosted(job.runs_on)) for job in file.jobs
    )


def environments(source: WorkflowSource) -> tuple[str, ...]:
    """The environments that jobs of the workflow name in plain words."""
    file = parse(source.text) if source.text is not None else None
    if not isinstance(file, WorkflowFile):
        return ()
    named = (job.environment for job in file.jobs if "${{" not in job.environment)
    return tuple(dict.fromkeys(name for name in named if name))


def _waits_or_broke(facts: ImageFacts) -> bool:
    detail = facts.build.detail if facts.build else None
    if detail is None:
        return False
    jobs = () if isinstance(detail.jobs, Gap) else detail.jobs
    return not detail.run.done or any(_lost(job) for job in jobs)


def _lost(job: ci.Job) -> bool:
    """Whether the job ended without having reached its end."""
    return job.conclusion in ("failure", "cancelled", "timed_out") and (
        not job.runner_name or any(step.conclusion is None for step in job.steps)
    )
