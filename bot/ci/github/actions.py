"""What the bot may do on GitHub: run failed jobs again, start a workflow. Never done twice."""

from __future__ import annotations

import re

import msgspec

from bot.ci.github import raw, read
from bot.ci.github.ask import Asker, about
from bot.ci.github.errors import refusal
from bot.ci.github.question import Answer, Question
from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError

_MAY_DECLINE = frozenset({400, 403, 404, 409, 410, 422})
_DECLINED = tuple(
    (re.compile(pattern, re.IGNORECASE), detail, fix)
    for pattern, detail, fix in (
        (
            r"already running",
            "the run is already running",
            "Wait for it to finish: the bot shows its progress.",
        ),
        (
            r"created over a month ago|too old|more than 30 days",
            "the run is older than 30 days, and GitHub runs nothing again after that",
            "Start the workflow anew, or push a commit.",
        ),
        (
            r"(?:maximum|limit)[^.]{0,60}(?:re-?run|attempt)|(?:re-?run|attempt)[^.]{0,60}(?:maximum|limit)",
            "the run has been run again as often as GitHub allows",
            "Start the workflow anew, or push a commit.",
        ),
        (
            r"cannot be retried|cannot be rerun|unable to retry|no failed jobs",
            "GitHub does not run this run again: it was cancelled, or nothing in it failed",
            "Start the workflow anew, or push a commit.",
        ),
        (
            r"does not have '?workflow_dispatch'? trigger",
            "the workflow has no `workflow_dispatch` trigger at this ref",
            "Add `workflow_dispatch:` to the workflow's `on:` at this ref, or push a commit.",
        ),
        (
            r"no ref found",
            "this branch or tag does not exist",
            "Choose a branch or tag that exists, or push it.",
        ),
        (
            r"disabled workflow|workflow is disabled|disabled_",
            "the workflow is disabled",
            "Enable it on the repository's Actions page first.",
        ),
        (
            r"input '?[^']{0,100}'? not provided|required input",
            "the workflow asks for inputs that the bot does not know",
            "Start it on the repository's Actions page, where the inputs can be filled in.",
        ),
        (
            r"unexpected inputs",
            "the workflow does not know these inputs",
            "Start it on the repository's Actions page.",
        ),
        (
            r"not allowed to trigger",
            "a policy of the organisation forbids to start this workflow by hand",
            "Ask an owner of the organisation to change the Actions policy.",
        ),
        (
            r"archived|read-only",
            "the repository is archived, so nothing runs in it",
            "Unarchive it in the repository's settings.",
        ),
        (
            r"actions (?:is|are|has been) disabled|actions disabled",
            "GitHub Actions is switched off for the repository",
            "Switch it on in the repository's settings → Actions → General.",
        ),
    )
)


class Actions(Asker):
    """Start things. Each refusal of GitHub's is SourceError DECLINED with its own sentence."""

    async def rerun_failed_jobs(self, repository: str, run_id: int) -> None:
        """Start the failed jobs of a run again."""
        question = about(
            repository,
            f"/actions/runs/{run_id}/rerun-failed-jobs",
            f"repeat the failed jobs of run {run_id}",
            "actions=write",
        )
        await self._act(msgspec.structs.replace(question, method="POST"))

    async def dispatch(self, repository: str, workflow_id: int, ref: str) -> int | None:
        """Start a workflow at a branch or tag; the new run's id where GitHub tells it."""
        question = about(
            repository,
            f"/actions/workflows/{workflow_id}/dispatches",
            f"start at {one_line(ref, 80)} the workflow {workflow_id}",
            "actions=write",
        )
        body: dict[str, object] = {"ref": ref, "return_run_details": True}
        question = msgspec.structs.replace(question, method="POST", body=body)
        answer = await self._act(question, absent=frozenset({400, 422}))
        if answer.status in {400, 422}:
            if "return_run_details" not in answer.message and "permitted key" not in answer.message:
                raise declined(question, answer)
            # GitHub Enterprise Server does not know the field yet; it did nothing, so ask again.
            answer = await self._act(msgspec.structs.replace(question, body={"ref": ref}))
        if answer.status != 200:
            return None
        return read.read_json(answer.body, raw.RawDispatched, question.about).workflow_run_id

    async def _act(self, question: Question, absent: frozenset[int] = frozenset()) -> Answer:
        answer = await self.ask(question, absent=_MAY_DECLINE)
        if answer.status not in _MAY_DECLINE or answer.status in absent:
            return answer
        if _knows(answer) or answer.status in {400, 409, 410, 422}:
            raise declined(question, answer)
        credential = await self.credential(question)
        raise refusal(question, answer, credential.identity)


def declined(question: Question, answer: Answer) -> SourceError:
    """Make the error for an action that GitHub understood and did not carry out."""
    for pattern, detail, fix in _DECLINED:
        if pattern.search(answer.message):
            return SourceError(GapReason.DECLINED, detail, fix)
    said = answer.message or f"status {answer.status}"
    return SourceError(
        GapReason.DECLINED,
        f"GitHub did not {question.about}: {said}",
        "Look at the repository's Actions page.",
    )


def _knows(answer: Answer) -> bool:
    return any(pattern.search(answer.message) for pattern, _, _ in _DECLINED)
