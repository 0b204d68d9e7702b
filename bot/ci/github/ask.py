"""Ask GitHub one question with the right credential, and read what a refusal means."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from bot.ci.github import raw, read
from bot.ci.github.auth import Credentials
from bot.ci.github.errors import not_found, refusal
from bot.ci.github.http import Http
from bot.ci.github.question import Answer, Credential, Question
from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError

PAGE = 100
"""Items on a page, the most that GitHub gives of nearly everything."""
ABSENT = frozenset({404, 410, 422})
_PAGES = 5
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_SUCCESS = frozenset({200, 201, 202, 204})
_Page = TypeVar("_Page")


class Asker:
    """What every group of questions needs: the connection, and as whom to ask."""

    def __init__(self, http: Http, credentials: Credentials) -> None:
        self.http = http
        self.credentials = credentials

    async def ask(
        self,
        question: Question,
        *,
        success: frozenset[int] = _SUCCESS,
        absent: frozenset[int] = frozenset(),
    ) -> Answer:
        """Ask; raises SourceError for any answer that is neither success nor among `absent`."""
        credential = await self.credential(question)
        answer = await self.http.ask(question, credential)
        if answer.status == 401 and self.credentials.forget(credential):
            # An installation's token can end before its time; a 401 has changed nothing.
            credential = await self.credential(question)
            answer = await self.http.ask(question, credential)
        if answer.status in success or answer.status in absent:
            return answer
        raise refusal(question, answer, credential.identity)

    async def credential(self, question: Question) -> Credential:
        """Find the credential for a question about a repository."""
        return await self.credentials.for_repository(question.repository, write=question.write)

    async def ask_or_none(
        self,
        question: Question,
        *,
        success: frozenset[int] = _SUCCESS,
        absent: frozenset[int] = ABSENT,
    ) -> Answer | None:
        """Ask; None when it certainly is not there.

        GitHub answers 404 for what a token may not see, so absence is believed only where the
        repository itself is visible. Raises SourceError.
        """
        answer = await self.ask(question, success=success, absent=absent)
        if answer.status in success:
            return answer
        if await self.visible_repository(question.repository) is not None:
            return None
        credential = await self.credential(question)
        raise not_found(question, answer, credential.identity)

    async def visible_repository(self, repository: str) -> raw.RawRepository | None:
        """The repository as GitHub writes it; None when this token does not see it."""
        question = about(repository, "", repository, "metadata=read")
        answer = await self.ask(question, absent=ABSENT)
        if answer.status in ABSENT:
            return None
        return read.read_json(answer.body, raw.RawRepository, question.about)

    async def pages(
        self,
        question: Question,
        kind: type[_Page],
        total: Callable[[_Page], int],
        size: int = PAGE,
        most: int = _PAGES,
    ) -> list[_Page]:
        """Read a list page by page, until it is whole. Raises SourceError when it has no end."""
        pages: list[_Page] = []
        for number in range(1, most + 1):
            params = (*question.params, ("per_page", str(size)), ("page", str(number)))
            answer = await self.ask(msgspec.structs.replace(question, params=params))
            page = read.read_json(answer.body, kind, question.about)
            pages.append(page)
            if total(page) <= number * size:
                return pages
        raise SourceError(
            GapReason.REFUSED,
            f"{question.about} are more than the {size * most} that the bot reads",
        )


def about(
    repository: str,
    path: str,
    what: str,
    needs: str,
    *,
    params: tuple[tuple[str, str], ...] = (),
) -> Question:
    """Make a question about a repository. Raises SourceError for a name that cannot be one."""
    if not _REPOSITORY.fullmatch(repository):
        raise SourceError(
            GapReason.REFUSED, f"{one_line(repository, 80)!r} is not a repository: OWNER/NAME is"
        )
    if ".." in path.split("?")[0].split("/"):
        raise SourceError(GapReason.REFUSED, f"the bot does not ask for {what}")
    where = what if what == repository else f"{what} of {repository}"
    return Question(
        path=f"/repos/{repository}{path}",
        about=where,
        needs=needs,
        repository=repository,
        params=params,
    )
