"""The pods that manifests would make, one for each template. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bot.cluster import objects as k
from bot.cluster.kinds import is_cluster_scoped


class PodTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A pod as its controller would make it, and how many of it."""

    kind: str
    name: str
    pod: k.Pod
    count: int
    claims: tuple[k.PersistentVolumeClaim, ...] = ()
    """Claims that the controller makes together with the pod."""

    @property
    def namespace(self) -> str:
        """Where the pods would be."""
        return self.pod.namespace

    @property
    def workload(self) -> str:
        """The workload, as kubectl is told."""
        return f"{self.kind.lower()}/{self.name} -n {self.namespace}"

    @property
    def images(self) -> tuple[str, ...]:
        """The images that would be pulled for its containers, as written, each once."""
        spec = self.pod.spec
        pulled = (c for c in (*spec.init_containers, *spec.containers))
        return tuple(dict.fromkeys(c.image for c in pulled if c.image_pull_policy != "Never"))


def placed(items: Iterable[k.KubeObject], namespace: str) -> tuple[k.KubeObject, ...]:
    """Put objects that name no namespace into the one that kubectl would put them into."""
    return tuple(
        item
        if item.namespace or is_cluster_scoped(item.kind)
        else msgspec.structs.replace(
            item, metadata=msgspec.structs.replace(item.metadata, namespace=namespace)
        )
        for item in items
    )


def templates_of(items: Iterable[k.KubeObject]) -> tuple[PodTemplate, ...]:
    """The templates of all workloads, ordered."""
    found = (template_of(item) for item in items)
    return tuple(sorted((each for each in found if each), key=lambda each: each.workload))


def template_of(item: k.KubeObject) -> PodTemplate | None:
    """The template of one workload; None for everything else."""
    claims: tuple[k.PersistentVolumeClaim, ...] = ()
    match item:
        case k.Pod():
            return _made(item, k.PodTemplate(metadata=item.metadata, spec=item.spec), 1)
        case k.CronJob():
            return _made(item, item.spec.job_template.spec.template, 1)
        case k.Job():
            return _made(item, item.spec.template, item.spec.parallelism or 1)
        case k.StatefulSet():
            claims = item.spec.volume_claim_templates
        case k.Deployment() | k.ReplicaSet() | k.ReplicationController():
            pass
        case k.DaemonSet():
            return _made(item, item.spec.template, 1)
        case _:
            return None
    count = 1 if item.spec.replicas is None else item.spec.replicas
    return _made(item, item.spec.template, count, claims)


def _made(
    item: k.KubeObject,
    template: k.PodTemplate,
    count: int,
    claims: tuple[k.PersistentVolumeClaim, ...] = (),
) -> PodTemplate:
    pod = k.Pod(
        metadata=k.Metadata(
            name=item.name, namespace=item.namespace, labels=template.metadata.labels
        ),
        spec=msgspec.structs.replace(template.spec, node_name=""),
        status=k.PodStatus(phase="Pending"),
    )
    return PodTemplate(kind=item.kind, name=item.name, pod=pod, count=count, claims=claims)
