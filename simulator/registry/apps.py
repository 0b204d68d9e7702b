"""The applications: which routes and whose access each kind of registry has."""

from __future__ import annotations

from aiohttp import web

from simulator.registry.access import Access, PasswordAccess, TokenAccess, errors_as_json
from simulator.registry.hub_api import HubApi
from simulator.registry.pulling import Pulling
from simulator.registry.pushing import Pushing
from simulator.registry.state import RegistryState

_LARGEST_BODY = 64 * 1024 * 1024


def docker_hub(state: RegistryState, *, realm: str = "") -> web.Application:
    """Docker Hub: registry, token service (`/token`) and REST API.

    `realm` names another token service than its own.
    """
    app = _application(state)
    access = TokenAccess(state, realm)
    app.router.add_get("/token", access.token)
    HubApi(state).add_to(app)
    return _with_registry(app, state, access, counts_pulls=True)


def private(state: RegistryState) -> web.Application:
    """A registry of one's own, with user names and passwords."""
    return _with_registry(_application(state), state, PasswordAccess(state), counts_pulls=False)


def _application(state: RegistryState) -> web.Application:
    return web.Application(
        middlewares=[state.faults.middleware(), errors_as_json], client_max_size=_LARGEST_BODY
    )


def _with_registry(
    app: web.Application, state: RegistryState, access: Access, *, counts_pulls: bool
) -> web.Application:
    Pulling(state, access, counts_pulls=counts_pulls).add_to(app)
    Pushing(state, access).add_to(app)
    return app
