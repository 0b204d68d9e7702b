"""Questions about a repository: its files, commits, pushes and workflows."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote

import msgspec

from bot.ci import objects as ci
from bot.ci.github import raw, read
from bot.ci.github.ask import ABSENT, PAGE, Asker, about
from bot.ci.github.errors import grant, refusal
from bot.ci.github.question import Answer, Question
from bot.evidence import GapReason
from bot.redact import one_line, scrub_code
from bot.sources import SourceError

_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_RAW_FILE = "application/vnd.github.raw+json"


class Repositories(Asker):
    """What a repository is and holds."""

    async def repository(self, repository: str) -> ci.Repository | None:
        """The repository; None when it does not exist or this token may not see it."""
        found, enabled = await asyncio.gather(
            self.visible_repository(repository), self._actions_enabled(repository)
        )
        return None if found is None else read.read_repository(found, enabled)

    async def _actions_enabled(self, repository: str) -> bool | None:
        """Whether Actions is on; None without the permission, and not asked without a token."""
        credential = await self.credentials.for_repository(repository)
        if not credential.token:
            return None
        question = about(
            repository, "/actions/permissions", "the Actions settings", "administration=read"
        )
        answer = await self.ask(question, absent=frozenset({401, 403, 404}))
        if answer.status != 200:
            return None
        return read.read_json(answer.body, raw.RawPermissions, question.about).enabled

    async def workflows(self, repository: str) -> tuple[ci.Workflow, ...]:
        """All workflows of the repository, whatever their state."""
        question = about(repository, "/actions/workflows", "the workflows", "actions=read")
        pages = await self.pages(question, raw.RawWorkflows, lambda page: page.total_count)
        return tuple(read.read_workflow(item) for page in pages for item in page.workflows)

    async def file(self, repository: str, path: str, ref: str) -> str | None:
        """A file's text at a ref; None when there is no such file, or no such ref."""
        question = about(
            repository,
            f"/contents/{quote(path)}",
            f"{one_line(path)} at {one_line(ref, 80)}",
            "contents=read",
            params=(("ref", ref),),
        )
        answer = await self.ask_or_none(msgspec.structs.replace(question, accept=_RAW_FILE))
        return None if answer is None else scrub_code(answer.body.decode("utf-8", "replace"))

    async def commit(self, repository: str, ref: str) -> ci.Commit | None:
        """The commit that a branch, tag or SHA stands for; None when there is none."""
        answer = await self._commit(repository, ref)
        return None if answer is None else read.read_commit(answer)

    async def _commit(self, repository: str, ref: str) -> raw.RawCommit | None:
        short = ref.removeprefix("refs/")
        what = f"the commit {one_line(short, 80)}"
        question = about(repository, f"/commits/{quote(short)}", what, "contents=read")
        # 409 is what an empty repository answers.
        answer = await self.ask_or_none(question, absent=ABSENT | {409})
        return None if answer is None else read.read_json(answer.body, raw.RawCommit, what)

    async def pushes(self, repository: str, ref: str) -> tuple[ci.Push, ...]:
        """Pushes to the full ref (`refs/heads/main`), newest first."""
        question = about(
            repository,
            "/activity",
            f"the pushes to {one_line(ref, 80)}",
            "contents=read",
            params=(("ref", ref), ("per_page", str(PAGE))),
        )
        answer = await self.ask(question)
        listed = read.read_json(answer.body, list[raw.RawActivity], question.about)
        return tuple(read.read_push(item) for item in listed)

    async def changed_files(self, repository: str, before: str, after: str) -> ci.ChangedFiles:
        """The files that differ between two commits; of a new branch, those of its last commit."""
        if not before.strip("0"):
            first = await self._commit(repository, after)
            if first is None:
                detail = f"{repository} has no commit {one_line(after, 80)}"
                raise SourceError(GapReason.GARBLED, detail)
            return read.read_first_push(first)
        question = about(
            repository,
            f"/compare/{quote(before, safe='')}...{quote(after, safe='')}",
            f"the files changed from {before[:7]} to {after[:7]}",
            "contents=read",
            params=(("per_page", "1"),),
        )
        answer = await self.ask(question)
        return read.read_comparison(read.read_json(answer.body, raw.RawComparison, question.about))

    async def search_workflows(self, owner: str, text: str) -> tuple[tuple[str, str], ...]:
        """(repository, path) of workflow files of this owner that contain the text.

        Only default branches are searched, and GitHub's index lags: absence proves nothing.
        https://docs.github.com/en/rest/search/search#search-code
        """
        if not _OWNER.fullmatch(owner):
            detail = f"{one_line(owner, 80)!r} is no GitHub account"
            raise SourceError(GapReason.REFUSED, detail)
        words = " ".join(text.replace('"', " ").replace("\\", " ").split())[:200]
        question = Question(
            path="/search/code",
            about=f"a search in the workflows of {owner}",
            needs="contents=read",
            params=(
                ("q", f'"{words}" user:{owner} path:.github/workflows'),
                ("per_page", str(PAGE)),
            ),
            resource="code_search",
        )
        credential = await self.credentials.for_owner(owner)
        if not credential.token:
            detail = "GitHub searches in code only for those who have a token"
            fix = grant(question, Answer(status=401, headers={}, body=b""), credential.identity)
            raise SourceError(GapReason.UNAUTHORIZED, detail, fix)
        answer = await self.http.ask(question, credential)
        if answer.status != 200:
            raise refusal(question, answer, credential.identity)
        return read.read_hits(read.read_json(answer.body, raw.RawHits, question.about))
