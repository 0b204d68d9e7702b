"""What a refusal (4xx) of a registry proves. Pure; `reading.read_response` is the way in."""

from __future__ import annotations

import re

from bot.registries.answers import (
    AccessDenied,
    CredentialRejected,
    ManifestUnsupported,
    MissingOrPrivate,
    PolicyRejected,
    RepositoryAbsent,
    TagAbsent,
)
from bot.registries.exchange import Exchange, Question
from bot.registries.kinds import kind_named
from bot.registries.readings import (
    Corrupt,
    NoName,
    NotYet,
    PushRefused,
    Reading,
    Refusal,
    Trouble,
    Unavailable,
)

# Codes of the distribution protocol, of Quay (TAG_EXPIRED) and of ECR's own API.
_NO_TAG = {"MANIFEST_UNKNOWN", "TAG_EXPIRED", "TAG_UNKNOWN", "IMAGENOTFOUNDEXCEPTION"}
_NO_REPOSITORY = {"NAME_UNKNOWN", "REPOSITORY_UNKNOWN", "REPOSITORYNOTFOUNDEXCEPTION", "NOT_FOUND"}
_NO_NAME = {"NAME_INVALID", "TAG_INVALID", "INVALIDPARAMETEREXCEPTION"}
_NO_BLOB = {"BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN", "DIGEST_INVALID"}
_NO_TYPE = {"MANIFEST_INVALID", "UNSUPPORTED"}
_DENIED = {"DENIED", "UNAUTHORIZED", "ACCESSDENIEDEXCEPTION", "ACCESSDENIED"}
# Harbor (PROJECTPOLICYVIOLATION), JFrog Xray and Curation, Sonatype Firewall.
_POLICY_TEXT = re.compile(
    r"projectpolicyviolation|download blocking polic|quarantin|curation polic|not signed in notary",
    re.IGNORECASE,
)
# distribution/distribution answers 404 MANIFEST_UNKNOWN with these words to an old Accept header.
_TYPE_TEXT = re.compile(
    r"accept header does not support|schema ?(?:version )?1\b|manifest schema|media type",
    re.IGNORECASE,
)
# A 404 in words of its own, without a code.
_TAG_TEXT = re.compile(
    r"\b(?:tag|manifest|artifact|image)\b.{0,150}\b(?:not found|unknown|does not exist)\b",
    re.IGNORECASE,
)
_REPOSITORY_TEXT = re.compile(
    r"\b(?:repository|project)\b.{0,150}\b(?:not found|unknown|does not exist)\b", re.IGNORECASE
)
_BAD_CREDENTIAL = re.compile(
    r"incorrect (?:username|authentication)|(?:invalid|wrong|bad) (?:username|password|credential)"
    r"|token (?:has |is )?(?:expired|revoked)|expired token|security token"
    r"|http basic: access denied|unrecognizedclient|expiredtoken|insufficient scopes",
    re.IGNORECASE,
)


def read_push_refusal(exchange: Exchange) -> Reading:
    """Read a refusal to push, or of a token that may push."""
    error = exchange.error
    said = f"{error.code} {error.message}"
    offers_token = exchange.status == 401 and exchange.challenges and not exchange.scope_missing
    if exchange.first_try and offers_token:
        return NotYet("a challenge: the answer with a token decides")
    if "immutab" in error.message.lower() or "cannot be overwritten" in error.message.lower():
        refusal = Refusal.IMMUTABLE
    elif exchange.status == 404 and error.code in _NO_REPOSITORY:
        refusal = Refusal.NO_REPOSITORY
    elif error.code in _NO_TYPE or _TYPE_TEXT.search(said):
        refusal = Refusal.CONTENT
    elif _BAD_CREDENTIAL.search(said):
        refusal = Refusal.LOGIN
    else:
        refusal = Refusal.DENIED
    return PushRefused(refusal, exchange.authenticated, exchange.witness)


def read_refusal(exchange: Exchange, asked_as: str) -> Reading:
    """Read a refusal to show a manifest, a list of tags, a blob, or to give a token for them."""
    error, witness = exchange.error, exchange.witness
    if exchange.status == 412 or _POLICY_TEXT.search(f"{error.code} {error.message}"):
        return PolicyRejected(asked_as=asked_as, witness=witness)
    of_type = error.code in _NO_TYPE or _TYPE_TEXT.search(error.message)
    if exchange.status in (400, 404, 406, 415) and of_type:
        return ManifestUnsupported(asked_as=asked_as, witness=witness, media_type="")
    if exchange.question is Question.EXCHANGE:
        why = "the registry knows the identity and does not let it in"
        return AccessDenied(asked_as=asked_as, witness=witness, exists_because=why)
    if exchange.status == 401:
        return _read_unauthorized(exchange, asked_as)
    if exchange.status in (402, 403, 405):
        return _read_forbidden(exchange, asked_as)
    return _read_not_found(exchange, asked_as)


def _read_unauthorized(exchange: Exchange, asked_as: str) -> Reading:
    witness = exchange.witness
    if exchange.scope_missing:
        return MissingOrPrivate(asked_as=asked_as, witness=witness)
    if _is_challenge(exchange):
        return NotYet("a challenge: the answer with a token decides")
    if _refuses_token(exchange):
        # A token of the registry's own service has run out, not the credential behind it.
        why = "the registry refused a token, not the repository"
        return AccessDenied(asked_as=asked_as, witness=witness, exists_because=why)
    if exchange.authenticated and _refuses_credential(exchange):
        return CredentialRejected(asked_as=asked_as, witness=witness)
    return MissingOrPrivate(asked_as=asked_as, witness=witness)


def _is_challenge(exchange: Exchange) -> bool:
    if exchange.question is Question.ROOT:
        return not exchange.authenticated
    asks_registry = exchange.question not in (Question.TOKEN, Question.MANAGEMENT)
    if exchange.body and kind_named(exchange.kind).public_without_token:
        return False
    offers_token = bool(exchange.challenges) or not exchange.body
    return exchange.first_try and offers_token and asks_registry


def _refuses_token(exchange: Exchange) -> bool:
    return any(challenge.error == "invalid_token" for challenge in exchange.challenges)


def _refuses_credential(exchange: Exchange) -> bool:
    at_door = exchange.question in (Question.TOKEN, Question.ROOT)
    basic = any(challenge.scheme == "basic" for challenge in exchange.challenges)
    return at_door or basic or _BAD_CREDENTIAL.search(exchange.error.message) is not None


def _read_forbidden(exchange: Exchange, asked_as: str) -> Reading:
    witness, error = exchange.witness, exchange.error
    said = f"{error.code} {error.message}"
    if exchange.authenticated and _BAD_CREDENTIAL.search(said):
        return CredentialRejected(asked_as=asked_as, witness=witness)
    if exchange.status == 405 and error.code not in _DENIED:
        return NotYet("the method is not allowed here; ask with GET")
    hides_missing = kind_named(exchange.kind).denied_hides_missing or "may not exist" in said
    if hides_missing or exchange.question is Question.TOKEN:
        return MissingOrPrivate(asked_as=asked_as, witness=witness)
    why = f"the registry answered {exchange.status} and not 404"
    return AccessDenied(asked_as=asked_as, witness=witness, exists_because=why)


def _read_not_found(exchange: Exchange, asked_as: str) -> Reading:
    witness, code = exchange.witness, exchange.error.code.upper()
    if exchange.question is Question.TAGS and not kind_named(exchange.kind).lists_tags:
        return NotYet("this registry has no list of tags")
    if code in _NO_TAG or _names_no_artifact(exchange):
        return TagAbsent(asked_as=asked_as, witness=witness)
    if code in _NO_REPOSITORY:
        return RepositoryAbsent(asked_as=asked_as, witness=witness)
    if code in _NO_NAME:
        return NoName(witness)
    if code in _NO_BLOB:
        return Corrupt(witness)
    return _read_uncoded(exchange, asked_as)


def _names_no_artifact(exchange: Exchange) -> bool:
    """Whether it is Harbor's NOT_FOUND about an artifact, not about the repository or project."""
    about_artifact = re.match(r"(?:artifact|tag|manifest)\b", exchange.error.message, re.IGNORECASE)
    return exchange.error.code == "NOT_FOUND" and about_artifact is not None


def _read_uncoded(exchange: Exchange, asked_as: str) -> Reading:
    witness, error = exchange.witness, exchange.error
    if _BAD_CREDENTIAL.search(f"{error.code} {error.message}"):
        return CredentialRejected(asked_as=asked_as, witness=witness)
    if error.code.upper() in _DENIED:
        return MissingOrPrivate(asked_as=asked_as, witness=witness)
    if exchange.status in (404, 410):
        return _read_bare_not_found(exchange, asked_as)
    kind = kind_named(exchange.kind)
    if exchange.status == 400 and kind.bad_token_is_400 and not exchange.first_try:
        return CredentialRejected(asked_as=asked_as, witness=witness)
    return Unavailable(Trouble.MIRROR, witness)


def _read_bare_not_found(exchange: Exchange, asked_as: str) -> Reading:
    proves_repository = kind_named(exchange.kind).not_found_proves_repository
    if exchange.question is Question.MANIFEST and proves_repository:
        return TagAbsent(asked_as=asked_as, witness=exchange.witness)
    if _TAG_TEXT.search(exchange.error.message):
        return TagAbsent(asked_as=asked_as, witness=exchange.witness)
    if exchange.authenticated and _REPOSITORY_TEXT.search(exchange.error.message):
        return RepositoryAbsent(asked_as=asked_as, witness=exchange.witness)
    if exchange.question is Question.MANAGEMENT:
        return MissingOrPrivate(asked_as=asked_as, witness=exchange.witness)
    return NotYet("not found, without saying what: ask with GET, then for the list of tags")
