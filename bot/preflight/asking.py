"""What a preflight asks of cluster and registries. What was not answered is a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from bot.cluster import objects as k
from bot.cluster.kinds import kind_of
from bot.evidence import ClusterFacts, Gap, GapReason, Listing
from bot.images import ImageRef, InvalidReferenceError, parse
from bot.preflight.exposure import kinds_around
from bot.preflight.images import Answers, Wanted, wanted_of, why_unsure
from bot.preflight.surroundings import Known, Surroundings
from bot.preflight.templates import PodTemplate, template_of
from bot.registries.answers import ImageLookUp
from bot.sources import Cluster, PullCredential, Registry, SourceError

_IN_CLUSTER = ("Node", "PriorityClass", "StorageClass", "RuntimeClass")
_IN_NAMESPACE = (
    "ConfigMap",
    "Secret",
    "ServiceAccount",
    "PersistentVolumeClaim",
    "ResourceQuota",
    "LimitRange",
)
_SECONDS = 30.0
_AT_ONCE = 16


class Asking:
    """The questions of one preflight, side by side."""

    def __init__(self, cluster: Cluster | None, registry: Registry) -> None:
        self.gaps: list[Gap] = []
        self._cluster = cluster
        self._registry = registry
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def known(self, templates: Sequence[PodTemplate], items: Sequence[k.KubeObject]) -> Known:
        """What the cluster has in the namespaces of these templates, and around these objects."""
        cluster = await self._reached()
        if cluster is None:
            return Known(ClusterFacts(objects=()), {})
        spaces = sorted({each.namespace for each in templates})
        wanted = [(kind, "") for kind in _IN_CLUSTER]
        wanted += [(kind, space) for space in spaces for kind in _IN_NAMESPACE]
        wanted = list(dict.fromkeys((*wanted, *kinds_around(items))))
        lists, workloads = await asyncio.gather(
            asyncio.gather(*(self._list(cluster, *each) for each in wanted)),
            asyncio.gather(*(self._present(cluster, each) for each in templates)),
        )
        seen = zip(wanted, lists, strict=True)
        facts = ClusterFacts(
            objects=tuple(item for listed in lists for item in listed or ()),
            listings=frozenset(Listing(*each) for each, listed in seen if listed is not None),
        )
        found = (template_of(item) for item in workloads if item is not None)
        present = {(each.kind, each.namespace, each.name): each for each in found if each}
        return Known(facts, present)

    async def _reached(self) -> Cluster | None:
        """The cluster, if it answers at all: one gap is enough for one that does not."""
        if self._cluster is None:
            self.gaps.append(
                Gap(
                    source="cluster",
                    subject="the cluster",
                    reason=GapReason.NOT_CONFIGURED,
                    detail="only images and the manifests themselves were checked",
                )
            )
            return None
        try:
            async with asyncio.timeout(_SECONDS):
                await self._cluster.get("Namespace", "", self._cluster.default_namespace)
        except SourceError as error:
            if error.reason is not GapReason.FORBIDDEN:
                self.gaps.append(error.as_gap("cluster", "the cluster"))
                return None
        except TimeoutError:
            self.gaps.append(_late("cluster", "the cluster"))
            return None
        return self._cluster

    async def _list(
        self, cluster: Cluster, kind: str, namespace: str
    ) -> tuple[k.KubeObject, ...] | None:
        where = f" in {namespace}" if namespace else ""
        subject = f"{kind_of(kind).plural}{where}"
        try:
            async with self._turn, asyncio.timeout(_SECONDS):
                return await cluster.list(kind, namespace)
        except SourceError as error:
            self.gaps.append(error.as_gap("cluster", subject))
        except TimeoutError:
            self.gaps.append(_late("cluster", subject))
        return None

    async def _present(self, cluster: Cluster, template: PodTemplate) -> k.KubeObject | None:
        subject = f"{template.kind} {template.namespace}/{template.name}"
        try:
            async with self._turn, asyncio.timeout(_SECONDS):
                return await cluster.get(template.kind, template.namespace, template.name)
        except SourceError as error:
            self.gaps.append(error.as_gap("cluster", subject))
        except TimeoutError:
            self.gaps.append(_late("cluster", subject))
        return None

    # --- images ---------------------------------------------------------------------------------

    async def images(self, around: Iterable[Surroundings]) -> Answers:
        """Ask for each image once for each set of pull secrets that is brought for it."""
        wanted = sorted({key for each in around for key in wanted_of(each)})
        answers = await asyncio.gather(*(self._image(key) for key in wanted))
        return dict(zip(wanted, answers, strict=True))

    async def _image(self, wanted: Wanted) -> ImageLookUp | InvalidReferenceError | None:
        """A registry's answer, or why the name is none; nothing after a gap."""
        namespace, name, secrets = wanted
        try:
            image = parse(name)
        except InvalidReferenceError as error:
            return error
        try:
            async with asyncio.timeout(_SECONDS):
                credentials = await self._credentials(namespace, secrets, image)
                answer = await self._registry.look_up(image, credentials)
        except SourceError as error:
            self.gaps.append(error.as_gap("registry", name))
            return None
        except TimeoutError:
            self.gaps.append(_late("registry", name))
            return None
        unsure = why_unsure(image, answer, secrets, tried=bool(credentials))
        if not unsure:
            return answer
        self.gaps.append(
            Gap(source="registry", subject=name, reason=GapReason.UNAUTHORIZED, detail=unsure)
        )
        return None

    async def _credentials(
        self, namespace: str, secrets: tuple[str, ...], image: ImageRef
    ) -> tuple[PullCredential, ...]:
        if self._cluster is None or not secrets:
            return ()
        return await self._cluster.pull_credentials(namespace, secrets, image)


def _late(source: str, subject: str) -> Gap:
    return Gap(
        source=source,
        subject=subject,
        reason=GapReason.TIMED_OUT,
        detail=f"no answer within {_SECONDS:.0f} s",
    )
