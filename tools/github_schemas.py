"""Extract the schemas of the GitHub endpoints that we use from GitHub's own OpenAPI description.

    npm pack @octokit/openapi @octokit/webhooks-examples     (both MIT), unpack both, then
    python tools/github_schemas.py OPENAPI_FOLDER WEBHOOKS_FOLDER

writes tests/vendor/github.json (schemas without prose) and tests/vendor/github-webhooks.json
(some recorded runs and jobs). Run it again when an endpoint is added or GitHub's API moves.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parent.parent / "tests" / "vendor"
OPERATIONS = (
    "GET /repos/{owner}/{repo}",
    "GET /repos/{owner}/{repo}/activity",
    "GET /repos/{owner}/{repo}/commits/{ref}",
    "GET /repos/{owner}/{repo}/compare/{basehead}",
    "GET /repos/{owner}/{repo}/contents/{path}",
    "GET /repos/{owner}/{repo}/installation",
    "GET /repos/{owner}/{repo}/actions/permissions",
    "GET /repos/{owner}/{repo}/actions/workflows",
    "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
    "GET /repos/{owner}/{repo}/actions/runs",
    "GET /repos/{owner}/{repo}/actions/runs/{run_id}",
    "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs",
    "GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments",
    "GET /repos/{owner}/{repo}/actions/runs/{run_id}/concurrency_groups",
    "GET /repos/{owner}/{repo}/actions/concurrency_groups/{concurrency_group_name}",
    "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs",
    "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
    "GET /repos/{owner}/{repo}/actions/secrets",
    "GET /repos/{owner}/{repo}/actions/organization-secrets",
    "GET /repos/{owner}/{repo}/actions/variables",
    "GET /repos/{owner}/{repo}/actions/organization-variables",
    "GET /repos/{owner}/{repo}/environments/{environment_name}",
    "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets",
    "GET /repos/{owner}/{repo}/environments/{environment_name}/variables",
    "GET /repos/{owner}/{repo}/actions/runners",
    "GET /orgs/{org}/actions/runner-groups",
    "GET /orgs/{org}/actions/runner-groups/{runner_group_id}/runners",
    "GET /orgs/{org}/installation",
    "GET /users/{username}/installation",
    "GET /search/code",
    "POST /app/installations/{installation_id}/access_tokens",
    "POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs",
    "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
)
KEPT = frozenset(
    {
        "$ref",
        "type",
        "enum",
        "properties",
        "required",
        "items",
        "oneOf",
        "anyOf",
        "allOf",
        "additionalProperties",
        "maxProperties",
        "minimum",
        "maximum",
    }
)
WEBHOOKS = (("workflow_run", "workflow_run", 3), ("workflow_job", "workflow_job", 6))


class Extract:
    """Schemas on their way from OpenAPI 3.0 to JSON Schema; components are kept by name."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.components: dict[str, Any] = {}
        self._description = description

    def operation(self, name: str) -> dict[str, Any]:
        """What one endpoint takes and gives."""
        method, path = name.split()
        item = self._description["paths"][path]
        found = item[method.lower()]
        listed = (*item.get("parameters", ()), *found.get("parameters", ()))
        parameters = [self._resolved(raw) for raw in listed]
        extract: dict[str, Any] = {
            "apps": found["x-github"]["enabledForGitHubApps"],
            "query": sorted(raw["name"] for raw in parameters if raw["in"] == "query"),
            "answers": {},
        }
        if "requestBody" in found:
            extract["body"] = self._schema_of(self._resolved(found["requestBody"]))
        for status, answer in found["responses"].items():
            extract["answers"][status] = self._schema_of(self._resolved(answer))
        return extract

    def _schema_of(self, holder: dict[str, Any]) -> Any:
        media = holder.get("content", {}).get("application/json")
        return self.plain(media["schema"]) if media and "schema" in media else None

    def _resolved(self, raw: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in raw:
            target: Any = self._description
            for part in raw["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            raw = target
        return raw

    def plain(self, schema: Any) -> Any:
        """A schema without prose, in the terms of JSON Schema."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in self.components:
                self.components[name] = {}
                self.components[name] = self.plain(self._resolved(schema))
            return {"$ref": f"#/components/{name}"}
        plain: dict[str, Any] = {}
        for key, value in schema.items():
            if key == "properties":
                plain[key] = {name: self.plain(item) for name, item in value.items()}
            elif key in {"oneOf", "anyOf", "allOf"}:
                # Some alternatives overlap in GitHub's description, so one match or more is right.
                plain["anyOf" if key == "oneOf" else key] = [self.plain(item) for item in value]
            elif key in {"items", "additionalProperties"} and isinstance(value, dict):
                plain[key] = self.plain(value)
            elif key in KEPT:
                plain[key] = value
        return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def schemas(folder: Path) -> str:
    """The extract as JSON, one endpoint or component a line."""
    text = (folder / "generated" / "api.github.com.json").read_text()
    extract = Extract(json.loads(text))
    operations = {name: extract.operation(name) for name in OPERATIONS}
    extract.plain({"$ref": "#/components/schemas/basic-error"})
    extract.plain({"$ref": "#/components/schemas/validation-error"})
    return _lines({"operations": operations, "components": extract.components})


def webhooks(folder: Path) -> str:
    """Runs and jobs out of recorded webhook deliveries, without what we never read."""
    deliveries = json.loads((folder / "api.github.com" / "index.json").read_text())
    examples: dict[str, dict[str, Any]] = {}
    for event, key, most in WEBHOOKS:
        recorded = next(item for item in deliveries if item["name"] == event)["examples"]
        for number, example in enumerate(recorded[:most]):
            kept = {
                name: value
                for name, value in example[key].items()
                if name not in {"repository", "head_repository", "pull_requests"}
            }
            examples.setdefault(event, {})[f"{example['action']} {number}"] = kept
    return _lines(examples)


def _lines(document: dict[str, dict[str, Any]]) -> str:
    """JSON with a line for each entry of each part, so that a change shows in a diff."""
    parts = []
    for part, entries in document.items():
        lines = ",\n".join(
            f"{json.dumps(name)}: {json.dumps(entry, separators=(',', ':'), sort_keys=True)}"
            for name, entry in sorted(entries.items())
        )
        parts.append(f"{json.dumps(part)}: {{\n{lines}\n}}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    openapi, hooks = map(Path, sys.argv[1:])
    (VENDOR / "github.json").write_text(schemas(openapi))
    (VENDOR / "github-webhooks.json").write_text(webhooks(hooks))
