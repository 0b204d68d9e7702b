from __future__ import annotations

from typing import Any

import pytest

from bot.ci.trigger_answers import (
    Answer,
    AwaitingApproval,
    Disabled,
    EventNotListed,
    FileMissing,
    Filtered,
    NoEvent,
    PushSkipped,
    SkippedByMessage,
    StartupFailure,
    TokenPush,
    Triggered,
    TriggerEvent,
    WorkflowState,
)
from bot.ci.trigger_records import answer_for, classify_trigger
from bot.ci.triggers import why_not
from bot.ci.workflow_files import parse
from bot.images import ImageRef
from tests.ci.workflows import JOBS, listening


def _event(name: str = "push", ref: str = "refs/heads/main", **facts: Any) -> TriggerEvent:
    return TriggerEvent(name=name, ref=ref, default_branch="main", **facts)


def _pull(**facts: Any) -> TriggerEvent:
    given = {"action": "opened", "base_ref": "main", "head_ref": "fix", **facts}
    return _event("pull_request", "refs/pull/4/merge", **given)


HELD_BACK = 'push of step "docker/build-push-action@v6"'


@pytest.mark.parametrize(
    ("events", "event", "answer"),
    [
        ("  push:", _event(), Triggered()),
        ("  release:", _event(), EventNotListed("push", ("release",))),
        (
            "  push: {branches: [release/*]}",
            _event(),
            Filtered("branches", ("release/*",), "the branch 'main'"),
        ),
        (
            "  push: {branches-ignore: [ma*]}",
            _event(),
            Filtered("branches-ignore", ("ma*",), "the branch 'main'"),
        ),
        (
            "  push: {branches: [main]}",
            _event(ref="refs/tags/v1"),
            Filtered("branches", ("main",), "the tag 'v1'"),
        ),
        (
            "  push: {tags-ignore: [rc*]}",
            _event(),
            Filtered("tags-ignore", ("rc*",), "the branch 'main'"),
        ),
        ("  push: {tags: [v*], paths: [s/**]}", _event(ref="refs/tags/v1", changed_files=()), None),
        (
            "  push: {paths: [src/**]}",
            _event(changed_files=("docs/a", "b", "c", "d")),
            Filtered("paths", ("src/**",), "the change of docs/a, b, c and 1 more"),
        ),
        (
            "  push: {paths-ignore: [docs/**]}",
            _event(changed_files=()),
            Filtered("paths-ignore", ("docs/**",), "a push that changes no file"),
        ),
        ("  push: {paths: [src/**]}", _event(), Triggered()),
        ("  push: {paths: [src/**]}", _event(changed_files=("x",), diff_timed_out=True), None),
        ("  push: {paths: [src/**]}", _event(changed_files=("x",), commits=1001), None),
        (
            "  push: {paths: [src/**]}",
            _event(changed_files=(*("x",) * 300, "src/a"), changed_files_total=301),
            Filtered("paths", ("src/**",), "none of the first 300 of 301 changed files"),
        ),
        ("  push:", _event(ref="refs/tags/v1", tags_pushed=4), NoEvent(
            "4 tags were pushed at once, and GitHub makes no events for more than 3")),
        ("  push:", _event(branches_pushed=5001), NoEvent(
            "5001 branches were pushed at once, and GitHub makes no events for more than 5000")),
        ("  push:", _event(by_workflow_token=True), TokenPush("push")),
        ("  workflow_dispatch:", _event("workflow_dispatch", by_workflow_token=True), None),
        ("  pull_request:", _pull(), None),
        ("  pull_request:", _pull(merge_conflict=True), NoEvent(
            "a pull request with a merge conflict starts no workflow until it is solved")),
        ("  pull_request: {types: [closed]}", _pull(), Filtered(
            "types", ("closed",), "the activity 'opened'")),
        ("  pull_request: {branches: [next]}", _pull(), Filtered(
            "branches", ("next",), "the base branch 'main'")),
        ("  pull_request: {types: [labeled]}",
         _pull(action="labeled", by_workflow_token=True), TokenPush("pull_request")),
        ("  schedule: [{cron: '0 3 * * *'}]", _event("schedule", "refs/heads/next"), NoEvent(
            "a schedule runs on the default branch 'main' alone")),
        ("  workflow_run: {workflows: [CI]}", _event("workflow_run", upstream="CI 2"), Filtered(
            "workflows", ("CI",), "the workflow 'CI 2'")),
        ("  workflow_run: {workflows: [CI]}",
         _event("workflow_run", upstream="CI", chain_level=4), NoEvent(
            "workflow_run starts no more than three workflows one after the other")),
        ("  release:", _event("release", "refs/tags/v1", action="edited", draft=True), NoEvent(
            "GitHub sends no event when a draft release is edited")),
        ("  workflow_dispatch: {inputs: {a: {required: true}}}", _event("workflow_dispatch"),
         NoEvent("GitHub refuses the dispatch: the input 'a' is required")),
        ("  workflow_dispatch:", _event("workflow_dispatch", inputs=(("b", "1"),)),
         NoEvent("GitHub refuses the dispatch: there is no input 'b'")),
        ("  workflow_dispatch: {inputs: {a: {type: choice, options: [x, y]}}}",
         _event("workflow_dispatch", inputs=(("a", "z"),)),
         NoEvent("GitHub refuses the dispatch: 'a' must be one of x, y")),
    ],
)  # fmt: skip
def test_each_rule_gives_its_answer(
    events: str, event: TriggerEvent, answer: Answer | None
) -> None:
    assert why_not(listening(events), event) == (answer or Triggered())


@pytest.mark.parametrize(
    ("message", "phrase"),
    [
        ("Fix [skip ci] now", "[skip ci]"),
        ("Fix\n\nlong text [no ci]", "[no ci]"),
        ("Fix\n\n\nskip-checks: true", "skip-checks: true"),
        ("Fix\n\nSigned-off-by: A <a@b.c>\nskip-checks:true\n", "skip-checks:true"),
        ("Fix\n\nskip-checks: true\nSigned-off-by: A", ""),
        ("skip-checks: true", ""),
        ("Fix [skip-ci]", ""),
        ("Fix skip ci", ""),
    ],
)
def test_a_message_skips_only_with_the_documented_phrases(message: str, phrase: str) -> None:
    expected = SkippedByMessage(phrase) if phrase else Triggered()
    assert why_not(listening("  push:"), _event(message=message)) == expected
    assert why_not(listening("  create:"), _event("create", message=message)) == Triggered()


@pytest.mark.parametrize(
    ("event", "holder", "answer"),
    [
        (_event(), "main", None),
        (_event(ref="refs/heads/next"), "main", FileMissing("the branch 'next'", "main")),
        (_event(ref="refs/tags/v1"), "main", FileMissing("the tag 'v1'", "main")),
        (_event(ref="refs/heads/next"), "next", None),
        (_event("workflow_dispatch"), "next", FileMissing("the default branch 'main'", "next")),
        (
            _event("workflow_dispatch", "refs/heads/next"),
            "main",
            FileMissing("the branch 'next'", "main"),
        ),
        (_event("schedule"), "main", None),
        (_pull(), "fix", None),
        (_pull(), "other", FileMissing("the branch 'main' or 'fix'", "other")),
    ],
)
def test_the_file_is_looked_for_where_the_event_reads_it(
    event: TriggerEvent, holder: str, answer: Answer | None
) -> None:
    events = "  push:\n  pull_request:\n  workflow_dispatch:\n  schedule: [{cron: '0 3 * * *'}]"
    found = why_not(listening(events), event, WorkflowState(only_on_branch=holder))
    assert found == (answer or Triggered())


def test_a_disabled_workflow_says_so_before_anything_else() -> None:
    state = WorkflowState(state="disabled_inactivity")
    answer = why_not(listening("  release:"), _event(), state)
    assert answer == Disabled("disabled_inactivity")
    assert answer.summary == "GitHub disabled the workflow after 60 days of inactivity"


def test_an_invalid_file_is_a_startup_failure() -> None:
    answer = why_not(parse(f"on: push\njobz: x\n{JOBS}"), _event())
    assert answer == StartupFailure(2, "unexpected key 'jobz' in the workflow")


@pytest.mark.parametrize("facts", [{"by_workflow_token": True}, {"first_time_contributor": True}])
def test_a_pull_request_waits_for_approval(facts: dict[str, bool]) -> None:
    assert isinstance(why_not(listening("  pull_request:"), _pull(**facts)), AwaitingApproval)


_GATED = """jobs:
  test: {runs-on: x, steps: [{run: make test}]}
  image:
    needs: test
    runs-on: x
    if: CONDITION
    steps:
      - uses: docker/build-push-action@v6
        if: STEP
        with: {push: "PUSH", tags: "quay.io/acme/web:1"}
"""


@pytest.mark.parametrize(
    ("condition", "step", "push", "reason"),
    [
        ("github.ref == 'refs/heads/next'", "true", "true", "if: github.ref == 'refs/heads/next'"),
        ("true", "github.event_name == 'release'", "true", "if: github.event_name == 'release'"),
        ("true", "true", "false", HELD_BACK),
        (
            "true",
            "true",
            "${{ github.ref_type == 'tag' }}",
            'push of step "docker/build-push-action@v6"',
        ),
        ("true", "true", "true", None),
        ("vars.SHIP == 'yes'", "true", "true", None),
        ("true", "true", "${{ vars.SHIP }}", None),
        ("secrets_are_unknown == 1", "true", "true", None),
    ],
)
def test_a_push_that_facts_rule_out_is_skipped(
    condition: str, step: str, push: str, reason: str | None
) -> None:
    condition = condition.replace("secrets_are_unknown", "github.event.unheard")
    text = _GATED.replace("CONDITION", condition).replace("STEP", step).replace("PUSH", push)
    answer = why_not(listening("  push:", text), _event())
    assert answer == (PushSkipped("image", reason) if reason else Triggered())


def test_only_the_wanted_image_counts_when_one_is_given() -> None:
    jobs = (
        JOBS
        + "  docs:\n    runs-on: x\n    if: false\n    steps: [{run: docker push q.io/a/d:1}]\n"
    )
    event, workflow = _event(), listening("  push:", jobs)
    assert why_not(workflow, event, image=ImageRef("q.io", "a/d", "1")) == PushSkipped(
        "docs", "if: false"
    )
    assert why_not(workflow, event, image=ImageRef("quay.io", "acme/web", "1")) == Triggered()


def test_a_job_is_skipped_with_the_job_that_it_needs() -> None:
    jobs = "jobs:\n  gate: {runs-on: x, if: false, steps: [{run: echo}]}\n" + JOBS.removeprefix(
        "jobs:\n"
    ).replace("runs-on:", "needs: gate\n    runs-on:")
    assert why_not(listening("  push:", jobs), _event()) == PushSkipped("image", "needs: gate")


def test_a_record_is_read_and_classified() -> None:
    record = {
        "workflow": f"on: {{release: {{types: [created]}}}}\n{JOBS}",
        "event": {"name": "release", "ref": "refs/tags/v1", "action": "published"},
        "state": None,
    }
    assert classify_trigger(record) == (False, ("WorkflowFiltered", "WorkflowNotTriggered"))
    assert answer_for(record).summary == (
        "the activity 'published' does not pass the filter types: [created]"
    )
