"""The form that asks for a pod: a namespace to narrow the list, a pod, and where to answer.

The pods are an external select, whose options come while a person types; one that fails stands
before one that runs. What was typed can be chosen too, so a workload can be asked for as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.redact import one_line
from bot.render import blocks as b
from bot.render import mrkdwn as m
from bot.render.blocks import Block
from bot.sources import Overview, PodRow

FORM = "whyfailing_form"
NAMESPACE = "whyfailing.namespace"
POD = "whyfailing.pod"
CHANNEL = "whyfailing.channel"
MOST_OPTIONS = 100
"""https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload"""
_LABEL = 75
_VALUE = 150
_TAIL = 30


def form_view(
    cluster: str, *, channel: str = "", namespace: str = "", hint: str = ""
) -> dict[str, Any]:
    """The form. `channel` is where the answer goes, if it is known.

    `namespace` is the one that was chosen: Slack does not tell the other fields when it asks for
    options (https://github.com/slackapi/bolt-js/issues/1146), so the view has to carry it.
    """
    where: Block = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "default_to_current_conversation": True,
    }
    if channel:
        where["initial_conversation"] = channel
    narrow = _external(NAMESPACE, "All namespaces")
    of_cluster = f"In cluster {m.code(cluster) or 'without a name'}"
    blocks = [
        *([b.section(m.plain(hint, 600))] if hint else []),
        b.context([f"{of_cluster}. Pods that do not run come first."]),
        _input("namespace", "Namespace", narrow) | {"optional": True, "dispatch_action": True},
        _input("target", "Pod or workload", _external(POD, "Type a part of its name")),
        _input("where", "Where to answer", where),
    ]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": b.plain_text("Why is it failing?", 24),
        "submit": b.plain_text("Find out", 24),
        "close": b.plain_text("Close", 24),
        "private_metadata": namespace,
        "blocks": blocks,
    }


def notice_view(sentence: str) -> dict[str, Any]:
    """A sentence in the form's place. It is markup already."""
    return {
        "type": "modal",
        "title": b.plain_text("Why is it failing?", 24),
        "close": b.plain_text("Close", 24),
        "blocks": [b.section(sentence)],
    }


def namespace_options(overview: Overview, typed: str, allowed: frozenset[str] | None) -> Block:
    """The namespaces whose names have this in them."""
    names = sorted({pod.namespace for pod in visible(overview.pods, allowed)})
    fitting = [name for name in names if typed.lower() in name]
    return {"options": [_option(name, name) for name in fitting[:MOST_OPTIONS]]}


def pod_options(
    overview: Overview, typed: str, namespace: str, allowed: frozenset[str] | None
) -> Block:
    """The pods whose names have this in them, and the text itself, in groups."""
    words = typed.lower().split()
    fitting = [
        pod
        for pod in visible(overview.pods, allowed)
        if namespace in ("", pod.namespace)
        and all(word in f"{pod.namespace}/{pod.name}" for word in words)
    ]
    failing = [pod for pod in fitting if not pod.well]
    running = [pod for pod in fitting if pod.well]
    room = MOST_OPTIONS - 1
    groups = [
        ("Do not run", [_pod(pod, namespace) for pod in failing[:room]]),
        ("Run", [_pod(pod, namespace) for pod in running[: max(room - len(failing), 0)]]),
        ("What you typed", _as_typed(typed, namespace)),
    ]
    return {
        "option_groups": [
            {"label": b.plain_text(label, _LABEL), "options": options}
            for label, options in groups
            if options
        ]
    }


def visible(pods: Iterable[PodRow], allowed: frozenset[str] | None) -> Sequence[PodRow]:
    """Those of the namespaces that a reader may hear of; None stands for all."""
    return [pod for pod in pods if allowed is None or pod.namespace in allowed]


def _input(block_id: str, label: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": b.plain_text(label, 100),
        "element": element,
    }


def _external(action_id: str, hint: str) -> Block:
    return {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": b.plain_text(hint, 150),
        "min_query_length": 0,
    }


def _pod(pod: PodRow, namespace: str) -> Block:
    name = pod.name if namespace else f"{pod.namespace}/{pod.name}"
    option = _option(name, f"-n {pod.namespace} pod/{pod.name}")
    if not pod.well:
        option["description"] = b.plain_text(pod.status, _LABEL)
    return option


def _as_typed(typed: str, namespace: str) -> list[Block]:
    text = one_line(typed, _VALUE)
    if not text:
        return []
    return [_option(text, f"{text} -n {namespace}" if namespace and "-n" not in text else text)]


def _option(text: str, value: str) -> Block:
    """An option; a long name keeps its end, which is what tells pods apart.

    A value that is too long loses its end: what is left begins the name, which finds it.
    """
    if len(text) > _LABEL:
        text = f"{text[: _LABEL - _TAIL - 1]}…{text[-_TAIL:]}"
    return {"text": b.plain_text(text, _LABEL), "value": value[:_VALUE]}
