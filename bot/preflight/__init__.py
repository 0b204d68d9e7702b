"""Would everything that these manifests need be there? Asked before a deploy, not after."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.cluster import objects as k
from bot.cluster.files import FileCluster
from bot.cluster.kinds import kind_of
from bot.evidence import ClusterFacts, Evidence, Gap, Listing, Target
from bot.images import InvalidReferenceError, parse
from bot.preflight.checks import CLUSTER_KINDS, NAMESPACE_KINDS, problems_of
from bot.preflight.images import image_problems
from bot.preflight.templates import PodTemplate, templates_of
from bot.preflight.verdict import Preflight, Problem
from bot.sources import Cluster, Registry, SourceError
from bot.view import View

__all__ = ["Preflight", "Problem", "preflight"]


async def preflight(files: FileCluster, cluster: Cluster | None, registry: Registry) -> Preflight:
    """Check the pods that the manifests would make. Without a cluster, images alone are checked."""
    templates = templates_of(
        files.objects.values(), cluster.default_namespace if cluster else "default"
    )
    gaps: list[Gap] = []
    known = await _known(cluster, {each.pod.namespace for each in templates}, gaps)
    problems: list[Problem] = []
    for template in templates:
        view = _view(template, files, known)
        problems += problems_of(view, template)
    images = await _images(templates, known, registry, gaps)
    return Preflight(
        workloads=len(templates),
        images=len({name for each in templates for name in each.images}),
        problems=tuple(sorted((*problems, *images))),
        gaps=tuple(gaps),
    )


async def _known(
    cluster: Cluster | None, namespaces: Iterable[str], gaps: list[Gap]
) -> ClusterFacts:
    """What the cluster has in these namespaces already."""
    if cluster is None:
        return ClusterFacts(objects=())
    wanted = [(kind, "") for kind in CLUSTER_KINDS]
    wanted += [(kind, space) for space in sorted(namespaces) for kind in NAMESPACE_KINDS]
    answers = await asyncio.gather(*(_listed(cluster, *each, gaps) for each in wanted))
    seen = zip(wanted, answers, strict=True)
    return ClusterFacts(
        objects=tuple(item for answer in answers for item in answer or ()),
        listings=frozenset(Listing(*each) for each, answer in seen if answer is not None),
    )


async def _listed(
    cluster: Cluster, kind: str, namespace: str, gaps: list[Gap]
) -> tuple[k.KubeObject, ...] | None:
    try:
        return await cluster.list(kind, namespace)
    except SourceError as error:
        where = f" in {namespace}" if namespace else ""
        gaps.append(error.as_gap("cluster", f"{kind_of(kind).plural}{where}"))
        return None


def _view(template: PodTemplate, files: FileCluster, known: ClusterFacts) -> View:
    """The pod among what is in the cluster and what the manifests bring along."""
    space = template.pod.namespace
    brought = {
        (item.kind, item.namespace or space, item.name): item for item in files.objects.values()
    }
    there = {(item.kind, item.namespace, item.name): item for item in known.objects}
    objects = (template.pod, *(there | brought).values())
    facts = ClusterFacts(objects=objects, listings=known.listings)
    target = Target("", space, "Pod", template.pod.name)
    return View(Evidence(target=target, collected_at=files.now(), cluster=facts))


async def _images(
    templates: tuple[PodTemplate, ...], known: ClusterFacts, registry: Registry, gaps: list[Gap]
) -> list[Problem]:
    """Ask for each image once; report it for each workload that wants it."""
    wanted = sorted({name for template in templates for name in template.images})
    answers = await asyncio.gather(*(_answer(name, registry, gaps) for name in wanted))
    found = dict(zip(wanted, answers, strict=True))
    nodes = [item for item in known.objects if isinstance(item, k.Node)]
    return [
        problem
        for template in templates
        for name in template.images
        for problem in image_problems(template, name, found[name], nodes)
    ]


async def _answer(name: str, registry: Registry, gaps: list[Gap]) -> object:
    """A registry's answer, the reason why the name is none, or nothing after a gap."""
    try:
        return await registry.look_up(parse(name))
    except InvalidReferenceError as error:
        return error
    except SourceError as error:
        gaps.append(error.as_gap("registry", name))
        return None
