"""The endpoints about a repository's settings: secrets, variables, environments, runners."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.github import account_shapes, shapes
from simulator.github.access import not_found
from simulator.github.routes import Call, Reply, page


def secret_names(call: Call) -> Reply:
    """GET …/actions/secrets and …/actions/organization-secrets."""
    shared = call.parts["scope"] == "organization-secrets"
    return _secrets(call, call.repo.organization_secrets if shared else call.repo.secrets)


def variables(call: Call) -> Reply:
    """GET …/actions/variables and …/actions/organization-variables."""
    shared = call.parts["scope"] == "organization-variables"
    return _variables(call, call.repo.organization_variables if shared else call.repo.variables)


def environment(call: Call) -> Reply:
    """GET …/environments/{name}."""
    found = call.repo.environments.get(call.parts["name"])
    if found is None:
        raise not_found()
    return Reply(account_shapes.environment(call.api, call.repo, found))


def environment_secrets(call: Call) -> Reply:
    """GET …/environments/{name}/secrets."""
    environment(call)
    return _secrets(call, call.repo.environments[call.parts["name"]].secrets)


def environment_variables(call: Call) -> Reply:
    """GET …/environments/{name}/variables."""
    environment(call)
    return _variables(call, call.repo.environments[call.parts["name"]].variables)


def runners(call: Call) -> Reply:
    """GET …/actions/runners."""
    every = call.repo.registered
    listed = [account_shapes.runner(item) for item in page(call, every)]
    return Reply({"total_count": len(every), "runners": listed})


def _secrets(call: Call, names: set[str]) -> Reply:
    at = shapes.stamp(call.state.clock.now())
    listed = [
        {"name": name.upper(), "created_at": at, "updated_at": at}
        for name in page(call, sorted(names))
    ]
    return Reply({"total_count": len(names), "secrets": listed})


def _variables(call: Call, values: Mapping[str, str]) -> Reply:
    at = shapes.stamp(call.state.clock.now())
    listed = [
        {"name": name.upper(), "value": values[name], "created_at": at, "updated_at": at}
        for name in page(call, sorted(values), most=30)
    ]
    return Reply({"total_count": len(values), "variables": listed})
