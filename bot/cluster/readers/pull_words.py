"""The phrases of pulls, more precise before less precise.

FIRST_WORDS decide before connections and HTTP statuses, LAST_WORDS after them.
"""

from __future__ import annotations

from bot.cluster.readers.facts import PullProblem as P
from bot.cluster.readers.message import Phrase, phrase
from bot.cluster.readers.pull_words_access import ACCESS_WORDS
from bot.cluster.readers.pull_words_content import CONTENT_WORDS

Rows = tuple[tuple[Phrase, P], ...]

STATUSES = {
    401: P.UNAUTHORIZED,
    403: P.FORBIDDEN,
    404: P.NOT_FOUND,
    412: P.POLICY,
    429: P.RATE_LIMITED,
}

FIRST_WORDS: Rows = (*CONTENT_WORDS, *ACCESS_WORDS)

LAST_WORDS: Rows = (
    (phrase(r"because the registry is unavailable", r"registryunavailable"), P.UNAVAILABLE),
    (
        phrase(
            r"internal server error",
            r"bad gateway",
            r"service (?:temporarily )?unavailable",
            r"gateway time-?out",
            r"server error",
            r"unknown: unknown error",
            r"internal error",
        ),
        P.SERVER_ERROR,
    ),
    (
        phrase(
            r"context canceled",
            r"operation was canceled",
            r"request canceled",
            r"(?:pull|context) (?:was )?cancell?ed",
        ),
        P.CANCELED,
    ),
    (phrase(r"deadline ?exceeded", r"no progress", r"pull progress"), P.DEADLINE),
    (
        phrase(
            r"no such image",
            r"\": \S{1,512}: not found",
            r": not found$",
            r"image not found",
            r"image \"?[^\s\"]{1,512}\"? (?:was )?not found",
            r"code = notfound",
            r"does not exist",
        ),
        P.NOT_FOUND,
    ),
    (
        phrase(r"back-?off pulling image", r"imagepullbackoff", r"\berrimagepull\b(?!\"?: \"?\S)"),
        P.BACK_OFF,
    ),
)
