"""The whole flow: collect what can be seen, then say what it means."""

from __future__ import annotations

import asyncio

import msgspec

from bot.cluster.objects import Pod
from bot.collect import collect
from bot.diagnose import diagnose
from bot.evidence import ClusterFacts, Evidence, Target
from bot.report import Report
from bot.sources import Progress, Sources, StepEvent


class Investigation(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen, and what it means."""

    evidence: Evidence
    report: Report

    @property
    def pod(self) -> Pod | None:
        """The pod that was asked about, as it was seen; None for other kinds and unseen pods."""
        target, cluster = self.evidence.target, self.evidence.cluster
        if target.kind != "Pod" or not isinstance(cluster, ClusterFacts):
            return None
        wanted = (target.namespace, target.name)
        pods = (item for item in cluster.objects if isinstance(item, Pod))
        return next((pod for pod in pods if (pod.namespace, pod.name) == wanted), None)


def silent(event: StepEvent) -> None:
    """Tell nobody how far the investigation is."""


async def investigate(
    target: Target, sources: Sources, *, progress: Progress = silent
) -> Investigation:
    """Follow one failure to its root cause. Sources that fail become gaps in the report."""
    evidence = await collect(target, sources, progress=progress)
    # Logs are read there, for up to a second: Slack waits three for an answer to a click.
    report = await asyncio.to_thread(diagnose, evidence)
    return Investigation(evidence=evidence, report=report)
