"""The imperative shell: cluster, then images, then what builds them; waits, and keeps the Gaps."""

from __future__ import annotations

import asyncio
from time import perf_counter

import msgspec

from bot.cluster.gather import gather
from bot.collect.asking import Inquiry
from bot.collect.images import WantedImage, image_facts, images_to_check
from bot.collect.runners import RunnerFacts
from bot.evidence import ClusterFacts, Evidence, Gap, GapReason, Target
from bot.sources import Progress, Sources, StepEvent

_MOST_IMAGES = 10
"""Images of one target that are asked about: each costs up to thirty questions to GitHub."""
_GATHER_SECONDS = 30.0
"""The whole gathering around a target; each question in it has a shorter deadline of its own."""


async def collect(target: Target, sources: Sources, *, progress: Progress) -> Evidence:
    """Ask everything along the chain of one target. Never raises for a source that fails."""
    began = perf_counter()
    inquiry = Inquiry(sources, progress)
    cluster = await _cluster_facts(inquiry, target)
    if isinstance(cluster, Gap):
        return _evidence(inquiry, target, cluster, began)
    runners = RunnerFacts(inquiry)
    wanted = images_to_check(target, cluster, sources.cluster.now())
    images = await asyncio.gather(
        *(image_facts(inquiry, runners, each) for each in wanted[:_MOST_IMAGES])
    )
    if len(wanted) > _MOST_IMAGES:
        inquiry.gaps.append(_left_out(wanted[_MOST_IMAGES:]))
    found = await runners.gathered()
    evidence = _evidence(inquiry, target, merged(cluster, found), began)
    runner_pods = await asyncio.gather(
        *(_runner_pod(inquiry, pod) for pod in runners.failing_pods(images))
    )
    return msgspec.structs.replace(
        evidence,
        images=tuple(images),
        runner_pods=tuple(runner_pods),
        gaps=tuple(inquiry.gaps),
        took_ms=round((perf_counter() - began) * 1000),
    )


def _left_out(wanted: list[WantedImage]) -> Gap:
    return Gap(
        source="registry",
        subject=f"{len(wanted)} more images, from {wanted[0].written} on",
        reason=GapReason.REFUSED,
        detail=f"one investigation asks about {_MOST_IMAGES} images",
        fix="mend the others first, or ask about one: python -m bot image REF",
    )


async def _cluster_facts(inquiry: Inquiry, target: Target) -> ClusterFacts | Gap:
    """Objects around a target. Gaps that do not stop the chain are kept with the inquiry."""
    return await inquiry.ask(
        "cluster",
        str(target),
        gather(inquiry.sources.cluster, target, inquiry),
        seconds=_GATHER_SECONDS,
    )


def _evidence(
    inquiry: Inquiry, target: Target, cluster: ClusterFacts | Gap, began: float
) -> Evidence:
    return Evidence(
        target=target,
        collected_at=inquiry.sources.cluster.now(),
        cluster=cluster,
        gaps=tuple(inquiry.gaps),
        took_ms=round((perf_counter() - began) * 1000),
    )


def merged(first: ClusterFacts, second: ClusterFacts | None) -> ClusterFacts:
    """Facts of two gatherings, each object once."""
    if second is None:
        return first
    objects = {(item.kind, item.namespace, item.name): item for item in second.objects}
    objects |= {(item.kind, item.namespace, item.name): item for item in first.objects}
    return ClusterFacts(
        objects=tuple(objects[key] for key in sorted(objects)),
        listings=first.listings | second.listings,
        logs=tuple(dict.fromkeys((*first.logs, *second.logs))),
    )


async def _runner_pod(inquiry: Inquiry, target: Target) -> Evidence:
    """The same question about a runner pod, one level deeper and no further."""
    inner = Inquiry(inquiry.sources, _silent)
    began = perf_counter()
    cluster = await _cluster_facts(inner, target)
    if isinstance(cluster, Gap):
        return _evidence(inner, target, cluster, began)
    runners = RunnerFacts(inner)
    images = await asyncio.gather(
        *(
            image_facts(inner, runners, wanted, follow_build=False)
            for wanted in images_to_check(target, cluster, inquiry.sources.cluster.now())
        )
    )
    evidence = _evidence(inner, target, cluster, began)
    return msgspec.structs.replace(evidence, images=tuple(images), gaps=tuple(inner.gaps))


def _silent(event: StepEvent) -> None:
    """Tell nobody: what happens below a runner pod is not a step of its own."""
