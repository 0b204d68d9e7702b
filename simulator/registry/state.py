"""What a simulated registry has: accounts, repositories, tags, and who pulled how much."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from bot.images import ImageRef, parse
from simulator.faults import Faults
from simulator.registry.contents import Stored, make_image, make_index


class Account(msgspec.Struct, kw_only=True):
    """Somebody who may log in. `namespaces` are theirs to read and write, besides their own."""

    name: str
    password: str
    namespaces: tuple[str, ...] = ()
    may_push: bool = True

    def owns(self, repository: str) -> bool:
        """Whether they may read a private repository; an entry may name one repository too."""
        namespace = repository.partition("/")[0]
        return bool({namespace, repository, "*"} & {self.name, *self.namespaces})


class Repository(msgspec.Struct, kw_only=True):
    """One repository. `tags` names digests of `manifests`."""

    private: bool = False
    tags: dict[str, str] = {}
    pushed: dict[str, datetime] = {}
    manifests: dict[str, Stored] = {}
    blobs: dict[str, bytes] = {}


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a token lets its bearer do."""

    account: str
    repository: str
    actions: frozenset[str]
    until: float


class RegistryState:
    """All of it, and the faults that are wanted. `now` gives aware UTC times."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.faults = Faults()
        self.accounts: dict[str, Account] = {}
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, Grant] = {}
        self.sessions: dict[str, str] = {}
        """Tokens of the REST API, and whose they are."""
        self.uploads: dict[str, bytearray] = {}
        self.pulls: Counter[str] = Counter()
        """Manifests that were got, by account, or by address for nobody."""
        self.pull_limit: int | None = None
        self.token_seconds = 300

    def add_account(self, name: str, password: str, *namespaces: str) -> Account:
        """Let somebody log in."""
        account = Account(name=name, password=password, namespaces=namespaces)
        self.accounts[name] = account
        return account

    def log_in(self, name: str, password: str) -> Account | None:
        """The account, if the password is right."""
        account = self.accounts.get(name)
        return account if account and secrets.compare_digest(account.password, password) else None

    def push(
        self,
        reference: str | ImageRef,
        *,
        labels: Mapping[str, str] | None = None,
        platforms: Sequence[str] = ("linux/amd64",),
    ) -> str:
        """Put an image there, as if it had been pushed; give its digest."""
        image = _reference(reference)
        repository = self.repositories.setdefault(image.repository, Repository())
        images: dict[str, Stored] = {}
        for platform in platforms:
            images[platform], blobs = make_image(platform, labels or {})
            repository.blobs |= blobs
            repository.manifests[images[platform].digest] = images[platform]
        top = make_index(images) if len(images) > 1 else next(iter(images.values()))
        self.store(image.repository, top, image.tag)
        return top.digest

    def store(self, name: str, manifest: Stored, tag: str | None) -> None:
        """Keep a manifest, and let the tag mean it."""
        repository = self.repositories.setdefault(name, Repository())
        repository.manifests[manifest.digest] = manifest
        if tag:
            repository.tags[tag] = manifest.digest
            repository.pushed[tag] = self.now()

    def make_private(self, repository: str, private: bool = True) -> None:
        """Hide a repository, there or not, from everybody who does not own it."""
        name = parse(repository).repository
        self.repositories.setdefault(name, Repository()).private = private

    def delete_tag(self, reference: str | ImageRef) -> bool:
        """Forget a tag; whether it was there."""
        image = _reference(reference)
        repository = self.repositories.get(image.repository)
        return repository is not None and repository.tags.pop(image.tag or "", None) is not None

    def delete_repository(self, repository: str) -> bool:
        """Forget a repository; whether it was there."""
        return self.repositories.pop(parse(repository).repository, None) is not None

    def has(self, reference: str | ImageRef) -> bool:
        """Whether an image is there, by its digest or its tag."""
        image = _reference(reference)
        return self.manifest(image.repository, image.version) is not None

    def manifest(self, name: str, version: str) -> Stored | None:
        """The manifest that a tag or digest means."""
        repository = self.repositories.get(name)
        if repository is None:
            return None
        return repository.manifests.get(repository.tags.get(version, version))

    def may(self, account: Account | None, name: str, action: str) -> bool:
        """Whether somebody may pull from or push to a repository, be it there or not."""
        repository = self.repositories.get(name)
        owner = account is not None and account.owns(name)
        if action == "push":
            return owner and account is not None and account.may_push
        return owner or (repository is not None and not repository.private)


def _reference(reference: str | ImageRef) -> ImageRef:
    return parse(reference) if isinstance(reference, str) else reference
