"""The pods that manifests would make, one for each template. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bot.cluster import objects as k


class PodTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A pod as its controller would make it, and how many of it."""

    workload: str
    pod: k.Pod
    count: int

    @property
    def images(self) -> tuple[str, ...]:
        """The images of all its containers, as written, each once."""
        spec = self.pod.spec
        return tuple(dict.fromkeys(c.image for c in (*spec.init_containers, *spec.containers)))


def templates_of(items: Iterable[k.KubeObject], namespace: str) -> tuple[PodTemplate, ...]:
    """The templates of all workloads, ordered; `namespace` is for those that name none."""
    found = [_template(item, namespace) for item in items]
    return tuple(sorted((each for each in found if each), key=lambda each: each.workload))


def _template(item: k.KubeObject, namespace: str) -> PodTemplate | None:
    match item:
        case k.Pod():
            labels, spec, count = item.metadata.labels, item.spec, 1
        case k.CronJob():
            template = item.spec.job_template.spec.template
            labels, spec, count = template.metadata.labels, template.spec, 1
        case k.Job():
            template = item.spec.template
            labels, spec = template.metadata.labels, template.spec
            count = item.spec.parallelism or 1
        case k.Deployment() | k.ReplicaSet() | k.StatefulSet() | k.ReplicationController():
            template = item.spec.template
            labels, spec = template.metadata.labels, template.spec
            count = 1 if item.spec.replicas is None else item.spec.replicas
        case k.DaemonSet():
            template = item.spec.template
            labels, spec, count = template.metadata.labels, template.spec, 1
        case _:
            return None
    space = item.namespace or namespace
    pod = k.Pod(
        metadata=k.Metadata(name=item.name, namespace=space, labels=labels),
        spec=msgspec.structs.replace(spec, node_name=""),
        status=k.PodStatus(phase="Pending"),
    )
    return PodTemplate(workload=f"{item.kind.lower()}/{item.name} -n {space}", pod=pod, count=count)
