"""What an alert is about: from the text of any tool to names that may exist in the cluster.

Anyone who can post in the channel writes this text: its length is capped, each repetition in a
pattern has a bound, and a name counts only if it is valid in Kubernetes and exists there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from bot.sources import Query

_LONGEST = 32_000
_DEEPEST = 12
_MOST_TOKENS = 6
_NAME = r"[a-z0-9](?:[-a-z0-9.]{0,250}[a-z0-9])?"
_VALID = re.compile(_NAME)
_ANGLE = re.compile(r"<([^<>|]{0,3000})(?:\|([^<>]{0,3000}))?>")
_MARKUP = re.compile(r"[*_`~]{1,3}(?=[\s:=|]|$)|(?<![^\s:=|\"'(])[*_`~]{1,3}")
_PAIR = re.compile(
    r"(?<![\w.-])([A-Za-z][A-Za-z_]{1,39})[\"']?[ \t]{0,8}[:=|][ \t]{0,8}[\"']?"
    rf"({_NAME})(?![\w/-])"
)
_PATH = re.compile(
    r"\b(pod|deployment|statefulset|daemonset|replicaset|cronjob|job)s?[ \t/:\"'`*]{1,6}"
    rf"({_NAME})/({_NAME})",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"\[\s{0,2}(firing|alerting|triggered|re-triggered|warn|no data|resolved|ok|recovered)\b",
    re.IGNORECASE,
)
_RESOLVED_WORD = re.compile(
    r"\b(?:status|state)\s{0,3}[:=]\s{0,3}(?:resolved|ok)\b|\bresolved:", re.I
)
_TITLE = re.compile(r"\[[^\[\]]{1,400}\]([^\n|]{0,1000})")
_WELL = frozenset({"resolved", "ok", "recovered"})
# Label names of Prometheus' kube-state-metrics, Datadog's and others' → what they name. Labels
# `job` and `instance` are a scrape's, not an object's. `exported_…` is the object's own where the
# scraper's label of that name came first.
_LABELS = {
    "exported_namespace": "namespace",
    "namespace": "namespace",
    "kube_namespace": "namespace",
    "k8s_namespace_name": "namespace",
    "ns": "namespace",
    "exported_pod": "Pod",
    "pod": "Pod",
    "pod_name": "Pod",
    "podname": "Pod",
    "k8s_pod_name": "Pod",
    "deployment": "Deployment",
    "kube_deployment": "Deployment",
    "statefulset": "StatefulSet",
    "kube_stateful_set": "StatefulSet",
    "daemonset": "DaemonSet",
    "kube_daemon_set": "DaemonSet",
    "replicaset": "ReplicaSet",
    "job_name": "Job",
    "kube_job": "Job",
    "cronjob": "CronJob",
    "cluster": "cluster",
    "cluster_name": "cluster",
    "kube_cluster_name": "cluster",
    "k8s_cluster_name": "cluster",
    "name": "name",
    "reason": "reason",
    "container": "container",
}
_RANK = {label: rank for rank, label in enumerate(_LABELS)}
_KINDS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "CronJob", "Job")
_API_KINDS = {kind.lower(): kind for kind in _KINDS}
_TEXTS = (
    "pretext", "author_name", "title", "text", "fallback", "footer", "fields", "blocks",
    "attachments", "elements", "rows", "tasks", "child_blocks", "body", "subtitle", "details",
    "caption",
)  # fmt: skip


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert may be about, likeliest first, and whether it says that all is well."""

    queries: tuple[Query, ...] = ()
    resolved: bool = False


def read_alert(message: dict[str, Any]) -> Alert:
    """Read a message of Slack, whatever tool posted it."""
    texts = _capped(_texts(message, 0))
    found = _labels(texts)
    joined = "\n".join(text for _, text in texts)
    namespace, cluster = found.get("namespace", ""), found.get("cluster", "")
    named = [
        Query(name=found[kind], kind=kind, namespace=namespace) for kind in _KINDS if kind in found
    ]
    named.extend(
        Query(name=name, kind=_API_KINDS[kind.lower()], namespace=space)
        for kind, space, name in _PATH.findall(joined)
    )
    if "name" in found and namespace and ("reason" in found or "container" in found):
        # kwatch calls the pod "Name", beside Namespace, Container and Reason.
        named.append(Query(name=found["name"], kind="Pod", namespace=namespace))
    queries = named or list(_from_title(joined, namespace))
    with_cluster = [msgspec.structs.replace(query, cluster=cluster) for query in queries]
    return Alert(queries=tuple(dict.fromkeys(with_cluster))[:12], resolved=_resolved(joined))


def plain(text: str) -> str:
    """A text as Slack delivers it, as people read it: links are their labels, mentions gone."""

    def words(match: re.Match[str]) -> str:
        target, label = match.group(1), match.group(2)
        return label or ("" if target[:1] in "@#!" else " ")

    return html.unescape(_ANGLE.sub(words, text))


def _labels(texts: list[tuple[str, str]]) -> dict[str, str]:
    """The labels that name something, the most telling label of each kind."""
    best: dict[str, tuple[int, str]] = {}
    for label, value in _pairs(texts):
        key = label.lower().replace(".", "_").replace(" ", "_")
        kind = _LABELS.get(key)
        cleaned = value.strip("\"'`*_ .,;-")
        if kind is None or not _VALID.fullmatch(cleaned):
            continue
        if kind not in best or _RANK[key] < best[kind][0]:
            best[kind] = (_RANK[key], cleaned)
    return {kind: value for kind, (_, value) in best.items()}


def _pairs(texts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for label, text in texts:
        if label:
            yield label, text
        head, _, rest = text.strip().partition("\n")
        if rest and "\n" not in rest.strip():
            yield head.strip(" *_`:"), rest
        yield from _PAIR.findall(text)


def _from_title(text: str, namespace: str) -> Iterator[Query]:
    """Alertmanager's own title shows label values without their names, sorted by name.

    So every word may be a namespace or a name; what exists decides.
    Source: https://github.com/prometheus/alertmanager/blob/main/template/default.tmpl
    """
    title = _TITLE.search(text)
    if title is None:
        return
    words = [word.strip("()[],;:") for word in title.group(1)[:1000].split()]
    tokens = [word for word in dict.fromkeys(words) if _VALID.fullmatch(word)][:_MOST_TOKENS]
    names = sorted(tokens, key=lambda token: -token.count("-"))
    for space in (namespace,) if namespace else tuple(tokens):
        for name in names:
            if name != space and "-" in name:
                yield Query(name=name, namespace=space)


def _resolved(text: str) -> bool:
    words = {word.lower() for word in _STATUS.findall(text)}
    if words:
        return words <= _WELL
    return bool(_RESOLVED_WORD.search(text[:4000]))


def _capped(texts: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    left = _LONGEST
    for label, text in texts:
        cleaned = _MARKUP.sub("", plain(text[:left]))
        left -= len(text)
        kept.append((plain(label[:100]), cleaned))
        if left <= 0 or len(kept) >= 500:
            break
    return kept


def _texts(node: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Every text of a message, with the label that a legacy field gives it."""
    if depth > _DEEPEST:
        return
    if isinstance(node, str):
        yield "", node
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item, depth + 1)
    elif isinstance(node, dict):
        yield from _of_object(node, depth)


def _of_object(node: dict[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    if node.get("from_url") or node.get("is_msg_unfurl"):
        return  # a preview of a link says nothing about the alert
    kind = str(node.get("type", ""))
    if isinstance(node.get("title"), str) and isinstance(node.get("value"), str | int | float):
        yield node["title"], str(node["value"])
    elif kind.startswith("rich_text_") and kind != "rich_text_list":
        inner = _texts(node.get("elements", []), depth + 1)
        yield "", "".join(text for _, text in inner)
    else:
        for key in _TEXTS:
            if node.get(key):
                yield from _texts(node[key], depth + 1)
