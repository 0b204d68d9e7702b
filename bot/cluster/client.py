"""The connection to a cluster: kubeconfig, the pod's own account, TLS, HTTP.

The only importer of the Kubernetes library, which is asked for configuration and credentials; the
bytes are decoded by us (the library's models take some twenty times as long).
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import aiohttp
from kubernetes import aio
from yaml import YAMLError

from bot.cluster.api import LiveCluster
from bot.cluster.connection import NO_ANSWER, lines_of, no_answer, whole
from bot.cluster.transport import Answer
from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError
from config.settings import ClusterSettings

client: Any = aio.client
config: Any = aio.config
CONNECT_SECONDS = 5.0
REQUEST_SECONDS = 30.0
IDLE_SECONDS = 90.0
"""A watch that says nothing for so long is opened again: its connection may be dead."""
ATTEMPTS = 3
PAUSE = 0.15
_LONGEST_WAIT = 2.0
"""A server that wants to be left alone for longer is not waited for."""
RENEW_SECONDS = 10.0
_BUSY = (429, 500, 502, 503, 504)
_LARGEST = 256 * 1024**2
_DEFAULT = str(Path("~/.kube/config").expanduser())


@asynccontextmanager
async def connect(settings: ClusterSettings) -> AsyncIterator[LiveCluster]:
    """Open the cluster that the settings name.

    Without any it is the current context of the kubeconfig, or inside a cluster the pod's own
    account. Raises SourceError when there is none, or when its configuration cannot be used.
    """
    access = await _access(settings)
    try:
        transport = _HTTP(settings, access)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise SourceError(
            GapReason.NOT_CONFIGURED,
            f"the certificates of the kubeconfig cannot be used: {one_line(str(error))}",
            "check certificate-authority, client-certificate and client-key in the kubeconfig",
        ) from error
    try:
        yield LiveCluster(
            settings.name or access.context,
            access.namespace,
            transport,
            read_pull_secrets=settings.read_pull_secrets,
        )
    finally:
        await transport.close()


class _Access:
    """Where the cluster is and as whom we ask."""

    def __init__(self, configuration: Any, context: str, namespace: str) -> None:
        self.configuration = configuration
        self.context = context
        self.namespace = namespace or "default"


async def _access(settings: ClusterSettings) -> _Access:
    """Read the configuration. Raises SourceError."""
    wanted = settings.kubeconfig or os.environ.get("KUBECONFIG", "")
    path = wanted or _DEFAULT
    configuration = client.Configuration()
    try:
        if not wanted and not settings.context and _in_cluster():
            config.load_incluster_config(client_configuration=configuration)
            return _Access(configuration, "in-cluster", "")
        _check_exists(path)
        contexts, current = config.list_kube_config_contexts(path)
        await config.load_kube_config(
            path,
            context=settings.context or None,
            client_configuration=configuration,
            persist_config=False,
        )
    except (config.ConfigException, OSError, YAMLError) as error:
        raise _unusable(one_line(str(error))) from error
    except (TypeError, KeyError, ValueError) as error:  # the library trips over what it reads
        raise _unusable(f"{path} is no kubeconfig, or a broken one") from error
    name = settings.context or current["name"]
    chosen: dict[str, Any] = next((c["context"] for c in contexts if c["name"] == name), {})
    return _Access(configuration, name, chosen.get("namespace", ""))


def _unusable(why: str) -> SourceError:
    return SourceError(
        GapReason.NOT_CONFIGURED,
        f"no cluster is configured: {why}",
        "set KUBECONFIG, or name a context that the kubeconfig has",
    )


def _check_exists(path: str) -> None:
    """Raise OSError when there is no kubeconfig; the path may be several, as in KUBECONFIG."""
    if not any(Path(part).expanduser().exists() for part in path.split(os.pathsep)):
        raise FileNotFoundError(f"there is no kubeconfig at {path}")


def _in_cluster() -> bool:
    return Path("/var/run/secrets/kubernetes.io/serviceaccount/token").exists()


class _HTTP:
    """Implements `bot.cluster.transport.Transport`."""

    def __init__(self, settings: ClusterSettings, access: _Access) -> None:
        self._settings = settings
        self._api = client.ApiClient(access.configuration)
        self._renewed = monotonic()

    async def close(self) -> None:
        """Close all connections."""
        await self._api.close()

    async def request(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        *,
        accept: str = "application/json",
        body: dict[str, Any] | None = None,
    ) -> Answer:
        """Send a request. A read is tried again when the server is busy or the line breaks off.

        Raises SourceError when there is no answer.
        """
        last = ATTEMPTS if method == "GET" else 1
        for attempt in range(1, last + 1):
            try:
                answer = await self._once(method, path, query, accept, body)
            except NO_ANSWER as error:
                if attempt == last or not isinstance(error, aiohttp.ClientError):
                    raise no_answer(error) from error
                await asyncio.sleep(PAUSE * 2**attempt)
                continue
            wait = _wait(answer, attempt)
            if answer.status not in _BUSY or attempt == last or wait > _LONGEST_WAIT:
                return answer
            await asyncio.sleep(wait)
        raise AssertionError("unreachable")  # pragma: no cover

    async def _once(
        self, method: str, path: str, query: dict[str, str], accept: str, body: Any
    ) -> Answer:
        response = await self._send(method, path, query, accept, body, _WHOLE)
        try:
            data = await whole(response, _LARGEST)
            if data is None:
                raise SourceError(GapReason.GARBLED, f"the answer to {path} is too large")
        finally:
            response.release()
        headers = {key.lower(): value for key, value in response.headers.items()}
        return Answer(response.status, headers, data)

    async def _send(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        accept: str,
        body: Any,
        within: aiohttp.ClientTimeout,
    ) -> aiohttp.ClientResponse:
        """Send a request; once more when the credential was refused and there is a new one."""
        response = await self._send_once(method, path, query, accept, body, within)
        if response.status == 401 and await self._renew():
            response.release()
            response = await self._send_once(method, path, query, accept, body, within)
        return response

    async def _send_once(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        accept: str,
        body: Any,
        within: aiohttp.ClientTimeout,
    ) -> aiohttp.ClientResponse:
        headers = {"Accept": accept, "User-Agent": "whyfailing"}
        await self._api.update_params_for_auth(headers, [], ["BearerToken"], path, method, body)
        url = self._api.configuration.host + path + (f"?{urlencode(query)}" if query else "")
        answer = await self._api.rest_client.request(
            method, url, headers=headers, body=body, _request_timeout=within
        )
        response: aiohttp.ClientResponse = answer.response
        return response

    async def _renew(self) -> bool:
        """Read the credential again, as an exec plugin or a file may give a new one."""
        if monotonic() - self._renewed < RENEW_SECONDS:
            return False
        self._renewed = monotonic()
        access = await _access(self._settings)
        self._api.configuration.api_key = access.configuration.api_key
        return True

    def lines(
        self, path: str, query: dict[str, str]
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes] | Answer]:
        """Open a stream of lines. Raises SourceError when there is none, or when it breaks off."""
        return self._lines(path, query)

    @asynccontextmanager
    async def _lines(
        self, path: str, query: dict[str, str]
    ) -> AsyncIterator[AsyncIterator[bytes] | Answer]:
        try:
            response = await self._send("GET", path, query, "application/json", None, _STREAM)
        except NO_ANSWER as error:
            raise no_answer(error) from error
        try:
            if response.status == 200:
                yield lines_of(response)
            else:
                yield Answer(response.status, {}, await whole(response, 100_000) or b"")
        finally:
            response.close()


_WHOLE = aiohttp.ClientTimeout(total=REQUEST_SECONDS, connect=CONNECT_SECONDS)
_STREAM = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=IDLE_SECONDS)


def _wait(answer: Answer, attempt: int) -> float:
    """Give the seconds until the next attempt: what the server asks for, else ever more."""
    asked = answer.headers.get("retry-after", "")
    return float(asked) if asked.isdigit() else PAUSE * 2**attempt
