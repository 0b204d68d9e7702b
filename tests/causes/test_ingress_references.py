"""What an Ingress names: missing, probably missing, or not seen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Outcome
from tests import make

NGINX = k.IngressClass(metadata=make.meta("nginx", namespace=""))
OLD = "kubernetes.io/ingress.class"


def ingress(*others: k.KubeObject, listed: Any = (), old: str = "", **spec: Any) -> Evidence:
    item = k.Ingress(
        metadata=make.meta("web", annotations={OLD: old} if old else {}), spec=k.IngressSpec(**spec)
    )
    return make.evidence(item, *others, listed=listed)


TLS: dict[str, Any] = {"tls": (k.IngressTLS(secret_name="web-tls"),)}
FOUND = {
    "a class that is not listed": (
        ingress(ingress_class_name="ngnix", listed=[k.IngressClass]),
        [("IngressClassMissing", Outcome.CONFIRMED)],
    ),
    "a class that is not among those that were seen": (
        ingress(NGINX, ingress_class_name="ngnix"),
        [("IngressClassMissing", Outcome.SUSPECTED)],
    ),
    "a class that exists": (ingress(NGINX, ingress_class_name="nginx"), []),
    "an annotation that names no class": (ingress(NGINX, listed=[k.IngressClass], old="gce"), []),
    "no class and no default": (
        ingress(NGINX, listed=[k.IngressClass]),
        [("IngressClassMissing", Outcome.CONFIRMED)],
    ),
    "a certificate that is not listed": (
        ingress(listed=[k.Secret], **TLS),
        [("IngressTLSSecretMissing", Outcome.CONFIRMED)],
    ),
    "a certificate that exists": (ingress(k.Secret(metadata=make.meta("web-tls")), **TLS), []),
}


@pytest.mark.parametrize(("evidence", "roots"), FOUND.values(), ids=FOUND.keys())
def test_what_an_ingress_names_is_judged_by_what_was_seen(
    evidence: Evidence, roots: list[tuple[str, Outcome]]
) -> None:
    found = diagnose(evidence).root_causes
    assert [(root.code, root.ruling.outcome) for root in found] == roots


@pytest.mark.parametrize(("port", "words"), [(80, "80"), ("http", "http")])
def test_a_backend_in_the_old_form_is_read_too(port: int | str, words: str) -> None:
    old = k.IngressBackend(service_name="gone", service_port=port)
    (root,) = diagnose(ingress(make.service(), default_backend=old, listed=[k.Service])).root_causes
    assert root.code == "IngressBackendMissing"
    assert root.ruling.proof[-1].text == f"backend gone:{words}"


UNSEEN = {
    "a class": (ingress(ingress_class_name="ngnix"), "names the class ngnix"),
    "an old annotation": (ingress(old="ngnix"), "names the class ngnix"),
    "a certificate": (ingress(**TLS), "uses the TLS Secret web-tls"),
}


@pytest.mark.parametrize(("evidence", "words"), UNSEEN.values(), ids=UNSEEN.keys())
def test_what_nobody_saw_is_told_and_not_blamed(evidence: Evidence, words: str) -> None:
    report = diagnose(evidence)
    assert report.root_causes == ()
    assert [words in each.text for each in report.observations] == [True]
