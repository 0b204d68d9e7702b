"""Which of several callers' answers is believed."""

from __future__ import annotations

import itertools

import pytest

from bot.registries.answers import (
    AccessDenied,
    CredentialRejected,
    ImageFound,
    ImageLookUp,
    ManifestUnsupported,
    MissingOrPrivate,
    PolicyRejected,
    RateLimited,
    RepositoryAbsent,
    TagAbsent,
    Witness,
)
from bot.registries.choice import choose

WITNESS = Witness(method="GET", url="https://quay.io/v2/a/b/manifests/1", status=0)
POD, BOT, NOBODY = "pull secret web/pull", "the bot's credential for quay.io", "anonymous"


def found(who: str) -> ImageLookUp:
    return ImageFound(asked_as=who, witness=WITNESS, digest="", media_type="")


def tag_absent(who: str) -> ImageLookUp:
    return TagAbsent(asked_as=who, witness=WITNESS)


def repository_absent(who: str) -> ImageLookUp:
    return RepositoryAbsent(asked_as=who, witness=WITNESS)


def hidden(who: str) -> ImageLookUp:
    return MissingOrPrivate(asked_as=who, witness=WITNESS)


def rejected(who: str) -> ImageLookUp:
    return CredentialRejected(asked_as=who, witness=WITNESS)


def denied(who: str, why: str) -> ImageLookUp:
    return AccessDenied(asked_as=who, witness=WITNESS, exists_because=why)


def limited(who: str) -> ImageLookUp:
    return RateLimited(asked_as=who, witness=WITNESS)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([found(NOBODY)], found(NOBODY)),
        ([hidden(NOBODY), found(BOT)], found(BOT)),
        ([hidden(NOBODY), tag_absent(BOT)], tag_absent(BOT)),
        ([hidden(NOBODY), rejected(BOT)], hidden(NOBODY)),
        ([limited(NOBODY), rejected(BOT)], limited(NOBODY)),
        ([limited(NOBODY), hidden(BOT)], hidden(BOT)),
        ([found(POD), hidden(NOBODY)], found(POD)),
        ([rejected(POD), found(NOBODY)], rejected(POD)),
        ([rejected(POD), tag_absent(NOBODY)], tag_absent(NOBODY)),
        ([hidden(POD), hidden(NOBODY), repository_absent(BOT)], repository_absent(BOT)),
        ([hidden(POD), hidden(NOBODY), found(BOT)], denied(POD, f"{BOT} reads it")),
        ([hidden(POD), found(NOBODY)], denied(POD, "anonymous reads it")),
        ([hidden(POD), rejected(POD), hidden(NOBODY)], rejected(POD)),
        ([denied(POD, "403"), hidden(NOBODY)], denied(POD, "403")),
        ([limited(POD), found(NOBODY)], limited(POD)),
        (
            [PolicyRejected(asked_as=POD, witness=WITNESS), hidden(NOBODY)],
            PolicyRejected(asked_as=POD, witness=WITNESS),
        ),
        (
            [hidden(NOBODY), ManifestUnsupported(asked_as=BOT, witness=WITNESS, media_type="x")],
            ManifestUnsupported(asked_as=BOT, witness=WITNESS, media_type="x"),
        ),
    ],
)
def test_the_best_proof_is_chosen_when_callers_differ(
    answers: list[ImageLookUp], expected: ImageLookUp
) -> None:
    for order in itertools.permutations(answers):
        assert choose(order) == expected
