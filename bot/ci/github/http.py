"""Ask GitHub over HTTP: conditional, counted, bounded, retried only where repeating is harmless."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import hishel
import hishel.httpx
import httpx
import stamina

from bot.ci.github.budget import Budget, limited
from bot.ci.github.conditional import MemoryStorage, cache_key
from bot.ci.github.errors import limit_reached, refusal, unfinished
from bot.ci.github.question import Answer, Credential, Question
from bot.evidence import GapReason
from bot.sources import SourceError

_API_VERSION = "2022-11-28"
_LARGEST_ANSWER = 8_000_000
_HOPS = 3
_ATTEMPTS = 3
# GitHub itself gives up after ten seconds.
_TIMEOUT = httpx.Timeout(11.0, connect=4.0)
_MOVED = frozenset({301, 302, 307, 308})
_REPEATING = frozenset({301, 307, 308})
"""The redirects with which GitHub says that nothing was done here, so that a POST may move on."""
_TRANSIENT = frozenset({500, 502, 503, 504})
_HEADERS = {
    "User-Agent": "whyfailing",
    "X-GitHub-Api-Version": _API_VERSION,
    # Always ask whether an answer still holds: a run changes within a cached answer's minute.
    "Cache-Control": "no-cache",
}


class _TransientError(Exception):
    """Worth asking once more. `answer` is None when there was none."""

    def __init__(self, answer: Answer | None, why: str) -> None:
        super().__init__(why)
        self.answer = answer
        self.why = why


class Http:
    """The API of one GitHub. `downloads` is a client without credentials, for logs."""

    def __init__(
        self,
        base: str,
        client: httpx.AsyncClient,
        downloads: httpx.AsyncClient,
        now: Callable[[], datetime],
    ) -> None:
        self.base = base.rstrip("/")
        self.downloads = downloads
        self.now = now
        self._origin = _origin(self.base)
        self._client = client
        self._budget = Budget(now)

    async def ask(self, question: Question, credential: Credential) -> Answer:
        """Ask, and give any answer below 500 that is no rate limit, redirects within GitHub done.

        A GET that meets a transient failure is repeated; anything else never is. Raises
        SourceError.
        """
        self._budget.spend(credential.account, question.resource, write=question.write)
        try:
            answer = await self._persistently(question, credential)
        except _TransientError as error:
            if question.write:
                raise unfinished(question, error.why) from error
            if error.answer is not None:
                raise refusal(question, error.answer, credential.identity) from error
            raise SourceError(
                GapReason.UNREACHABLE,
                f"GitHub {error.why} for {question.about}",
                f"Check that this machine reaches {self._origin}.",
            ) from error
        except httpx.TimeoutException as error:
            if question.write:
                raise unfinished(question, "did not answer in time") from error
            detail = f"GitHub did not answer in time for {question.about}"
            raise SourceError(GapReason.TIMED_OUT, detail) from error
        self._check_limits(question, answer, credential)
        return answer

    async def _persistently(self, question: Question, credential: Credential) -> Answer:
        if question.write:
            return await self._followed(question, credential)
        async for attempt in stamina.retry_context(
            on=_TransientError, attempts=_ATTEMPTS, wait_initial=0.2, wait_max=2.0, wait_jitter=0.3
        ):
            with attempt:
                return await self._followed(question, credential)
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _followed(self, question: Question, credential: Credential) -> Answer:
        url = self.base + question.path
        params: tuple[tuple[str, str], ...] | None = question.params or None
        for _ in range(_HOPS):
            answer = await self._send(question, credential, url, params)
            target = answer.headers.get("location", "")
            followed = _REPEATING if question.write else _MOVED
            is_link = answer.status == 302 and question.takes_link
            if answer.status not in followed or is_link or not target:
                return answer
            url = str(httpx.URL(url).join(target))
            params = None
            if _origin(url) != self._origin:
                raise SourceError(
                    GapReason.REFUSED,
                    f"GitHub sent the question for {question.about} to another host; "
                    "the bot does not take its credential there",
                )
        raise SourceError(GapReason.GARBLED, f"GitHub redirects {question.about} in a circle")

    async def _send(
        self,
        question: Question,
        credential: Credential,
        url: str,
        params: tuple[tuple[str, str], ...] | None,
    ) -> Answer:
        headers = {"Accept": question.accept}
        if credential.token:
            headers["Authorization"] = f"Bearer {credential.token}"
        request = self._client.build_request(
            question.method, url, params=params, headers=headers, json=question.body
        )
        key = cache_key(credential.token, str(request.url), question.accept)
        request.extensions = {**request.extensions, "caching": {"key": key}}
        try:
            response = await self._client.send(request, stream=True)
            try:
                answer = await _read(response, question)
            finally:
                await response.aclose()
        except httpx.TimeoutException:
            raise
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _TransientError(None, _why(error)) from error
        self._budget.note(credential.account, question.resource, answer.headers)
        if answer.status in _TRANSIENT:
            raise _TransientError(answer, f"answered {answer.status}")
        return answer

    def _check_limits(self, question: Question, answer: Answer, credential: Credential) -> None:
        """Raise RATE_LIMITED for the answers 403 and 429 that mean a limit, not a permission."""
        which = limit_reached(answer)
        if not which:
            return
        until = self._budget.pause(credential.account, question.resource, answer.headers)
        hint = "" if credential.token else " (60 an hour without a token)"
        raise limited(
            f"GitHub's {which} is reached{hint}, so it does not tell {question.about}", until
        )


@asynccontextmanager
async def open_http(
    base: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> AsyncIterator[Http]:
    """Open the connections to a GitHub API and close them again."""
    limits = httpx.Limits(max_connections=20, max_keepalive_connections=10)
    client = hishel.httpx.AsyncCacheClient(
        storage=MemoryStorage(),
        rfc=hishel.CacheOptions(shared=False, supported_methods=["GET"], allow_stale=False),
        timeout=_TIMEOUT,
        limits=limits,
        headers=_HEADERS,
        follow_redirects=False,
    )
    downloads = httpx.AsyncClient(timeout=_TIMEOUT, limits=limits, follow_redirects=False)
    async with client, downloads:
        yield Http(base, client, downloads, now)


async def _read(response: httpx.Response, question: Question) -> Answer:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            megabytes = _LARGEST_ANSWER // 1_000_000
            raise SourceError(
                GapReason.REFUSED, f"GitHub's answer for {question.about} is over {megabytes} MB"
            )
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(
        status=response.status_code, headers=headers, body=bytes(body), url=str(response.url)
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _why(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError):
        return "could not be reached"
    return "broke off its answer"
