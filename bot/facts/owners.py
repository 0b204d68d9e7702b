"""The workload above the target's pods, and the Services and Ingresses before them."""

from __future__ import annotations

from bot import words
from bot.cluster import objects as k
from bot.view import View


def workload(view: View) -> k.KubeObject | None:
    """The topmost object seen above the pods (Deployment, not its ReplicaSet), or the target."""
    if not view.pods:
        target = view.target_object
        return target if isinstance(target, k.Workload) else None
    item: k.KubeObject = view.pods[0]
    for _ in range(4):
        owner = item.metadata.controller
        above = owner and next(
            (
                each
                for each in view.facts.objects
                if (each.kind, each.namespace, each.name)
                == (owner.kind, item.namespace, owner.name)
            ),
            None,
        )
        if not above:
            break
        item = above
    return None if item is view.pods[0] else item


def kubectl_name(item: k.KubeObject) -> str:
    """`deployment/api`, as kubectl takes it."""
    return f"{item.kind.lower()}/{item.name}"


def selector(view: View) -> str:
    """A label selector that finds the target's pods and their successors; empty without one."""
    owner = workload(view)
    spec = getattr(owner, "spec", None)
    labels = getattr(getattr(spec, "selector", None), "match_labels", None)
    if not labels and view.pods:
        own = view.pods[0].metadata.labels
        for key in ("app.kubernetes.io/name", "app", "k8s-app", "job-name"):
            if key in own:
                labels = {key: own[key]}
                break
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items()))


def pods_command(view: View) -> str:
    """The command that shows the target's pods, also after they were made anew."""
    namespace = view.target.namespace
    found = selector(view)
    if found:
        return words.shell("kubectl", "get", "pods", "-n", namespace, "-l", found)
    names = [pod.name for pod in view.pods] or [view.target.name]
    return words.shell("kubectl", "get", "pod", names[0], "-n", namespace)


def services(view: View) -> tuple[k.Service, ...]:
    """The Services that select the first of the pods."""
    if not view.pods:
        return ()
    pod = view.pods[0]
    return tuple(
        service
        for service in view.all(k.Service, pod.namespace)
        if service.spec.selector and service.spec.selector.items() <= pod.metadata.labels.items()
    )


def ingresses(view: View) -> tuple[tuple[k.Ingress, str], ...]:
    """Ingresses that lead to those Services, with the Service's name."""
    names = {service.name for service in services(view)}
    found = []
    for ingress in view.all(k.Ingress, view.target.namespace):
        default = ingress.spec.default_backend
        backends = [default] if default else []
        backends += [p.backend for r in ingress.spec.rules if r.http for p in r.http.paths]
        led = sorted({b.to.name for b in backends if b.to} & names)
        if led:
            found.append((ingress, led[0]))
    return tuple(found)
