"""The one place that masks secrets in free text, and makes text from outside safe to show."""

from __future__ import annotations

import re

_MASK = "***"

# Order matters: a whole header or key-value pair first, then tokens that are known by their form.
_SECRETS = tuple(
    re.compile(pattern, re.IGNORECASE if insensitive else 0)
    for pattern, insensitive in (
        # A scheme, or a value too long for a word: "may require authorization: server message: …".
        (r"(?<=authorization: )(?:(?:bearer|basic|token) [^\s'\",]{4,}|[^\s'\",]{16,})", True),
        (r"(?<=authorization\":\")(?:bearer |basic |token )?[^\s'\",]{4,}", True),
        (r"\b(?<=bearer )[A-Za-z0-9._~+/=-]{16,}", True),
        # user:password@ in a URL: the password goes, the host stays.
        (r"(?<=://)[^\s/:@'\"]{0,128}:[^\s/@'\"]{1,256}(?=@)", False),
        # GitHub: classic, fine-grained, and the app tokens that carry a JWT.
        (r"\bgh[pousr]_[A-Za-z0-9_.-]{16,}", False),
        (r"\bgithub_pat_[A-Za-z0-9_]{16,}", False),
        (r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{8,}", False),
        (r"\bglpat-[A-Za-z0-9_-]{16,}", False),
        (r"\bxox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{8,}", False),
        (r"\bxapp-[A-Za-z0-9-]{8,}", False),
        (r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", False),
        (r"\bnpm_[A-Za-z0-9]{30,}", False),
        (r"\bAIza[A-Za-z0-9_-]{30,}", False),
        # JSON Web Tokens. Each run of such letters is looked at once, from its beginning: a search
        # from every `eyJ` on would take minutes over a log that is full of them.
        (
            r"(?<![A-Za-z0-9_-])(?=(?:[A-Za-z0-9_-]*[_-])?eyJ[A-Za-z0-9_-]{8})[A-Za-z0-9_-]++"
            r"\.[A-Za-z0-9_-]{4,}+(?:\.[A-Za-z0-9_-]*+)?",
            False,
        ),
        # Signed URLs.
        (
            r"(?<=[?&])(?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|sig|token|"
            r"access_token|refresh_token|se|sp)=[^\s&'\"]{1,2048}",
            True,
        ),
        # NAME=value and "name": "value" where the name says that it is one.
        (
            r"(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|"
            r"access[_-]?token|refresh[_-]?token|client[_-]?secret|private[_-]?key|"
            r"runnerJITConfig)[A-Za-z0-9_-]{0,20}[\"']?\s{0,4}[=:]\s{0,4}[\"']?"
            r"(?P<value>[^\s\"',;&)}\]]{4,512})",
            True,
        ),
    )
)
_ANSI = re.compile(
    r"\x1b(?:\[[0-9;?]{0,16}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)?|[@-_])"
)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Names whose value is a place or a mask, not a secret.
_HARMLESS = re.compile(
    r"\*{3,}|\$\{.*|<.*|null|none|true|false|empty|required|missing|unbound|undefined|unset",
    re.IGNORECASE,
)
# A workflow's `secrets: inherit` and a permission `secrets: read` are no secrets either.
_PERMISSION = re.compile(
    r"secrets[\"']?\s{0,4}[=:]\s{0,4}[\"']?(?:read|write|admin|inherit)", re.IGNORECASE
)
# The kubelet names a volume, then tells of it: `volume "app-secret" : secret … not found`.
_OF_VOLUME = re.compile(r"\bvolume \"[a-z0-9.-]{0,63}$")
# An image may be named after what it keeps: `ghcr.io/external-secrets/external-secrets:v0.9.1`.
_BEFORE = re.compile(r"[a-z0-9._/:-]{0,300}$")
_IMAGE_NAME = re.compile(
    r"(?P<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,9}(?::[0-9]{1,5})?/|localhost:[0-9]{1,5}/)?"
    r"(?:[a-z0-9._-]{1,128}/){0,9}[a-z0-9._-]{1,128}"
)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}:?")
_PLAIN_TAG = re.compile(
    r"(?:v?\d{1,9}(?:\.\d{1,9}){1,5}[A-Za-z0-9_.-]{0,60}|v\d{1,9}|latest|main|master|stable|edge"
    r"|nightly|(?:sha-)?[0-9a-f]{7,40}):?"
)
_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----")
_KEY_ENDS = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY-----")


def scrub(text: str) -> str:
    """Mask what looks like a secret and drop colour and control characters; newlines stay."""
    clean = _CONTROL.sub("", _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    clean = _without_keys(clean)
    for pattern in _SECRETS:
        clean = pattern.sub(_masked, clean)
    return clean


def scrub_code(text: str) -> str:
    """Like `scrub`, for text that a program reads next, such as a workflow file.

    NAME: value pairs stay as they are, because `secrets: inherit` is one; tokens are masked.
    """
    clean = _without_keys(_CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    for pattern in _SECRETS[:-1]:
        clean = pattern.sub(_MASK, clean)
    return clean


def cut(text: str, limit: int) -> str:
    """Cut a text to a limit and say how much is missing."""
    if len(text) <= limit:
        return text
    kept = max(0, limit - len(f" … ({len(text)} more characters)"))
    return f"{text[:kept]} … ({len(text) - kept} more characters)"


def one_line(text: str, limit: int = 300) -> str:
    """A text from outside as one short line: scrubbed, white space folded, cut."""
    return cut(" ".join(scrub(text[: limit * 20]).split()), limit)


def _without_keys(text: str) -> str:
    """Mask private keys in PEM form; one whose end was cut off reaches to the end of the text."""
    pieces: list[str] = []
    at = 0
    while begins := _KEY_BEGINS.search(text, at):
        ends = _KEY_ENDS.search(text, begins.end())
        pieces += (text[at : begins.start()], _MASK)
        at = ends.end() if ends else len(text)
    return "".join((*pieces, text[at:]))


def _masked(match: re.Match[str]) -> str:
    value = match.groupdict().get("value")
    if value is None:
        return _MASK
    pair = match.group(0)
    harmless = _HARMLESS.fullmatch(value) or _PERMISSION.fullmatch(pair)
    if harmless or _tells_of_volume(match) or _is_tag(match, value):
        return pair
    return pair[: -len(value)] + _MASK


def _tells_of_volume(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 80) : match.start()]
    return '" : ' in match.group(0) and _OF_VOLUME.search(before) is not None


def _is_tag(match: re.Match[str], value: str) -> bool:
    """Whether the pair is the end of an image reference, and the value its tag."""
    before = _BEFORE.search(match.string[max(0, match.start() - 300) : match.start()])
    key, colon, rest = match.group(0).rpartition(":" + value)
    name = (before.group(0) if before else "") + key
    found = _IMAGE_NAME.fullmatch(name)
    if not colon or rest or found is None or "/" not in name:
        return False
    return (_TAG if found["host"] else _PLAIN_TAG).fullmatch(value) is not None
