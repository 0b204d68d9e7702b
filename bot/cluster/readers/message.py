"""A text from the cluster, made ready to read: cut, escapes undone, wrappers taken off.

Kubelet and runtimes wrap errors from the outside in (`failed to X "Y": rpc error: … desc = …`), so
the inside says what happened and the outside says to whom. Readers look for the phrases of the
inside anywhere; what the wrappers name is taken here.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from string import ascii_lowercase, ascii_uppercase

from bot.patterns import Pattern

_HEAD, _TAIL = 3_000, 1_000
"""What is read of a longer text: an event has at most 1 kB, and the innermost words come last."""
_ARTIFACT = re.compile(r"; artifact err: .{0,10000}$")
_ESCAPED_QUOTE = re.compile(r"\\{1,32}\"")
_LIST = re.compile(r":\s?\[(?=rpc error: )")
_NEXT_OF_LIST = re.compile(r", (?=rpc error: code = )")
_PULLED = re.compile(
    r"(?:pull(?:ing)?(?: and unpack)?(?: system)? image|resol?ve (?:reference|image|ref)"
    r"|pulling from host|failed to apply default image tag|parse image reference"
    r"|container image)\s{1,3}\"?([^\s\",]{1,512})",
    re.IGNORECASE,
)
_MANIFEST_OF = re.compile(
    r"(?:docker://|manifest for |access denied for |^repository |reading manifest \S{1,300} in )"
    r"([^\s\",]{1,512})"
)
_URL = re.compile(
    r"https?:/{1,2}(\[[^\]\s]{1,80}\](?::\d{1,5})?|[^/\s\"?]{1,255})(/[^\s\"]{0,1024})?"
)

_FOLD = str.maketrans(ascii_uppercase, ascii_lowercase)


class Message:
    """One statement: its text, where it was seen, and what it is known to be about.

    `place` and `reason` are the parts of `where` (`event`, `Failed`); both may be empty.
    """

    def __init__(self, text: str, where: str = "", image: str = "") -> None:
        cut = text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} … {text[-_TAIL:]}"
        whole = _ESCAPED_QUOTE.sub('"', cut).replace("\\n", "\n")
        # CRI-O tries a reference as an image, then as an OCI artifact; only the first one matters.
        self.text = _ARTIFACT.sub("", " ".join(whole.split()))
        place, _, reason = where.partition(":")
        self.place = place.strip().rpartition(".")[2]
        self.of_init = place.strip().startswith("initContainer")
        self.reason = reason.strip()
        self._hint = image

    @cached_property
    def attempts(self) -> tuple[str, ...]:
        """The text, or each error of a list of attempts (one for each pull credential)."""
        begin = _LIST.search(self.text)
        if begin is None:
            return (self.text,)
        return tuple(_NEXT_OF_LIST.split(self.text[begin.end() :].rstrip("]")))

    @cached_property
    def image(self) -> str:
        """The reference that the text is about, else the one it was asked with."""
        named = _PULLED.search(self.text) or _MANIFEST_OF.search(self.text)
        found = named.group(1).rstrip(":.,") if named else ""
        return found or self._hint

    @property
    def about_image(self) -> bool:
        """Whether the one who asked says which image it is about."""
        return bool(self._hint)

    def seen(self, *reasons: str) -> bool:
        """Whether it was seen under one of these reasons."""
        return self.reason in reasons


def url_host(text: str) -> str:
    """The host (with port) of the last URL of a text; empty without one."""
    hosts = _URL.findall(text)
    return str(hosts[-1][0]) if hosts else ""


def one(pattern: re.Pattern[str], text: str, group: int | str = 1) -> str:
    """A group of the first match; empty without one."""
    found = pattern.search(text)
    return (found.group(group) or "") if found else ""


class Phrase:
    """Any of several expressions, in any case; they are written in lower case.

    Searching a text whose capitals are folded is four times as fast as searching in any case. The
    folding keeps the length, so that a match tells where it is in the text itself.
    """

    def __init__(self, *alternatives: str) -> None:
        joined = "|".join(f"(?:{item})" for item in alternatives)
        self.pattern = Pattern(joined, re.NOFLAG)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match; its groups are in lower case."""
        return self.pattern.search(_folded(text))


def phrase(*alternatives: str) -> Phrase:
    """Any of these expressions, in any case."""
    return Phrase(*alternatives)


@lru_cache(maxsize=16)
def _folded(text: str) -> str:
    return text.translate(_FOLD)


def around(text: str, found: re.Match[str], limit: int = 240) -> str:
    """The words of a match with what follows, for a report."""
    return text[found.start() : found.start() + limit].strip()
