"""Everything that the simulated GitHub knows: repositories, accounts, tokens, its own faults."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count

import msgspec

from simulator.faults import Faults
from simulator.github.clock import Clock
from simulator.github.plan import Runner
from simulator.github.repository import SimulatedRepository

EVERYTHING: Mapping[str, str] = {
    "metadata": "read",
    "contents": "read",
    "actions": "write",
    "checks": "read",
    "administration": "read",
    "secrets": "read",
    "actions_variables": "read",
    "environments": "read",
    "organization_self_hosted_runners": "read",
}


class Grant(msgspec.Struct):
    """What a token may do. `repositories` None means all of GitHub's."""

    token: str
    permissions: Mapping[str, str]
    repositories: frozenset[str] | None = None
    expires_at: datetime | None = None
    account: str = ""
    """Whose rate limit it draws on; tokens of one installation share one."""
    installation: bool = False

    def allows(self, needs: str) -> bool:
        """Whether it has a permission such as `actions=read`."""
        name, _, level = needs.partition("=")
        held = "read" if name == "metadata" else self.permissions.get(name)
        return held in {"write", level}


class Installation(msgspec.Struct):
    """An App that an owner has installed, for some repositories or for all."""

    id: int
    owner: str
    permissions: Mapping[str, str]
    repositories: frozenset[str] | None = None
    suspended: bool = False


class Spent(msgspec.Struct):
    """What an account has used up of its hour."""

    limit: int
    used: int
    reset: datetime


class Seen(msgspec.Struct, frozen=True):
    """A request as it came in. `headers` have lower-case names."""

    method: str
    path: str
    headers: Mapping[str, str]
    status: int = 0


class StoredLog(msgspec.Struct, frozen=True):
    """A log that a signed link leads to, for a minute."""

    repository: str
    job_id: int
    until: datetime


class GitHubState:
    """The whole of the simulated GitHub; change it while it runs."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.faults = Faults()
        self.storage_faults = Faults()
        self.repositories: dict[str, SimulatedRepository] = {}
        self.renamed: dict[str, str] = {}
        self.organization_runners: dict[str, list[Runner]] = {}
        self.grants: dict[str, Grant] = {}
        self.installations: list[Installation] = []
        self.app_id = "1234"
        self.app_public_key = ""
        self.enterprise_server = False
        """Behave as GitHub Enterprise Server 3.19: no run details, no concurrency groups."""
        self.anonymous_limit = 60
        self.token_limit = 5000
        self.spent: dict[tuple[str, str], Spent] = {}
        self.seen: list[Seen] = []
        self.storage_seen: list[Seen] = []
        self.stored: dict[str, StoredLog] = {}
        self.api_url = "https://api.github.com"
        self.storage_url = ""
        self.ids = count(1_000_001)

    def repository(self, full_name: str, *, private: bool = False) -> SimulatedRepository:
        """The repository of this name, made when it is new."""
        key = full_name.lower()
        if key not in self.repositories:
            made = SimulatedRepository(full_name, self.clock, self.ids)
            made.private = private
            self.repositories[key] = made
        return self.repositories[key]

    def find(self, full_name: str) -> SimulatedRepository | None:
        """The repository of this name; None when there is none."""
        return self.repositories.get(full_name.lower())

    def rename(self, old: str, new: str) -> None:
        """Rename a repository; the old name redirects."""
        repository = self.repositories.pop(old.lower())
        repository.owner, _, repository.name = new.partition("/")
        self.repositories[new.lower()] = repository
        self.renamed[old.lower()] = new

    def token(
        self,
        permissions: Mapping[str, str] = EVERYTHING,
        repositories: Iterable[str] | None = None,
    ) -> str:
        """Make a token of a person, with fine-grained permissions."""
        token = f"github_pat_{secrets.token_hex(20)}"
        covered = None if repositories is None else frozenset(map(str.lower, repositories))
        self.grants[token] = Grant(token, permissions, covered, account=token)
        return token

    def install(
        self,
        owner: str,
        permissions: Mapping[str, str] = EVERYTHING,
        repositories: Iterable[str] | None = None,
    ) -> Installation:
        """Install the App for an owner."""
        covered = None if repositories is None else frozenset(map(str.lower, repositories))
        made = Installation(next(self.ids), owner, permissions, covered)
        self.installations.append(made)
        return made

    def issue(
        self, installation: Installation, permissions: Mapping[str, str], names: Iterable[str]
    ) -> Grant:
        """Issue a token of an installation, good for an hour."""
        covered = frozenset(f"{installation.owner}/{name}".lower() for name in names)
        if not covered:
            covered = installation.repositories or frozenset(
                key for key in self.repositories if key.startswith(f"{installation.owner.lower()}/")
            )
        grant = Grant(
            f"ghs_{self.app_id}_{secrets.token_hex(40)}",
            permissions,
            covered,
            self.clock.now() + timedelta(hours=1),
            account=f"installation {installation.id}",
            installation=True,
        )
        self.grants[grant.token] = grant
        return grant

    def spending(self, account: str, resource: str, limit: int) -> Spent:
        """The account's window, a new one when the old one is over."""
        now = self.clock.now()
        spent = self.spent.get((account, resource))
        if spent is None or spent.reset <= now:
            window = timedelta(minutes=1) if resource == "code_search" else timedelta(hours=1)
            spent = self.spent[account, resource] = Spent(limit, 0, now + window)
        return spent
