"""Services, their endpoints, Ingresses and network policies."""

from __future__ import annotations

import msgspec

from bot.cluster.objects.base import Labels, LabelSelector, Object, ObjectReference, Part


class ServicePort(Part, frozen=True):
    """A port of a Service."""

    port: int
    target_port: int | str | None = None
    name: str = ""
    protocol: str = "TCP"


class ServiceSpec(Part, frozen=True):
    """`spec` of a Service."""

    type: str = "ClusterIP"
    selector: Labels = {}
    ports: tuple[ServicePort, ...] = ()
    external_name: str = ""
    cluster_ip: str = msgspec.field(default="", name="clusterIP")


class Service(Object, frozen=True):
    """A Service."""

    spec: ServiceSpec = ServiceSpec()


class EndpointAddress(Part, frozen=True):
    """An address of an Endpoints object."""

    ip: str = ""
    target_ref: ObjectReference | None = None


class EndpointSubset(Part, frozen=True):
    """Ready and unready addresses."""

    addresses: tuple[EndpointAddress, ...] = ()
    not_ready_addresses: tuple[EndpointAddress, ...] = ()


class Endpoints(Object, frozen=True):
    """The endpoints of a Service."""

    subsets: tuple[EndpointSubset, ...] = ()


class ServiceBackendPort(Part, frozen=True):
    """The port of an Ingress backend."""

    name: str = ""
    number: int = 0


class IngressService(Part, frozen=True):
    """The Service of an Ingress backend."""

    name: str
    port: ServiceBackendPort = ServiceBackendPort()


class IngressBackend(Part, frozen=True):
    """Where an Ingress path leads."""

    service: IngressService | None = None
    service_name: str = ""
    """As `extensions/v1beta1` and `networking.k8s.io/v1beta1` write it."""
    service_port: int | str = 0

    @property
    def to(self) -> IngressService | None:
        """The Service that it leads to, in either form; None for a backend of another kind."""
        if self.service is not None or not self.service_name:
            return self.service
        match self.service_port:
            case str() as name:
                port = ServiceBackendPort(name=name)
            case number:
                port = ServiceBackendPort(number=number)
        return IngressService(name=self.service_name, port=port)


class IngressPath(Part, frozen=True):
    """A path of an Ingress."""

    backend: IngressBackend = IngressBackend()
    path: str = ""


class IngressHTTP(Part, frozen=True):
    """The paths of a host."""

    paths: tuple[IngressPath, ...] = ()


class IngressRule(Part, frozen=True):
    """A rule of an Ingress."""

    host: str = ""
    http: IngressHTTP | None = None


class IngressTLS(Part, frozen=True):
    """A certificate of an Ingress."""

    hosts: tuple[str, ...] = ()
    secret_name: str = ""


class IngressSpec(Part, frozen=True):
    """`spec` of an Ingress."""

    ingress_class_name: str | None = None
    rules: tuple[IngressRule, ...] = ()
    default_backend: IngressBackend | None = None
    tls: tuple[IngressTLS, ...] = ()


class Ingress(Object, frozen=True):
    """An Ingress."""

    spec: IngressSpec = IngressSpec()


class IPBlock(Part, frozen=True):
    """A network of a NetworkPolicy peer."""

    cidr: str
    except_: tuple[str, ...] = msgspec.field(default=(), name="except")


class NetworkPolicyPeer(Part, frozen=True):
    """Who may talk, or be talked to."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None


class NetworkPolicyPort(Part, frozen=True):
    """A port of a NetworkPolicy rule."""

    port: int | str | None = None
    end_port: int | None = None
    protocol: str = "TCP"


class NetworkPolicyRule(Part, frozen=True):
    """A rule: `from_` of an ingress rule, `to` of an egress rule; empty means anyone."""

    from_: tuple[NetworkPolicyPeer, ...] = msgspec.field(default=(), name="from")
    to: tuple[NetworkPolicyPeer, ...] = ()
    ports: tuple[NetworkPolicyPort, ...] = ()


class NetworkPolicySpec(Part, frozen=True):
    """`spec` of a NetworkPolicy."""

    pod_selector: LabelSelector = LabelSelector()
    policy_types: tuple[str, ...] = ()
    ingress: tuple[NetworkPolicyRule, ...] = ()
    egress: tuple[NetworkPolicyRule, ...] = ()


class NetworkPolicy(Object, frozen=True):
    """A NetworkPolicy."""

    spec: NetworkPolicySpec = NetworkPolicySpec()


class IngressClassSpec(Part, frozen=True):
    """`spec` of an IngressClass."""

    controller: str = ""


class IngressClass(Object, frozen=True):
    """An IngressClass; which one is the default is an annotation."""

    spec: IngressClassSpec = IngressClassSpec()


class EndpointConditions(Part, frozen=True):
    """Whether an endpoint takes traffic; None means unknown, which counts as ready."""

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class SliceEndpoint(Part, frozen=True):
    """An endpoint of an EndpointSlice."""

    addresses: tuple[str, ...] = ()
    conditions: EndpointConditions = EndpointConditions()
    target_ref: ObjectReference | None = None
    node_name: str = ""


class SlicePort(Part, frozen=True):
    """A port of an EndpointSlice."""

    name: str = ""
    port: int | None = None
    protocol: str = "TCP"


class EndpointSlice(Object, frozen=True):
    """A part of a Service's endpoints; label `kubernetes.io/service-name` names the Service."""

    address_type: str = ""
    endpoints: tuple[SliceEndpoint, ...] = ()
    ports: tuple[SlicePort, ...] = ()
