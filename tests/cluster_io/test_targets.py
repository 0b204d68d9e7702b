from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster.kinds import kind_named
from bot.cluster.targets import InvalidTargetError, parse_target
from bot.sources import Query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("api-7f9c", Query(name="api-7f9c")),
        ("shop/api-7f9c", Query(name="api-7f9c", namespace="shop")),
        ("deploy/api", Query(name="api", kind="Deployment")),
        ("Deployment/api", Query(name="api", kind="Deployment")),
        ("deployments.apps/api", Query(name="api", kind="Deployment")),
        ("pod/x -n ns", Query(name="x", kind="Pod", namespace="ns")),
        ("-n ns x", Query(name="x", namespace="ns")),
        ("--namespace=ns x", Query(name="x", namespace="ns")),
        ("ns/deploy/x", Query(name="x", kind="Deployment", namespace="ns")),
        ("deploy/ns/x", Query(name="x", kind="Deployment", namespace="ns")),
        ("deploy api -n shop", Query(name="api", kind="Deployment", namespace="shop")),
        (
            "--cluster arn:aws:eks:eu:1:cluster/prod po/x",
            Query(name="x", kind="Pod", cluster="arn:aws:eks:eu:1:cluster/prod"),
        ),
        ("po/x —cluster=c", Query(name="x", kind="Pod", cluster="c")),
        ("node/n1 -n shop", Query(name="n1", kind="Node")),
        ("`shop/api-*`", Query(name="api-", namespace="shop")),
    ],
)
def test_target_is_read_when_kubectl_would_understand(text: str, query: Query) -> None:
    assert parse_target(text) == query


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "which pod? Type one, for example"),
        ("a b", "'a b' is more than one name"),
        ("foo/bar/baz", "'bar' is no kind that I know"),
        ("a/b/c/d", "'a/b/c/d' has too many parts"),
        ("--force x", "'--force' is not an option; there are -n and --cluster"),
        ("x -n", "-n needs a value"),
        ("$(reboot)", "'$(reboot)' cannot be a name in Kubernetes"),
        ("shop/x -n web", "two namespaces were named: shop and web"),
        ("x" * 700, "that is too long for a name"),
    ],
)
def test_refusal_says_what_to_type_when_the_text_names_nothing(text: str, says: str) -> None:
    with pytest.raises(InvalidTargetError) as error:
        parse_target(text)
    assert says in str(error.value)


def test_option_beside_the_text_must_agree() -> None:
    assert parse_target("api", "shop") == Query(name="api", namespace="shop")
    with pytest.raises(InvalidTargetError):
        parse_target("web/api", "shop")


@given(st.text(max_size=80))
def test_any_text_is_a_query_or_a_refusal(text: str) -> None:
    with suppress(InvalidTargetError):
        assert parse_target(text).name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("po", "Pod"),
        ("STS", "StatefulSet"),
        ("ing", "Ingress"),
        ("ingresses.extensions", "Ingress"),
        ("service.serving.knative.dev", None),
        ("wat", None),
        ("deployments.v1.apps", "Deployment"),
    ],
)
def test_kind_is_found_as_kubectl_finds_it(text: str, kind: str | None) -> None:
    found = kind_named(text)
    assert (found.name if found else None) == kind
