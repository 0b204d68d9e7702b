"""Questions about what a run needs before it can succeed: secrets, variables and runners."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from bot.ci import objects as ci
from bot.ci.github import raw, read
from bot.ci.github.ask import Asker, about
from bot.ci.github.question import Question
from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError

_VARIABLES_PAGE = 30
_VARIABLES_PAGES = 40
_MISSING_PERMISSION = frozenset({GapReason.FORBIDDEN, GapReason.UNAUTHORIZED})


class Prerequisites(Asker):
    """Names of secrets and variables, and who can run a job."""

    async def secret_names(
        self, repository: str, environments: Sequence[str] = ()
    ) -> ci.SecretNames:
        """Names of the secrets and variables that a run of this repository can read.

        `environments` of the answer are those whose own secrets could be looked at.
        """
        named = tuple(dict.fromkeys(environments))
        own, shared, of_environments = await asyncio.gather(
            self._secrets(repository, "/actions/secrets", "the secrets", "secrets"),
            self._belongs_to_organisation(repository),
            asyncio.gather(*(self._environment_secrets(repository, name) for name in named)),
        )
        found = dict(zip(named, of_environments, strict=True))
        seen = tuple(name for name, names in found.items() if names is not None)
        scopes = ("variables", "organization-variables") if shared else ("variables",)
        organisation, variables = await asyncio.gather(
            self._organisation_secrets(repository, shared),
            self._all_variables(repository, scopes, seen),
        )
        secrets = own.union(organisation, *(found[name] or () for name in seen))
        return ci.SecretNames(secrets=secrets, variables=variables, environments=seen)

    async def _organisation_secrets(self, repository: str, shared: bool) -> frozenset[str]:
        if not shared:
            return frozenset()
        return await self._secrets(
            repository, "/actions/organization-secrets", "the organisation's secrets", "secrets"
        )

    async def _environment_secrets(
        self, repository: str, environment: str
    ) -> frozenset[str] | None:
        """Names of an environment's secrets; None without the permission.

        An environment that does not exist has none: GitHub makes it when a job first names it.
        """
        path = f"/environments/{quote(environment, safe='')}"
        what = f"the environment {one_line(environment, 80)}"
        found = await self.ask_or_none(about(repository, path, what, "actions=read"))
        if found is None:
            return frozenset()
        try:
            return await self._secrets(
                repository, f"{path}/secrets", f"the secrets of {what}", "environments"
            )
        except SourceError as error:
            if error.reason in _MISSING_PERMISSION:
                return None
            raise

    async def _secrets(
        self, repository: str, path: str, what: str, permission: str
    ) -> frozenset[str]:
        question = about(repository, path, what, f"{permission}=read")
        pages = await self.pages(question, raw.RawSecrets, lambda page: page.total_count)
        return frozenset[str]().union(*(read.read_names(page) for page in pages))

    async def _all_variables(
        self, repository: str, scopes: Sequence[str], environments: Sequence[str]
    ) -> frozenset[str] | None:
        """Names of all variables; None when one of the lists cannot be seen."""
        questions = [
            self._variables(repository, f"/actions/{scope}", f"the {scope}", "actions_variables")
            for scope in scopes
        ]
        for environment in environments:
            path = f"/environments/{quote(environment, safe='')}/variables"
            what = f"the variables of the environment {one_line(environment, 80)}"
            questions.append(self._variables(repository, path, what, "environments"))
        try:
            lists = await asyncio.gather(*questions)
        except SourceError as error:
            if error.reason in _MISSING_PERMISSION:
                return None
            raise
        return frozenset[str]().union(*lists)

    async def _variables(
        self, repository: str, path: str, what: str, permission: str
    ) -> frozenset[str]:
        question = about(repository, path, what, f"{permission}=read")
        # An environment that does not exist yet has no variables.
        if path.startswith("/environments/") and await self.ask_or_none(question) is None:
            return frozenset()
        pages = await self.pages(
            question,
            raw.RawVariables,
            lambda page: page.total_count,
            size=_VARIABLES_PAGE,
            most=_VARIABLES_PAGES,
        )
        return frozenset[str]().union(*(read.read_names(page) for page in pages))

    async def runners(self, repository: str) -> tuple[ci.Runner, ...]:
        """All self-hosted runners that the repository may use.

        SourceError when its organisation's cannot be seen: half a list would prove nothing. An
        empty list is normal for scale sets at rest.
        """
        question = about(
            repository, "/actions/runners", "the self-hosted runners", "administration=read"
        )
        listed, shared = await asyncio.gather(
            self._runners(question), self._belongs_to_organisation(repository)
        )
        if shared:
            listed += await self._organisation_runners(repository)
        return tuple({runner.name: runner for runner in listed}.values())

    async def _belongs_to_organisation(self, repository: str) -> bool:
        found = await self.visible_repository(repository)
        return found is not None and found.owner.type == "Organization"

    async def _runners(self, question: Question) -> list[ci.Runner]:
        pages = await self.pages(question, raw.RawRunners, lambda page: page.total_count)
        return [read.read_runner(item) for page in pages for item in page.runners]

    async def _organisation_runners(self, repository: str) -> list[ci.Runner]:
        """The runners of the groups that this repository may use."""
        owner, _, name = repository.partition("/")
        groups = Question(
            path=f"/orgs/{owner}/actions/runner-groups",
            about=f"the runner groups of {owner}",
            needs="organization_self_hosted_runners=read",
            repository=repository,
            params=(("visible_to_repository", name),),
        )
        pages = await self.pages(groups, raw.RawRunnerGroups, lambda page: page.total_count)
        runners: list[ci.Runner] = []
        for group in (group for page in pages for group in page.runner_groups):
            runners += await self._runners(
                Question(
                    path=f"/orgs/{owner}/actions/runner-groups/{group.id}/runners",
                    about=f"the runners of {owner}",
                    needs="organization_self_hosted_runners=read",
                    repository=repository,
                )
            )
        return runners
