"""The table of endpoints about a repository: path, permission, answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from simulator.github import routes, run_routes, settings_routes, writes
from simulator.github.routes import Call, Reply

_RUN = "/actions/runs/(?P<run_id>[0-9]+)"
_REPO = r"/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)"


class Route(msgspec.Struct, frozen=True):
    """An endpoint about a repository; `needs` is the permission, as GitHub writes it."""

    method: str
    path: re.Pattern[str]
    needs: str
    answer: Callable[[Call], Reply]
    public: bool
    """Whether anybody may ask it of a public repository."""


def _route(
    path: str,
    needs: str,
    answer: Callable[[Call], Reply],
    *,
    public: bool = True,
    method: str = "GET",
) -> Route:
    return Route(method, re.compile(_REPO + path), needs, answer, public)


ROUTES = (
    _route("", "metadata=read", routes.repository),
    _route("/commits/(?P<ref>.+)", "contents=read", routes.commit),
    _route("/compare/(?P<basehead>.+)", "contents=read", routes.compare),
    _route("/activity", "contents=read", routes.activity),
    _route("/contents/(?P<path>.+)", "contents=read", routes.contents),
    _route("/actions/permissions", "administration=read", routes.permissions, public=False),
    _route("/actions/workflows", "actions=read", routes.workflows),
    _route("/actions/workflows/(?P<workflow_id>[^/]+)/runs", "actions=read", run_routes.runs),
    _route("/actions/runs", "actions=read", run_routes.runs),
    _route(_RUN, "actions=read", run_routes.run),
    _route(_RUN + "/jobs", "actions=read", run_routes.jobs),
    _route(_RUN + "/pending_deployments", "actions=read", run_routes.pending),
    _route(_RUN + "/concurrency_groups", "actions=read", run_routes.groups),
    _route("/actions/concurrency_groups/(?P<name>.+)", "actions=read", run_routes.group),
    _route(
        "/actions/jobs/(?P<job_id>[0-9]+)/logs", "actions=read", run_routes.job_log, public=False
    ),
    _route("/check-runs/(?P<check_run_id>[0-9]+)/annotations", "checks=read", run_routes.notes),
    _route(
        "/actions/(?P<scope>(?:organization-)?secrets)",
        "secrets=read",
        settings_routes.secret_names,
        public=False,
    ),
    _route(
        "/actions/(?P<scope>(?:organization-)?variables)",
        "actions_variables=read",
        settings_routes.variables,
        public=False,
    ),
    _route("/environments/(?P<name>[^/]+)", "actions=read", settings_routes.environment),
    _route(
        "/environments/(?P<name>[^/]+)/secrets",
        "environments=read",
        settings_routes.environment_secrets,
        public=False,
    ),
    _route(
        "/environments/(?P<name>[^/]+)/variables",
        "environments=read",
        settings_routes.environment_variables,
        public=False,
    ),
    _route("/actions/runners", "administration=read", settings_routes.runners, public=False),
    _route(
        _RUN + "/rerun-failed-jobs",
        "actions=write",
        writes.rerun_failed,
        public=False,
        method="POST",
    ),
    _route(
        "/actions/workflows/(?P<workflow_id>[^/]+)/dispatches",
        "actions=write",
        writes.dispatch,
        public=False,
        method="POST",
    ),
)
