"""The kinds that the chain knows: how the API, kubectl and people name each of them."""

from __future__ import annotations

from functools import cache

import msgspec

from bot.cluster import objects as k
from bot.cluster.objects import KubeObject


class Kind(msgspec.Struct, frozen=True):
    """One kind. `api` is the group and version that we ask for: `v1`, `apps/v1`."""

    type: type[KubeObject]
    plural: str
    api: str
    short: tuple[str, ...] = ()
    """kubectl's short names."""
    cluster_scoped: bool = False
    groups: tuple[str, ...] = ()
    """Further groups in which this kind is, or was, served."""

    @property
    def name(self) -> str:
        """The kind as the API names it: `Pod`."""
        return self.type.__name__

    @property
    def group(self) -> str:
        """The API group; empty for the core."""
        return self.api.rpartition("/")[0]

    @property
    def resource(self) -> str:
        """Plural and group, as RBAC errors name it: `deployments.apps`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def serves(self, api_version: str) -> bool:
        """Whether an object of this name and this `apiVersion` is of this kind.

        Other groups reuse names: a `Service` of `serving.knative.dev` is another thing.
        """
        group = api_version.rpartition("/")[0]
        return not api_version or group == self.group or group in self.groups


_OLD = ("extensions",)
_SUMMERWIND = "actions.summerwind.dev/v1alpha1"
_SCALE_SETS = "actions.github.com/v1alpha1"
KINDS: tuple[Kind, ...] = (
    Kind(k.Pod, "pods", "v1", ("po",)),
    Kind(k.Event, "events", "v1", ("ev",), groups=("events.k8s.io",)),
    Kind(k.Deployment, "deployments", "apps/v1", ("deploy",), groups=_OLD),
    Kind(k.ReplicaSet, "replicasets", "apps/v1", ("rs",), groups=_OLD),
    Kind(k.StatefulSet, "statefulsets", "apps/v1", ("sts",)),
    Kind(k.DaemonSet, "daemonsets", "apps/v1", ("ds",), groups=_OLD),
    Kind(k.ControllerRevision, "controllerrevisions", "apps/v1"),
    Kind(k.ReplicationController, "replicationcontrollers", "v1", ("rc",)),
    Kind(k.Job, "jobs", "batch/v1"),
    Kind(k.CronJob, "cronjobs", "batch/v1", ("cj",)),
    Kind(k.Node, "nodes", "v1", ("no",), cluster_scoped=True),
    Kind(k.Namespace, "namespaces", "v1", ("ns",), cluster_scoped=True),
    Kind(k.Lease, "leases", "coordination.k8s.io/v1"),
    Kind(k.ConfigMap, "configmaps", "v1", ("cm",)),
    Kind(k.Secret, "secrets", "v1"),
    Kind(k.ServiceAccount, "serviceaccounts", "v1", ("sa",)),
    Kind(k.PersistentVolumeClaim, "persistentvolumeclaims", "v1", ("pvc",)),
    Kind(k.PersistentVolume, "persistentvolumes", "v1", ("pv",), cluster_scoped=True),
    Kind(k.StorageClass, "storageclasses", "storage.k8s.io/v1", ("sc",), cluster_scoped=True),
    Kind(k.CSIDriver, "csidrivers", "storage.k8s.io/v1", cluster_scoped=True),
    Kind(k.CSINode, "csinodes", "storage.k8s.io/v1", cluster_scoped=True),
    Kind(k.VolumeAttachment, "volumeattachments", "storage.k8s.io/v1", cluster_scoped=True),
    Kind(k.PriorityClass, "priorityclasses", "scheduling.k8s.io/v1", ("pc",), cluster_scoped=True),
    Kind(k.RuntimeClass, "runtimeclasses", "node.k8s.io/v1", cluster_scoped=True),
    Kind(k.ResourceClaim, "resourceclaims", "resource.k8s.io/v1"),
    Kind(k.ResourceClaimTemplate, "resourceclaimtemplates", "resource.k8s.io/v1"),
    Kind(k.ResourceQuota, "resourcequotas", "v1", ("quota",)),
    Kind(k.LimitRange, "limitranges", "v1", ("limits",)),
    Kind(k.HorizontalPodAutoscaler, "horizontalpodautoscalers", "autoscaling/v2", ("hpa",)),
    Kind(k.PodDisruptionBudget, "poddisruptionbudgets", "policy/v1", ("pdb",)),
    Kind(k.Service, "services", "v1", ("svc",)),
    Kind(k.Endpoints, "endpoints", "v1", ("ep",)),
    Kind(k.EndpointSlice, "endpointslices", "discovery.k8s.io/v1"),
    Kind(k.Ingress, "ingresses", "networking.k8s.io/v1", ("ing",), groups=_OLD),
    Kind(k.IngressClass, "ingressclasses", "networking.k8s.io/v1", cluster_scoped=True),
    Kind(k.NetworkPolicy, "networkpolicies", "networking.k8s.io/v1", ("netpol",), groups=_OLD),
    Kind(
        k.ValidatingWebhookConfiguration,
        "validatingwebhookconfigurations",
        "admissionregistration.k8s.io/v1",
        cluster_scoped=True,
    ),
    Kind(
        k.MutatingWebhookConfiguration,
        "mutatingwebhookconfigurations",
        "admissionregistration.k8s.io/v1",
        cluster_scoped=True,
    ),
    Kind(k.APIService, "apiservices", "apiregistration.k8s.io/v1", cluster_scoped=True),
    Kind(k.RunnerDeployment, "runnerdeployments", _SUMMERWIND, ("rdeploy",)),
    Kind(k.Runner, "runners", _SUMMERWIND),
    Kind(k.HorizontalRunnerAutoscaler, "horizontalrunnerautoscalers", _SUMMERWIND, ("hra",)),
    Kind(k.AutoscalingRunnerSet, "autoscalingrunnersets", _SCALE_SETS),
    Kind(k.AutoscalingListener, "autoscalinglisteners", _SCALE_SETS),
    Kind(k.EphemeralRunnerSet, "ephemeralrunnersets", _SCALE_SETS),
    Kind(k.EphemeralRunner, "ephemeralrunners", _SCALE_SETS),
)
ARC_KINDS = tuple(kind.name for kind in KINDS if kind.api in (_SUMMERWIND, _SCALE_SETS))
"""The kinds of the Actions Runner Controller, old and new."""
_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(name: str) -> Kind:
    """Give the row of a kind by its API name. Raises KeyError for a kind that we do not know."""
    return _BY_NAME[name]


def is_known(name: str, api_version: str = "") -> bool:
    """Whether this is a kind of ours, and not another of its name."""
    return name in _BY_NAME and _BY_NAME[name].serves(api_version)


def is_cluster_scoped(name: str) -> bool:
    """Whether objects of a kind have no namespace; False for kinds that we do not know."""
    return name in _BY_NAME and _BY_NAME[name].cluster_scoped


@cache
def _spoken() -> dict[str, Kind]:
    return {
        spoken: kind
        for kind in KINDS
        for spoken in (kind.name.lower(), kind.plural, kind.resource, *kind.short)
    }


def kind_named(text: str) -> Kind | None:
    """Find a kind as kubectl does: any case, singular, plural, short, or with its group.

    `deploy`, `Deployment`, `deployments.apps` and `deployments.v1.apps` are the same.
    """
    word = text.lower()
    if found := _spoken().get(word):
        return found
    singular, _, group = word.partition(".")
    kind = _spoken().get(singular)
    if kind is None or not group:
        return None
    last = group.partition(".")[2] if group.startswith("v") and group[1:2].isdigit() else group
    return kind if last in (kind.group, *kind.groups) else None
