"""What files say around a target: the same facts as a live cluster's, taken from a recording."""

from __future__ import annotations

from bot.cluster import objects as k
from bot.cluster.files import FileCluster
from bot.cluster.kinds import ARC_KINDS, is_cluster_scoped
from bot.cluster.neighbours import narrowed, pods_of
from bot.cluster.scrubbed import scrubbed_facts
from bot.evidence import ClusterFacts, Target


def recorded_facts(cluster: FileCluster, target: Target) -> ClusterFacts:
    """Hand over what the files have: the target's namespace, and all that has none."""
    spaces = {target.namespace, "", "kube-system", "kube-node-lease"} | _served_from(cluster)
    items = [
        item
        for item in cluster.objects.values()
        if item.namespace in spaces
        or (isinstance(item, k.Event) and is_cluster_scoped(item.about.kind))
        or (
            target.kind == "Node" and isinstance(item, k.Pod) and item.spec.node_name == target.name
        )
    ]
    found = cluster.objects.get((target.kind, target.namespace, target.name))
    pods = pods_of(found, items) if found else ()
    kept, listings = narrowed(items, cluster.listings, pods)
    logs = [log for log in cluster.logs if log.namespace == target.namespace]
    return scrubbed_facts(kept, listings, logs)


def recorded_runners(cluster: FileCluster) -> ClusterFacts:
    """Hand over the Actions Runner Controller's objects, and the namespaces that they are in."""
    spaces = {item.namespace for item in cluster.objects.values() if item.kind in ARC_KINDS}
    items = [item for item in cluster.objects.values() if item.namespace in spaces]
    logs = [log for log in cluster.logs if log.namespace in spaces]
    return scrubbed_facts(items, cluster.listings, logs)


def _served_from(cluster: FileCluster) -> set[str]:
    """Name the namespaces of the Services behind webhooks and aggregated APIs."""
    found: set[str] = set()
    for item in cluster.objects.values():
        match item:
            case k.ValidatingWebhookConfiguration() | k.MutatingWebhookConfiguration():
                services = [webhook.client_config.service for webhook in item.webhooks]
            case k.APIService():
                services = [item.spec.service]
            case _:
                continue
        found |= {service.namespace for service in services if service}
    return found
