"""Text from outside is text wherever it is shown: no terminal code, nothing reversed, no markup."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from rich.console import Console

from bot.diagnose import diagnose
from bot.redact import scrub
from bot.render import json as as_json
from bot.render import markdown, terminal, text
from bot.render.slack import render
from bot.render.slack_views import evidence_view
from bot.render.states import Reported
from bot.report import Report
from tests import make
from tests.reports import reports

_CODES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_HOSTILE = (
    "\x1b]0;owned\x07\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\ \x9b31m "
    "\u202egnp.exe\u2066 \u061c <!channel> <@U1> <http://evil.example|kubectl delete> `x` *b* "
    "[a](http://evil.example) <img src=x> \U000e0041 \ud800"
)


def _screen(report: Report) -> str:
    screen = io.StringIO()
    Console(file=screen, width=100, force_terminal=False).print(terminal.render(report))
    return screen.getvalue()


RENDERERS: dict[str, Callable[[Report], str]] = {
    "text": text.render,
    "markdown": markdown.render,
    "terminal": _screen,
    "json": lambda report: as_json.encode(report).decode(),
    "slack": lambda report: _slack(report),
}


def _slack(report: Report) -> str:
    message = render(Reported(report=report, thread_id="t1"), "p1")
    shown = json.dumps([message.text, message.blocks], ensure_ascii=False)
    return shown + json.dumps(evidence_view(report), ensure_ascii=False)


@pytest.mark.parametrize("name", RENDERERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(report=reports())
def test_no_terminal_code_is_shown(name: str, report: Report) -> None:
    assert _CODES.findall(RENDERERS[name](report)) == []


def _report() -> Report:
    status = make.waiting(reason="CreateContainerError", message=_HOSTILE)
    pod = make.pod(status)
    event = make.event(pod, "Failed", f"Error: {_HOSTILE}")
    return diagnose(make.evidence(pod, event, logs=[make.log(_HOSTILE)]))


@pytest.mark.parametrize("name", ["markdown", "slack"])
def test_a_message_of_the_cluster_is_no_markup(name: str) -> None:
    shown = RENDERERS[name](_report())
    for markup in ("<!channel>", "<@U1>", "<http://evil", "<img"):
        assert all(_is_literal(name, shown, at) for at in _places(shown, markup))
    assert name == "slack" or not re.search(r"(?<!\\)\]\(http://evil", shown)


def _places(shown: str, markup: str) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(markup), shown)]


def _is_literal(name: str, shown: str, at: int) -> bool:
    """Whether nothing parses what stands there: an escape in Markdown, rich text in Slack."""
    if name == "markdown":
        return shown[at - 1] == "\\"
    return '"mrkdwn"' not in shown[max(0, at - 200) : at].rpartition("{")[2]


@pytest.mark.parametrize("code", ["\ud800", "\u061c", "\U000e0041", "\x9b", "\u2066", "\u202e"])
def test_what_nobody_sees_is_taken_out(code: str) -> None:
    assert scrub(f"a{code}b") == "ab"
    scrub(f"a{code}b").encode()
