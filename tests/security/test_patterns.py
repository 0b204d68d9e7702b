"""No text keeps the bot busy: every path that text from outside takes ends soon."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.builds.secrets import uses_in
from bot.ci.github.question import Answer
from bot.ci.github.read import read_json
from bot.ci.github.read_runs import read_log
from bot.ci.logs.reader import read_log as read_build
from bot.cluster import objects as k
from bot.cluster.targets import InvalidTargetError, parse_target
from bot.evidence import Statement
from bot.explain import explain
from bot.facts.autoscaling import conditions_of
from bot.images import InvalidReferenceError, parse
from bot.logs import read_log as read_container
from bot.redact import scrub
from bot.registries.wire import read_challenges, read_error
from bot.sources import SourceError
from handlers.alert_text import read_alert

_PIECES = (
    "-eyJaaaaaaaa", "eyJa.", "://a:", "password=", "a-secret:", "\x1b]", "\x1b[0", "bearer ",
    "-----BEGIN PRIVATE KEY-----", "?sig=", "${{", "{{ ", "ERROR: a:", "=== 1 failed ",
    "Throttling", "1/1 nodes are available", "Caused by: a: ", "failed to do request: ",
    "executor failed running [", "at a.b(", "/a/b", "<@U|", "*", "`", " ", "\n", "\\", "\"", "a",
    "0", ".", "-", "[", "(", "=",
)  # fmt: skip


def _build_log(text: str) -> object:
    return read_build(read_log(1, text, 0).lines)


def _container_log(text: str) -> object:
    return read_container(line[:4000] for line in scrub(text).split("\n")[:1000])


def _image(text: str) -> object:
    try:
        return parse(text)
    except InvalidReferenceError:
        return None


def _target(text: str) -> object:
    try:
        return parse_target(text)
    except InvalidTargetError:
        return None


@pytest.mark.parametrize(
    ("read", "size"),
    [
        (scrub, 100_000),
        (_build_log, 60_000),
        (_container_log, 30_000),
        (lambda text: explain(Statement(text=text)), 4_000),
        (lambda text: read_alert({"text": text, "attachments": [{"text": text}]}), 32_000),
        (lambda text: list(uses_in(text, "its script")), 100_000),
        (read_challenges, 100_000),
        (read_error, 100_000),
        (_image, 100_000),
        (_target, 100_000),
    ],
    ids=["scrub", "build log", "container log", "explain", "alert", "workflow", "challenge",
         "registry error", "image", "target"],
)  # fmt: skip
def test_a_text_is_read_soon_when_it_repeats_one_thing(
    read: Callable[[str], object], size: int
) -> None:
    slow = {}
    for piece in _PIECES:
        begun = time.process_time()
        read(piece * (size // len(piece)))
        spent = time.process_time() - begun
        if spent > 0.5:
            slow[piece] = spent
    assert slow == {}


def test_nested_json_is_no_trap_wherever_it_comes_from() -> None:
    deep = '{"a":' * 100_000
    assert Answer(status=403, headers={}, body=deep.encode()).message == ""
    with pytest.raises(SourceError, match="cannot be read"):
        read_json(deep.encode(), dict[str, object], "a run")
    scaler = k.HorizontalPodAutoscaler(
        metadata=k.Metadata(
            name="api",
            namespace="shop",
            annotations={"autoscaling.alpha.kubernetes.io/conditions": "[" * 100_000},
        )
    )
    assert conditions_of(scaler) == ()
