"""What an alert is about, in the shapes in which the field's tools post; and no text hangs it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import Query
from handlers.alert_text import Alert, read_alert

POD = Query(name="web-5c6d7f-abcde", kind="Pod", namespace="store")


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def fields(*texts: str) -> dict[str, Any]:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in texts]}


SHAPES: dict[str, tuple[dict[str, Any], Query]] = {
    "Alertmanager with labels": (
        {"attachments": [{
            "title": "[FIRING:1] KubePodNotReady",
            "text": "*Alert:* not ready\n • *namespace:* `store`\n • *pod:* `web-5c6d7f-abcde`\n"
                    " • *job:* `kube-state-metrics`\n • *instance:* `10.0.0.1:8080`",
        }]}, POD),
    "the mixin's sentence": (
        {"text": "Pod store/web-5c6d7f-abcde (web) is in waiting state (reason: "
                 "&quot;CrashLoopBackOff&quot;) on cluster ."}, POD),
    "a Deployment's sentence": (
        {"text": "Deployment store/web has not matched the expected number of replicas."},
        Query(name="web", kind="Deployment", namespace="store")),
    "Grafana": (
        {"attachments": [{"title": "[FIRING:1, RESOLVED:1] PodDown", "text":
            "**Firing**\n\nValue: A=1\nLabels:\n - alertname = PodDown\n - namespace = store\n"
            " - pod = web-5c6d7f-abcde\nAnnotations:\n - summary = down\n"
            "Source: <https://grafana.example/a?ns=other>"}]}, POD),
    "kwatch": (
        {"blocks": [fields("*Cluster*\nprod", "*Name*\nweb-5c6d7f-abcde", "*Container*\nweb",
                           "*Namespace*\nstore", "*Reason*\nCrashLoopBackOff")]},
        Query(name=POD.name, kind="Pod", namespace="store", cluster="prod")),
    "Datadog": (
        {"text": "[P2] [Triggered on {kube_cluster_name:prod,kube_namespace:store,"
                 "pod_name:web-5c6d7f-abcde}] Pod restarts"},
        Query(name=POD.name, kind="Pod", namespace="store", cluster="prod")),
    "Robusta": (
        {"blocks": [section(":ship: Resource: Pod/store/web-5c6d7f-abcde")]}, POD),
    "legacy fields": (
        {"attachments": [{"fields": [{"title": "Namespace", "value": "store"},
                                     {"title": "Pod", "value": "web-5c6d7f-abcde"}]}]}, POD),
    "rich text": (
        {"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "text", "text": "pod: "},
            {"type": "text", "text": "web-5c6d7f-abcde", "style": {"code": True}},
            {"type": "text", "text": " namespace: store"}]}]}]}, POD),
    "JSON": ({"text": '```{"namespace": "store", "pod": "web-5c6d7f-abcde"}```'}, POD),
    "a table": (
        {"blocks": [{"type": "table", "rows": [
            [{"type": "raw_text", "text": "namespace: store"}],
            [{"type": "raw_text", "text": "pod: web-5c6d7f-abcde"}]]}]}, POD),
    "mentions between": (
        {"text": "namespace: store <!channel> pod: web-5c6d7f-abcde <@U123>"}, POD),
    "exported labels": (
        {"text": "pod=kube-state-metrics-0 namespace=monitoring "
                 "exported_pod=web-5c6d7f-abcde exported_namespace=store"}, POD),
    "a pod without namespace": ({"text": "pod=web-5c6d7f-abcde"},
                                Query(name=POD.name, kind="Pod")),
    "a Job": ({"text": "namespace=store job_name=nightly-28 job=kube-state-metrics"},
              Query(name="nightly-28", kind="Job", namespace="store")),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_alert_names_its_object(name: str) -> None:
    message, query = SHAPES[name]
    assert read_alert(message).queries[:1] == (query,)


def test_title_without_label_names_is_tried_word_by_word() -> None:
    title = "[FIRING:1] store (KubePodNotReady web web-5c6d7f-abcde kube-state-metrics warning)"
    alert = read_alert({"attachments": [{"title": title, "fallback": f"{title} | <http://am>"}]})
    assert alert.queries[0] == Query(name="web-5c6d7f-abcde", namespace="store")
    assert len(alert.queries) <= 12


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("[RESOLVED] x", True),
        ("[OK] x", True),
        ("[Recovered on {pod_name:a}] x", True),
        ("status: resolved", True),
        ("[FIRING:1, RESOLVED:2] x", False),
        ("[Triggered on {pod_name:a}] x", False),
        ("it was not resolved yet", False),
    ],
)
def test_status_is_read_from_title(text: str, resolved: bool) -> None:
    assert read_alert({"text": text}).resolved is resolved


@pytest.mark.parametrize(
    "message",
    [
        {"text": "lunch at namespace: Store?"},
        {"text": "pod: " + "a" * 300},
        {"text": None},
        {"attachments": [{"from_url": "https://x", "text": "pod: a namespace: b"}]},
        {"text": "<https://x.example/?pod=a&namespace=b>"},
    ],
    ids=["capital", "too long", "null", "link preview", "only in a URL"],
)
def test_nothing_is_named_when_nothing_valid_is_there(message: dict[str, Any]) -> None:
    assert read_alert(message) == Alert()


@pytest.mark.parametrize(
    "unit",
    [
        "*",
        "_",
        "`",
        "<",
        "[",
        "pod ",
        "pod:",
        "a=",
        "a",
        "pod/a/",
        "[ firing ",
        " ",
        "\n",
        "-a.",
        "a|",
    ],
)
def test_text_takes_no_time_when_it_is_made_to(unit: str) -> None:
    before = time.process_time()
    read_alert({"text": unit * 40_000, "attachments": [{"text": unit * 40_000}] * 50})
    assert time.process_time() - before < 0.9


def test_nesting_is_cut_when_it_is_deep() -> None:
    node: dict[str, Any] = {"text": "pod: a"}
    for _ in range(500):
        node = {"elements": [node]}
    assert read_alert(node) == Alert()


KEYS = st.sampled_from(["text", "title", "value", "blocks", "type", "fields"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text()
NODES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner))


@given(NODES)
def test_any_message_is_read_without_error(node: Any) -> None:
    read_alert({"blocks": node, "text": node})
