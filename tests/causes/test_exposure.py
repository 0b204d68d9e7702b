"""Services, Ingresses and NetworkPolicies."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Verdict
from tests import make

ALL: list[type[k.KubeObject]] = [
    k.Pod,
    k.Service,
    k.IngressClass,
    k.Secret,
    k.NetworkPolicy,
    k.Endpoints,
]
PORTS = (k.ContainerPort(container_port=8080, name="http"),)
READY = make.pod(spec=[make.container(ports=PORTS)])


def endpoints(ready: tuple[str, ...], waiting: tuple[str, ...] = ()) -> k.Endpoints:
    def addresses(names: tuple[str, ...]) -> tuple[k.EndpointAddress, ...]:
        return tuple(
            k.EndpointAddress(target_ref=k.ObjectReference(kind="Pod", name=name)) for name in names
        )

    subset = k.EndpointSubset(addresses=addresses(ready), not_ready_addresses=addresses(waiting))
    return k.Endpoints(metadata=make.meta("api"), subsets=(subset,))


def ingress(service: str = "api", number: int = 80, **more: Any) -> k.Ingress:
    backend = k.IngressBackend(
        service=k.IngressService(name=service, port=k.ServiceBackendPort(number=number))
    )
    rule = k.IngressRule(http=k.IngressHTTP(paths=(k.IngressPath(backend=backend),)))
    spec = {"ingress_class_name": "nginx", "rules": (rule,)} | more
    return k.Ingress(metadata=make.meta("web"), spec=k.IngressSpec(**spec))


CLASS = k.IngressClass(metadata=make.meta("nginx", namespace=""))
POLICY = k.NetworkPolicy(
    metadata=make.meta("only-front"),
    spec=k.NetworkPolicySpec(
        pod_selector=k.LabelSelector(match_labels={"app": "api"}),
        ingress=(
            k.NetworkPolicyRule(
                from_=(
                    k.NetworkPolicyPeer(
                        pod_selector=k.LabelSelector(match_labels={"role": "front"})
                    ),
                )
            ),
        ),
    ),
)


def client(**labels: str) -> k.Pod:
    return make.pod(make.running("job"), name="job-1", labels=labels, spec=[make.container("job")])


TIMEOUTS = make.log("ERROR connection to api:80 timed out", pod="job-1", name="job", previous=False)
WAITING = make.pod(
    make.waiting(reason="PodInitializing"),
    phase="Pending",
    init=[make.container("wait")],
    init_statuses=[make.running("wait", ready=False)],
)
CASES = {
    "a label that differs": (
        make.evidence(make.service(selector={"app": "apy"}), READY, listed=ALL),
        "ServiceSelectorMismatch",
        "selects app=apy, which no pod has; the nearest, api-5d8f-x2x4z, has app=api",
    ),
    "a label too many": (
        make.evidence(make.service(selector={"app": "api", "tier": "x"}), READY, listed=ALL),
        "ServiceSelectorMismatch",
        "no label tier",
    ),
    "a port that is not there": (
        make.evidence(make.service(target_port="web"), READY, listed=ALL),
        "ServiceTargetPortMismatch",
        "targetPort web; the pods behind it declare 8080 (http)",
    ),
    "no pods at all": (
        make.evidence(make.service(), listed=ALL),
        "ServiceNoEndpoints",
        "no pod has its labels",
    ),
    "one of two": (
        make.evidence(make.service(), endpoints(("api-1",), ("api-2",))),
        "ServiceEndpointNotReady",
        "api-2 not ready",
    ),
    "a backend that is not there": (
        make.evidence(ingress("apy"), make.service(), CLASS, listed=ALL),
        "IngressBackendMissing",
        "the nearest is api",
    ),
    "a port of the backend": (
        make.evidence(ingress(number=8080), make.service(), READY, CLASS, listed=ALL),
        "IngressBackendMissing",
        "for port 8080; it has 80",
    ),
    "a class": (
        make.evidence(
            ingress(ingress_class_name="ngnix"), make.service(), READY, CLASS, listed=ALL
        ),
        "IngressClassMissing",
        "classes: nginx",
    ),
    "a certificate": (
        make.evidence(
            ingress(tls=(k.IngressTLS(secret_name="web-tls"),)),
            make.service(),
            READY,
            CLASS,
            listed=ALL,
        ),
        "IngressTLSSecretMissing",
        "web-tls",
    ),
    "a policy in between": (
        make.evidence(
            client(role="batch"), make.service(), READY, POLICY, logs=[TIMEOUTS], listed=ALL
        ),
        "NetworkPolicyBlocking",
        "NetworkPolicy only-front does not let job-1 talk to Service api",
    ),
    "a policy for nobody": (
        make.evidence(POLICY, client(role="x"), listed=ALL),
        "NetworkPolicySelectsNothing",
        "app=api",
    ),
    "a Service that an init container waits for": (
        make.evidence(
            WAITING,
            make.service("ledger-db"),
            logs=[make.log("nslookup: can't resolve 'ledger'", name="wait", previous=False)],
            listed=ALL,
        ),
        "ServiceNotFound",
        "shop/ledger",
    ),
    "an API": (
        make.evidence(
            k.APIService(
                metadata=make.meta("v1beta1.metrics.k8s.io", namespace=""),
                status=k.APIServiceStatus(
                    conditions=(
                        k.Condition(type="Available", status="False", reason="MissingEndpoints"),
                    )
                ),
            )
        ),
        "APIServiceUnavailable",
        "MissingEndpoints",
    ),
}


@pytest.mark.parametrize(("evidence", "code", "words"), CASES.values(), ids=CASES.keys())
def test_the_broken_link_is_named(evidence: Evidence, code: str, words: str) -> None:
    roots = diagnose(evidence).root_causes
    assert [root.code for root in roots] == [code]
    assert words in roots[0].ruling.summary


HEALTHY = {
    "a client that is let in": make.evidence(
        client(role="front"), make.service(), READY, POLICY, logs=[TIMEOUTS], listed=ALL
    ),
    "a Service": make.evidence(make.service(), READY, endpoints(("api-1",)), listed=ALL),
    "an Ingress": make.evidence(
        ingress(), make.service(), READY, endpoints(("api-1",)), CLASS, listed=ALL
    ),
}


@pytest.mark.parametrize("evidence", HEALTHY.values(), ids=HEALTHY.keys())
def test_a_link_that_works_is_healthy(evidence: Evidence) -> None:
    assert diagnose(evidence).verdict is Verdict.HEALTHY


def test_a_service_is_not_healthy_when_the_pods_behind_it_were_not_seen() -> None:
    seen = [kind for kind in ALL if kind is not k.Pod]
    report = diagnose(make.evidence(make.service(), endpoints(("api-1",)), listed=seen))
    assert report.verdict is not Verdict.HEALTHY


@pytest.mark.parametrize("item", [ingress("apy"), make.service(selector={"app": "apy"})])
def test_nothing_is_said_of_what_was_not_listed(item: k.KubeObject) -> None:
    report = diagnose(make.evidence(item))
    assert (report.verdict, report.root_causes) == (Verdict.UNEXPLAINED, ())
