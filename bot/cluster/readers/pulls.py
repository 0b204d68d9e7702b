"""Why an image was not pulled, in the words of kubelet, runtimes and registries.

Sources: kubernetes `pkg/kubelet/images/{types,image_manager}.go`; containerd
`core/remotes/docker/{resolver,fetcher,authorizer}.go`, `core/images/image.go`; moby
`daemon/containerd/image_pull.go`, `distribution/{errors,pull_v2}.go`; containers/image
`docker/{docker_client,errors}.go`; the error codes of the distribution specification
(https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes).

A table of phrases, the more precise before the less precise one. The registry's own code or words
decide before the HTTP status, and both before the words that a client adds to any refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import (
    Fact,
    PullFailed,
    PullProblem,
    PullSecretsUnavailable,
    StartFailed,
    StartProblem,
)
from bot.cluster.readers.message import Message, around, one, phrase, url_host
from bot.cluster.readers.network import read_connection
from bot.cluster.readers.pull_words import FIRST_WORDS, LAST_WORDS, STATUSES

_STATUS = re.compile(
    r"(?:\bstatus(?: ?code)?\b:?|\bstatus from [A-Z]{3,6} request to \S{1,1100}:?|returned|"
    r"unexpected status(?: code)? \S{1,1100}:?|status code \[[^\]]{0,300}\]:?|API error|HTTP)"
    r" ?\(?([1-5]\d\d)\b"
    r"|\b([45]\d\d) \(?(?:Unauthorized|Forbidden|Not Found|Bad Request|Too Many Requests|"
    r"Internal Server Error|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out|"
    r"Method Not Allowed|Not Acceptable|Gone|Precondition Failed|Proxy Authentication Required|"
    r"Unavailable For Legal Reasons|Payment Required|Request Timeout|Teapot)",
    re.IGNORECASE,
)
_PLATFORM = re.compile(
    r"(?:manifest for |for architecture[= ]\"?)([a-z]{3,10}/[a-z0-9]{2,10}(?:/v\d)?"
    r"|[a-z0-9_]{2,12})"
)
_SECRETS = re.compile(r"image pull secrets \(([^)]{0,2000})\)")
_TOKEN = re.compile(r"fetch (anonymous|oauth) token", re.IGNORECASE)
_PULL_WORDS = re.compile(
    r"pull(?:ing|ed)? (?:system |sandbox |the )?(?:image|access|from host|qps|rate limit)"
    r"|pull and unpack|resol?ve (?:reference|image|ref)\b"
    r"|manifest|initializing (?:source|image from source)|pinging (?:docker|container) registry"
    r"|default image tag|image reference|errimage|imagepull|pull policy of never"
    r"|//[^/\s]{1,255}/v[12]/"
    r"|httpreadseeker|failed commit on ref|toomanyrequests|layer|blob|container image"
    r"|verify image|image signature|reference format|specified platform|image with reference"
    r"|pull access denied|unauthorized to access repository|image pull"
    # Docker's registry client alone says this (distribution, registry/client/errors.go).
    r"|received unexpected http status",
    re.IGNORECASE,
)
_PULL_REASONS = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "ImageInspectError",
        "ErrImageInspect",
        "InspectFailed",
        "Pulling",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    }
)
_PULL_TOOLS = re.compile(
    r"pull|docker|podman|buildah|skopeo|\bctr\b|nerdctl|kubeadm|containerd|oras|crane"
)


# The socket of the node's own runtime: no registry was asked.
_RUNTIME_DOWN = phrase(
    r"dial unix \S{0,200}(?:containerd|crio|docker|cri-dockerd)\S{0,40}\.sock",
    r"cannot connect to the docker daemon",
    r"is the docker daemon running",
)


def read_pull_secrets(message: Message) -> Iterator[Fact]:
    """Pull secrets that the kubelet could not read (FailedToRetrieveImagePullSecret)."""
    found = _SECRETS.search(message.text)
    if found and "nable to retrieve" in message.text:
        names = tuple(name.strip() for name in found.group(1).split(",") if name.strip())
        yield PullSecretsUnavailable(names=names, words=around(message.text, found))


def read_pull(message: Message) -> Iterator[Fact]:
    """A fact for each attempt that the text tells of, when its words are those of a pull."""
    if found := _RUNTIME_DOWN.search(message.text):
        yield StartFailed(problem=StartProblem.RUNTIME, words=around(message.text, found))
    elif message.reason in _PULL_REASONS or _PULL_WORDS.search(message.text):
        yield from _attempts(message)


def read_bare_pull(message: Message) -> Iterator[Fact]:
    """The same for words that could be of anything, when the place says that it was a pull."""
    tool = message.place == "log" and _PULL_TOOLS.search(message.reason)
    if tool or (message.about_image and message.place in ("", "log", "event", "waiting")):
        yield from _attempts(message)


def _attempts(message: Message) -> Iterator[Fact]:
    seen: set[PullProblem] = set()
    for attempt in message.attempts:
        fact = read_attempt(attempt, message.image)
        if fact and fact.problem not in seen:
            seen.add(fact.problem)
            yield fact


def read_attempt(text: str, image: str = "") -> PullFailed | None:
    """What one error of a runtime, a client or a registry says of a pull; None if nothing."""
    status, host = read_status(text), url_host(text)
    token = one(_TOKEN, text).lower()
    if token and status in (400, 401, 403):
        return _token_refused(token, text, image, status)
    for rows in (FIRST_WORDS, LAST_WORDS):
        for pattern, problem in rows:
            found = pattern.search(text)
            if found:
                return _fact(problem, text, around(text, found), image=image, status=status)
        if rows is FIRST_WORDS:
            connection = read_connection(text)
            if connection and not 400 <= status < 407:
                return PullFailed(
                    problem=PullProblem.NETWORK,
                    image=image,
                    connection=connection,
                    host=connection.host,
                    words=connection.words,
                )
            if status and (by_status := _by_status(status, host)):
                return _fact(by_status, text, one(_STATUS, text, 0), image=image, status=status)
    return None


def read_status(text: str) -> int:
    """The HTTP status that a text reports last; 0 without one."""
    codes = [int(first or second) for first, second in _STATUS.findall(text)]
    errors = [code for code in codes if code >= 400]
    return errors[-1] if errors else 0


def _by_status(status: int, host: str) -> PullProblem | None:
    if status == 400 and host.startswith("public.ecr.aws"):
        # An expired token; anonymous requests are served.
        return PullProblem.CREDENTIALS_REFUSED
    if status >= 500:
        return PullProblem.SERVER_ERROR
    return STATUSES.get(status, PullProblem.ODD_STATUS)


def _token_refused(kind: str, text: str, image: str, status: int) -> PullFailed:
    """A token endpoint refused: whom it refused tells more than its status."""
    if kind == "anonymous":
        problem = PullProblem.MISSING_OR_PRIVATE
    else:
        problem = PullProblem.FORBIDDEN if status == 403 else PullProblem.CREDENTIALS_REFUSED
    return _fact(problem, text, one(_TOKEN, text, 0), image=image, status=status)


def _fact(problem: PullProblem, text: str, words: str, *, image: str, status: int) -> PullFailed:
    token = one(_TOKEN, text).lower()
    return PullFailed(
        problem=problem,
        image=image,
        host=url_host(text),
        status=status,
        platform=one(_PLATFORM, text) if problem is PullProblem.NO_PLATFORM else "",
        credentials_sent={"oauth": True, "anonymous": False}.get(token),
        words=words,
    )
